"""A line of the SAR card: drawn once for each frozen form, filled in with this agency's results."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from scorecards.presenting.patterns import filled
from scorecards.templatetags.scorecard_tags import score, state

register = template.Library()


@register.simple_tag(takes_context=True)
def card_line(context, line):
    """An indicator in all rounds that are shown."""
    framework, entry, indicator = context["framework"], line["entry"], line["indicator"]
    is_there = entry is not None
    return filled(
        "scorecards/_card_line.html",
        once=(framework.content_hash, indicator.code, is_there),
        facts=lambda: {"indicator": indicator, "is_there": is_there},
        address=_address(context, entry, indicator) if is_there else "",
        history=format_html_join(
            " ",
            '<td class="num told" data-label="{}">{}</td>',
            ((year, value or "–") for year, value in zip(context["years"], line["history"], strict=True)),
        ),
        weight=line["node"]["weight"] or "–",
        columns=format_html_join(" ", "{}", ((_cells(cell, framework),) for cell in line["columns"])),
        state=state(entry) if is_there else "",
    )


def _address(context, entry, indicator) -> str:
    """The indicator's own page for the agency, its review for all others."""
    if context["is_own"]:
        return entry.get_absolute_url()
    return reverse("review", args=[context["scorecard"].pk, indicator.code])


def _cells(cell, framework):
    if cell.get("absent"):
        return format_html('<td colspan="4" class="round soft">{}</td>', _("Not part of this round"))
    return format_html(
        '<td class="num round" data-label="{}">{}</td> <td data-label="{}">{}</td>'
        ' <td data-label="{}">{}</td> <td class="num" data-label="{}">{}</td>',
        pgettext("of work", "Result"),
        cell["result"] or "–",
        _("Self score"),
        score(cell["node"], framework, missing=_("no result yet")),
        _("Official score"),
        score(cell["official"], framework),
        _("Weighted score"),
        cell["weighted"] or "–",
    )
