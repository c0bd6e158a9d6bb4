"""The figures behind a picture: one table, on the page and as a file."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from scorecards.presenting.csv_files import csv_file


@dataclass(frozen=True)
class Column:
    """A column's head; numbers stand at the right.

    On a phone a row of words is laid out as a list: there a cell is a line of its own (`is_whole`), or has its head
    before it (`is_named`), or stands beside the cell before it.
    """

    label: str
    is_number: bool = False
    is_whole: bool = False
    is_named: bool = False

    @property
    def css(self) -> str:
        return " ".join(["num"] * self.is_number + ["whole"] * self.is_whole)

    @property
    def opening(self) -> str:
        """The tag that begins each of its cells."""
        head = f' data-label="{escape(self.label)}"' if self.is_named else ""
        return f'<td class="{self.css}"{head}>'


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    url: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Table:
    """Heads and rows; a cell is a text or a Link, "" where there is nothing to tell."""

    caption: str
    columns: list[Column]
    rows: list[list]

    @property
    def css(self) -> str:
        """On a phone words are a list; of figures, which are compared down a column, the first column stays in view."""
        return "stacked" if any(one.is_whole for one in self.columns) else "pinned"

    @cached_property
    def body(self) -> SafeString:
        """The rows as ready text: a thousand cells are too many for a template."""
        openings = [one.opening for one in self.columns]
        lines = []
        for row in self.rows:
            cells = [f"{opening}{_shown(cell)}</td>" for opening, cell in zip(openings, row, strict=True)]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return mark_safe("\n".join(lines))


def _shown(cell: object) -> str:
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
