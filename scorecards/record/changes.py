"""What differs between two states of a scorecard: answers, details, narrative, files, scores. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from indicators.explaining import criterion_title, words
from indicators.frozen import framework_tree, leaf_groups
from indicators.scoring import Group, walk_document
from scorecards.models import NARRATIVE, Scorecard
from scorecards.presenting.answer_words import in_words, narrative_label
from scorecards.scoring import answers_of_scorecard, score_answers
from scorecards.snapshots import PARTS


@dataclass(frozen=True)
class Change:
    """One field: its name in words, what it was and what it is."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class ChangedIndicator:
    """An indicator whose answers, narrative or files differ, with its scores before and after."""

    code: str
    name: str
    was: str
    now: str
    changes: list[Change] = field(default_factory=list)


def live_content(scorecard: Scorecard) -> tuple[dict, dict]:
    """(content, scored) of the work as it stands now, in the shape of a submission."""
    answers = answers_of_scorecard(scorecard)
    content: dict = {"answers": answers, "narrative": {}, "notes": {}}
    for entry in scorecard.entries.select_related("indicator").prefetch_related("answers"):
        code = entry.indicator.code
        content["narrative"][code] = {name: getattr(entry, name) for name in NARRATIVE}
        content["notes"][code] = {one.criterion_key: one.note for one in entry.answers.all() if one.note}
    for part in PARTS:
        content |= part(scorecard)
    return content, score_answers(scorecard, answers)


def changed_indicators(
    scorecard: Scorecard, before: tuple[dict, dict], after: tuple[dict, dict]
) -> list[ChangedIndicator]:
    """The indicators that differ between two (content, scored), in the order of the form."""
    leaves = leaf_groups(framework_tree(scorecard.framework))
    scores = [_scores(scored) for _content, scored in (before, after)]
    found = []
    for code, leaf in leaves.items():
        changes = [
            *_answers(leaf, code, before[0], after[0]),
            *_narrative(code, before[0], after[0]),
            *_files(leaf, code, before[0], after[0]),
        ]
        was, now = (one.get(code, "–") for one in scores)
        if changes or was != now:
            found.append(ChangedIndicator(code, words(leaf.title), was, now, changes))
    return found


def _scores(scored: dict[str, Any]) -> dict[str, str]:
    nodes = [node for node in walk_document(scored) if node["kind"] == "indicator"]
    return {node["key"]: node["score_shown"] or "–" for node in nodes}


def _answers(leaf: Group, code: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for node in leaf.rubric.walk():  # type: ignore[union-attr]
        title = criterion_title(node)
        was, now = (one["answers"].get(code, {}).get(node.key) or {} for one in (before, after))
        if was != now:
            yield Change(title, in_words(was, node.document), in_words(now, node.document))
        was, now = (one["notes"].get(code, {}).get(node.key, "") for one in (before, after))
        if was != now:
            yield Change(_("%(criterion)s, detail") % {"criterion": title}, was, now)


def _narrative(code: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for name in NARRATIVE:
        was, now = (one["narrative"].get(code, {}).get(name, "") for one in (before, after))
        if was != now:
            yield Change(narrative_label(name), was, now)


def _files(leaf: Group, code: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    titles = {node.key: criterion_title(node) for node in leaf.rubric.walk()}  # type: ignore[union-attr]
    was, now = (_by_place(one, code) for one in (before, after))
    for place in sorted({*was, *now}):
        if was.get(place) != now.get(place):
            label = _("%(criterion)s, evidence") % {"criterion": titles.get(place[0], place[0])}
            yield Change(label, was.get(place, ""), now.get(place, ""))


def _by_place(content: dict[str, Any], code: str) -> dict[tuple, str]:
    files = [one for one in content.get("evidence", []) if one["indicator"] == code]
    return {(one["criterion_key"], one.get("sha256") or one.get("url", "")): one["name"] for one in files}
