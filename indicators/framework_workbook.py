"""A framework as a workbook, to author a form in a spreadsheet: out and in again without loss.

Made from the published schema. Sheets: the form itself, its parts (components and indicators), their criteria, and one
for each list of things that these hold. A part is named by its code, a criterion by its indicator's code and its key.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.document_schema import SCHEMA, definition, resolved, structure_problems, tidy
from indicators.explaining import describe_problem
from indicators.field_labels import choice_label, label_of
from indicators.refusals import Refused
from indicators.scoring import Problem
from indicators.workbooks import LONGEST_CELL, Sheet, cell_fault, read_workbook, write_workbook

FORM, PARTS, CRITERIA = "form", "parts", "criteria"
# Kept whole in one cell, as JSON: nobody authors these in a spreadsheet.
AS_JSON = {"plan", "continues", "examples"}
NESTED = {"component", "indicator", "criterion"}  # definitions with sheets of their own
OWNERS = {FORM: [], PARTS: ["part.kind", "part.code", "part.parent"], CRITERIA: ["indicator", "parent"]}
LISTS = {FORM: [], PARTS: ["part.kind", "part.code"], CRITERIA: ["indicator", "criterion"]}


@dataclass(frozen=True)
class Column:
    """One cell of a row: the path in the document ("name.th") and how its text is read back."""

    path: str
    schema: dict
    as_json: bool = False


def columns_of(schema: dict) -> list[Column]:
    """The cells of a thing with this schema, lists of things left out."""
    fields = {field: inner for field, inner in schema["properties"].items() if not _is_nested(inner)}
    return [column for field, inner in fields.items() for column in _columns(field, inner)]


def _is_nested(schema: dict) -> bool:
    inner = schema.get("items", schema)
    return inner.get("$ref", "").rpartition("/")[2] in NESTED


def _columns(path: str, schema: dict) -> list[Column]:
    reference = schema.get("$ref", "").rpartition("/")[2]
    inner = resolved(schema)
    if path in AS_JSON:
        return [Column(path, schema, as_json=True)]
    if reference == "text":
        return [Column(f"{path}.th", {}), Column(f"{path}.en", {})]
    if reference == "round_weights":
        return [Column(f"{path}.{months}", {"$ref": "#/$defs/number"}) for months in ("3", "6", "9", "12")]
    if inner.get("type") == "object":
        return [one for name, part in inner["properties"].items() for one in _columns(f"{path}.{name}", part)]
    if _is_table(inner):
        return []
    return [Column(path, schema)]


def _is_table(schema: dict) -> bool:
    if schema.get("type") != "array":
        return False
    return "$ref" in schema["items"] and schema["items"]["$ref"].rpartition("/")[2] not in ("code", "key")


def tables_of(schema: dict) -> dict[str, dict]:
    """{field: schema of an item} of the lists of things in a thing."""
    lists = {field: resolved(inner) for field, inner in schema["properties"].items() if field not in AS_JSON}
    return {field: one["items"] for field, one in lists.items() if _is_table(one) and not _is_nested(one)}


def _schemas() -> dict[str, dict]:
    parts = definition("#/$defs/component")["properties"] | definition("#/$defs/indicator")["properties"]
    parts = {field: inner for field, inner in parts.items() if field != "code"}
    return {FORM: SCHEMA, PARTS: {"properties": parts}, CRITERIA: definition("#/$defs/criterion")}


# ---------------------------------------------------------------- out


def framework_to_workbook(document: dict) -> bytes:
    """The workbook of a framework document. Refused where a text is longer than a cell can be."""
    sheets = {}
    for name, schema in _schemas().items():
        sheets[name] = _sheet(name, OWNERS[name], columns_of(schema))
        for field, item in tables_of(schema).items():
            sheets[f"{name}.{field}"] = _sheet(f"{name}.{field}", LISTS[name], _item_columns(item))
    for kind, owner, thing in things_of(document):
        schema = _schemas()[kind]
        sheets[kind].rows.append([*owner, *(_text(thing, column) for column in columns_of(schema))])
        listed = owner[:2] if kind == PARTS else [owner[0], thing["key"]] if kind == CRITERIA else []
        for field, item in tables_of(schema).items():
            for one in thing.get(field) or ():
                cells = [
                    _text({"text": one} if _is_text(item) else one, column) for column in _item_columns(item)
                ]
                sheets[f"{kind}.{field}"].rows.append([*listed, *cells])
    return write_workbook(list(sheets.values()))


def things_of(document: dict) -> Iterator[tuple[str, list[str], dict]]:
    """(sheet, owner cells, thing) of the form, its parts and their criteria, in order."""
    yield FORM, [], document
    parts = list(_parts(document, ""))
    yield from ((PARTS, [kind, part["code"], parent], part) for kind, parent, part in parts)
    for _kind, _parent, part in parts:
        for node in rubric_trees.nodes(part.get("rubric")):
            above = rubric_trees.parent_of(part["rubric"], node["key"])
            yield CRITERIA, [part["code"], above["key"] if above else ""], node


def _parts(document: dict, parent: str) -> Iterator[tuple[str, str, dict]]:
    for name in ("components", "indicators"):
        for child in document.get(name) or ():
            kind = name.removesuffix("s")
            yield kind, parent, child
            yield from _parts(child, f"{kind}:{child['code']}")


def _sheet(name: str, owners: list[str], columns: list[Column]) -> Sheet:
    paths = [column.path for column in columns]
    labels = [OWNER_LABELS[owner]() for owner in owners] + [_label(path) for path in paths]
    return Sheet(
        name, [*owners, *paths], labels, widths=dict.fromkeys((p for p in paths if p.endswith(".th")), 40)
    )


OWNER_LABELS = {
    "part.kind": lambda: label_of("kind"), "part.code": lambda: label_of("code"), "part.parent": lambda: _("Stands in"),
    "indicator": lambda: choice_label("indicator"), "parent": lambda: _("Stands in"),
    "criterion": lambda: label_of("key"),
}  # fmt: skip


def _label(path: str) -> str:
    field, *rest = path.split(".")
    return " ".join(
        [label_of(field), *(label_of(one) if one not in ("th", "en") else f"({one})" for one in rest)]
    )


def _item_columns(item: dict) -> list[Column]:
    return _columns("text", item) if _is_text(item) else columns_of(resolved(item))


def _is_text(item: dict) -> bool:
    return item.get("$ref", "").endswith("/text")


def _text(thing: dict, column: Column) -> str:
    value: Any = thing
    if column.as_json:
        value = thing.get(column.path)
        text = json.dumps(value, ensure_ascii=False) if value else ""
    else:
        for name in column.path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        text = _plain(value)
    if len(text) > LONGEST_CELL:
        raise Refused(
            [_("“%(label)s” is longer than a cell of a spreadsheet holds.") % {"label": _label(column.path)}]
        )
    return text


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


# ---------------------------------------------------------------- in


def workbook_to_framework(data: bytes) -> dict:
    """The framework document of a workbook. Refused with every fault, each with its sheet, row and column: the
    workbook is taken whole or not at all."""
    sheets = read_workbook(data)
    missing = [name for name in (FORM, PARTS, CRITERIA) if name not in sheets]
    if missing or len(sheets[FORM]) != 1:
        raise Refused([_("The workbook needs the sheets form (one row), parts and criteria.")])
    rows: dict[tuple, tuple[str, str]] = {}
    form = _thing(sheets, FORM, sheets[FORM][0], ())
    form["components"] = []
    rows[()] = (FORM, sheets[FORM][0][""])
    found = {"": form}
    faults: list[str] = []
    for row in sheets[PARTS]:
        _take_part(sheets, row, found, rows, faults)
    _take_criteria(sheets, found, rows, faults)
    document = tidy(form)
    faults += [_fault(problem, rows) for problem in structure_problems(document)]
    if faults:
        raise Refused(faults)
    return document


def _take_part(
    sheets: dict[str, list[dict[str, str]]],
    row: dict[str, str],
    found: dict[str, dict],
    rows: dict[tuple, tuple[str, str]],
    faults: list[str],
) -> None:
    kind, code, parent = (row.get(name, "") for name in OWNERS[PARTS])
    if kind not in ("component", "indicator") or parent not in found:
        column = "part.parent" if kind in ("component", "indicator") else "part.kind"
        faults.append(_not_there(PARTS, row, column))
        return
    part = _thing(sheets, PARTS, row, (kind, code))
    part["code"] = code
    if kind == "component":
        part["indicators"] = []
    above = found[parent]
    if kind == "component" and parent:
        above.pop("indicators", None)
    above.setdefault(f"{kind}s", []).append(part)
    found[f"{kind}:{code}"] = part
    rows[kind, code] = (PARTS, row[""])


def _take_criteria(
    sheets: dict[str, list[dict[str, str]]],
    found: dict[str, dict],
    rows: dict[tuple, tuple[str, str]],
    faults: list[str],
) -> None:
    for row in sheets[CRITERIA]:
        code, parent = row.get("indicator", ""), row.get("parent", "")
        indicator = found.get(f"indicator:{code}")
        above = rubric_trees.find(indicator.get("rubric"), parent) if indicator and parent else None
        if indicator is None or (parent and above is None) or (not parent and "rubric" in indicator):
            column = "indicator" if indicator is None else "parent"
            faults.append(_not_there(CRITERIA, row, column))
            continue
        node = _thing(sheets, CRITERIA, row, (code, row.get("key", "")))
        rows["criterion", code, row.get("key", "")] = (CRITERIA, row[""])
        if above is None:
            indicator["rubric"] = node
        else:
            above.setdefault("children", []).append(node)


def _not_there(sheet: str, row: dict[str, str], column: str) -> str:
    return cell_fault(sheet, row[""], column, _("“%(found)s” is not there.") % {"found": row.get(column, "")})


def _thing(
    sheets: dict[str, list[dict[str, str]]], kind: str, row: dict[str, str], owner: tuple[str, ...]
) -> dict:
    """A row with the lists that belong to it."""
    schema = _schemas()[kind]
    thing = _filled(row, columns_of(schema))
    for field, item in tables_of(schema).items():
        rows = sheets.get(f"{kind}.{field}", ())
        belongs = [one for one in rows if tuple(one.get(name, "") for name in LISTS[kind]) == owner]
        values = [_filled(one, _item_columns(item)) for one in belongs]
        if values:
            thing[field] = [one.get("text", {}) for one in values] if _is_text(item) else values
    return thing


def _filled(row: dict[str, str], columns: Iterable[Column]) -> dict:
    thing: dict = {}
    for column in columns:
        if text := row.get(column.path, ""):
            *above, last = column.path.split(".")
            place = thing
            for name in above:
                place = place.setdefault(name, {})
            place[last] = _value(text, column)
    return thing


def _value(text: str, column: Column) -> Any:
    if column.as_json:
        try:
            return json.loads(text, parse_float=str)
        except ValueError:
            return text
    if resolved(column.schema).get("type") == "array":
        items = resolved(resolved(column.schema)["items"])
        return [tidy(one.strip(), items) for one in text.split(",") if one.strip()]
    return text


def _fault(problem: Problem, rows: dict[tuple, tuple[str, str]]) -> str:
    tokens = [token for token in problem.place.split("/") if token]
    known = ("components", "indicators")
    pairs = [(kind.removesuffix("s"), code) for kind, code in pairwise(tokens) if kind in known]
    owner: tuple = pairs[-1] if pairs else ()
    rest = tokens[tokens.index("rubric") + 1 :] if "rubric" in tokens else tokens[2 * len(pairs) :]
    if "rubric" in tokens and rest and ("criterion", pairs[-1][1], rest[0]) in rows:
        owner, rest = ("criterion", pairs[-1][1], rest[0]), rest[1:]
    sheet, row = rows.get(owner, (FORM, "3"))
    column = ".".join(rest) or problem.facts.get("field", "–")
    return cell_fault(sheet, row, column, describe_problem(Problem(problem.code, "", problem.facts)))
