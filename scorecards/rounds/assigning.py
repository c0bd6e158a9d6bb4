"""The verbs that give agencies their form: assign, tailor, open a round, move running work to another version."""

import datetime as dt
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from indicators.models import Framework
from indicators.permissions import require_configurer
from indicators.refusals import Refused
from indicators.tailoring import publish_variant
from scorecards.clock import database_now
from scorecards.events import already_done, lock_chains, record
from scorecards.models import Agency, Assignment, Round, Scorecard
from scorecards.presenting.dates import day_and_time
from scorecards.rounds.deadlines import extend
from scorecards.rounds.moving import move_to_form
from scorecards.rounds.opening import open_scorecard
from scorecards.states import AGENCY_WORKS


@transaction.atomic
def assign(framework: Framework, agencies: Iterable[Agency], *, actor: User) -> int:
    """Give a published form to these agencies; how many are new. The same again changes nothing."""
    require_configurer(actor)
    if framework.is_draft:
        raise Refused([_("Publish the form before assigning it.")])
    there = set(framework.assignments.values_list("agency_id", flat=True))
    new = [agency for agency in agencies if agency.pk not in there]
    lock_chains(agency.pk for agency in new)
    for agency in new:
        Assignment.objects.create(agency=agency, framework=framework, form=framework)
        record(
            agency, actor=actor, action="assign", subject=_subject(framework), after={"form": framework.code}
        )
    return len(new)


@transaction.atomic
def unassign(assignment: Assignment, *, actor: User) -> None:
    """Take the form back. Refused once a scorecard was opened."""
    require_configurer(actor)
    if _scorecards(assignment).exists():
        raise Refused(
            [_("%(agency)s has a scorecard of this form already: it stays.") % {"agency": assignment.agency}]
        )
    before = {"form": assignment.form.code}
    record(
        assignment.agency,
        actor=actor,
        action="unassign",
        subject=_subject(assignment.framework),
        before=before,
    )
    assignment.delete()


def _subject(framework: Framework) -> str:
    return f"framework:{framework.code}"


@transaction.atomic
def tailor(
    assignment: Assignment, tailoring: dict, *, version: int, reason: str = "", actor: User
) -> Assignment:
    """Give an agency its own indicators, weights, targets and levels. Running scorecards move to the new form; Refused
    with every reason, when one was sent already, and when somebody changed it since `version`."""
    require_configurer(actor)
    locked = Assignment.objects.select_for_update(of=("self",))
    assignment = locked.select_related("agency", "framework", "form").get(pk=assignment.pk)
    if assignment.version != version:
        raise Refused(
            [_("Somebody else changed this agency's form meanwhile. Look at it again, then save yours.")]
        )
    cards = list(_scorecards(assignment).filter(framework=assignment.form))
    sent = [card for card in cards if card.state not in AGENCY_WORKS]
    form = publish_variant(
        assignment.framework, tailoring, key=assignment.agency.code, reason=reason, actor=actor
    )
    if form == assignment.form:
        return assignment
    if sent:
        rounds = ", ".join(str(card.round.get_months_display()) for card in sent)
        raise Refused(
            [
                _("The report of the %(rounds)s round was sent with the present form. Return it first.")
                % {"rounds": rounds}
            ]
        )
    before = {"form": f"{assignment.form.code} v{assignment.form.version}"}
    assignment.tailoring, assignment.form, assignment.version = tailoring, form, version + 1
    assignment.save(update_fields=["tailoring", "form", "version"])
    after = {"form": f"{form.code} v{form.version}", "hash": form.content_hash}
    facts: dict[str, Any] = {"before": before, "after": after, "reason": reason}
    record(assignment.agency, actor=actor, action="tailor", subject=_subject(assignment.framework), **facts)
    for card in cards:
        move_to_form(card, form, actor=actor, reason=reason or _("The agency's form was tailored."))
    return assignment


def _scorecards(assignment: Assignment) -> QuerySet[Scorecard]:
    base = assignment.framework
    forms = [base.pk, *Framework.objects.filter(variant_of=base).values_list("pk", flat=True)]
    return Scorecard.objects.filter(agency=assignment.agency, framework__in=forms).select_related(
        "round", "framework"
    )


