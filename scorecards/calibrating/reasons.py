"""The library of reasons that reviewers offer each other, and the reasons that rulings gave before."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from indicators.models import Framework, Indicator
from indicators.refusals import Refused
from scorecards.delegation import roles_held
from scorecards.events import already_done, lock_chains, record
from scorecards.fields import check_fields
from scorecards.models import Agency, Reason, Ruling, Scorecard
from scorecards.prepared import prepared
from scorecards.states import Role

LONGEST = 2000
KEEPERS = {Role.REVIEWER, Role.CHIEF}


def form_code(framework: Framework) -> str:
    """What all versions of a form and the agencies' own ones share: the code of the form they come from."""
    return framework.variant_of.code if framework.variant_of else framework.code


@prepared
def _kept(form: str, code: str) -> QuerySet[Reason]:
    return Reason.objects.filter(framework_code=form, indicator_code=code).select_related("made_by")


def library_of(indicator: Indicator) -> dict[str, list[Reason]]:
    """{criterion key, "" for any: reasons} that are kept for an indicator."""
    found: dict[str, list[Reason]] = {}
    for reason in _kept(form=form_code(indicator.framework), code=indicator.code):
        found.setdefault(reason.criterion_key, []).append(reason)
    return found


def offered(indicator: Indicator) -> dict[str, list[str]]:
    """{criterion key: texts} that a ruling on it may take up: those for the criterion, then those for any."""
    kept = library_of(indicator)
    return {
        node.key: [one.text for one in [*kept.get(node.key, []), *kept.get("", [])]]
        for node in rubric_tree(indicator).walk()
    }


def used_before(user: User, indicator: Indicator) -> dict[str, list[tuple[str, int]]]:
    """{criterion key: (reason, how often)}, most frequent first, in the rulings that this person may read."""
    cards = Scorecard.objects.to_compare(user).of_form(form_code(indicator.framework))
    given = Ruling.objects.filter(submission__scorecard__in=cards, indicator__code=indicator.code)
    counts = given.exclude(reason="").order_by().values_list("criterion_key", "reason").annotate(Count("pk"))
    found: dict[str, list[tuple[str, int]]] = {}
    for key, text, often in sorted(counts, key=lambda row: (-row[2], row[1])):
        found.setdefault(key, []).append((text, often))
    return found


def keeps_reasons(user: User) -> bool:
    """Whether this person adds to the library and removes from it."""
    return _kept_at(user) is not None


@transaction.atomic
def add_reason(
    indicator: Indicator, *, actor: User, text: str, criterion_key: str = "", request_key: str = ""
) -> None:
    """Offer a reason for a criterion (or with an empty key for any of the indicator). Refused with all reasons."""
    agency = _require_keeper(actor)
    lock_chains([agency])
    if already_done(request_key):
        return
    reason = Reason(
        framework_code=form_code(indicator.framework),
        indicator_code=indicator.code,
        criterion_key=criterion_key,
        text=text.strip(),
        made_by=actor,
    )
    if reasons := _why_not_add(reason, indicator):
        raise Refused(reasons)
    check_fields(reason)
    reason.save(force_insert=True)
    _record(agency, actor, "add_reason", reason, after=_facts(reason), request_key=request_key)


@transaction.atomic
def remove_reason(reason: Reason, *, actor: User) -> None:
    """Offer it no longer; what was ruled with it stays."""
    agency = _require_keeper(actor)
    found = Reason.objects.select_for_update().filter(pk=reason.pk).first()
    if found is None:
        return
    _record(agency, actor, "remove_reason", found, before=_facts(found))
    found.delete()


def _why_not_add(reason: Reason, indicator: Indicator) -> list[str]:
    known = {"", *(node.key for node in rubric_tree(indicator).walk())}
    same = {
        name: getattr(reason, name) for name in ("framework_code", "indicator_code", "criterion_key", "text")
    }
    reasons = []
    if reason.criterion_key not in known:
        reasons.append(_("There is no criterion “%(key)s” in this rubric.") % {"key": reason.criterion_key})
    if not reason.text:
        reasons.append(_("Write the reason first."))
    if len(reason.text) > LONGEST:
        reasons.append(_("A reason has at most %(most)s characters: shorten it.") % {"most": LONGEST})
    if Reason.objects.filter(**same).exists():
        reasons.append(_("This reason stands in the list already."))
    return reasons


def _kept_at(user: User) -> int | None:
    return next((agency for agency, role in roles_held(user) if role in KEEPERS), None)


def _require_keeper(actor: User) -> int:
    agency = _kept_at(actor)
    if agency is None:
        raise Refused([_("Reviewers and chief reviewers keep the reasons. Ask one of them.")])
    return agency


def _facts(reason: Reason) -> dict:
    names = ("framework_code", "indicator_code", "criterion_key", "text")
    return {name: getattr(reason, name) for name in names}


def _record(agency: int, actor: User, action: str, reason: Reason, **facts: Any) -> None:
    where = Agency.objects.get(pk=agency)
    record(where, actor=actor, action=action, subject=f"reason:{reason.pk}", **facts)
