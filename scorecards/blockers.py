"""Why something cannot be sent yet: every check returns all its blockers, each a sentence with a link to its place.

Higher apps append their own checks to CHECKS when they start (evidence does, and answering/parts.py, which needs
this module).
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title
from indicators.frozen import framework_tree, indicators_of, leaf_groups
from indicators.refusals import Blocker
from indicators.scoring import Criterion
from scorecards.models import Entry, Scorecard
from scorecards.prepared import prepared
from scorecards.scoring import answers_of, read_answers
from scorecards.states import EntryState


def missing_answers(scorecard: Scorecard, entries: list[Entry]) -> list[Blocker]:
    """Every criterion of the round that the agency is asked (a rating is the reviewer's) and has not answered."""
    leaves = leaf_groups(framework_tree(scorecard.framework))
    found = []
    for entry in entries:
        code, answers = entry.indicator.code, answers_of(entry)
        for criterion in asked(leaves[code].rubric, answers, scorecard.round.months):  # type: ignore[arg-type]
            if not is_answered(criterion, answers.get(criterion.key)):
                facts = {"code": code, "criterion": criterion_title(criterion)}
                sentence = _("%(code)s: answer “%(criterion)s”.") % facts
                found.append(at_criterion(sentence, entry, criterion.key))
    return found


def at_criterion(sentence: str, entry: Entry, key: str) -> Blocker:
    """What stands in the way at a criterion, with the way to its line on the agency's page of the indicator."""
    return Blocker(
        sentence, place=f"{entry.indicator.code}/{key}", url=f"{entry.get_absolute_url()}#criterion-{key}"
    )


def asked(rubric: Criterion, answers: dict, months: int) -> list:
    """The leaves that the agency must answer: not ratings, nothing below a node that does not apply."""
    if not rubric.schedule.holds(months) or (answers.get(rubric.key) or {}).get("na"):
        return []
    if not rubric.children:
        return [] if rubric.kind == "rating" else [rubric]
    return [leaf for child in rubric.children for leaf in asked(child, answers, months)]


def is_answered(criterion: Criterion, content: dict[str, Any] | None) -> bool:
    """A value, every input of a formula, or N/A with a reason."""
    content = content or {}
    if content.get("na"):
        return True
    if criterion.inputs:
        inputs = content.get("inputs") or {}
        return all(inputs.get(name) not in (None, "") for name in criterion.inputs)
    return content.get("value") not in (None, "")


def not_endorsed(scorecard: Scorecard, entries: list[Entry]) -> list[Blocker]:
    """Indicators that the KPI supervisor has not endorsed yet."""
    return [
        Blocker(
            sentence=_way_to_endorsement(entry)
            % {"code": entry.indicator.code, "state": entry.get_state_display()},
            place=entry.indicator.code,
            url=entry.get_absolute_url(),
        )
        for entry in entries
        if entry.state != EntryState.ENDORSED
    ]


def _way_to_endorsement(entry: Entry) -> str:
    """Who has to do what next: nobody endorses what was not proposed."""
    if entry.state == EntryState.PROPOSED:
        return _("%(code)s is “%(state)s”: the KPI supervisor must endorse it.")
    return _(
        "%(code)s is “%(state)s”: the data collector must propose it, and then the KPI supervisor endorse it."
    )


def waiting_for_hosts(entries: Iterable[Entry]) -> list[Blocker]:
    """Shared indicators whose host has not endorsed the result yet."""
    sentence = _("%(code)s is shared: its result comes from %(host)s, who has not endorsed it yet.")
    return [
        Blocker(
            sentence=sentence % {"code": entry.indicator.code, "host": entry.host},
            place=entry.indicator.code,
            url=entry.get_absolute_url(),
        )
        for entry in entries
        if entry.state != EntryState.ENDORSED
    ]


# Each check is given the scorecard and those of its entries to look at, with their answers.
CHECKS = [missing_answers]


@prepared
def _entries(scorecard: int) -> QuerySet[Entry]:
    return Entry.objects.filter(scorecard=scorecard).select_related("host")


def entries_to_send(scorecard: Scorecard) -> list[Entry]:
    """The indicators of the scorecard in order, with their answers."""
    entries = _entries(scorecard=scorecard.pk)
    indicators = indicators_of(scorecard.framework)
    for entry in entries:
        entry.scorecard, entry.indicator = scorecard, indicators[entry.indicator_id]
    read_answers(entries)
    return entries


def submission_blockers(scorecard: Scorecard, entries: list[Entry] | None = None) -> list[Blocker]:
    """All that is missing before the scorecard can be sent; `entries` are the entries_to_send, where they are known."""
    entries = entries_to_send(scorecard) if entries is None else entries
    own, hosted = [one for one in entries if not one.host_id], [one for one in entries if one.host_id]
    found = [blocker for check in [*CHECKS, not_endorsed] for blocker in check(scorecard, own)]
    return found + waiting_for_hosts(hosted)


def by_indicator(entries: list[Entry], blockers: Iterable[Blocker]) -> list[tuple]:
    """(indicator, its blockers) in the order of the form, for a page that lists many."""
    found: dict[str, list[Blocker]] = {}
    for blocker in blockers:
        found.setdefault(blocker.place.split("/", 1)[0], []).append(blocker)
    indicators = [entry.indicator for entry in entries if entry.indicator.code in found]
    return [(indicator, found[indicator.code]) for indicator in indicators]


def entry_blockers(entry: Entry) -> list[Blocker]:
    """All that is missing before this indicator can be proposed."""
    if entry.host_id:
        return waiting_for_hosts([entry])
    read_answers([entry])
    return [blocker for check in CHECKS for blocker in check(entry.scorecard, [entry])]
