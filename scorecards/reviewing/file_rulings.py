"""The verb by which a reviewer accepts or rejects a single file of a submission, by the hash that was sent."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.events import already_done, record_scorecard
from scorecards.models import FileRuling, Submission
from scorecards.permissions import require
from scorecards.prepared import prepared
from scorecards.states import Action
from scorecards.workflow import locked_scorecard


@transaction.atomic
def judge_file(
    submission: Submission,
    file_id: str,
    *,
    verdict: str,
    remark: str = "",
    actor: User,
    request_key: str = "",
) -> None:
    """Accept or reject one file as it was sent; a rejection says why. Refused with all reasons."""
    scorecard = locked_scorecard(submission.scorecard)
    if already_done(request_key):
        return
    sent = {one["id"]: one for one in submission.content.get("evidence", [])}
    code = sent.get(file_id, {}).get("indicator")
    entry = scorecard.entries.select_related("scorecard").filter(indicator__code=code).first()
    require(actor, Action.RULE, entry or scorecard)
    reasons = []
    if file_id not in sent:
        reasons.append(_("This file is not part of what was sent. Load the page again."))
    if verdict not in FileRuling.Verdict.values:
        reasons.append(_("Choose whether the file is accepted."))
    if verdict == FileRuling.Verdict.REJECT and not remark.strip():
        reasons.append(_("Say why the file is not accepted: the agency must know what to send instead."))
    if reasons:
        raise Refused(reasons)
    facts = {"verdict": verdict, "remark": remark.strip()}
    known = submission.file_rulings.filter(file_id=file_id).first()
    before = {"verdict": known.verdict, "remark": known.remark} if known else {}
    if before == facts:
        return
    FileRuling.objects.update_or_create(
        submission=submission,
        file_id=file_id,
        defaults=facts | {"reviewer": actor, "sha256": sent[file_id].get("sha256", "")},
    )
    record_scorecard(
        scorecard,
        actor=actor,
        action="judge_file",
        subject=f"evidence:{file_id}",
        before=before,
        after=facts | {"name": sent[file_id]["name"], "indicator": code},
        request_key=request_key,
    )


@prepared
def _judged(submission: int) -> QuerySet[FileRuling]:
    return FileRuling.objects.filter(submission=submission).select_related("reviewer")


def file_rulings_of(submission: Submission) -> dict[str, FileRuling]:
    """{file id: what the reviewer says of it}"""
    return {one.file_id: one for one in _judged(submission=submission.pk)}
