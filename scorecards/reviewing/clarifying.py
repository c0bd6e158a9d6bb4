"""The verbs of a clarification: a reviewer asks without returning, the agency answers. What was sent stays as it is."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from indicators.models import Indicator
from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.events import already_done, record_scorecard
from scorecards.models import Clarification, Scorecard, Submission
from scorecards.permissions import require
from scorecards.prepared import prepared
from scorecards.states import Action
from scorecards.workflow import locked_scorecard

LONGEST = 4000


@transaction.atomic
def ask(
    submission: Submission,
    *,
    indicator: Indicator,
    criterion_key: str,
    question: str,
    actor: User,
    request_key: str = "",
) -> None:
    """Ask the agency about a criterion of what it sent. Refused with all reasons."""
    scorecard = locked_scorecard(submission.scorecard)
    if already_done(request_key):
        return
    entry = scorecard.entries.select_related("scorecard").filter(indicator=indicator).first()
    require(actor, Action.ASK, entry or scorecard)
    reasons = _wrong_text(question, _("Write the question first."))
    if criterion_key not in {node.key for node in rubric_tree(indicator).walk()}:
        reasons.append(_("There is no criterion “%(key)s” in this rubric.") % {"key": criterion_key})
    if scorecard.submissions.latest("number").pk != submission.pk:
        reasons.append(_("The agency has sent a newer report meanwhile. Open it and ask about that one."))
    if reasons:
        raise Refused(reasons)
    Clarification.objects.create(
        submission=submission,
        indicator=indicator,
        criterion_key=criterion_key,
        question=question.strip(),
        asked_by=actor,
        asked_at=database_now(),
    )
    _record(scorecard, actor, Action.ASK, f"{indicator.code}/{criterion_key}", question, request_key)


@transaction.atomic
def clarify(clarification: Clarification, *, answer: str, actor: User, request_key: str = "") -> None:
    """Answer a reviewer's question, once. Refused with all reasons."""
    scorecard = locked_scorecard(clarification.submission.scorecard)
    if already_done(request_key):
        return
    require(actor, Action.CLARIFY, scorecard)
    clarification = Clarification.objects.select_for_update(of=("self",)).get(pk=clarification.pk)
    reasons = _wrong_text(answer, _("Write the answer first."))
    if clarification.answer:
        reasons.append(_("A colleague has answered this already. Load the page again to read it."))
    if reasons:
        raise Refused(reasons)
    clarification.answer, clarification.answered_by = answer.strip(), actor
    clarification.answered_at = database_now()
    clarification.save(update_fields=["answer", "answered_by", "answered_at"])
    place = f"{clarification.indicator.code}/{clarification.criterion_key}"
    _record(scorecard, actor, Action.CLARIFY, place, answer, request_key)


@prepared
def _asked(submission: int, code: str) -> QuerySet[Clarification]:
    rows = Clarification.objects.filter(submission=submission, indicator__code=code)
    return rows.select_related("asked_by", "answered_by")


def clarifications_of(submission: Submission, code: str) -> dict[str, list[Clarification]]:
    """{criterion key: questions with their answers, oldest first} of an indicator of a submission."""
    found: dict[str, list[Clarification]] = {}
    for one in _asked(submission=submission.pk, code=code):
        found.setdefault(one.criterion_key, []).append(one)
    return found


def _wrong_text(text: str, empty: str) -> list[str]:
    if not text.strip():
        return [empty]
    if len(text) > LONGEST:
        return [_("At most %(most)s characters: shorten it.") % {"most": LONGEST}]
    return []


def _record(scorecard: Scorecard, actor: User, action: str, place: str, text: str, request_key: str) -> None:
    after = {place: text.strip()}
    record_scorecard(scorecard, actor=actor, action=action, after=after, request_key=request_key)
