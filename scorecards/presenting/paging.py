"""Long lists by pages (templates/_pages.html)."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

ON_A_PAGE = 50


def page_of(
    rows: Sequence[Any] | QuerySet[Any, Any], asked: int | str | None, *, size: int = ON_A_PAGE
) -> Page:
    """The page that was asked for: the first one where the number is none, the last one where there are fewer."""
    return Paginator(rows, size).get_page(asked)
