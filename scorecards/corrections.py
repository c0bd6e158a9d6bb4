"""What a returned scorecard is to be mended in: the remarks of the reviewer, and what they open again. Reads only."""

from django.db.models import QuerySet

from indicators.frozen import rubric_tree
from scorecards.models import Correction, Entry, Scorecard
from scorecards.states import ScorecardState


def corrections_of(scorecard: Scorecard) -> dict[str, dict[str, str]]:
    """{indicator code: {criterion key: remark}} of a returned scorecard; the key "" is the whole indicator. Empty when
    it was returned as a whole, or is not returned."""
    if scorecard.state != ScorecardState.RETURNED:
        return {}
    found: dict[str, dict[str, str]] = {}
    for code, key, remark in _of_latest(scorecard).values_list("indicator__code", "criterion_key", "remark"):
        found.setdefault(code, {})[key] = remark
    return found


def _of_latest(scorecard: Scorecard) -> QuerySet[Correction]:
    latest = scorecard.submissions.order_by("-number").values("pk")[:1]
    return Correction.objects.filter(submission__in=latest)


def is_open_again(entry: Entry, wanted: dict[str, dict[str, str]]) -> bool:
    """Whether the agency works on this indicator of a returned scorecard: all of them, or those with a remark."""
    return not wanted or entry.indicator.code in wanted


def open_criteria(entry: Entry, wanted: dict[str, dict[str, str]]) -> set[str] | None:
    """The keys of the criteria that a correction opens: each with all below it. None: every criterion is open."""
    remarks = wanted.get(entry.indicator.code, {})
    if not wanted or "" in remarks:
        return None
    return {
        below.key
        for node in rubric_tree(entry.indicator).walk()
        if node.key in remarks
        for below in node.walk()
    }
