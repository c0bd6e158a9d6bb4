"""A scorecard comes back: what did not change keeps its ruling, what changed is marked for the reviewer."""

from django.contrib.auth.models import User

from scorecards.events import record_scorecard
from scorecards.models import Ruling, Submission


def previous_of(submission: Submission) -> Submission | None:
    """The submission of the same scorecard before this one."""
    if submission.number == 1:
        return None
    rows = Submission.objects.filter(scorecard=submission.scorecard_id, number__lt=submission.number)
    return rows.order_by("-number").first()


def changed_criteria(before: Submission, after: Submission, code: str) -> set[str]:
    """The keys of an indicator's criteria whose answer, detail or evidence differs between two submissions."""
    was, now = (_told(one.content, code) for one in (before, after))
    return {key for key in {*was, *now} if was.get(key) != now.get(key)}


def _told(content: dict, code: str) -> dict[str, tuple]:
    """{criterion key: (answer, detail, what proves it)}"""
    answers, notes = content["answers"].get(code, {}), content["notes"].get(code, {})
    proofs: dict[str, list] = {}
    for one in content.get("evidence", []):
        if one["indicator"] == code:
            proof = (one.get("sha256") or one.get("url", ""), one.get("pages", ""))
            proofs.setdefault(one["criterion_key"], []).append(proof)
    keys = {*answers, *notes, *proofs}
    return {key: (answers.get(key), notes.get(key, ""), sorted(proofs.get(key, []))) for key in keys}


def carry_over(submission: Submission, *, actor: User) -> list[Ruling]:
    """Copy the rulings of the submission before onto criteria that did not change. Call inside the verb's transaction.
    Narrative alone does not bring a ruling down: it explains, it is not scored."""
    before = previous_of(submission)
    if before is None or submission.rulings.exists() or before.framework_hash != submission.framework_hash:
        return []
    changed: dict[str, set[str]] = {}
    kept = []
    for ruling in before.rulings.select_related("indicator", "reviewer", "resolution"):
        code = ruling.indicator.code
        if code not in changed:
            changed[code] = changed_criteria(before, submission, code)
        if ruling.criterion_key not in changed[code]:
            kept.append(_copy(ruling, submission))
    Ruling.objects.bulk_create(kept)
    if kept:
        after = {f"{one.indicator.code}/{one.criterion_key}": one.decision for one in kept}
        subject = f"submission:{submission.pk}"
        record_scorecard(submission.scorecard, actor=actor, action="carry_over", subject=subject, after=after)
    return kept


def _copy(ruling: Ruling, submission: Submission) -> Ruling:
    return Ruling(
        submission=submission,
        indicator=ruling.indicator,
        criterion_key=ruling.criterion_key,
        decision=ruling.decision,
        content=ruling.content,
        reason=ruling.reason,
        reviewer=ruling.reviewer,
        resolution=ruling.resolution,
        version=1,
    )
