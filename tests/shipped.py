"""The forms that ship with the product, for tests that hold for each of them."""

from copy import deepcopy
from functools import cache

from indicators.document_schema import tidy
from indicators.documents import FRAMEWORKS, read_framework_file
from indicators.scoring import content_hash


def framework_codes() -> list[str]:
    """Their codes, oldest year first."""
    return sorted((path.stem for path in FRAMEWORKS.glob("*.yaml")), key=lambda code: (code[-4:], code))


def document_hash(document: dict) -> str:
    """SHA-256 of the canonical form: the same for YAML and JSON, any order of keys, either way of writing a text."""
    return content_hash(tidy(document))


def document_of(code: str) -> dict:
    """The document of the form with this code, to keep and to change: read once, since most tests begin with one."""
    return deepcopy(_read(code))


_read = cache(read_framework_file)
