"""Who has which form, and what is each agency's own in it, as one workbook: out, edited, and in again with a preview.

Sheets: `agencies` (who has the form), `own` (a line for each agency and indicator), `owners` (who is responsible).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.document_schema import tidy_number
from indicators.explaining import describe_number_error, words
from indicators.models import Framework
from indicators.publishing import export_framework
from indicators.refusals import Refused
from indicators.scoring import NumberError, parse_number
from indicators.tailoring import tailoring_problems
from indicators.workbooks import Sheet, cell_fault, read_workbook, write_workbook
from scorecards.models import Agency, Assignment, Owner
from scorecards.rounds.agency_filters import agencies_for
from scorecards.rounds.assigning import assign, tailor
from scorecards.rounds.assignment_forms import Leaf, leaves_of
from scorecards.sharing import share

YES = {"yes", "true", "ใช่", "มี", "1", "✓"}
AGENCIES = ["agency", "name", "has_form"]
OWN = ["agency", "indicator", "name", "used", "weight", "target", "levels", "host"]
OWNERS = ["agency", "indicator", "duty", "name", "telephone", "email"]


@dataclass
class Plan:
    """What an import would do to one agency. `changes` are sentences for the preview."""

    agency: str
    name: str = ""
    is_new: bool = False
    tailoring: dict | None = None
    owners: list[dict] | None = None
    hosts: dict[str, str] | None = None
    version: int = 0
    changes: list[str] = field(default_factory=list)


def assignments_to_workbook(framework: Framework) -> bytes:
    """The workbook of a form's agencies."""
    leaves = leaves_of(export_framework(framework))
    given = {one.agency_id: one for one in framework.assignments.prefetch_related("owners")}
    agencies, own, owners = [], [], []
    for agency in agencies_for():
        assignment = given.get(agency.pk)
        agencies.append([agency.code, agency.name_th, "ใช่" if assignment else ""])
        if assignment is None:
            continue
        hosts = assignment.hosts
        own += [
            [agency.code, *_own_row(leaf, assignment.tailoring), hosts.get(leaf.code, "")] for leaf in leaves
        ]
        owners += [
            [agency.code, one.indicator_code, one.duty, one.name, one.telephone, one.email]
            for one in assignment.owners.all()
        ]
    wide = {"name": 50, "target": 50, "levels": 30}
    heads = _heads()
    return write_workbook(
        [
            Sheet("agencies", AGENCIES, heads["agencies"], agencies, wide),
            Sheet("own", OWN, heads["own"], own, wide),
            Sheet("owners", OWNERS, heads["owners"], owners, wide),
        ]
    )


def _heads() -> dict[str, list[str]]:
    """What stands above the columns of each sheet."""
    agency = _("Agency (code)")
    own = [_("Name"), _("Used (yes)"), _("Weight"), _("Target"), _("Levels, with / between them")]
    owners = [_("supervisor or collector"), _("Name"), _("Telephone"), _("E-mail")]
    return {
        "agencies": [agency, _("Name"), _("Has the form (yes)")],
        "own": [agency, _("Indicator"), *own, _("Result from (code)")],
        "owners": [agency, _("Indicator"), *owners],
    }


def _own_row(leaf: Leaf, tailoring: dict) -> list[str]:
    chosen = tailoring.get("chosen")
    used = leaf.is_locked or chosen is None or leaf.code in chosen
    weight = tailoring.get("weights", {}).get(leaf.code, leaf.document.get("weight", ""))
    target = words(tailoring.get("targets", {}).get(leaf.code, leaf.document.get("target")))
    return [
        leaf.code,
        words(leaf.document["name"]),
        "ใช่" if used else "",
        str(weight),
        target,
        _levels_text(leaf, tailoring),
    ]


def _levels_text(leaf: Leaf, tailoring: dict) -> str:
    own = tailoring.get("levels", {}).get(leaf.code, {})
    return "\n".join(
        " / ".join(str(point["at"]) for point in own.get(node["key"], node)["levels"])
        for node in leaf.measures
    )


# ---------------------------------------------------------------- in


