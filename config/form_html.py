"""The plain widgets of forms as HTML, letter for letter what Django's templates make of them.

A page of an indicator holds 70 of them: through the template engine they were a third of the page.
"""

from collections.abc import Iterable

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe


class Renderer(TemplatesSetting):
    """Django's renderer, with the widgets below made in Python. All others go through their templates."""

    def render(self, template_name: str, context: dict, request: HttpRequest | None = None) -> str:
        write = WRITERS.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


def attributes(widget: dict) -> SafeString:
    """The attributes of a widget: with True the name alone, with False nothing."""
    found = [
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    ]
    return mark_safe("".join(found))  # each was escaped


def written_input(widget: dict) -> SafeString:
    """<input>, as Django's template writes it."""
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes(widget)
    )


def written_textarea(widget: dict) -> SafeString:
    """<textarea>; the line break in front keeps one that the text begins with."""
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes(widget), widget["value"] or ""
    )


def written_choice(widget: dict) -> SafeString:
    """A radio button or a box, with its label around it where asked."""
    if not widget.get("wrap_label"):
        return written_input(widget)
    to = format_html(' for="{}"', widget["attrs"]["id"]) if widget["attrs"].get("id") else ""
    return format_html("<label{}>{}\n {}</label>", to, written_input(widget), localize(widget["label"]))


def written_select(widget: dict) -> SafeString:
    """<select> with its options, in groups where they have some."""
    options = "".join(_group(name, group) for name, group, _index in widget["optgroups"])
    return format_html(
        '<select name="{}"{}>{}\n</select>', widget["name"], attributes(widget), mark_safe(options)
    )


def _group(name: str | None, options: Iterable[dict]) -> SafeString:
    written = mark_safe("".join(format_html("\n  {}\n", written_option(one)) for one in options))
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, written) if name else written


def written_option(widget: dict) -> SafeString:
    """One of them."""
    return format_html(
        '<option value="{}"{}>{}</option>', widget["value"], attributes(widget), localize(widget["label"])
    )


WRITERS = {
    **dict.fromkeys(
        [
            f"django/forms/widgets/{name}.html"
            for name in ("input", "text", "hidden", "number", "email", "checkbox")
        ],
        written_input,
    ),
    "django/forms/widgets/textarea.html": written_textarea,
    "django/forms/widgets/select.html": written_select,
    **dict.fromkeys(
        [f"django/forms/widgets/{name}.html" for name in ("radio_option", "checkbox_option")], written_choice
    ),
}
