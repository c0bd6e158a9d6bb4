"""The assessing side's verbs: begin, rule, return, conclude, approve, publish. They read like those of workflow.py."""

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title
from indicators.frozen import rubric_tree
from indicators.models import Indicator
from indicators.refusals import Blocker, Refused
from scorecards.clock import database_now
from scorecards.delegation import name_of
from scorecards.events import already_done, record_scorecard
from scorecards.models import Correction, Publication, Ruling, Scorecard, Submission
from scorecards.permissions import require
from scorecards.request_keys import saved_from
from scorecards.results.past_results import keep_result
from scorecards.reviewing.carrying_over import carry_over
from scorecards.reviewing.rulings import (
    RulingChange,
    at_its_line,
    facts_of,
    is_same,
    misfits_among,
    refuse_stale,
    resolution_facts,
    title_in,
    write_rulings,
)
from scorecards.rounds.last_days import last_for_agencies, why_too_late
from scorecards.rulings_asked import to_be_ruled_on
from scorecards.scoring import official_answers, scores_to_compare
from scorecards.signals import published
from scorecards.snapshots import freeze_publication
from scorecards.states import Action, Decision, EntryState
from scorecards.workflow import locked_scorecard, move_scorecard


@transaction.atomic
def begin_review(scorecard: Scorecard, *, actor: User, request_key: str = "") -> Scorecard:
    """An assigned reviewer takes the scorecard up; the agency can no longer recall it. Of one that came back,
    the rulings on what did not change stand already."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.BEGIN_REVIEW, scorecard)
    carry_over(scorecard.submissions.latest("number"), actor=actor)
    return move_scorecard(scorecard, action=Action.BEGIN_REVIEW, actor=actor, request_key=request_key)


@transaction.atomic
def rule(
    submission: Submission,
    *,
    actor: User,
    indicator: Indicator,
    rulings: list[RulingChange],
    page: str = "",
    request_key: str = "",
) -> list[Ruling]:
    """Save rulings on an indicator, from a `page` while somebody goes on. Refused with all reasons; Stale when another
    reviewer ruled meanwhile."""
    scorecard = locked_scorecard(submission.scorecard)
    if already_done(request_key):
        return list(submission.rulings.filter(indicator=indicator))
    require(actor, Action.RULE, scorecard.entries.get(indicator=indicator))
    refuse_older(submission, scorecard=scorecard)
    known = {one.criterion_key: one for one in submission.rulings.filter(indicator=indicator)}
    reasons = misfits_among(rulings, submission=submission, indicator=indicator)
    reasons += [reason for one in rulings for reason in _by_resolution(known.get(one.criterion_key), one)]
    if reasons:
        raise Refused(reasons)
    refuse_stale(known, rulings)
    before, after = write_rulings(submission, rulings, indicator=indicator, known=known, actor=actor)
    if after:
        subject = f"submission:{submission.pk}/{indicator.code}"
        record_scorecard(
            scorecard,
            actor=actor,
            action=Action.RULE,
            subject=subject,
            before=before,
            after=after,
            request_key=request_key or saved_from(page),
        )
    return list(submission.rulings.filter(indicator=indicator))


def _by_resolution(ruling: Ruling | None, change: RulingChange) -> list[Blocker]:
    """What the committee resolved, a reviewer does not change, also after it was sent back."""
    if ruling is None or not ruling.resolution_id or is_same(ruling, change):
        return []
    sentence = _(
        "“%(key)s” was decided by resolution %(number)s of the committee: only the committee changes it."
    )
    title = title_in(ruling.indicator, change.criterion_key)
    reason = sentence % {"key": title, "number": ruling.resolution.number}  # type: ignore[union-attr]
    return [at_its_line(reason, change.criterion_key)]


def agree_to_all(
    submission: Submission, *, actor: User, indicator: Indicator, request_key: str = ""
) -> list[Ruling]:
    """Agree with every answer of the indicator that has no ruling yet; ratings are left, they need a decision."""
    known = set(submission.rulings.filter(indicator=indicator).values_list("criterion_key", flat=True))
    rulings = [
        RulingChange(criterion_key=criterion.key, decision=Decision.AGREE)
        for criterion in ruled_on(submission, indicator=indicator)
        if criterion.key not in known and criterion.kind != "rating"
    ]
    return rule(submission, actor=actor, indicator=indicator, rulings=rulings, request_key=request_key)


@transaction.atomic
def return_for_correction(
    scorecard: Scorecard,
    *,
    actor: User,
    remark: str,
    corrections: Iterable[Correction] = (),
    due_at: dt.datetime | None = None,
    request_key: str = "",
) -> Scorecard:
    """Back to the agency with what is to be mended until `due_at` (without one: the end of the review). With
    `corrections` (unsaved rows) only these criteria open again; without any, the remark is compulsory and everything
    opens."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.RETURN, scorecard)
    corrections = [one for one in corrections if one.remark.strip()]
    if reasons := _why_not_return(scorecard, remark, corrections, due_at):
        raise Refused(reasons)
    submission = scorecard.submissions.latest("number")
    for one in corrections:
        one.submission, one.remark = submission, one.remark.strip()
    Correction.objects.bulk_create(corrections)
    _open_again(scorecard, remark.strip(), corrections)
    scorecard.correction_due_at = due_at
    asked_for = [[one.indicator.code, one.criterion_key, one.remark] for one in corrections]
    return move_scorecard(
        scorecard,
        action=Action.RETURN,
        actor=actor,
        reason=remark.strip(),
        request_key=request_key,
        fields=["correction_due_at"],
        after={"corrections": asked_for, "due_at": due_at.isoformat() if due_at else ""},
    )


