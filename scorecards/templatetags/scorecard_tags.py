"""What looks the same everywhere: a score, a state, a date."""

from fractions import Fraction
from uuid import uuid4

from django import template
from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from indicators.explaining import number_of, words
from indicators.scoring import band_of, format_fixed
from indicators.scoring.numbers import grouped
from scorecards.accounts.browsers import browser_in_words
from scorecards.delegation import name_of
from scorecards.kept import Kept
from scorecards.people.contacts import masked
from scorecards.presenting import dates
from scorecards.presenting.patterns import filled_area

register = template.Library()
register.filter("day", dates.day)
register.filter("moment", dates.day_and_time)
register.filter("due", dates.due)
register.filter("words", words)
register.filter("number", number_of)
register.filter("grouped", grouped)
register.filter("masked", masked)
register.filter("name_of", name_of)
register.filter("browser", browser_in_words)

FIGURES = Kept(4_000)  # a score as it is drawn, under all that it is made of
ICONS = {
    "draft": "○", "open": "○", "proposed": "◔", "submitted": "◔", "in_review": "◑", "returned": "↩", "endorsed": "✓",
    "concluded": "◕", "approved": "✓", "published": "●",
}  # fmt: skip


@register.simple_tag
def help_contact() -> str:
    """Whom people ask, or ''. Error pages say it too, so it comes from no context and no database."""
    return settings.HELP_CONTACT


@register.filter
def item(found, key):
    """{{ found|item:key }}: what a dictionary holds under a key."""
    return found.get(key) if found else None


@register.simple_tag
def is_open(allowed, open_keys, key) -> bool:
    """Whether this person may change this criterion now: in a returned scorecard only what is to be mended."""
    return bool(allowed) and (open_keys is None or key in open_keys)


@register.filter
def coverage(node) -> str:
    """The share of the weight that has a result, in percent."""
    share = Fraction(node["coverage"] or 0) if node else Fraction(0)
    return f"{format_fixed(share * 100, 0)} %"


@register.simple_tag
def criterion_fields(form, line):
    """The fields of one criterion in either form: {value, inputs, na, note, seen, decision, reason, …}."""
    found = {"inputs": [], "deductions": []}
    labels = {one["name"]: one for one in line.document.get("inputs", [])}
    for name in form.names_of.get(line.key, []):
        what, rest = name.split(".", 1)
        if what == "input":
            asked = labels.get(rest.removeprefix(f"{line.key}."), {})
            label = words(asked.get("label")) or rest.removeprefix(f"{line.key}.")
            found["inputs"].append({"field": form[name], "label": label, "unit": words(asked.get("unit"))})
        elif what == "deduction":
            found["deductions"].append(form[name])
        else:
            found[what] = form[name]
    return found


@register.simple_tag
def score(node, framework=None, large=False, missing=""):
    """A node's score: the figure, the band's word, a thin bar on the framework's scale with its level marks. Made here
    and not in a template: a SAR card prints nearly fifty."""
    if not node or not node.get("score_shown"):
        not_applicable = node and node.get("state") == "na"
        size = " figure large" if large else ""
        said = _("N/A") if not_applicable else missing or "–"
        return format_html('<span class="soft{}">{}</span>', size, said)
    if framework is not None and not framework.content_hash:  # the bands of a draft may change
        return _figure(node, framework, large)
    of_node = (node["score_shown"], node.get("score"), node.get("minimum"), node.get("maximum"))
    form = framework and framework.content_hash
    return FIGURES.once(lambda: _figure(node, framework, large), *of_node, form, large)


def _figure(node, framework, large):
    found = band(node, framework)
    return format_html(
        '<span class="score{}{}"> <span class="figure">{}</span> {} {} </span>',
        " score-large" if large else "",
        f" band-{found['color']}" if found else "",
        node["score_shown"],
        _drawn(bar(node)) if node.get("score") else "",
        format_html('<span class="chip">{}</span>', found["name"]) if found else "",
    )


def _drawn(found):
    if not found:
        return ""
    marks = format_html_join(
        "",
        '<rect class="bar-mark" x="{}" width="1" height="6"/>',
        ((f"{one:.1f}",) for one in found["marks"]),
    )
    return format_html(
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-rest" width="100" height="6" rx="2"/>'
        '<rect class="bar-fill" width="{}" height="6" rx="2"/>{}</svg>',
        f"{found['filled']:.1f}",
        marks,
    )


def band(node, framework):
    """The band of a node on the scorecard's scale: {name, color}; None where a scale of its own has no bands."""
    if framework is None or node.get("score") is None:
        return None
    found = band_of(Fraction(node["score"]), framework.head.get("bands", []))
    return {"name": words(found["name"]), "color": found.get("color", 3)} if found else None


def bar(node) -> dict | None:
    """The thin bar in hundredths: how far it is filled and where the level marks stand."""
    low, high = Fraction(node["minimum"] or 0), Fraction(node["maximum"] or 0)
    if high <= low:
        return None
    share = (Fraction(node["score"]) - low) / (high - low)
    span = high - low
    marks = int(span) if span.denominator == 1 and span <= 10 else 5
    return {
        "filled": round(float(share) * 100, 1),
        "marks": [round(100 * mark / marks, 1) for mark in range(1, marks)],
    }


@register.simple_tag
def state(subject):
    """A state as a word with its sign; who and when stand in the tip."""
    who = getattr(subject, "updated_by", None)
    tip = " · ".join(filter(None, [name_of(who), dates.day_and_time(subject.updated_at)]))
    return format_html(
        '<span class="state state-{}" title="{}"><span aria-hidden="true">{}</span> {}</span>',
        subject.state,
        tip,
        ICONS.get(subject.state, "○"),
        subject.get_state_display(),
    )


@register.simple_tag
def labelled(field):
    """A field of a form with its label and its faults; one that is closed shows what stands in it. Nothing of a field
    that the form does not have: not every kind of criterion takes a note."""
    if not field:
        return ""
    shown = (
        filled_area(field)
        if not field.field.disabled
        else format_html("<p>{}</p>", linebreaksbr(field.value() or "–"))
    )
    return format_html(
        '<div class="field"><label for="{}">{}</label>{}{}</div>',
        field.id_for_label,
        capfirst(field.label),
        shown,
        faults(field),
    )


@register.simple_tag
def faults(field):
    """What is wrong with a field as it was sent."""
    if not field or not field.form.is_bound:
        return ""
    first = format_html(' id="{}_error"', field.auto_id)  # the input names it as its description
    lines = ((first if not number else "", one) for number, one in enumerate(field.errors))
    return format_html_join("\n", '<p class="error" role="alert"{}>{}</p>', lines)


@register.simple_tag
def request_key():
    """The idempotency key of a form: sending the same form twice does the thing once."""
    return format_html('<input type="hidden" name="request_key" value="{}">', uuid4().hex)
