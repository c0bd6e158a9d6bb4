"""Inputs for the shapes of the framework format: text in two languages, a group of fields, a table, a list.

Each gives back what the document holds, as it was typed: an editor of drafts refuses nothing (draft_problems.py says
what is wrong). What was not touched comes back unchanged, to the last character.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from indicators.days import parse_day
from indicators.document_schema import resolved, tidy
from indicators.field_labels import choice_label, label_of
from indicators.readable_text import plain_text
from indicators.scoring import NumberError, parse_number

BLANK_ROWS = 2
ESCAPED = re.compile(r"\\(.)")
SHORT = {"class": "form-control"}


class TextWidget(forms.Widget):
    """A text: Thai above, English below. The document holds {"th", "en"}."""

    template_name = "frameworks/widgets/text.html"

    def __init__(self, *, rows: int = 1, required: bool = False) -> None:
        super().__init__()
        self.rows = rows

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        value = value if isinstance(value, dict) else {"th": value or ""}
        context["widget"] |= {"th": value.get("th", ""), "en": value.get("en", ""), "rows": self.rows}
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = {language: plain_text(data.get(f"{name}.{language}") or "") for language in ("th", "en")}
        return {language: text for language, text in typed.items() if text}


class NumberWidget(forms.TextInput):
    """An exact number as people type it; what cannot be understood stays as it was typed."""

    def __init__(self) -> None:
        super().__init__({"class": "form-control number", "inputmode": "decimal", "autocomplete": "off"})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = data.get(name) or ""
        try:
            return tidy(parse_number(typed), {"$ref": "#/$defs/number"}) if typed.strip() else ""
        except NumberError:
            return plain_text(typed)


class ScalarWidget(forms.TextInput):
    """A short word or a whole number."""

    def __init__(self, schema: dict) -> None:
        super().__init__(SHORT)
        self.schema = schema

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return tidy(data.get(name) or "", self.schema)


class DayWidget(forms.TextInput):
    """A day as people type it; the document holds "2562-03-21". What is no day stays as it was typed."""

    def __init__(self) -> None:
        super().__init__({**SHORT, "placeholder": _("e.g. 21 Mar 2562"), "autocomplete": "off"})

    def format_value(self, value: Any) -> Any:
        try:
            day = parse_day(value or "")
        except ValueError:
            return value
        return f"{date_format(day, 'j M')} {day.year + 543}"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = plain_text(data.get(name) or "")
        try:
            day = parse_day(typed)
        except ValueError:
            return typed
        return f"{day.year + 543}-{day:%m-%d}"


class ChoiceWidget(forms.Select):
    """One of a closed list, or nothing."""

    def __init__(self, schema: dict) -> None:
        choices = [("", "–"), *((one, choice_label(one)) for one in schema["enum"])]
        super().__init__({"class": "form-select"}, choices)
        self.schema = schema

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return tidy(data.get(name) or "", self.schema)


class FlagWidget(forms.CheckboxInput):
    """Yes, or nothing."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return True if data.get(name) else ""


class ListWidget(forms.CheckboxSelectMultiple):
    """Several of a closed list, in its order."""

    template_name = "frameworks/widgets/choices.html"

    def __init__(self, choices: Iterable[tuple[str, str]]) -> None:
        super().__init__(choices=list(choices))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = set(data.getlist(name))
        return [value for value, _label in self.choices if str(value) in chosen]


class CodesWidget(forms.TextInput):
    """Codes with commas between them."""

    def __init__(self, schema: dict) -> None:
        super().__init__(SHORT)

    def format_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value or ())

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return [code for one in (data.get(name) or "").split(",") if (code := plain_text(one))]


class GroupWidget(forms.Widget):
    """A few fields that belong together: {"min", "max"}, {"need", "accepts"}."""

    template_name = "frameworks/widgets/group.html"

    def __init__(self, schema: dict) -> None:
        super().__init__()
        self.parts = {field: widget_for(field, inner) for field, inner in schema["properties"].items()}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        value = value if isinstance(value, dict) else {}
        context["widget"]["parts"] = [
            self._part(f"{name}.{field}", label_of(field, within=name), part, value.get(field))
            for field, part in self.parts.items()
        ]
        return context

    def _part(self, name: str, label: str, part: forms.Widget, value: Any) -> dict[str, str]:
        return {
            "label": label,
            "id": f"id_{name}",
            "html": part.render(name, value, {"id": f"id_{name}"}),
        }

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        typed = {
            field: part.value_from_datadict(data, files, f"{name}.{field}")
            for field, part in self.parts.items()
        }
        return {field: value for field, value in typed.items() if value not in ("", {}, [])}


