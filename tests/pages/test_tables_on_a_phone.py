"""Each table of a page has its way to be read on a phone; tests/browser/test_reach.py looks at those the demo fills."""

import re

from django.conf import settings

# `stacked`: its rows are lists. `pinned`, `compared`, `heat`, `plan-table`: figures that are compared down a column,
# beside the first column, which stays in view. `results`, `official`: what is `second` stands beneath the name.
WAYS = {"stacked", "pinned", "compared", "heat", "plan-table", "results", "official"}
# Two or three narrow columns that wrap.
NARROW = {
    "allauth/elements/table.html",
    "assignments/import.html",
    "frameworks/take_over.html",
    "operations/operations.html",
    "privacy/_held.html",
    "privacy/_readings.html",
    "public/check.html",
    "scorecards/_about.html",
    "scorecards/_levels.html",
    "scorecards/plan.html",  # the table of what two people wrote at once
}
# The editor's grids, into which rows of a spreadsheet are pasted; and a dashboard's figures, which decide themselves.
ELSEWHERE = {"frameworks/widgets/table.html", "dashboards/_figures.html"}
TEMPLATES = settings.BASE_DIR / "templates"
TABLE = re.compile(r'<table class="([^"]*)"')


def test_each_table_of_a_page_has_a_way_to_be_read_on_a_phone():
    without = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if "print" not in path.parts
        for classes in TABLE.findall(path.read_text(encoding="utf-8"))
        if not WAYS & set(classes.replace("%}", " ").replace("{%", " ").split())
    }
    assert without == NARROW | ELSEWHERE


def test_a_list_names_what_its_cells_are_in_the_words_of_its_heads():
    """What stands before a cell on a phone is the head of a column of the same table, or a name."""
    said = re.compile(r"data-label=\"(\{% translate [^%]+%\})\"")
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "<thead" in text:
            heads = text.split("<tbody", 1)[0].replace('"', "'")
            assert [one for one in said.findall(text) if one.replace('"', "'") not in heads] == [], path
