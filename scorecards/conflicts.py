"""Two people changed the same field: both values side by side, for the person to choose."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from indicators.explaining import title_of
from indicators.frozen import rubric_tree
from scorecards.forms import YES_NO


@dataclass(frozen=True)
class Conflict:
    """A field of the form with both values in words, who wrote theirs, and the version that was seen."""

    name: str
    label: str
    mine: str
    theirs: str
    who: str
    version: int


def conflicts_of(entry, form, stale) -> list[Conflict]:
    """What the page shows of a Stale refusal. Choosing "mine" builds on the version that is shown here."""
    criteria = {node.key: node for node in rubric_tree(entry.indicator).walk()}
    answers = {answer.criterion_key: answer for answer in entry.answers.select_related("updated_by")}
    entry.refresh_from_db()
    found = []
    for key, mine in stale.mine.items():
        if isinstance(mine, str):
            label, name, version, writer = (
                form.fields[key].label,
                f"text:{key}",
                entry.version,
                entry.updated_by,
            )
        else:
            label = title_of({"title": criteria[key].title, "key": key})
            name, version, writer = key, answers[key].version, answers[key].updated_by
        who = (writer.get_full_name() or writer.get_username()) if writer else ""
        found.append(Conflict(name, str(label), in_words(mine), in_words(stale.theirs[key]), who, version))
    return found


def in_words(content) -> str:
    """An answer as one line of text."""
    if isinstance(content, str):
        return content
    if content.get("na"):
        return f"{_('N/A')}: {content['na']}"
    if content.get("inputs"):
        return " · ".join(f"{name} = {value}" for name, value in content["inputs"].items())
    value = content.get("value") or content.get("option") or ""
    return str(dict(YES_NO).get(value, value or _("no answer")))