@dataclass(frozen=True)
class Opened:
    """How far opening a round came: scorecards made now, and of all agencies how many have theirs."""

    made: int
    done: int
    of: int


def open_round(framework: Framework, round_: Round, *, actor: User, seconds: float | None = None) -> Opened:
    """Open the scorecards of every agency that has this form, for at most so many seconds. One transaction for each
    agency: cut off in the middle, the same call goes on; done, it changes nothing. Refused where the round is closed:
    nobody could work in what is opened then."""
    require_configurer(actor)
    if round_.closes_at <= database_now():
        closed = {"round": round_.get_months_display(), "date": day_and_time(round_.closes_at)}
        raise Refused(
            [
                _(
                    "%(round)s closed on %(date)s: put off its closing, or open it late on the page of an agency."
                )
                % closed
            ]
        )
    assignments = list(framework.assignments.select_related("agency", "form"))
    opened = set(
        Scorecard.objects.of_form(framework.code).filter(round=round_).values_list("agency_id", flat=True)
    )
    missing = [one for one in assignments if one.agency_id not in opened]
    until = time.monotonic() + seconds if seconds else None
    made = 0
    for assignment in missing:
        if until and time.monotonic() > until:
            break
        with transaction.atomic():
            open_scorecard(assignment.agency, assignment.form, round_, actor=actor)
        made += 1
    return Opened(made, len(assignments) - len(missing) + made, len(assignments))


@transaction.atomic
def open_late(
    assignment: Assignment,
    round_: Round,
    *,
    until: dt.datetime,
    reason: str,
    actor: User,
    request_key: str = "",
) -> Scorecard:
    """Open the report of a closed round for one agency that has none, with time until a later day and the reason for
    it. Refused with all reasons: while the round is open, and where there is a report already."""
    require_configurer(actor)
    assignment = (
        Assignment.objects.select_for_update(of=("self",)).select_related("form").get(pk=assignment.pk)
    )
    there = reports_of(assignment).filter(round=round_).first()
    if already_done(request_key) and there:
        return there
    if there:
        raise Refused([_("The agency has its report of this round already: give it more time instead.")])
    if round_.closes_at > database_now():
        raise Refused([_("This round is still open: open its reports with those of the other agencies.")])
    card = open_scorecard(assignment.agency, assignment.form, round_, actor=actor)
    return extend(card, until=until, reason=reason, actor=actor, request_key=request_key)


def reports_of(assignment: Assignment) -> QuerySet[Scorecard]:
    """The agency's reports under this form, in any version."""
    return Scorecard.objects.of_form(assignment.framework.code).filter(agency=assignment.agency_id)


def late_rounds(assignment: Assignment) -> list[Round]:
    """The closed rounds of the form's year of which the agency has no report."""
    there = reports_of(assignment).order_by().values("round")
    closed = assignment.framework.year.rounds.filter(closes_at__lte=database_now())
    return list(closed.exclude(pk__in=there).order_by("months"))


def running_under(framework: Framework) -> QuerySet[Scorecard]:
    """The reports in which agencies still work under this version as it is, without parts of their own."""
    cards = Scorecard.objects.filter(framework=framework, state__in=AGENCY_WORKS)
    return cards.select_related("agency", "round").order_by("agency__name_th", "round", "pk")


def move_running(
    old: Framework, new: Framework, *, reason: str, actor: User, seconds: float | None = None
) -> int:
    """Move these reports to a newer version, one transaction for each, for at most so many seconds; how many are left.
    Cut off in the middle, the same call goes on."""
    require_configurer(actor)
    cards = list(running_under(old))
    until = time.monotonic() + seconds if seconds else None
    for done, card in enumerate(cards):
        if until and time.monotonic() > until:
            return len(cards) - done
        with transaction.atomic():
            assign(new, [card.agency], actor=actor)
            move_to_form(card, new, actor=actor, reason=reason)
    return 0


def rounds_of(framework: Framework) -> list[tuple[Round, int]]:
    """The rounds of the form's year, each with how many of the agencies that have the form have their report."""
    cards = (
        Scorecard.objects.of_form(framework.code).filter(agency__assignments__framework=framework).order_by()
    )
    opened = dict(cards.values_list("round").annotate(Count("agency", distinct=True)))
    return [(one, opened.get(one.pk, 0)) for one in framework.year.rounds.order_by("months")]
