"""The blind second review: draw a sample of what was ruled on, and rule on it again without knowing the first ruling.

The first rulings are never changed by it."""

import hashlib

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title
from indicators.refusals import Blocker, Refused
from scorecards.calibrating.reasons import form_code
from scorecards.clock import database_now
from scorecards.delegation import roles_held
from scorecards.events import already_done, record_scorecard
from scorecards.fields import check_fields
from scorecards.models import Ruling, Sample, SampleLine, Scorecard, SecondRuling
from scorecards.permissions import has_role_for, may, require
from scorecards.reviewers import given_up_by, taken_from
from scorecards.reviewing.review import ruled_on
from scorecards.reviewing.rulings import RulingChange, at_its_line, misfits_among
from scorecards.states import OVERSEEING_ROLES, RULED, Action, Role
from scorecards.workflow import locked_scorecard

Candidate = tuple[int, int]  # submission, indicator


def drawn(candidates: list[Candidate], *, seed: str, size: int) -> list[Candidate]:
    """The first `size` by the SHA-256 of “seed/submission/indicator”: whoever draws again finds the same ones."""

    def rank(one: Candidate) -> str:
        return hashlib.sha256(f"{seed}/{one[0]}/{one[1]}".encode()).hexdigest()

    return sorted(candidates, key=rank)[:size]


