"""What the assessing side's pages show."""

from collections.abc import Iterator
from fractions import Fraction

from django.db.models import Count

from indicators.explaining import derivation
from indicators.frozen import rubric_document
from indicators.scoring import walk_document
from scorecards.answering.rubric_lines import rubric_lines
from scorecards.calibrating.reasons import offered
from scorecards.models import Entry, Ruling
from scorecards.permissions import may
from scorecards.prepared import prepared
from scorecards.presenting.answer_words import in_words, numbers_in
from scorecards.results.committee_pages import findings_on
from scorecards.reviewers import OPEN_STATES, handed_over
from scorecards.reviewing.clarifying import clarifications_of
from scorecards.reviewing.file_rulings import file_rulings_of
from scorecards.reviewing.forms import ReasonForm, RulingForm
from scorecards.reviewing.review import missing_rulings, ruled_on
from scorecards.reviewing.review_assigning import other_reviews
from scorecards.reviewing.sent_before import sent_before
from scorecards.scoring import find_indicator, official_answers, score_indicator, score_official, signed
from scorecards.states import Action, Decision, ScorecardState

BEFORE_THE_COMMITTEE = {ScorecardState.CONCLUDED, ScorecardState.APPROVED}
DECISIONS = [
    Action.BEGIN_REVIEW, Action.RETURN, Action.CONCLUDE, Action.REOPEN_REVIEW, Action.APPROVE, Action.PUBLISH,
]  # fmt: skip


def decision_page(card, user) -> dict:
    """A scorecard's indicators with both scores, how far the rulings are, and which decisions may be taken now."""
    submission = card.submissions.latest("number")
    official = official_result(card, submission)
    handing_over = may(user, Action.HAND_OVER, card)
    return {
        "scorecard": card,
        "framework": card.framework,
        "submission": submission,
        "publication": card.publications.first(),
        "own": submission.scored,
        "official": official,
        "difference": difference(submission.scored, official),
        "lines": list(_lines(card, submission, official)),
        "decisions": {action: may(user, action, card) for action in DECISIONS},
        "missing": missing_rulings(card) if card.state == ScorecardState.IN_REVIEW else [],
        "reason_form": ReasonForm(),
        "people": {"concluded": card.concluded_by, "approved": card.approved_by},
        "may_hand_over": handing_over,
        "handing_form": ReasonForm(auto_id="hand-over-%s"),
        "other_reviews": other_reviews(card, user) if handing_over else [],
        "handed_over": handed_over([card]).values(),
        "needs_reviewer": card.state in OPEN_STATES and not card.reviewers.exists(),
        "may_assign": may(user, Action.ASSIGN, card),
        "amend": may(user, Action.AMEND, card),
        "resolutions": submission.resolutions.select_related("indicator", "decided_by"),
        "findings": findings_on(card) if card.state in BEFORE_THE_COMMITTEE else [],
        "order": card.publish_orders.waiting().select_related("ordered_by").first(),
    }


def _lines(card, submission, official) -> Iterator[dict]:
    """An indicator a line: both scores, how many of its criteria are ruled on."""
    ruled = dict(submission.rulings.order_by().values_list("indicator").annotate(Count("pk")))
    for entry in card.entries.select_related("indicator"):
        own = find_indicator(submission.scored, entry.indicator.code)
        held = find_indicator(official, entry.indicator.code)
        yield {
            "indicator": entry.indicator,
            "own": own,
            "official": held,
            "difference": difference(own, held),
            "ruled": ruled.get(entry.indicator_id, 0),
            "of": len(ruled_on(submission, indicator=entry.indicator)),
        }


def official_result(card, submission) -> dict:
    """The official result: from the record once published, otherwise as ruled so far."""
    publication = card.publications.first()
    if publication and publication.submission_id == submission.pk:
        return publication.scored
    return score_official(submission)


def difference(own, official) -> str:
    """Official less own, with its sign and the published decimals; "" while one is missing."""
    if not own or not official or own["score"] is None or official["score"] is None:
        return ""
    places = len(own["score_shown"].partition(".")[2])
    return signed(Fraction(official["score"]) - Fraction(own["score"]), places)


