"""The published schema at work: finds every fault of a framework document and brings it into its one tidy form.

`framework.schema.json` is the only table of the format. This module reads the keywords that the table uses, so the
product and anybody's JSON Schema validator agree, and adds what a validator lacks: places and codes for sentences.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from indicators.readable_text import plain_text
from indicators.scoring import Problem

SCHEMA = json.loads(Path(__file__).with_name("framework.schema.json").read_text(encoding="utf-8"))

NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?")
IS_A = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}


@cache
def definition(reference: str) -> dict:
    """The part of the schema that a `$ref` such as '#/$defs/text' names."""
    return SCHEMA["$defs"][reference.removeprefix("#/$defs/")]


def resolved(schema: dict) -> dict:
    """The schema that a `$ref` names."""
    return definition(schema["$ref"]) if "$ref" in schema else schema


# ---------------------------------------------------------------- faults


def structure_problems(document: object, schema: dict = SCHEMA) -> list[Problem]:
    """Every way in which a document departs from the schema (or a part of it), each with its place; [] for none."""
    return list(_faults(schema, document, ""))


def _faults(schema: dict, value: object, place: str) -> Iterator[Problem]:
    schema = resolved(schema)
    if "anyOf" in schema:
        fitting = [choice for choice in schema["anyOf"] if IS_A[choice["type"]](value)]
        if not fitting:
            yield Problem("wrong_type", place, {"expected": "text"})
            return
        schema = fitting[0]
    expected = schema.get("type", [])
    expected = expected if isinstance(expected, list) else [expected]
    if expected and not any(IS_A[name](value) for name in expected):
        yield Problem("wrong_type", place, {"expected": expected[0]})
        return
    for keyword, find in KEYWORDS.items():
        if keyword in schema:
            yield from find(schema, value, place)


def _allowed_values(schema: dict, value: object, place: str) -> Iterator[Problem]:
    allowed = schema["enum"] if "enum" in schema else [schema["const"]]
    # 1 == True in Python, not in the format
    if not any(type(value) is type(one) and value == one for one in allowed):
        yield Problem("not_one_of", place, {"allowed": ", ".join(map(str, allowed)), "found": _short(value)})


def _pattern(schema: dict, value: object, place: str) -> Iterator[Problem]:
    if isinstance(value, str) and not re.search(schema["pattern"].removesuffix("$") + r"\Z", value):
        number = schema["pattern"] == definition("#/$defs/number")["pattern"]
        yield Problem("not_a_number" if number else "bad_form", place, {"found": _short(value)})


def _size(schema: dict, value: object, place: str) -> Iterator[Problem]:
    if isinstance(value, str):
        least, most, code = schema.get("minLength", 0), schema.get("maxLength"), "text"
    elif isinstance(value, list):
        least, most, code = schema.get("minItems", 0), schema.get("maxItems"), "items"
    else:
        return
    if len(value) < least:
        yield Problem(f"too_few_{code}", place, {"least": str(least)})
    if most is not None and len(value) > most:
        yield Problem(f"too_many_{code}", place, {"most": str(most), "found": str(len(value))})


def _range(schema: dict, value: Any, place: str) -> Iterator[Problem]:
    if not IS_A["integer"](value):
        return
    least, most = schema.get("minimum"), schema.get("maximum")
    if (least is not None and value < least) or (most is not None and value > most):
        yield Problem("out_of_range", place, {"least": str(least), "most": str(most), "found": str(value)})


def _unique(schema: dict, value: list, place: str) -> Iterator[Problem]:
    seen = []
    for item in value:
        if item in seen:
            yield Problem("repeated", place, {"found": _short(item)})
        seen.append(item)


def _required(schema: dict, value: object, place: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        for field in schema["required"]:
            if field not in value:
                yield Problem("missing_field", place, {"field": field})


def _fields(schema: dict, value: object, place: str) -> Iterator[Problem]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for field, inner in value.items() if isinstance(value, dict) else ():
        if field in known:
            yield from _faults(known[field], inner, field_place(place, field, inner))
        elif others is False:
            yield Problem("unknown_field", place, {"field": _short(field)})
        elif isinstance(others, dict):
            yield from _faults(others, inner, field_place(place, field, inner))


def _field_names(schema: dict, value: Iterable[object], place: str) -> Iterator[Problem]:
    for field in value:
        if any(True for _ in _faults(schema["propertyNames"], field, place)):
            yield Problem("unknown_field", place, {"field": _short(field)})


def _items(schema: dict, value: Iterable[object], place: str) -> Iterator[Problem]:
    for position, item in enumerate(value, start=1):
        yield from _faults(schema["items"], item, item_place(place, item, position))


def _conditions(schema: dict, value: dict, place: str) -> Iterator[Problem]:
    for rule in schema["allOf"]:
        holds = not any(True for _ in _faults(rule["if"], value, place))
        branch = rule.get("then" if holds else "else", {})
        if "not" in branch:
            foreign = [field for field in branch["not"]["required"] if field in value]
            yield from (Problem("does_not_belong", place, {"field": field}) for field in foreign)
        else:
            yield from _faults(branch, value, place)


KEYWORDS: dict[str, Callable[[dict, Any, str], Iterable[Problem]]] = {
    "const": _allowed_values,
    "enum": _allowed_values,
    "pattern": _pattern,
    "minLength": _size,
    "maxLength": lambda schema, value, place: () if "minLength" in schema else _size(schema, value, place),
    "minItems": _size,
    "maxItems": lambda schema, value, place: () if "minItems" in schema else _size(schema, value, place),
    "minimum": _range,
    "uniqueItems": _unique,
    "required": _required,
    "properties": _fields,
    "additionalProperties": lambda schema, value, place: (
        () if "properties" in schema else _fields(schema, value, place)
    ),
    "propertyNames": _field_names,
    "items": _items,
    "allOf": _conditions,
}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


# ---------------------------------------------------------------- places


def field_place(place: str, field: str, value: object) -> str:
    """Where a field stands. A rubric's criteria are named by their key alone: it is unique in the indicator."""
    if field == "rubric":
        return f"{place}/rubric/{_label(value, 1)}"
    return f"{place}/{field}" if place else field


