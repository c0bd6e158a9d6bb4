"""Small real files as evidence, stored like any other: inspected once, then shared by many criteria."""

from functools import cache

from evidence.inspecting import inspect_bytes
from evidence.store import keep
from evidence.models import Evidence
