"""Formulas of measures: a small grammar on exact numbers, read by our own parser (never eval).

    sum := term (("+" | "−") term)* ; term := factor (("×" | "÷") factor)* ; factor := "−" factor | atom
    atom := number | name | function "(" sum ("," sum)* ")" | "(" sum ")"

* and × are the same, as are / and ÷, - and −. Functions: min max abs round sum mean. Nothing else exists.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from indicators.scoring.numbers import THAI_DIGITS, exact, exact_text, rounded

LONGEST = 1000
DEEPEST = 30
MOST_NODES = 200
LITERAL_DIGITS = 30
VALUE_BITS = 2000
FUNCTIONS = {"min": (1, 50), "max": (1, 50), "abs": (1, 1), "round": (1, 2), "sum": (1, 50), "mean": (1, 50)}
SIGNS = str.maketrans("×÷−–", "*/--")
TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<name>[^\W0-9][\w\u0e00-\u0e4e]*)|(?P<sign>[-+*/(),]))"
)


class FormulaError(ValueError):
    """A formula that is refused: `code`, `position` (0-based character) and `facts` (dict of str)."""

    def __init__(self, code: str, position: int, **facts: str):
        super().__init__(code)
        self.code = code
        self.position = position
        self.facts = facts


class DivisionByZero(ArithmeticError):
    """The formula divides by zero with these inputs: it has no result."""


class ValueTooLarge(ArithmeticError):
    """An intermediate value outgrew its budget."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One operation: "number", "name", "+", "-", "*", "/", "negative" or a function, with its parts."""

    operation: str
    value: Fraction | str | None
    parts: tuple["Expression", ...] = ()

    def names(self) -> frozenset[str]:
        """The inputs that the formula reads."""
        if self.operation == "name":
            return frozenset([str(self.value)])
        return frozenset().union(*(part.names() for part in self.parts))

    def evaluate(self, values: dict[str, Fraction]) -> Fraction:
        """The exact value. Raises DivisionByZero or ValueTooLarge."""
        if self.operation == "number":
            assert isinstance(self.value, Fraction)
            return self.value
        if self.operation == "name":
            return values[str(self.value)]
        result = OPERATIONS[self.operation]([part.evaluate(values) for part in self.parts])
        if max(result.numerator.bit_length(), result.denominator.bit_length()) > VALUE_BITS:
            raise ValueTooLarge
        return result

    def written(self, values: dict[str, Fraction] | None = None) -> str:
        """The formula as a line; with values, the numbers stand in place of the names."""
        if self.operation == "number":
            assert isinstance(self.value, Fraction)
            return exact_text(self.value) or ""
        if self.operation == "name":
            name = str(self.value)
            return name if values is None else exact_text(values[name]) or ""
        parts = [part.written(values) for part in self.parts]
        if self.operation == "negative":
            return f"−{self._bracketed(0, parts[0])}"
        if self.operation in "+-*/":
            sign = {"*": "×", "/": "÷", "-": "−"}.get(self.operation, self.operation)
            return f"{self._bracketed(0, parts[0])} {sign} {self._bracketed(1, parts[1])}"
        return f"{self.operation}({', '.join(parts)})"

    def _bracketed(self, side: int, text: str) -> str:
        strength = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3}
        inner = strength.get(self.parts[side].operation, 4)
        own = strength.get(self.operation, 0)
        weaker = inner < own or (inner == own and side == 1)
        return f"({text})" if weaker else text


def _divide(values: list[Fraction]) -> Fraction:
    if values[1] == 0:
        raise DivisionByZero
    return values[0] / values[1]


def _round(values: list[Fraction]) -> Fraction:
    places = int(values[1]) if len(values) == 2 else 0
    return Fraction(rounded(values[0], places), 10**places)


OPERATIONS: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "+": lambda values: values[0] + values[1],
    "-": lambda values: values[0] - values[1],
    "*": lambda values: values[0] * values[1],
    "/": _divide,
    "negative": lambda values: -values[0],
    "min": min,
    "max": max,
    "abs": lambda values: abs(values[0]),
    "sum": lambda values: sum(values, Fraction(0)),
    "mean": lambda values: sum(values, Fraction(0)) / len(values),
    "round": _round,
}


