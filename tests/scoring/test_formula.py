"""The grammar of formulas: what it computes, exactly, and everything it refuses, with the position."""

from fractions import Fraction

import pytest

from indicators.scoring import FormulaError, parse_formula

COMPUTED = {
    "a + b * 2": "7", "(a + b) * 2": "10", "-a + 5": "2", "a - -b": "5", "a / b": "3/2", "0.1 + 0.2": "0.3",
    "min(a, b)": "2", "max(a, b, 9)": "9", "abs(b - a)": "1", "sum(a, b, 1)": "6", "mean(a, b)": "5/2",
    "round(a / 7, 2)": "0.43", "round(2.675, 2)": "2.68", "a × b ÷ 2 − 1": "2", "1.6126 * 25 / 100": "0.40315",
}  # fmt: skip
ATTACKS = [
    "a ** b", "a // b", "a % b", "a ^ b", "a.real", "a[0]", "__import__('os')", "eval(a)", "open('x')", "a if b else 1",
    "lambda: a", "a and b", "a < b", "a == b", "a := 1", "[a]", "{a}", "'a'", '"a"', "f'{a}'", "a;b", "a\nb", "1e9",
    "1_000", "0x10", "1j", "a(b)", "min()", "min(a", "a +", "+", "()", "", "a b", "2 a", "round(a, b)",
    "round(a, 99)", "round(a, -1)", "pow(a, b)", "factorial(a)", "exec(a)", "getattr(a, b)", "a!", "$a", "a,b",
    "((((" * 40 + "a" + "))))" * 40, "+".join(["a"] * 2000), "9" * 400, "min(" * 60 + "a" + ")" * 60, "\x00",
    "a\u200bb;",
    "..", "1..2", "1.2.3", "a @ b", "~a", "not a", "*a", "**a", "a...b", "import os", "print(a)",
]  # fmt: skip


@pytest.mark.parametrize(("formula", "value"), COMPUTED.items())
def test_what_is_computed(formula, value):
    expression = parse_formula(formula)
    known = {name: Fraction(number) for name, number in {"a": "3", "b": "2"}.items()}
    assert expression.evaluate(known) == Fraction(value)


@pytest.mark.parametrize("formula", ATTACKS, ids=lambda text: repr(text[:24]))
def test_what_is_refused_with_its_position(formula):
    with pytest.raises(FormulaError) as refusal:
        parse_formula(formula)
    assert 0 <= refusal.value.position <= len(formula)


@pytest.mark.parametrize("name", ["True", "None", "min", "os", "__builtins__"])
def test_what_python_would_know_is_only_a_name_here(name):
    expression = parse_formula(name)
    assert expression.names() == {name}
    with pytest.raises(KeyError):
        expression.evaluate({"a": Fraction(1)})


def test_thai_names_with_sara_am_are_one_name():
    expression = parse_formula("จำนวนจริง / จำนวนตามแผน * 100")
    assert expression.evaluate({"จำนวนจริง": Fraction(3), "จำนวนตามแผน": Fraction(4)}) == 75


def test_growth_is_bounded():
    expression = parse_formula("*".join(["a"] * 40))
    with pytest.raises(ArithmeticError):
        expression.evaluate({"a": Fraction(10) ** 29 + Fraction(1, 3)})
