"""Long lists by pages (templates/_pages.html)."""

from django.core.paginator import Page, Paginator

ON_A_PAGE = 50


def page_of(rows, asked, *, size: int = ON_A_PAGE) -> Page:
    """The page that was asked for: the first one where the number is none, the last one where there are fewer."""
    return Paginator(rows, size).get_page(asked)
