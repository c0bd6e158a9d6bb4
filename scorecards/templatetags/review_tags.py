"""A line of the reviewer's form: what stands in every line is drawn once, what is seldom there only where it is."""

from uuid import uuid4

from django import template
from django.urls import reverse
from django.utils.html import format_html

from scorecards.delegation import name_of
from scorecards.presenting.dates import day_and_time
from scorecards.presenting.patterns import filled
from scorecards.templatetags.rubric_tags import choice, segments
from scorecards.templatetags.scorecard_tags import faults, labelled

register = template.Library()


@register.simple_tag(takes_context=True)
def ruling_fields(context, row, fields):
    """The fields of a ruling on one criterion."""
    ruling, value, decision = row.get("ruling"), fields.get("value"), fields["decision"]
    with context.push(row=row, fields=fields, offered=row.get("offered"), field=fields["reason"]):
        return filled(
            "review/_ruling_fields.html",
            once=(bool(value),),
            facts=lambda: {"is_valued": bool(value)},
            seen=str(fields["seen"]),
            resolved=_drawn("review/_resolved.html", context) if ruling and ruling.resolution_id else "",
            label=decision.label,
            decisions=segments(decision),
            decision_faults=faults(decision),
            value_id=value.id_for_label if value else "",
            value=choice(value) if value else "",
            value_faults=faults(value),
            numbers=_drawn("review/_numbers.html", context) if fields["inputs"] else "",
            deductions=_drawn("review/_deductions.html", context) if fields["deductions"] else "",
            reason=labelled(fields["reason"]),
            offered=_drawn("review/_offered_reasons.html", context) if row.get("offered") else "",
            ruled_by=_ruled_by(ruling) if ruling else "",
        )


def _drawn(name, context):
    return context.template.engine.get_template(name).render(context)


def _ruled_by(ruling):
    return format_html(
        '<p class="soft ruled-by">{} · {}</p>', name_of(ruling.reviewer), day_and_time(ruling.updated_at)
    )


@register.simple_tag(takes_context=True)
def questions(context, key):
    """What was asked of the agency on a criterion, with its answers, and the place to ask where that is allowed."""
    asked = (context.get("clarifications") or {}).get(key)
    with context.push(asked=asked):
        said = _drawn("review/_questions.html", context) if asked else ""
    return format_html("{}{}", said, filled("review/_ask.html", key=key) if context.get("allowed") else "")


@register.simple_tag(takes_context=True)
def ask_form(context, key):
    """The form of a question, which stands outside the form of the rulings."""
    card, entry, submission = context["scorecard"], context["entry"], context["submission"]
    return filled(
        "review/_ask_form.html",
        key=key,
        address=reverse("ask_agency", args=[card.pk, entry.indicator.code, key]),
        draft=f"{context['user'].pk}-ask-{submission.pk}-{entry.indicator.pk}-{key}",
        csrf_token=context.get("csrf_token", ""),
        request_key=uuid4(),
    )
