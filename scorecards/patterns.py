"""A piece of markup that stands on a page many times with other values: its template is drawn once for each language,
after that only the values are filled in. Such a template has no conditions on its values.
"""

import re
import secrets
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language


def filled(template: str, **values) -> SafeString:
    """The markup of this template with these values, each escaped as `{{ value }}` would be."""
    pieces = list(_drawn(template, tuple(values), get_language()))
    pieces[1::2] = [conditional_escape(values[name]) for name in pieces[1::2]]
    return mark_safe("".join(pieces))


@lru_cache(maxsize=64)
def _drawn(template: str, names: tuple[str, ...], language: str) -> tuple[str, ...]:
    """What stands around the values, and at each second place the name of a value."""
    marks = {f"value{secrets.token_hex(16)}": name for name in names}
    text = render_to_string(template, {name: mark for mark, name in marks.items()})
    pieces = re.split(f"({'|'.join(marks)})", text)
    pieces[1::2] = [marks[mark] for mark in pieces[1::2]]
    return tuple(pieces)