def size_of(sample: Sample) -> int:
    """How many lines it asks for; a share is rounded up."""
    if sample.number is not None:
        return sample.number
    return -(-len(sample.drawn_from) * (sample.percent or 0) // 100)


@transaction.atomic
def draw(sample: Sample, *, actor: User, request_key: str = "") -> Sample:
    """Draw the lines of a sample that says form, round, share or number, and seed. Refused with all reasons."""
    if not (allowed := has_role_for(actor, Action.SAMPLE)):
        raise Refused([str(allowed)])
    cards = _cards_to_draw_from(sample, actor)
    if already_done(request_key):
        return sample
    sample.drawn_from = _candidates(cards)
    if reasons := _why_not_draw(sample):
        raise Refused(reasons)
    sample.drawn_by, sample.drawn_at = actor, database_now()
    check_fields(sample)
    sample.save(force_insert=True)
    candidates = [(submission, indicator) for submission, indicator in sample.drawn_from]
    chosen = drawn(candidates, seed=sample.seed, size=size_of(sample))
    SampleLine.objects.bulk_create(
        SampleLine(sample=sample, submission_id=submission, indicator_id=indicator)
        for submission, indicator in chosen
    )
    _record_drawing(sample, actor, request_key)
    return sample


def _cards_to_draw_from(sample: Sample, actor: User) -> list[Scorecard]:
    """Those of the form and round on which was ruled, locked."""
    rows = Scorecard.objects.of_form(form_code(sample.framework)).filter(round=sample.round, state__in=RULED)
    cards = rows.select_related("agency").select_for_update(of=("self",)).order_by("pk")
    return [card for card in cards if may(actor, Action.SAMPLE, card)]


def _candidates(cards: list[Scorecard]) -> list[list[int]]:
    latest = {card.pk: card.submissions.latest("number").pk for card in cards}
    ruled = Ruling.objects.filter(submission__in=latest.values()).order_by("submission", "indicator")
    return [list(one) for one in ruled.values_list("submission", "indicator").distinct()]


def _why_not_draw(sample: Sample) -> list[str]:
    reasons = []
    if not sample.seed.strip():
        reasons.append(_("Write a seed, any word or number: with it the drawing can be repeated."))
    by_percent, by_number = sample.percent is not None, sample.number is not None
    if by_percent == by_number or (by_percent and not 1 <= sample.percent <= 100) or sample.number == 0:  # type: ignore[operator]
        reasons.append(_("Give either a share from 1 to 100 percent or a number."))
    if not sample.drawn_from:
        reasons.append(
            _("No review of this form is concluded in this round yet: draw when the first one is.")
        )
    return reasons


def _record_drawing(sample: Sample, actor: User, request_key: str) -> None:
    """One event at each agency of which something was drawn; the first has the request's key."""
    drawn_of: dict[Scorecard, list[str]] = {}
    lines = sample.lines.select_related("submission__scorecard__agency", "indicator")
    for line in lines.order_by("submission__scorecard__agency_id", "indicator__position"):
        drawn_of.setdefault(line.submission.scorecard, []).append(line.indicator.code)
    for card, codes in drawn_of.items():
        record_scorecard(
            card,
            actor=actor,
            action=Action.SAMPLE,
            subject=f"sample:{sample.pk}",
            after={"seed": sample.seed, "indicators": codes},
            request_key=request_key,
        )
        request_key = ""


@transaction.atomic
def rule_again(
    line: SampleLine, *, actor: User, rulings: list[RulingChange], request_key: str = ""
) -> SampleLine:
    """Give the second rulings on a line, all at once and for good. Refused with all reasons."""
    card = locked_scorecard(line.submission.scorecard)
    line = SampleLine.objects.select_for_update().get(pk=line.pk)
    if already_done(request_key):
        return line
    require(actor, Action.RULE_AGAIN, card)
    if reasons := _why_not_rule(line, rulings):
        raise Refused(reasons)
    for change in rulings:
        second = SecondRuling(
            line=line,
            criterion_key=change.criterion_key,
            decision=change.decision,
            content=change.content,
            reason=change.reason.strip(),
            reviewer=actor,
        )
        check_fields(second)
        second.save(force_insert=True)
    line.reviewer, line.done_at = actor, database_now()
    line.save(update_fields=["reviewer", "done_at"])
    after = {
        one.criterion_key: {"decision": one.decision, "content": one.content, "reason": one.reason.strip()}
        for one in rulings
    }
    subject = f"second:{line.pk}/{line.indicator.code}"
    record_scorecard(
        card,
        actor=actor,
        action=Action.RULE_AGAIN,
        subject=subject,
        after=after,
        request_key=request_key,
    )
    return line


def _why_not_rule(line: SampleLine, rulings: list[RulingChange]) -> list[str | Blocker]:
    if line.done_at:
        return [_("The second rulings on this were given already; they stay as they are.")]
    indicator, given = line.indicator, {one.criterion_key for one in rulings}
    asked = ruled_on(line.submission, indicator=indicator)
    sentence = _("“%(criterion)s”: choose a ruling.")
    missing = [
        at_its_line(sentence % {"criterion": criterion_title(one)}, one.key)
        for one in asked
        if one.key not in given
    ]
    return [*missing, *misfits_among(rulings, submission=line.submission, indicator=indicator)]


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def lines_to_review(user: User) -> QuerySet[SampleLine]:
    """The lines on which this person may rule now without having seen the first ruling, and those they ruled on."""
    roles = {role for _agency, role in roles_held(user)}
    if Role.REVIEWER not in roles:
        return SampleLine.objects.none()
    open_ = SampleLine.objects.filter(reviewer=None, submission__scorecard__state__in=RULED)
    if roles & OVERSEEING_ROLES:
        open_ = open_.none()
    agencies = {agency for agency, _role in roles_held(user)}
    ruled = Ruling.objects.filter(reviewer=user).values("submission__scorecard")
    assigned = Scorecard.objects.assigned_to(user).order_by().values("pk")
    open_ = open_.exclude(submission__scorecard__agency__in=agencies)
    open_ = open_.exclude(Q(submission__scorecard__in=assigned) | Q(submission__scorecard__in=ruled))
    had = given_up_by(user) | taken_from(user, open_.order_by().values("submission__scorecard"))
    open_ = open_.exclude(submission__scorecard__in=had)
    return SampleLine.objects.filter(Q(pk__in=open_.values("pk")) | Q(reviewer=user))
