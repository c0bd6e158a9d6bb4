"""The figures behind a picture: one table, on the page and as a file."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from scorecards.csv_files import csv_file


@dataclass(frozen=True)
class Column:
    """A column's head; numbers stand at the right."""

    label: str
    is_number: bool = False

    @property
    def css(self) -> str:
        return "num" if self.is_number else ""


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    url: str

    def __str__(self):
        return self.text


@dataclass(frozen=True)
class Table:
    """Heads and rows; a cell is a text or a Link, "" where there is nothing to tell."""

    caption: str
    columns: list[Column]
    rows: list[list]

    @cached_property
    def body(self) -> SafeString:
        """The rows as ready text: a thousand cells are too many for a template."""
        classes = [one.css for one in self.columns]
        lines = []
        for row in self.rows:
            cells = [f'<td class="{css}">{_shown(cell)}</td>' for css, cell in zip(classes, row, strict=True)]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return mark_safe("\n".join(lines))


def _shown(cell) -> str:
    if isinstance(cell, Link):
        return f'<a href="{escape(cell.url)}">{escape(cell.text)}</a>'
    return escape(cell or "–")


def texts(*labels: str) -> list[Column]:
    """Columns of text with these heads."""
    return [Column(one) for one in labels]


def numbers(*labels: str) -> list[Column]:
    """Columns of numbers with these heads."""
    return [Column(one, is_number=True) for one in labels]


def as_csv(table: Table) -> bytes:
    """All rows below their heads."""
    return csv_file([[one.label for one in table.columns], *table.rows])