class RoundWeightsWidget(GroupWidget):
    """A number for each round: {"6": "10"}."""

    def __init__(self, schema: dict) -> None:
        super().__init__(
            {"properties": {months: {"$ref": "#/$defs/number"} for months in ("3", "6", "9", "12")}}
        )


class ValuesWidget(forms.Textarea):
    """Texts under the keys of columns, one a line: "jan = 10". A line break inside a text is written \\n."""

    def __init__(self) -> None:
        super().__init__({"class": "form-control", "rows": 2})

    def format_value(self, value: Any) -> Any:
        return "\n".join(f"{key} = {_one_line(one)}" for key, one in (value or {}).items())

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        lines = [line.partition("=") for line in plain_text(data.get(name) or "").split("\n")]
        return {key.strip(): _many_lines(text.strip()) for key, sign, text in lines if key.strip() and sign}


def _one_line(value: object) -> str:
    thai, english = (
        (value.get("th", ""), value.get("en", "")) if isinstance(value, dict) else (str(value), "")
    )
    written = [text.replace("\\", "\\\\").replace("\n", "\\n") for text in (thai, english) if text]
    return " || ".join(written)


def _many_lines(text: str) -> dict:
    parts = [ESCAPED.sub(_unescaped, one.strip()) for one in text.split("||", 1)]
    return {language: part for language, part in zip(("th", "en"), parts, strict=False) if part}


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


class TableWidget(forms.Widget):
    """Rows of the same fields, with blank ones at the end; a row that is emptied or dropped goes."""

    template_name = "frameworks/widgets/table.html"

    def __init__(self, schema: dict) -> None:
        super().__init__()
        self.columns = {field: widget_for(field, inner) for field, inner in schema["properties"].items()}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [row if isinstance(row, dict) else {} for row in value or ()]
        context["widget"] |= {
            "labels": [label_of(field) for field in self.columns],
            "rows": [
                {
                    "cells": self._cells(name, number, row),
                    "drop": f"{name}.{number}.drop",
                    "number": number + 1,
                    "is_blank": not row,
                }
                for number, row in enumerate([*rows, *[{}] * BLANK_ROWS])
            ],
        }
        return context

    def _cells(self, name: str, number: int, row: dict) -> list[dict[str, str]]:
        return [
            {
                "html": column.render(
                    f"{name}.{number}.{field}",
                    row.get(field),
                    {"aria-label": f"{label_of(field)} {number + 1}"},
                ),
                "field": field,
            }
            for field, column in self.columns.items()
        ]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        numbers = sorted(
            {int(key.removeprefix(f"{name}.").partition(".")[0]) for key in data if _is_cell(key, name)}
        )
        rows = [
            {
                field: column.value_from_datadict(data, files, f"{name}.{number}.{field}")
                for field, column in self.columns.items()
            }
            for number in numbers
            if f"{name}.{number}.drop" not in data
        ]
        rows = [{field: value for field, value in row.items() if value not in ("", {}, [])} for row in rows]
        return [row for row in rows if row]


class TextListWidget(TableWidget):
    """A list of texts."""

    def __init__(self, schema: dict) -> None:
        super().__init__({"properties": {"text": {"$ref": "#/$defs/text"}}})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, [{"text": one} for one in value or ()], attrs)

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return [row["text"] for row in super().value_from_datadict(data, files, name)]


def _is_cell(key: str, name: str) -> bool:
    return key.startswith(f"{name}.") and key.removeprefix(f"{name}.").partition(".")[0].isdecimal()


PROSE = {
    "definition", "formula_text", "conditions", "guidance", "objective", "description", "note", "target", "source",
    "data_source",
}  # fmt: skip


def widget_for(field: str, schema: dict) -> forms.Widget:
    """The input for a field, by its part of the published schema."""
    reference = schema.get("$ref", "").rpartition("/")[2]
    schema = resolved(schema)
    if reference == "text":
        return TextWidget(rows=3 if field in PROSE else 1)
    if field == "date":
        return DayWidget()
    if reference == "number":
        return NumberWidget()
    if reference == "round_weights":
        return RoundWeightsWidget(schema)
    if "enum" in schema:
        return ChoiceWidget(schema)
    if schema.get("type") == "boolean":
        return FlagWidget()
    if schema.get("type") == "array":
        return _widget_for_list(schema)
    if schema.get("type") == "object":
        return GroupWidget(schema) if "properties" in schema else ValuesWidget()
    return ScalarWidget(schema)


def _widget_for_list(schema: dict) -> forms.Widget:
    reference = schema["items"].get("$ref", "").rpartition("/")[2]
    item = resolved(schema["items"])
    if "enum" in item:
        return ListWidget((one, choice_label(one)) for one in item["enum"])
    if reference == "text":
        return TextListWidget(schema)
    return TableWidget(item) if item.get("type") == "object" else CodesWidget(schema)
