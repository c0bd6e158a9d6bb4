"""A criterion of an indicator's form: drawn once for each frozen form, filled in with what this agency said of it."""

from uuid import uuid4

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from scorecards.presenting.patterns import filled, filled_area
from scorecards.templatetags.scorecard_tags import faults, labelled

register = template.Library()
register.simple_tag(filled_area, name="area")


@register.simple_tag(takes_context=True)
def criterion(context, line, fields, attached):
    """The section of a criterion; `attached` is its evidence, where evidence is asked."""
    note, na = fields.get("note"), fields.get("na")
    is_told = any(field and field.value() for field in (note, na))
    facts = {
        "line": line,
        "is_detailed": context["may_answer"] or is_told,
        "is_open": is_told or bool(na and na.form.is_bound and na.errors),
        "na_asked": bool(na),
        "na_explained": bool(na and context["may_answer"]),
    }
    form = context["framework"].content_hash, context["entry"].indicator.code, line.key
    with context.push(line=line, fields=fields):
        return filled(
            "scorecards/_criterion.html",
            once=(*form, *(bool(value) for name, value in facts.items() if name != "line")),
            facts=lambda: facts,
            tick=tick(fields.get("value")) if line.kind == "check" else "",
            segments=segments(fields.get("value")) if line.kind == "check" else "",
            mark=mark(line),
            answer=_answer(context),
            asked=_drawn("scorecards/_asked.html", context) if line.kind == "measure" else "",
            standing=_standing(context),
            note=labelled(note),
            na=labelled(na),
            comments=_comments(context),
            attached=attached if line.has_evidence else "",
        )


def _drawn(name, context) -> SafeString:
    return context.template.engine.get_template(name).render(context)


def _answer(context) -> SafeString:
    fields = context["fields"]
    if context["line"].kind != "check":
        return _drawn("scorecards/_answer.html", context)
    return format_html("{}{}", hidden(fields.get("seen")), faults(fields.get("value")))


def _standing(context) -> SafeString | str:
    """What a reviewer or a colleague has to do with a criterion: seldom anything."""
    is_anything = any(context.get(name) for name in ("corrections", "clarifications", "parts"))
    if not is_anything and not context["form"].has_taken_over():
        return ""
    return _drawn("scorecards/_standing.html", context)


def _comments(context) -> SafeString:
    facts = {"key": context["line"].key, "request_key": uuid4().hex}
    if not (thread := context["comments"].get(facts["key"])):
        return filled("scorecards/_comments.html", **facts, csrf_token=context.get("csrf_token", ""))
    with context.push(**facts, thread=thread):
        return _drawn("scorecards/_comments.html", context)


@register.simple_tag
def mark(line):
    """A criterion's points, and how a step stands."""
    node, word = line.node, line.mark_words
    if node["state"] == "na":
        points = format_html('<span class="soft">{}</span>', "N/A")
    else:
        shown = node["score_shown"]
        points = format_html('<span class="{}">{}</span>', "figure" if shown else "soft", shown or "–")
    return format_html('{}<small class="mark-{}">{}</small>', points, line.mark, word) if word else points


@register.simple_tag
def segments(field):
    """The choices of a field side by side, drawn once for each that is chosen."""
    return _chosen("scorecards/_segments.html", field) if field else ""


def tick(field):
    """The box of a step, as on the paper form: a click on it turns the answer over, where there is one to give."""
    return _chosen("scorecards/_tick.html", field) if field else filled("scorecards/_tick.html")


@register.simple_tag
def choice(field):
    """A field, drawn once for each of its choices where it has any."""
    return _chosen("scorecards/_choice.html", field) if hasattr(field.field, "choices") else str(field)


def _chosen(template, field) -> SafeString:
    chosen = str(field.value() or "")
    choices = tuple((str(value), str(label)) for value, label in field.field.choices)
    is_faulty = field.form.is_bound and bool(field.errors)
    once = field.html_name, field.field.disabled, is_faulty, choices
    once += (chosen if chosen in dict(choices) else "",)
    return filled(template, once=once, facts=lambda: {"field": field})


@register.simple_tag
def hidden(field):
    """A hidden field, letter for letter as its widget writes it."""
    if not field or field.field.disabled:
        return str(field or "")
    value = field.value()
    said = format_html(' value="{}"', value) if value not in (None, "") else ""
    return format_html('<input type="hidden" name="{}"{} id="{}">', field.html_name, said, field.auto_id)


@register.simple_tag
def comment_form(entry, key, reader, csrf_token):
    """The form of the comments on a criterion, which stands outside the form of the indicator."""
    return filled(
        "scorecards/_comment_form.html",
        key=key,
        address=reverse("comment", args=[entry.pk, key]),
        draft=f"{reader.pk}-say-{entry.pk}-{key}",
        csrf_token=csrf_token,
    )
