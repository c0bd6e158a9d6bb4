"""Numbers as people type them and as the product prints them. Exact: no binary float is ever made.

One parser reads every number that a person types or imports; what it understood is shown back.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

# Whole numbers are ints: Python adds them ten times faster. They are divided by `ratio` only.
Exact = int | Fraction

KEPT = 20_000  # texts of numbers: a year's scores are few different ones
LONGEST = 60
DIGITS = 30
PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?|[+-]?\.[0-9]+")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
WHOLE = re.compile(r"(?<![\w.,])[1-9][0-9]{3,}(?!\w|,\w)", re.ASCII)
SPACES = " \t\u00a0\u2009\u202f\r\n"
MINUSES = str.maketrans({"\u2212": "-", "\u2013": "-"})
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


class NumberError(ValueError):
    """A text that is no number here. `code` says why, `facts` (dict of str) hold what the sentence needs."""

    def __init__(self, code: str, **facts: str):
        super().__init__(code)
        self.code = code
        self.facts = facts


def parse_number(text: str) -> str:
    """The decimal text that a typed number stands for: "๑,๒๓๔.๕๐ %" → "1234.50".

    Accepts Arabic or Thai digits, commas between full groups of three, one sign, one point, a percent sign and
    surrounding spaces. Raises NumberError (empty, too_long, not_finite, exponent, underscore, foreign_digits,
    grouping, two_points, not_a_number) for everything else.
    """
    if not isinstance(text, str):
        raise NumberError("not_a_number", typed=type(text).__name__)
    typed = text.strip(SPACES)
    if not typed:
        raise NumberError("empty")
    if len(typed) > LONGEST:
        raise NumberError("too_long", most=str(LONGEST))
    plain = typed.translate(THAI_DIGITS).translate(MINUSES)
    plain = plain.removesuffix("%").rstrip(SPACES)
    if not (PLAIN.fullmatch(plain) or GROUPED.fullmatch(plain)):
        raise NumberError(_why_not(plain), typed=typed)
    plain = plain.replace(",", "").removeprefix("+")
    if sum(one.isdigit() for one in plain) > DIGITS:
        raise NumberError("too_long", most=str(DIGITS))
    return _tidy(plain)


def _why_not(plain: str) -> str:
    if any(one.isdigit() and one not in "0123456789" for one in plain) or any(
        unicodedata.category(one) in ("Nd", "No", "Nl") and one not in "0123456789" for one in plain
    ):
        return "foreign_digits"
    if re.fullmatch(r"[+-]?(nan|inf(inity)?)", plain, re.IGNORECASE):
        return "not_finite"
    if "_" in plain:
        return "underscore"
    if re.fullmatch(r"[+-]?[0-9.,]+[eE][+-]?[0-9]+", plain):
        return "exponent"
    if plain.count(".") > 1 and re.fullmatch(r"[0-9.,+-]+", plain):
        return "two_points"
    if "," in plain and re.fullmatch(r"[0-9.,+-]+", plain):
        return "grouping"
    return "not_a_number"


def _tidy(plain: str) -> str:
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, point, rest = digits.partition(".")
    value = (whole.lstrip("0") or "0") + point + rest
    return value if not value.strip("0.") else sign + value


def grouped(text: str) -> str:
    """The same numbers with commas between groups of three: "20840070.5 ÷ 3616" → "20,840,070.5 ÷ 3,616". Digits after
    a point stay as they are, and so does everything that is no number in plain decimal text."""
    return WHOLE.sub(lambda found: f"{int(found[0]):,}", text)


def exact(value: "str | int | Fraction") -> Fraction:
    """The rational that a decimal text, an int or a ratio text ("11/3") stands for. Raises TypeError for a float."""
    if isinstance(value, float | bool):
        raise TypeError("A binary float never enters a score: write the number as text.")
    return Fraction(value)


def simple(value: Exact) -> Exact:
    """The same number, as an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


def ratio(dividend: Exact, divisor: Exact) -> Exact:
    """dividend ÷ divisor, exactly ("/" between two ints would be a binary float). Raises ZeroDivisionError."""
    return dividend if divisor == 1 else simple(Fraction(dividend, divisor))


def products(terms: Iterable[tuple[Exact, Exact]]) -> Exact:
    """The exact Σ a·b, added as whole numbers of each denominator: adding ratios one by one costs ten times as much."""
    wholes: dict[int, int] = {}
    for one, other in terms:
        denominator = one.denominator * other.denominator
        wholes[denominator] = wholes.get(denominator, 0) + one.numerator * other.numerator
    return sum([ratio(numerator, denominator) for denominator, numerator in wholes.items()])


def of_known(take: Callable[[Sequence[Any]], Any], values: Sequence[Any | None]) -> Any:
    """What `take` (a sum, a mean, the least …) makes of numbers that are all known; None where one of them is not."""
    known = [value for value in values if value is not None]
    return take(known) if len(known) == len(values) else None


def rounded(value: Exact, places: int) -> int:
    """value × 10^places, rounded half up (away from zero), as a scaled integer."""
    scaled = abs(value.numerator) * 10**places * 2 + value.denominator
    whole: int = scaled // (2 * value.denominator)
    return whole if value >= 0 else -whole


def cut_off(value: Exact, places: int) -> int:
    """value × 10^places without what follows, as a scaled integer."""
    whole: int = abs(value.numerator) * 10**places // value.denominator
    return whole if value >= 0 else -whole


def format_fixed(value: Exact | None, places: int = 4) -> str:
    """The published form of a number: rounded once, half up, always `places` decimals. "" for no number."""
    return "" if value is None else _fixed(value.numerator, value.denominator, places)


@lru_cache(maxsize=KEPT)
def _fixed(numerator: int, denominator: int, places: int) -> str:
    scaled = rounded(Fraction(numerator, denominator), places)
    digits = str(abs(scaled)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def exact_text(value: Exact | None) -> str | None:
    """The exact value as text: a decimal where it is finite ("3.75"), otherwise a ratio ("11/3")."""
    if value is None:
        return None
    return str(value) if isinstance(value, int) else _exact(value.numerator, value.denominator)


@lru_cache(maxsize=KEPT)
def _exact(numerator: int, whole_denominator: int) -> str:
    denominator, twos, fives = whole_denominator, 0, 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    if denominator != 1:
        return f"{numerator}/{whole_denominator}"
    return _fixed(numerator, whole_denominator, max(twos, fives))


def fact(value: Exact | None) -> str:
    """A number inside a reason: exact where it is finite, otherwise as a ratio; "" for none."""
    return exact_text(value) or ""
