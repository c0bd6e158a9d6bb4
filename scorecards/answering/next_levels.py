"""What would it take: the next levels of an indicator in words, as a trial. Nothing of it is ever saved."""

from dataclasses import dataclass

from indicators.explaining import criterion_title, derivation, words
from indicators.frozen import framework_tree, leaf_groups, rubric_document
from indicators.scoring import Change, Criterion, exact_text, format_fixed, node_document, reach_next
from indicators.scoring.numbers import grouped
from indicators.scoring.scorecard import convert
from scorecards.models import Entry

MOST_SHOWN = 5


@dataclass(frozen=True)
class Wanted:
    """One answer that it takes: the criterion, and for a measure the value in words ("≥ 80 percent")."""

    key: str
    title: str
    value: str = ""


@dataclass(frozen=True)
class NextLevel:
    """A level as a score on the scorecard's scale, what it takes, and how the score would come about."""

    score: str
    wanted: list[Wanted]
    derivation: list


def next_levels(entry: Entry, answers: dict) -> list[NextLevel]:
    """The next levels of this indicator with these answers ({criterion key: content}), nearest first."""
    tree = framework_tree(entry.scorecard.framework)
    leaf = leaf_groups(tree).get(entry.indicator.code)
    if leaf is None or leaf.rubric is None or tree.scale is None:
        return []
    rubric = rubric_document(entry.indicator)
    titles = {node.key: node for node in leaf.rubric.walk()}
    found = reach_next(leaf.rubric, answers, round=entry.scorecard.round.months)
    return [
        NextLevel(
            score=format_fixed(convert(one.score, leaf.scale, tree.scale), tree.places),
            wanted=[_in_words(titles[change.key], change) for change in one.changes],
            derivation=derivation(node_document(one.result, places=tree.places), rubric),
        )
        for one in _spread(found)
    ]


def _spread(found: list) -> list:
    """At most five of them: the nearest ones and the last."""
    return found if len(found) <= MOST_SHOWN else [*found[: MOST_SHOWN - 1], found[-1]]


def _in_words(criterion: Criterion, change: Change) -> Wanted:
    title = criterion_title(criterion)
    if change.value is None:
        return Wanted(change.key, title)
    sign = {(False, False): "≥", (True, False): ">", (False, True): "≤", (True, True): "<"}
    unit = words(criterion.document.get("unit"))
    value = f"{sign[change.past, change.falling]} {grouped(exact_text(change.value) or '')} {unit}"
    return Wanted(change.key, title, value.strip())