def _why_not_return(
    scorecard: Scorecard, remark: str, corrections: list[Correction], due_at: dt.datetime | None
) -> list[str]:
    reasons = []
    if not remark.strip() and not corrections:
        reasons.append(_("Write what is to be mended: a remark is compulsory."))
    if due_at is not None and due_at <= database_now():
        reasons.append(_("The day until which it is to be corrected has passed: choose a later one."))
    elif due_at is not None:
        reasons += why_too_late(due_at, last_for_agencies(scorecard.round))
    known = {entry.indicator_id: entry.indicator for entry in scorecard.entries.select_related("indicator")}
    for one in corrections:
        keys = (
            {node.key for node in rubric_tree(known[one.indicator_id]).walk()}
            if one.indicator_id in known
            else {}
        )
        if one.criterion_key and one.criterion_key not in keys:
            reasons.append(_("There is no criterion “%(key)s” in this rubric.") % {"key": one.criterion_key})
    return reasons


def _open_again(scorecard: Scorecard, remark: str, corrections: list[Correction]) -> None:
    entries = scorecard.entries.all()
    if not corrections:
        entries.update(state=EntryState.RETURNED, remark=remark, endorsed_by=None)
        return
    by_indicator: dict[int, list[str]] = {}
    for one in corrections:
        by_indicator.setdefault(one.indicator_id, []).append(one.remark)
    for indicator, remarks in by_indicator.items():
        own = entries.filter(indicator=indicator)
        own.update(state=EntryState.RETURNED, remark="\n".join(remarks), endorsed_by=None)


@transaction.atomic
def conclude(scorecard: Scorecard, *, actor: User, request_key: str = "") -> Scorecard:
    """The reviewer has ruled on everything; refused with the list of what is left."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.CONCLUDE, scorecard)
    if blockers := missing_rulings(scorecard):
        raise Refused(blockers)
    scorecard.concluded_by = actor
    scorecard.concluded_scores = scores_to_compare(scorecard.submissions.latest("number"))
    return move_scorecard(
        scorecard,
        action=Action.CONCLUDE,
        actor=actor,
        fields=["concluded_by", "concluded_scores"],
        request_key=request_key,
    )


@transaction.atomic
def reopen_review(scorecard: Scorecard, *, actor: User, reason: str, request_key: str = "") -> Scorecard:
    """The chief sends it back to the reviewer, with a reason."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.REOPEN_REVIEW, scorecard)
    if not reason.strip():
        raise Refused([_("Write the reason: the reviewer must know what to look at again.")])
    scorecard.concluded_by, scorecard.concluded_scores = None, {}
    return move_scorecard(
        scorecard,
        action=Action.REOPEN_REVIEW,
        actor=actor,
        fields=["concluded_by", "concluded_scores"],
        reason=reason.strip(),
        request_key=request_key,
    )