def review_page(card, entry, submission, *, user, form=None) -> dict:
    """One indicator: its lines with answer and ruling, both scores, the neighbours."""
    may_return = may(user, Action.RETURN, card)
    allowed = may_return or may(user, Action.RULE, entry)  # who may return all of it rules on all of it
    form = form or RulingForm(submission=submission, indicator=entry.indicator, disabled=not allowed)
    codes = _codes(scorecard=card.pk)
    here = codes.index(entry.indicator.code)
    scores = scores_of(submission, entry, form)
    said = submission.content["answers"].get(entry.indicator.code, {})
    lines = rubric_lines(rubric_document(entry.indicator), scores["own"]["children"][0])
    notes = submission.content["notes"].get(entry.indicator.code, {})
    before = sent_before(submission, entry.indicator)
    reasons = offered(entry.indicator)
    return (
        scores
        | {
            "scorecard": card,
            "submission": submission,
            "clarifications": clarifications_of(submission, entry.indicator.code),
            "file_rulings": file_rulings_of(submission),
            "framework": card.framework,
            "form": form,
            "allowed": allowed,
            "lines": [
                _ruled_line(line, said, notes, form)
                | {"before": before and before.line(line), "offered": reasons.get(line.key)}
                for line in lines
            ],
            "before": before,
            "may_begin": card.state == ScorecardState.SUBMITTED and may(user, Action.BEGIN_REVIEW, card),
            "may_return": may_return,
            "narrative": submission.content["narrative"].get(entry.indicator.code, {}),
            "previous": codes[here - 1] if here else None,
            "next": codes[here + 1] if here + 1 < len(codes) else None,
            "position": here + 1,
            "count": len(codes),
        }
        | left_of(form)
    )


@prepared
def _codes(scorecard):
    return Entry.objects.filter(scorecard=scorecard).values_list("indicator__code", flat=True)


def left_of(form) -> dict:
    """How many criteria have no ruling yet, and how many of them can be agreed to in one go."""
    left = [criterion for criterion in form.criteria if criterion.key not in form.known]
    return {"left": len(left), "agreeable": sum(one.kind != "rating" for one in left)}


def _ruled_line(line, said, notes, form) -> dict:
    """A criterion with what the agency said of it, and its ruling where one is asked."""
    return {
        "line": line,
        "said": said.get(line.key),
        "words": in_words(said.get(line.key) or {}, line.document),
        "numbers": numbers_in(said.get(line.key), line.document),
        "note": notes.get(line.key, ""),
        "ruling": form.known.get(line.key),
        "is_ruled": any(criterion.key == line.key for criterion in form.criteria),
    }


def scores_of(submission, entry, form) -> dict:
    """Both scores of an indicator with the rulings that stand in the form, and how the official one comes about."""
    code = entry.indicator.code
    rulings = list(submission.rulings.exclude(indicator=entry.indicator).select_related("indicator"))
    own = find_indicator(submission.scored, code)
    answers = official_answers(submission, [*rulings, *_said(submission, entry, form)])
    held = score_indicator(submission.scorecard, answers, code)
    return {
        "entry": entry,
        "scorecard": submission.scorecard,
        "framework": submission.scorecard.framework,
        "own": own,
        "official": held,
        "difference": difference(own, held),
        "derivation": derivation(held, rubric_document(entry.indicator)),
        "faults": form.errors if form.is_bound else {},
        "moved": moved(own, held),
    }


def _said(submission, entry, form) -> list[Ruling]:
    """The form's rulings over those that are stored, as rows that are never saved."""
    found = dict(form.known)
    for change in form.rulings() if form.is_bound else []:
        if change.decision == Decision.CHANGE and not change.content:
            continue
        found[change.criterion_key] = Ruling(
            submission=submission,
            indicator=entry.indicator,
            criterion_key=change.criterion_key,
            decision=change.decision,
            content=change.content,
            reason=change.reason or "–",
        )
    for ruling in found.values():
        ruling.indicator = entry.indicator
    return list(found.values())


def moved(own, held) -> list[tuple[dict, str, str]]:
    """The criteria whose score differs: (node, own score, official score)."""
    before = {node["key"]: node for node in walk_document(own)}
    return [
        (node, before[node["key"]]["score_shown"], node["score_shown"])
        for node in walk_document(held)
        if node["kind"] != "indicator"
        and node["key"] in before
        and node["score_shown"] != before[node["key"]]["score_shown"]
    ]