def plan_import(framework: Framework, data: bytes) -> list[Plan]:
    """What the workbook would change, agency by agency; nothing is written. Refused with every fault, each with its
    sheet, row and column."""
    sheets = read_workbook(data)
    if missing := [name for name in ("agencies", "own", "owners") if name not in sheets]:
        raise Refused([_("The workbook has no sheet “%(sheet)s”.") % {"sheet": name} for name in missing])
    faults: list[str] = []
    leaves = {leaf.code: leaf for leaf in leaves_of(export_framework(framework))}
    wanted = list(_wanted(sheets["agencies"], faults))
    own = _tailorings(sheets["own"], leaves, set(wanted), faults)
    owners = _owners(sheets["owners"], leaves, set(wanted), faults)
    given = {
        one.agency.code: one
        for one in framework.assignments.select_related("agency").prefetch_related("owners")
    }
    plans = [_plan(code, given.get(code), own.get(code), owners.get(code, []), leaves) for code in wanted]
    document = export_framework(framework)
    for agency in Agency.objects.filter(code__in=wanted):
        next(plan for plan in plans if plan.agency == agency.code).name = agency.name
    _plan_hosts(sheets["own"], {plan.agency: plan for plan in plans}, given, faults)
    for plan in plans:
        if plan.tailoring:
            faults += [
                f"{plan.agency}: {sentence}" for sentence in tailoring_problems(document, plan.tailoring)
            ]
    if faults:
        raise Refused(faults)
    return [plan for plan in plans if plan.changes]


def _plan_hosts(
    rows: list[dict[str, str]], plans: dict[str, Plan], given: dict[str, Assignment], faults: list[str]
) -> None:
    wanted: dict[str, dict[str, str]] = {}
    for row in rows:
        agency, host = row.get("agency", "").strip(), row.get("host", "").strip()
        if host and (host not in plans or host == agency):
            sentence = _("“%(found)s” is no other agency with this form.") % {"found": host}
            faults.append(cell_fault("own", row[""], "host", sentence))
        elif host:
            wanted.setdefault(agency, {})[row.get("indicator", "").strip()] = host
    for agency, plan in plans.items():
        held = given[agency].hosts if agency in given else {}
        if wanted.get(agency, {}) != held:
            plan.hosts = wanted.get(agency, {})
            plan.changes.append(_("shared indicators: %(codes)s") % {"codes": ", ".join(plan.hosts) or "–"})


def _wanted(rows: list[dict[str, str]], faults: list[str]) -> Iterator[str]:
    known = set(Agency.objects.values_list("code", flat=True))
    for row in rows:
        code = row.get("agency", "").strip()
        if code not in known:
            faults.append(
                cell_fault(
                    "agencies", row[""], "agency", _("There is no agency “%(code)s”.") % {"code": code}
                )
            )
        elif row.get("has_form", "").strip().lower() in YES:
            yield code


def _tailorings(
    rows: list[dict[str, str]], leaves: dict[str, Leaf], wanted: set[str], faults: list[str]
) -> dict[str, dict]:
    found: dict[str, dict] = {}
    unused: dict[str, set] = {}
    for row in rows:
        leaf = _known(row, "own", leaves, wanted, faults)
        if leaf is None:
            continue
        agency = row["agency"].strip()
        tailoring = found.setdefault(agency, {"weights": {}, "targets": {}, "levels": {}})
        if row.get("used", "").strip().lower() not in YES and not leaf.is_locked:
            unused.setdefault(agency, set()).add(leaf.code)
        weight = _number(row, "own", "weight", row.get("weight", ""), faults)
        if weight not in ("", leaf.document.get("weight", "")):
            tailoring["weights"][leaf.code] = weight
        target = row.get("target", "").strip()
        if target not in ("", words(leaf.document.get("target"))):
            tailoring["targets"][leaf.code] = {"th": target}
        if levels := _own_levels(row, leaf, faults):
            tailoring["levels"][leaf.code] = levels
    for agency, codes in unused.items():
        found[agency]["chosen"] = [code for code in leaves if code not in codes]
    return {
        agency: {name: one for name, one in tailoring.items() if one} for agency, tailoring in found.items()
    }


def _own_levels(row: dict[str, str], leaf: Leaf, faults: list[str]) -> dict[str, dict]:
    lines = row.get("levels", "").split("\n") if row.get("levels", "").strip() else []
    found = {}
    for node, line in zip(leaf.measures, lines, strict=False):
        ats = [_number(row, "own", "levels", one, faults) for one in line.split("/")]
        if len(ats) != len(node["levels"]):
            facts = {"count": str(len(node["levels"]))}
            faults.append(cell_fault("own", row[""], "levels", _("There are %(count)s levels here.") % facts))
            continue
        levels = [point | {"at": at or point["at"]} for point, at in zip(node["levels"], ats, strict=True)]
        if levels != node["levels"]:
            found[node["key"]] = {"levels": levels}
    return found


def _number(row: dict[str, str], sheet: str, column: str, typed: str, faults: list[str]) -> str:
    if not typed.strip():
        return ""
    try:
        plain = parse_number(typed)
    except NumberError as error:
        faults.append(cell_fault(sheet, row[""], column, describe_number_error(error)))
        return ""
    return str(tidy_number(plain))


