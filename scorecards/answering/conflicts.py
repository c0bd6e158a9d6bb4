"""Two people changed the same field or ruled on the same criterion: both side by side, for the person to choose."""

from dataclasses import dataclass
from typing import Any

from indicators.explaining import criterion_title
from indicators.frozen import rubric_tree
from indicators.models import Indicator
from indicators.refusals import Stale
from scorecards.answering.forms import EntryForm
from scorecards.answering.outcomes import ruling_words
from scorecards.delegation import name_of
from scorecards.models import Entry, Submission
from scorecards.presenting.answer_words import in_words


@dataclass(frozen=True)
class Conflict:
    """A field of the form with both values in words, who wrote theirs, and the version that was seen."""

    name: str
    label: str
    mine: str
    theirs: str
    who: str
    version: int


def conflicts_of(entry: Entry, form: EntryForm, stale: Stale) -> list[Conflict]:
    """What the page shows of a Stale refusal. Choosing "mine" builds on the version that is shown here."""
    criteria = {node.key: node for node in rubric_tree(entry.indicator).walk()}
    answers = {answer.criterion_key: answer for answer in entry.answers.select_related("updated_by")}
    entry.refresh_from_db()
    found = []
    for key, mine in stale.mine.items():
        if isinstance(mine, str):
            label, name = form.fields[key].label, f"text:{key}"
            version, writer, document = entry.version, entry.updated_by, None
        else:
            label = criterion_title(criteria[key])
            name, version, writer = key, answers[key].version, answers[key].updated_by
            document = criteria[key].document
        ours, theirs = in_words(mine, document), in_words(stale.theirs[key], document)
        found.append(Conflict(name, str(label), ours, theirs, name_of(writer), version))
    return found


def ruling_conflicts(submission: Submission, indicator: Indicator, stale: Stale) -> list[Conflict]:
    """The same of two reviewers' rulings on an indicator, each with its reason."""
    criteria = {node.key: node for node in rubric_tree(indicator).walk()}
    rulings = submission.rulings.filter(indicator=indicator).select_related("reviewer")
    known = {one.criterion_key: one for one in rulings}
    found = []
    for key, mine in stale.mine.items():
        criterion, ruling = criteria[key], known[key]
        ours, theirs = (_decided(one, criterion.document) for one in (mine, stale.theirs[key]))
        who = name_of(ruling.reviewer)
        found.append(Conflict(key, criterion_title(criterion), ours, theirs, who, ruling.version))
    return found


def _decided(ruling: dict, document: dict[str, Any]) -> str:
    words = ruling_words(ruling, document)
    return f"{words} · {ruling['reason']}" if ruling["reason"] else words
