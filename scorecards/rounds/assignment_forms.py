"""An agency's own part of a form: which indicators, their weights, targets and levels."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators import rubric_trees
from indicators.document_schema import tidy_number
from indicators.explaining import describe_number_error, words
from indicators.scoring import NumberError, parse_number
from indicators.scoring.numbers import grouped
from scorecards.models import Assignment, Owner


@dataclass(frozen=True)
class Leaf:
    """An indicator that is answered; `is_locked` where it is compulsory, by itself or by the group it stands in."""

    document: dict
    is_locked: bool

    @property
    def code(self) -> str:
        return self.document["code"]

    @property
    def measures(self) -> list[dict]:
        """The measured values with levels: what an agency may have values of its own for."""
        nodes = rubric_trees.nodes(self.document.get("rubric"))
        return [node for node in nodes if node["kind"] == "measure" and node.get("levels")]


class OwnerForm(forms.ModelForm):
    """Who is responsible for one indicator at the agency."""

    class Meta:
        model = Owner
        fields = ["indicator_code", "duty", "name", "telephone", "email"]
        labels = {
            "indicator_code": _("Indicator"),
            "duty": _("Duty"),
            "name": _("Name"),
            "telephone": _("Telephone"),
            "email": _("E-mail"),
        }

    def __init__(self, *args, codes=(), **options):
        super().__init__(*args, **options)
        self.fields["indicator_code"] = forms.ChoiceField(
            label=_("Indicator"), choices=[("", "–"), *((code, code) for code in codes)]
        )
        self.fields["duty"].choices = [("", "–"), *Owner.Duty.choices]
        for field in self.fields.values():
            chosen = isinstance(field.widget, forms.Select)
            field.widget.attrs |= {"class": "form-select" if chosen else "form-control"}


OwnerFormSet = forms.inlineformset_factory(Assignment, Owner, form=OwnerForm, extra=2, can_delete=True)


def leaves_of(document: dict) -> list[Leaf]:
    """All indicators that are answered, in the order of the form."""
    compulsory = set(document.get("compulsory") or ())
    return [
        leaf for component in _components(document["components"]) for leaf in _leaves(component, compulsory)
    ]


class TailoringForm(forms.Form):
    """Fields are named `without.<component>`, `chosen.<code>`, `weight.<code>`, `target.<code>`,
    `at.<code>.<criterion>.<n>`, `host.<code>`. Only what differs from the year's form becomes part of the tailoring."""

    reason = forms.CharField(
        label=_("Reason (resolution), where the agency already works with its form"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"class": "form-control"}),
    )

    def __init__(self, data=None, *, document, tailoring, hosts=None):
        super().__init__(data, label_suffix="")
        self.own, self.hosts = tailoring, hosts or {}
        self.parts = list(_components(document["components"]))
        compulsory = set(document.get("compulsory") or ())
        self.leaves = {one["code"]: list(_leaves(one, compulsory)) for one in self.parts}
        self.faults: dict[str, str] = {}

    # ------------------------------------------------------------ what the page shows

    def components(self) -> list[dict]:
        """The components with their indicators, as the page prints them."""
        return [
            {
                "code": one["code"],
                "name": words(one["name"]),
                "optional": bool(one.get("optional")),
                "without": self._ticked(f"without.{one['code']}", one["code"] in self.own.get("without", ())),
                "indicators": [self._line(leaf) for leaf in self.leaves[one["code"]]],
            }
            for one in self.parts
        ]

    def _line(self, leaf):
        code, chosen = leaf.code, self.own.get("chosen")
        weight = self.own.get("weights", {}).get(code, leaf.document.get("weight", ""))
        target = words(self.own.get("targets", {}).get(code, leaf.document.get("target")))
        return {
            "code": code,
            "name": words(leaf.document["name"]),
            "compulsory": leaf.is_locked,
            "chosen": self._ticked(f"chosen.{code}", chosen is None or code in chosen),
            "weight": self.data.get(f"weight.{code}", weight),
            "target": self.data.get(f"target.{code}", target),
            "levels": [self._levels(code, node) for node in leaf.measures],
            "fault": self.faults.get(code),
            "host": self.data.get(f"host.{code}", self.hosts.get(code, "")),
        }

    def _levels(self, code, node):
        own = self.own.get("levels", {}).get(code, {}).get(node["key"], {}).get("levels", node["levels"])
        names = [f"at.{code}.{node['key']}.{number}" for number in range(len(node["levels"]))]
        cells = [
            {"name": name, "score": point["score"], "at": self.data.get(name, grouped(str(held["at"])))}
            for name, point, held in zip(names, node["levels"], own, strict=True)
        ]
        return {"title": words(node.get("title")), "unit": words(node.get("unit")), "cells": cells}

    def _ticked(self, name, otherwise):
        return name in self.data if self.is_bound else otherwise

    # ------------------------------------------------------------ what it says

    def tailoring_typed(self) -> dict:
        """The tailoring that the page stands for; `faults` holds what could not be read as a number."""
        leaves = [leaf for one in self.leaves.values() for leaf in one]
        chosen = [leaf.code for leaf in leaves if leaf.is_locked or f"chosen.{leaf.code}" in self.data]
        optional = [one["code"] for one in self.parts if one.get("optional")]
        found = {
            "without": [code for code in optional if f"without.{code}" in self.data],
            "weights": self._weights(leaves),
            "targets": self._targets(leaves),
            "levels": self._own_levels(leaves),
        }
        found = {name: value for name, value in found.items() if value}
        return found | ({"chosen": chosen} if len(chosen) < len(leaves) else {})

    def hosts_typed(self) -> dict[str, str]:
        """{indicator code: code of the agency whose result it takes}."""
        codes = [leaf.code for one in self.leaves.values() for leaf in one]
        return {code: host for code in codes if (host := self.data.get(f"host.{code}", "").strip())}

    def _weights(self, leaves) -> dict:
        typed = {leaf.code: self._number(leaf.code, f"weight.{leaf.code}") for leaf in leaves}
        usual = {leaf.code: leaf.document.get("weight", "") for leaf in leaves}
        return {code: weight for code, weight in typed.items() if weight not in ("", usual[code])}

    def _targets(self, leaves) -> dict:
        typed = {
            leaf.code: self.data.get(f"target.{leaf.code}", "").strip().replace("\r\n", "\n")
            for leaf in leaves
        }
        usual = {leaf.code: words(leaf.document.get("target")) for leaf in leaves}
        return {code: {"th": target} for code, target in typed.items() if target not in ("", usual[code])}

    def _own_levels(self, leaves) -> dict:
        found: dict[str, dict] = {}
        for leaf in leaves:
            for node in leaf.measures:
                levels = [
                    point
                    | {"at": self._number(leaf.code, f"at.{leaf.code}.{node['key']}.{number}") or point["at"]}
                    for number, point in enumerate(node["levels"])
                ]
                if levels != node["levels"]:
                    found.setdefault(leaf.code, {})[node["key"]] = {"levels": levels}
        return found

    def _number(self, code, name) -> str:
        typed = self.data.get(name, "")
        if not typed.strip():
            return ""
        try:
            plain = parse_number(typed)
        except NumberError as error:
            self.faults[code] = describe_number_error(error)
            return ""
        return str(tidy_number(plain))


def _components(components) -> Iterator[dict]:
    for one in components:
        if one.get("components"):
            yield from _components(one["components"])
        else:
            yield one


def _leaves(group, compulsory, *, is_locked=False) -> Iterator[Leaf]:
    for one in group.get("indicators") or ():
        locked = is_locked or one["code"] in compulsory or bool(one.get("compulsory"))
        if one.get("indicators"):
            yield from _leaves(one, compulsory, is_locked=locked)
        else:
            yield Leaf(one, locked)