@transaction.atomic
def approve(scorecard: Scorecard, *, actor: User, request_key: str = "") -> Scorecard:
    """The chief reviewer approves; somebody else publishes."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.APPROVE, scorecard)
    scorecard.approved_by = actor
    return move_scorecard(
        scorecard, action=Action.APPROVE, actor=actor, fields=["approved_by"], request_key=request_key
    )


@transaction.atomic
def publish(scorecard: Scorecard, *, actor: User, reason: str = "", request_key: str = "") -> Publication:
    """Publish the official result: the rulings, the answers that hold and the scored tree are frozen with a hash. A
    later publication carries the `reason` for which the result was revised; everybody can read it."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard.publications.latest("number")
    require(actor, Action.PUBLISH, scorecard)
    submission = scorecard.submissions.latest("number")
    content: dict = {"answers": official_answers(submission), "rulings": rulings_of(submission)}
    if reason.strip() and scorecard.publications.exists():
        content["reason"] = reason.strip()
    publication = freeze_publication(
        scorecard, submission, content=content, approved_by=scorecard.approved_by, actor=actor
    )
    after = {"publication": publication.content_hash}
    keep_result(publication)
    move_scorecard(scorecard, action=Action.PUBLISH, actor=actor, after=after, request_key=request_key)
    published.send(sender=Publication, publication=publication)
    return publication


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def ruled_on(submission: Submission, *, indicator: Indicator) -> list:
    """The criteria of an indicator that a reviewer must rule on: every leaf that exists and was not set aside as N/A
    by a node above it, and every node whose N/A the agency claims."""
    said = submission.content["answers"].get(indicator.code, {})
    return to_be_ruled_on(rubric_tree(indicator), said=said, months=submission.scorecard.round.months)


def missing_rulings(scorecard: Scorecard) -> list[Blocker]:
    """Every criterion of the latest submission without a ruling."""
    submission = scorecard.submissions.latest("number")
    done = set(submission.rulings.values_list("indicator_id", "criterion_key"))
    found = []
    for entry in scorecard.entries.select_related("indicator"):
        indicator = entry.indicator
        for criterion in ruled_on(submission, indicator=indicator):
            if (indicator.pk, criterion.key) not in done:
                title = criterion_title(criterion)
                sentence = _("%(code)s: rule on “%(criterion)s”.") % {
                    "code": indicator.code,
                    "criterion": title,
                }
                url = f"{reverse('review', args=[scorecard.pk, indicator.code])}#criterion-{criterion.key}"
                found.append(Blocker(sentence=sentence, place=f"{indicator.code}/{criterion.key}", url=url))
    return found


def rulings_of(submission: Submission) -> dict:
    """{indicator code: {criterion key: decision, content, reason, reviewer}} of a submission; `resolution` (number,
    day, reason) where the committee decided."""
    found: dict[str, dict] = {}
    rows = submission.rulings.select_related("indicator", "reviewer", "resolution")
    for ruling in rows.order_by("indicator__position", "pk"):
        facts = facts_of(ruling) | {"reviewer": name_of(ruling.reviewer)}
        if ruling.resolution:
            facts["resolution"] = resolution_facts(ruling.resolution)
        found.setdefault(ruling.indicator.code, {})[ruling.criterion_key] = facts
    return found


def refuse_older(submission: Submission, *, scorecard: Scorecard) -> None:
    """Raise Refused unless this is what the agency sent last."""
    latest = scorecard.submissions.latest("number")
    if latest.pk != submission.pk:
        sentence = _("The agency has sent submission %(number)s meanwhile. Open it and rule on that one.")
        raise Refused([sentence % {"number": latest.number}])
