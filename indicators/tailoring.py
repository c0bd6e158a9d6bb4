"""An agency's own form: the year's form with its choice of indicators, weights, targets and levels.

The tailored form is a published framework of its own, with its own frozen text and hash, so that everything that
scores, shows or prints a form works for it unchanged; `variant_of` leads back to the year's form.
"""

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import rubric_trees
from indicators.explaining import describe_problem
from indicators.models import BANGKOK, Framework
from indicators.permissions import require_configurer
from indicators.publishing import export_framework, load_framework, publish
from indicators.refusals import Refused
from indicators.scoring import check_framework, content_hash, exact_text

# What a tailoring may hold: components that do not apply; the chosen indicators; {code: weight}; {code: target};
# {code: {criterion: {"levels": […], "floor": …}}}.
FIELDS = ("without", "chosen", "weights", "targets", "levels")


def tailored(document: dict, tailoring: dict) -> dict:
    """The year's form as this tailoring has it. Pure: nothing is checked and nothing is written. Compulsory indicators
    always stay; a component without any is absent."""
    document = deepcopy(document)
    document.pop("examples", None)
    compulsory = set(document.get("compulsory") or ())
    compulsory |= {one["code"] for one in _all_parts(document) if one.get("compulsory")}
    chosen = tailoring.get("chosen")
    keep = None if chosen is None else {*chosen, *compulsory}
    without = set(tailoring.get("without") or ())
    document["components"] = [_component(one, tailoring, keep, without) for one in document["components"]]
    return document


def _component(component: dict, tailoring: dict, keep: set | None, without: set) -> dict:
    if code_weight := (tailoring.get("weights") or {}).get(f"component:{component['code']}"):
        component["weight"] = code_weight
    if component["code"] in without:
        component.pop("components", None)
        return component | {"indicators": [], "optional": True}
    if "components" in component:
        component["components"] = [
            _component(one, tailoring, keep, without) for one in component["components"]
        ]
        return component
    component["indicators"] = _indicators(component.get("indicators") or [], tailoring, keep)
    return component if component["indicators"] else component | {"optional": True}


def _indicators(indicators: list, tailoring: dict, keep: set | None) -> list:
    found = []
    for one in indicators:
        if one.get("indicators"):
            one["indicators"] = _indicators(one["indicators"], tailoring, _all_if_named(one, keep))
            if one["indicators"]:
                found.append(_own(one, tailoring))
        elif keep is None or one["code"] in keep:
            found.append(_own(one, tailoring))
    return found


def _all_if_named(indicator: dict, keep: set | None) -> set | None:
    """A compulsory or chosen group keeps all its sub-indicators."""
    return None if keep is None or indicator["code"] in keep else keep


def _own(indicator: dict, tailoring: dict) -> dict:
    code = indicator["code"]
    if weight := (tailoring.get("weights") or {}).get(code):
        indicator["weight"] = weight
    if target := (tailoring.get("targets") or {}).get(code):
        indicator["target"] = target
    for key, own in ((tailoring.get("levels") or {}).get(code) or {}).items():
        if node := rubric_trees.find(indicator.get("rubric"), key):
            node.update(own)
    return indicator


def tailoring_problems(document: dict, tailoring: dict) -> list[str]:
    """All sentences that stand against a tailoring: weights that do not add up, limits, codes that are not there …"""
    codes = {one["code"] for one in _all_parts(document)}
    named = {*(tailoring.get("chosen") or ()), *(tailoring.get("without") or ())}
    named |= {code.removeprefix("component:") for code in tailoring.get("weights") or {}}
    named |= {*(tailoring.get("targets") or {}), *(tailoring.get("levels") or {})}
    missing = [
        _("There is no indicator or component “%(code)s”.") % {"code": code} for code in sorted(named - codes)
    ]
    own = tailored(document, tailoring)
    found = [f"{problem.place}: {describe_problem(problem)}" for problem in check_framework(own)]
    return missing + _weights_off(document, own, set(tailoring.get("weights") or ())) + found


def _weights_off(document: dict, own: dict, touched: set) -> list[str]:
    """Inside a component with a weight of its own only proportions count; where the year's weights add up to it, an
    agency's must too, or a slip of the finger would pass."""
    sentence = _("The weights in component %(code)s add up to %(total)s instead of %(weight)s.")
    usual = {part["code"]: part for part in _all_parts(document) if part.get("weight")}
    found = []
    for part in _all_parts(own):
        below = part.get("indicators") or ()
        if not part.get("weight") or not touched & {one["code"] for one in below}:
            continue
        total = _sum_of_weights(part)
        if total != Fraction(part["weight"]) and _sum_of_weights(usual[part["code"]]) == Fraction(
            part["weight"]
        ):
            facts = {"code": part["code"], "total": exact_text(total), "weight": part["weight"]}
            found.append(sentence % facts)
    return found


def _sum_of_weights(part: dict) -> Fraction:
    return sum((Fraction(one.get("weight") or 0) for one in part.get("indicators") or ()), Fraction(0))


def _all_parts(document: dict) -> Iterator[dict]:
    for name in ("components", "indicators"):
        for child in document.get(name) or ():
            yield child
            yield from _all_parts(child)


@transaction.atomic
def publish_variant(
    base: Framework, tailoring: dict, *, key: str, reason: str = "", actor: User
) -> Framework:
    """The published form of one agency (`key`). The same tailoring again gives the same form; another one a new
    version, with the reason as its resolution. Without any tailoring it is the year's form itself.

    Refused with all reasons, and while the year's form is a draft."""
    require_configurer(actor)
    if base.is_draft:
        raise Refused([_("Publish the year's form first.")])
    tailoring = {name: tailoring[name] for name in FIELDS if tailoring.get(name) not in (None, {}, [])} | (
        {"chosen": tailoring["chosen"]} if tailoring.get("chosen") is not None else {}
    )
    if not tailoring:
        return base
    document = export_framework(base)
    if problems := tailoring_problems(document, tailoring):
        raise Refused(problems)
    document = tailored(document, tailoring) | {"code": f"{base.code}-{key}"[:60]}
    latest = Framework.objects.filter(variant_of=base, variant_key=key).order_by("-version").first()
    if latest and _says(export_framework(latest)) == _says(document):
        return latest
    if latest:
        document |= {"version": latest.version + 1, "resolution": _resolution(reason)}
    variant = load_framework(document)
    variant.variant_of, variant.variant_key = base, key
    variant.save(update_fields=["variant_of", "variant_key"])
    return publish(variant, actor=actor)


def _says(document: dict) -> str:
    return content_hash(
        {name: value for name, value in document.items() if name not in ("version", "resolution")}
    )


def _resolution(reason: str) -> dict[str, Any]:
    if not reason.strip():
        raise Refused([_("Say why the agency's form changes: the number of the resolution or the reason.")])
    today: dt.date = timezone.now().astimezone(BANGKOK).date()
    date = f"{today.year + 543}-{today:%m-%d}"
    return {"number": reason.strip()[:200], "date": date, "reason": {"th": reason.strip()}}