def item_place(place: str, item: object, position: int) -> str:
    """Where an item of a list stands: by its code or key, else by its position from 1."""
    label = _label(item, position)
    if place.endswith("/children") and "/rubric/" in place:
        return f"{place.rpartition('/rubric/')[0]}/rubric/{label}"
    return f"{place}/{label}"


def _label(item: object, position: int) -> str:
    names = ("code", "key", "name")
    found = (
        [item[name] for name in names if isinstance(item.get(name), str)] if isinstance(item, dict) else []
    )
    return _short(found[0]) if found and found[0] else str(position)


# ---------------------------------------------------------------- the tidy form


def tidy(value: Any, schema: dict = SCHEMA) -> Any:
    """The one form of a document: text as {th, en} in NFC, numbers as plain decimals, whole numbers and yes/no typed,
    nothing empty. What does not fit the schema is left as it is, for `structure_problems` to name."""
    reference = schema.get("$ref", "")
    if reference.endswith("/text"):
        return tidy_text(value)
    if reference.endswith("/number"):
        return tidy_number(value)
    schema = resolved(schema)
    if isinstance(value, dict):
        return _tidy_fields(value, schema)
    if isinstance(value, list):
        return [tidy(item, schema.get("items", {})) for item in value]
    return _tidy_scalar(value, schema)


def _tidy_fields(value: dict, schema: dict) -> dict:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    others = others if isinstance(others, dict) else {}
    tidied = {field: tidy(inner, known.get(field, others)) for field, inner in value.items()}
    # an optional component without indicators says so by an empty list
    return {
        field: inner
        for field, inner in tidied.items()
        if inner not in (None, "", [], {}) or (field == "indicators" and inner == [])
    }


def _tidy_scalar(value: object, schema: dict) -> object:
    if not isinstance(value, str):
        return value
    value = plain_text(value)
    wants_integer = schema.get("type") == "integer" or any(
        isinstance(one, int) for one in schema.get("enum", [])
    )
    if wants_integer and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if schema.get("type") == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def tidy_text(value: object) -> object:
    """ "ชื่อ" → {"th": "ชื่อ"}; languages without a text go. What is no text stays, for the schema to name."""
    if isinstance(value, str):
        text = plain_text(value)
        return {"th": text} if text else ""
    if isinstance(value, dict):
        tidied = {
            language: plain_text(text) if isinstance(text, str) else text for language, text in value.items()
        }
        return {language: text for language, text in tidied.items() if text not in (None, "")}
    return value


def tidy_number(value: object) -> object:
    """'4.50' → '4.5', 4 → '4', '-0' → '0'; anything else unchanged."""
    text = str(value) if IS_A["integer"](value) else plain_text(value) if isinstance(value, str) else ""
    if not NUMBER.fullmatch(text):
        return text or value
    whole, _, part = text.removeprefix("-").partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    digits = f"{whole}.{part}" if part else whole
    return f"-{digits}" if text.startswith("-") and digits != "0" else digits