def _owners(
    rows: list[dict[str, str]], leaves: dict[str, Leaf], wanted: set[str], faults: list[str]
) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for row in rows:
        leaf = _known(row, "owners", leaves, wanted, faults)
        if leaf is None:
            continue
        one = {name: row.get(name, "").strip() for name in ("duty", "name", "telephone", "email")}
        if one["duty"] not in Owner.Duty.values:
            faults.append(cell_fault("owners", row[""], "duty", _("Write supervisor or collector.")))
        if not one["name"]:
            faults.append(cell_fault("owners", row[""], "name", _("There must be a text here.")))
        if one["email"] and not _is_email(one["email"]):
            faults.append(cell_fault("owners", row[""], "email", _("This is no e-mail address.")))
        found.setdefault(row["agency"].strip(), []).append(one | {"indicator_code": leaf.code})
    return found


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _known(
    row: dict[str, str], sheet: str, leaves: dict[str, Leaf], wanted: set[str], faults: list[str]
) -> Leaf | None:
    agency, code = row.get("agency", "").strip(), row.get("indicator", "").strip()
    if agency not in wanted:
        faults.append(
            cell_fault(sheet, row[""], "agency", _("“%(found)s” does not have the form.") % {"found": agency})
        )
        return None
    if code not in leaves:
        faults.append(
            cell_fault(sheet, row[""], "indicator", _("There is no indicator “%(code)s”.") % {"code": code})
        )
        return None
    return leaves[code]


def _plan(
    code: str,
    assignment: Assignment | None,
    tailoring: dict | None,
    owners: list[dict],
    leaves: dict[str, Leaf],
) -> Plan:
    plan = Plan(code, is_new=assignment is None, version=assignment.version if assignment else 0)
    if assignment is None:
        plan.changes.append(_("is given the form"))
    before: dict[str, Any] = assignment.tailoring if assignment else {}
    kept = {"without": before["without"]} if before.get("without") else {}
    if tailoring is not None and kept | tailoring != before:
        plan.tailoring = kept | tailoring
        plan.changes += list(_differences(before, plan.tailoring, leaves))
    held = [_as_row(one) for one in assignment.owners.all()] if assignment else []
    if sorted(map(str, held)) != sorted(map(str, owners)):
        plan.owners = owners
        plan.changes.append(_("owners: %(before)s → %(after)s") % {"before": len(held), "after": len(owners)})
    return plan


def _as_row(owner: Owner) -> dict:
    return {name: getattr(owner, name) for name in ("duty", "name", "telephone", "email", "indicator_code")}


def _differences(before: dict[str, Any], after: dict[str, Any], leaves: dict[str, Leaf]) -> Iterator[str]:
    usual = {
        "weights": {code: leaf.document.get("weight", "–") for code, leaf in leaves.items()},
        "targets": {code: leaf.document.get("target") for code, leaf in leaves.items()},
    }
    for name, label in (("weights", _("weight")), ("targets", _("target"))):
        old, new = before.get(name, {}), after.get(name, {})
        for code in sorted({code for code in (*old, *new) if old.get(code) != new.get(code)}):
            shown = [words(one.get(code, usual[name].get(code))) or "–" for one in (old, new)]
            yield f"{code} {label}: {shown[0]} → {shown[1]}"
    old, new = before.get("levels", {}), after.get("levels", {})
    label = _("levels")
    yield from (f"{code} {label}" for code in sorted({*old, *new}) if old.get(code) != new.get(code))
    if before.get("chosen") != after.get("chosen"):
        yield _("chosen indicators: %(codes)s") % {"codes": ", ".join(after.get("chosen") or [_("all")])}


@transaction.atomic
def apply_plans(framework: Framework, plans: list[Plan], *, reason: str, actor: User) -> int:
    """Do what the preview said, all of it or nothing. Refused with every reason. How many agencies changed."""
    faults: list[str] = []
    assign(
        framework, Agency.objects.filter(code__in=[plan.agency for plan in plans if plan.is_new]), actor=actor
    )
    for plan in plans:
        assignment = Assignment.objects.get(framework=framework, agency__code=plan.agency)
        try:
            if plan.tailoring is not None:
                tailor(assignment, plan.tailoring, version=plan.version, reason=reason, actor=actor)
        except Refused as refused:
            faults += [f"{plan.agency}: {one}" for one in refused.reasons]
        try:
            if plan.hosts is not None:
                share(assignment, plan.hosts, actor=actor)
        except Refused as refused:
            faults += [f"{plan.agency}: {one}" for one in refused.reasons]
        if plan.owners is not None:
            assignment.owners.all().delete()
            Owner.objects.bulk_create(Owner(assignment=assignment, **one) for one in plan.owners)
    if faults:
        raise Refused(faults)
    return len(plans)
