"""The editor's form for one part of a framework, made from the published schema: a field there is a field here."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators.document_schema import SCHEMA, definition
from indicators.editing import digest
from indicators.editor_widgets import ListWidget, widget_for
from indicators.explaining import describe_number_error
from indicators.field_labels import label_of
from indicators.refusals import Refused
from indicators.scoring import NumberError, exact, exact_text, parse_number, target_levels

# What each kind of part is asked for, in the order of the manual. Everything the schema knows is here (a test looks).
SECTIONS = {
    "framework": [
        (_("The form"), ["name", "code", "year", "source", "description", "agency_kinds"]),
        (_("Scores"), ["scale", "places", "unscored", "rounds", "extract", "bands"]),
        (_("Rules for the indicators"), ["limits", "compulsory"]),
        (_("Assumptions"), ["assumptions"]),
        (_("Resolution"), ["resolution"]),
        (_("The form before this one"), ["continues"]),
    ],
    "component": [
        ("", ["name", "code", "weight", "optional", "description", "note"]),
        (_("Rounds and weights"), ["rounds", "round_weights", "unscored"]),
    ],
    "indicator": [
        ("", ["name", "code", "unit", "weight", "target", "compulsory"]),
        (_("KPI card"), ["definition", "formula_text", "conditions", "guidance", "objective", "data_source",
                         "reference", "note", "supervisor", "collectors", "history", "plan"]),
        (_("Rounds and weights"), ["period", "rounds", "round_weights", "scale", "unscored"]),
    ],
    "check": [("", ["title", "points"])],
    "measure": [("", ["title", "unit", "decimals"]), (_("Formula"), ["formula", "inputs"]), (_("Plan"), ["plan"])],
    "rating": [("", ["title"]), (_("Options"), ["options"])],
    "milestone": [("", ["title"])],
    "checklist": [("", ["title", "takes"])],
    "weighted": [("", ["title", "unscored"])],
}  # fmt: skip
CRITERION = [
    (_("From the result to the score"), ["levels", "floor", "requires"]),
    (_("Evidence and guidance"), ["evidence", "guidance", "reference"]),
    (_("More"), ["weight", "deductions", "rounding", "rounds", "round_weights", "key"]),
]
SHORTHAND = {
    "target": _("Target"),
    "level": _("at level"),
    "step": _("± per level (negative: less is better)"),
}
OPEN = {CRITERION[0][0], _("Formula"), _("Options"), _("The form"), _("Scores")}
NOT_EDITED = {"format", "version", "examples", "components", "indicators", "children", "rubric", "kind"}


def sections_of(kind: str, *, in_weighted: bool = False) -> list[tuple[str, list[str]]]:
    """The headings and fields of a part of this kind. The weight stands on top where the parent is weighted."""
    own = SECTIONS[kind]
    if kind in ("framework", "component", "indicator"):
        return own
    more = [
        (title, [field for field in fields if not (in_weighted and field == "weight")])
        for title, fields in CRITERION
    ]
    first, *rest = own
    return [("", [*first[1], *(["weight"] if in_weighted else [])]), *rest, *more]


class PartForm(forms.Form):
    """Every field of one part. `values()` is what the person changed since the page was shown; nothing is refused."""

    def __init__(self, data=None, *, kind, own, checks=(), in_weighted=False):
        super().__init__(data, label_suffix="")
        self.own, self.kind = own, kind
        self.sections: list[tuple[str, list[str]]] = []
        known = SCHEMA if kind == "framework" else definition(f"#/$defs/{_definition_name(kind)}")
        for title, fields in sections_of(kind, in_weighted=in_weighted):
            fields = [field for field in fields if field != "requires" or checks]
            for field in fields:
                schema = known["properties"][field]
                widget = ListWidget(checks) if field == "requires" else widget_for(field, schema)
                self.fields[field] = forms.Field(
                    required=False, label=label_of(field, within=kind), widget=widget
                )
                self.initial[field] = own.get(field)
            self.sections.append((title, fields))

    def seen(self) -> dict[str, str]:
        """What the person has before the eyes, for the next save to compare with."""
        return {field: digest(self.own.get(field)) for field in self.fields}

    def typed(self) -> dict:
        """{field: value} of all fields as they were sent. The button beside the levels writes them from the shorthand
        (Refused for what is no number)."""
        found = {
            name: field.widget.value_from_datadict(self.data, {}, name) for name, field in self.fields.items()
        }
        return found | ({"levels": self._levels_from_target()} if "write_levels" in self.data else {})

    def _levels_from_target(self) -> list[dict]:
        target, level, step = (self._shorthand(name, label) for name, label in SHORTHAND.items())
        if step == 0 or level.denominator != 1:
            raise Refused([gettext("The step is not 0, and the level of the target is a whole number.")])
        points = target_levels(target, step, level=int(level))
        return [
            {"at": exact_text(one.at), "score": exact_text(one.score), "rule": "linear"} for one in points
        ]

    def _shorthand(self, name, label):
        try:
            return exact(parse_number(self.data.get(f"shorthand.{name}", "")))
        except NumberError as error:
            raise Refused([f"{label}: {describe_number_error(error)}"]) from None

    def values(self) -> dict:
        """Those whose value is not what was shown."""
        return {
            field: value
            for field, value in self.typed().items()
            if digest(value) != self.data.get(f"seen.{field}", digest(self.own.get(field)))
        }

    def as_seen(self) -> dict[str, str]:
        """{field: digest} as the page sent them back."""
        return {field: self.data[f"seen.{field}"] for field in self.fields if f"seen.{field}" in self.data}

    def rows(self):
        """(heading, bound fields, whether to show them at once) for the template."""
        return [
            (
                title,
                [self[field] for field in fields],
                any(self.own.get(field) for field in fields if field != "key") or title in OPEN,
            )
            for title, fields in self.sections
        ]


def _definition_name(kind: str) -> str:
    return kind if kind in ("component", "indicator") else "criterion"
