"""The panel that other pages show: make the PDF, follow it, download it."""

from django import template

from reports.models import Job

register = template.Library()


@register.inclusion_tag("reports/_panel.html", takes_context=True)
def report_panel(context, scorecard):
    """`{% report_panel scorecard %}`: a button where something was sent, and the latest PDF or its progress."""
    return {
        "csrf_token": context.get("csrf_token", ""),
        "scorecard": scorecard,
        "sent": scorecard.submissions.exists(),
        "job": Job.objects.filter(scorecard=scorecard).select_related("document").first(),
    }
