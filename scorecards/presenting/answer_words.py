"""An answer and a field of the form in words: what conflicts, histories and comparisons print."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from indicators.explaining import words
from indicators.scoring.numbers import grouped
from scorecards.models import NARRATIVE, Entry


def in_words(content: dict[str, Any] | str | None, document: dict | None = None) -> str:
    """An answer as one line of text. The `document` of its criterion says what the form calls numbers and options."""
    if isinstance(content, str):
        return content
    content = content or {}
    if note := content.get("note"):
        return f"{in_words(content | {'note': ''}, document)} · “{note}”"
    if content.get("na"):
        return f"{_('N/A')}: {content['na']}"
    if content.get("inputs"):
        labels = {one["name"]: words(one.get("label")) for one in (document or {}).get("inputs", ())}
        return " · ".join(
            f"{labels.get(name) or name} = {value}" for name, value in content["inputs"].items()
        )
    value = content.get("value") or content.get("option") or ""
    said = {"yes": pgettext("answer", "Yes"), "no": pgettext("answer", "No"), "": _("no answer")}
    options = {one["key"]: words(one.get("label")) for one in (document or {}).get("options", ())}
    return said.get(value) or options.get(value) or str(value)


def numbers_in(content: dict[str, Any] | None, document: dict) -> list[tuple[str, str, str]]:
    """(what the form calls it, the number in groups of three, its unit) of an answer that consists of numbers."""
    given = (content or {}).get("inputs") or {}
    found = []
    for one in document.get("inputs", ()):
        if one["name"] in given:
            label = words(one.get("label")) or one["name"]
            found.append((label, grouped(given[one["name"]]), words(one.get("unit"))))
    return found


def narrative_label(name: str) -> str:
    """What the form calls a field of the narrative."""
    assert name in NARRATIVE
    return str(getattr(Entry, name).field.verbose_name)
