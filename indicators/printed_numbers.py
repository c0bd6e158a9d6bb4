"""Numbers inside a printed derivation: such that whoever follows it with pencil and calculator gets the same."""

import re

from django.utils.translation import pgettext_lazy

from indicators.scoring import exact
from indicators.scoring.numbers import Exact, cut_off, format_fixed

RATIO = re.compile(r"-?[0-9]+/[0-9]+")
# People write +-5 for ±5; the plus of a sum has its space.
NEGATIVE = re.compile(r"(?:(?<=[−×÷])|(?<=\+ ))( ?)(-[0-9][0-9.,]*…?)")
FUNCTION = re.compile(r"\b(sum|mean|min|max|abs|round)\(")
FUNCTIONS = {
    "sum": pgettext_lazy("formula", "sum"),
    "mean": pgettext_lazy("formula", "mean"),
    "min": pgettext_lazy("formula", "min"),
    "max": pgettext_lazy("formula", "max"),
    "abs": pgettext_lazy("formula", "abs"),
    "round": pgettext_lazy("formula", "round"),
}
MORE = 4  # decimals beyond the published ones: enough for the published score to come out whatever it is multiplied by


def with_decimals(text: str, places: int) -> str:
    """Every ratio in the text as decimals, cut off and marked as going on: "1.3 + 13/6" → "1.3 + 2.16666666…"."""
    return RATIO.sub(lambda found: _going_on(exact(found[0]), places + MORE), text)


def _going_on(value: Exact, places: int) -> str:
    kept = exact(f"{cut_off(value, places)}/{10**places}")
    shown = format_fixed(kept, places)
    return f"{shown}…" if kept != value else shown.rstrip("0").rstrip(".")


def in_brackets(line: str) -> str:
    """A negative number behind a sign stands in brackets: "3 − -5" → "3 − (-5)"."""
    return NEGATIVE.sub(r"\1(\2)", line)


def functions_in_words(formula: str) -> str:
    """The functions of a formula in the reader's language."""
    return FUNCTION.sub(lambda found: f"{FUNCTIONS[found[1]]}(", formula)
