"""The one parser: what people type, and what it is refused for."""

from fractions import Fraction

import pytest

from indicators.explaining import describe_number_error
from indicators.scoring import NumberError, exact, format_fixed, parse_number
from indicators.scoring.numbers import grouped

READ = {
    "12.5": "12.5", "๑๒.๕": "12.5", "1,234": "1234", "๑,๒๓๔.๕๐": "1234.50", " 80 % ": "80", "80%": "80", "+3": "3",
    "-0.5": "-0.5", "−7": "-7", ".5": "0.5", "007": "7", "-0": "0", "0.10": "0.10", "\u00a012\u202f": "12",
    "20,840,070": "20840070", "๐": "0", "100.00": "100.00",
}  # fmt: skip
REFUSED = {
    "": "empty", "   ": "empty", "NaN": "not_finite", "Infinity": "not_finite", "-inf": "not_finite",
    "1e400": "exponent", "1E5": "exponent", "1_000": "underscore", "๑,๒": "grouping", "1,23": "grouping",
    "12,34,567": "grouping", "1,2345": "grouping",
    "1.2.3": "two_points", "١٢": "foreign_digits", "१२": "foreign_digits",
    "½": "foreign_digits", "①": "foreign_digits", "twelve": "not_a_number", "12 345": "not_a_number",
    "0x10": "not_a_number", "--5": "not_a_number", "5-": "not_a_number", "%": "not_a_number", "1.": "not_a_number",
    "9" * 31: "too_long", "1" * 61: "too_long", "1+1": "not_a_number", "=1": "not_a_number", "12บาท": "not_a_number",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), READ.items())
def test_what_is_understood(typed, meant):
    assert parse_number(typed) == meant


@pytest.mark.parametrize(("typed", "code"), REFUSED.items())
def test_what_is_refused_and_why(typed, code):
    with pytest.raises(NumberError) as refusal:
        parse_number(typed)
    assert refusal.value.code == code
    assert len(describe_number_error(refusal.value)) > 8


@pytest.mark.parametrize("value", [0.1, 1.0, float("nan"), True])
def test_a_binary_float_never_enters(value):
    with pytest.raises(TypeError):
        exact(value)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [("0.40315", 4, "0.4032"), ("-0.40315", 4, "-0.4032"), ("0.00005", 4, "0.0001"), ("0.00004", 4, "0.0000"),
     ("-0.00004", 4, "0.0000"), ("11/3", 4, "3.6667"), ("2.5", 0, "3"), ("1234567.891", 2, "1234567.89")],
)  # fmt: skip
def test_half_up_once(value, places, shown):
    assert format_fixed(Fraction(value), places) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("3616", "3,616"), ("-20840070.50", "-20,840,070.50"), ("0.12345", "0.12345"), ("999", "999"), ("", ""),
     ("5000 × 120 ÷ 12500 = 48", "5,000 × 120 ÷ 12,500 = 48"), ("12345/7", "12,345/7"), ("3,616", "3,616"),
     ("sum(500000, 1200)", "sum(500,000, 1,200)"),
     ("item2562", "item2562"), ("0012", "0012"), ("ไม่มี", "ไม่มี")],
)  # fmt: skip
def test_commas_between_groups_of_three(text, shown):
    assert grouped(text) == shown
