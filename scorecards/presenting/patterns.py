"""A piece of markup that stands on many pages with other values: its template is drawn once, after that only the values
are filled in. Such a template has no conditions on its values.

What else a template reads are its `facts`; `once` names everything they follow from (the hash of a frozen form, the key
of a criterion, whether the reader may answer). What is drawn is kept under that name and the language; a frozen form
never changes, so it is never stale.
"""

import re
import secrets
from collections.abc import Callable, Hashable

from django.forms import Textarea
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from scorecards.kept import Kept

DRAWN = Kept(6_000)  # about 3 KB each


def filled(
    template: str, *, once: tuple[Hashable, ...] = (), facts: Callable[[], dict] = dict, **values
) -> SafeString:
    """The markup of this template with these values, each escaped as `{{ value }}` would be."""

    def drawn():
        return _between(lambda marks: render_to_string(template, facts() | marks), [*values])

    pieces = list(DRAWN.once(drawn, template, once, *values))
    pieces[1::2] = [conditional_escape(values[name]) for name in pieces[1::2]]
    return mark_safe("".join(pieces))


def filled_area(field) -> SafeString:
    """A form's area of text as Django writes it; one that is closed or has a fault is not kept."""
    widget = field.field.widget
    if not isinstance(widget, Textarea) or field.field.disabled or (field.form.is_bound and field.errors):
        return mark_safe(str(field))

    def drawn():
        attributes = field.build_widget_attrs({"id": field.auto_id}, widget)
        return _between(
            lambda mark: widget.render(field.html_name, mark["text"], attributes, field.form.renderer),
            ["text"],
        )

    before, _text, after = DRAWN.once(
        drawn, type(field.field), field.html_name, field.auto_id, *widget.attrs.items()
    )
    return mark_safe(before + conditional_escape(field.value() or "") + after)


def _between(draw, names: list[str]) -> tuple[str, ...]:
    """What stands around the values, and at each second place the name of a value."""
    marks = {f"value{secrets.token_hex(16)}": name for name in names}
    text = draw({name: mark for mark, name in marks.items()})
    pieces = re.split(f"({'|'.join(marks)})", text) if marks else [text]
    pieces[1::2] = [marks[mark] for mark in pieces[1::2]]
    return tuple(pieces)
