"""The panel that other pages show: make the PDF, follow it, download it; the receipt of each submission."""

from django import template
from django.db.models.fields.json import KT

from indicators.models import Indicator
from reports.models import Digits, Job
from reports.receipts import groups_of_eight, sender_of
from scorecards.finding import was_sent
from scorecards.models import Submission
from scorecards.prepared import prepared

register = template.Library()


@register.inclusion_tag("reports/_panel.html", takes_context=True)
def report_panel(context, scorecard):
    """`{% report_panel scorecard %}`: a button where something was sent, the latest PDF or its progress, and a line for
    each submission."""
    submissions = submission_lines(scorecard)
    jobs = Job.objects.filter(scorecard=scorecard, kind=Job.Kind.SCORECARD_PDF).select_related("document")
    indicators = Indicator.objects.filter(framework=scorecard.framework_id, rubric__isnull=False)
    return {
        "csrf_token": context.get("csrf_token", ""),
        "scorecard": scorecard,
        "digits": Digits.choices,
        "submissions": submissions,
        "indicators": indicators.defer("rubric", "card").order_by("position"),
        "job": jobs.first() if submissions else None,
    }


@register.inclusion_tag("reports/_indicator_panel.html", takes_context=True)
def indicator_report(context, scorecard, code):
    """`{% indicator_report scorecard code %}`: the buttons for the SAR of one indicator, where something was sent."""
    return {
        "csrf_token": context.get("csrf_token", ""),
        "scorecard": scorecard,
        "code": code,
        "digits": Digits.choices,
        "is_sent": bool(context.get("submission")) or was_sent(scorecard),
    }


@prepared
def _submissions(scorecard):
    rows = Submission.objects.filter(scorecard=scorecard).select_related("submitted_by")
    return rows.defer("content", "scored").annotate(sent_by=KT("content__sent_by"))


def submission_lines(scorecard) -> list[dict]:
    """What was sent, latest first: number, when, by whom, and its hash for comparing with a receipt."""
    return [
        {
            "pk": one.pk,
            "number": one.number,
            "sent_at": one.submitted_at,
            "sent_by": sender_of(one.sent_by, one.submitted_by),
            "hash": groups_of_eight(one.content_hash),
        }
        for one in _submissions(scorecard=scorecard.pk)
    ]