@lru_cache(maxsize=512)
def parse_formula(text: str) -> Expression:
    """The expression that a formula's text stands for. Raises FormulaError with the position of the first fault:
    too_long, bad_character, expected, unknown_function, wrong_count, too_deep, too_large, round_places, empty."""
    if len(text) > LONGEST:
        raise FormulaError("too_long", LONGEST, most=str(LONGEST))
    parser = _Parser(_tokens(unicodedata.normalize("NFC", text)), len(text))
    expression = parser.sum(0)
    if parser.kind != "end":
        raise FormulaError("expected", parser.position, found=parser.text)
    return expression


def _tokens(text: str) -> list[tuple[str, str, int]]:
    plain = text.translate(THAI_DIGITS).translate(SIGNS)
    tokens, position = [], 0
    while plain[position:].strip():
        found = TOKEN.match(plain, position)
        if found is None:
            at = position + len(plain[position:]) - len(plain[position:].lstrip())
            raise FormulaError("bad_character", at, found=plain[at])
        kind = found.lastgroup or ""
        tokens.append((kind, found.group(kind), found.start(kind)))
        position = found.end()
        if (
            kind == "number"
            and position < len(plain)
            and (plain[position] in "._" or plain[position].isalpha())
        ):
            raise FormulaError("bad_character", position, found=plain[position])
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str, int]], end: int):
        self.tokens = [*tokens, ("end", "", end)]
        self.at = 0
        self.nodes = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def text(self) -> str:
        return self.tokens[self.at][1]

    @property
    def position(self) -> int:
        return self.tokens[self.at][2]

    def next(self) -> str:
        text = self.text
        self.at += 1
        return text

    def node(
        self, operation: str, value: Fraction | str | None, parts: tuple[Expression, ...] = ()
    ) -> Expression:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FormulaError("too_large", self.position, most=str(MOST_NODES))
        return Expression(operation, value, parts)

    def sum(self, depth: int) -> Expression:
        left = self.product(depth)
        while self.kind == "sign" and self.text in "+-":
            left = self.node(self.next(), None, (left, self.product(depth)))
        return left

    def product(self, depth: int) -> Expression:
        left = self.factor(depth)
        while self.kind == "sign" and self.text in "*/":
            left = self.node(self.next(), None, (left, self.factor(depth)))
        return left

    def factor(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise FormulaError("too_deep", self.position, most=str(DEEPEST))
        if self.kind == "sign" and self.text == "-":
            self.next()
            return self.node("negative", None, (self.factor(depth + 1),))
        return self.atom(depth)

    def atom(self, depth: int) -> Expression:
        position = self.position
        if self.kind == "number":
            text = self.next()
            if len(text) > LITERAL_DIGITS:
                raise FormulaError("too_large", position, most=str(LITERAL_DIGITS))
            return self.node("number", exact(text))
        if self.kind == "name":
            name = self.next()
            if self.kind == "sign" and self.text == "(":
                return self.call(name, position, depth)
            return self.node("name", name)
        if self.kind == "sign" and self.text == "(":
            self.next()
            inner = self.sum(depth + 1)
            self.expect(")")
            return inner
        raise FormulaError("expected", position, found=self.text)

    def call(self, name: str, position: int, depth: int) -> Expression:
        if name not in FUNCTIONS:
            raise FormulaError("unknown_function", position, name=name, known=", ".join(FUNCTIONS))
        self.next()
        parts = [self.sum(depth + 1)]
        while self.kind == "sign" and self.text == ",":
            self.next()
            parts.append(self.sum(depth + 1))
        self.expect(")")
        least, most = FUNCTIONS[name]
        if not least <= len(parts) <= most:
            raise FormulaError("wrong_count", position, name=name, least=str(least), most=str(most))
        if name == "round" and len(parts) == 2 and not _small_whole(parts[1]):
            raise FormulaError("round_places", position)
        return self.node(name, None, tuple(parts))

    def expect(self, sign: str) -> None:
        if not (self.kind == "sign" and self.text == sign):
            raise FormulaError("expected", self.position, found=self.text, wanted=sign)
        self.next()


def _small_whole(expression: Expression) -> bool:
    value = expression.value
    return (
        expression.operation == "number"
        and isinstance(value, Fraction)
        and value.denominator == 1
        and value <= 10
    )
