"""What a reviewer has to rule on, and how much of it is done: counted once when a report is sent and kept with the
submission, so that the queue reads no rubric. Reads only."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count

from indicators.frozen import framework_tree, leaf_groups
from indicators.scoring import Criterion
from scorecards.blockers import asked
from scorecards.models import Entry, Ruling, Scorecard, Submission


def to_be_ruled_on(rubric: Criterion, *, said: dict, months: int) -> list:
    """The criteria of a rubric that a reviewer must rule on, given what the agency said: every leaf that exists and was
    not set aside as N/A by a node above it, and every node whose N/A the agency claims."""
    claimed = [node for node in rubric.walk() if node.children and (said.get(node.key) or {}).get("na")]
    ratings = [leaf for leaf in rubric.leaves(months) if leaf.kind == "rating"]
    wanted = {one.key for one in [*asked(rubric, said, months), *claimed, *ratings]}
    return [node for node in rubric.walk() if node.key in wanted]


def rulings_asked(scorecard: Scorecard, answers: dict, *, codes: Iterable[str]) -> dict[str, int]:
    """{indicator code: how many criteria a reviewer must rule on} under these answers ({code: {key: content}})."""
    leaves, months = leaf_groups(framework_tree(scorecard.framework)), scorecard.round.months
    return {
        code: len(to_be_ruled_on(leaves[code].rubric, said=answers.get(code, {}), months=months))  # type: ignore[arg-type]
        for code in codes
    }


def rulings_done(entries: Iterable[Entry]) -> dict[Entry, tuple[int, int]]:
    """{entry: (rulings done, of how many)} in the last submission, in as many queries for many as for one. The entries
    come with their indicators."""
    entries = list(entries)
    last = _last_submissions({entry.scorecard_id for entry in entries})
    rulings = Ruling.objects.filter(
        submission__in=[pk for pk, _asked in last.values()],
        indicator__in={entry.indicator_id for entry in entries},
    )
    rows = rulings.order_by().values_list("submission", "indicator").annotate(Count("pk"))
    done = {(submission, indicator): count for submission, indicator, count in rows}
    found = {}
    for entry in entries:
        submission, asked_of = last.get(entry.scorecard_id, (None, {}))
        found[entry] = (done.get((submission, entry.indicator_id), 0), asked_of.get(entry.indicator.code, 0))
    return found


def rulings_done_in(scorecards: Iterable[int]) -> dict[int, tuple[int, int]]:
    """{scorecard: (rulings done, of how many)} of whole scorecards, given as primary keys."""
    last = _last_submissions(scorecards)
    rows = Ruling.objects.filter(submission__in=[pk for pk, _asked in last.values()])
    done = dict(rows.order_by().values_list("submission").annotate(Count("pk")))
    return {card: (done.get(pk, 0), sum(asked_of.values())) for card, (pk, asked_of) in last.items()}


def _last_submissions(scorecards: Iterable[int]) -> dict[int, tuple[int, dict]]:
    """{scorecard: (its last submission, how many rulings each indicator asks)}."""
    rows = Submission.objects.filter(scorecard__in=scorecards).order_by("number")
    kept = {
        card: (pk, asked_of) for card, pk, asked_of in rows.values_list("scorecard", "pk", "rulings_asked")
    }
    older = [pk for pk, asked_of in kept.values() if asked_of is None]
    found = {card: (pk, asked_of) for card, (pk, asked_of) in kept.items() if asked_of is not None}
    return found | _counted_again(older) if older else found


def _counted_again(submissions: list[int]) -> dict[int, tuple[int, dict]]:
    """The same for submissions that were sent before the count was kept: what is frozen never changes."""
    sent = Submission.objects.filter(pk__in=submissions).defer("scored")
    rows = list(sent.select_related("scorecard__framework", "scorecard__round"))
    codes = defaultdict(list)
    entries = Entry.objects.filter(scorecard__in=[one.scorecard_id for one in rows]).order_by()
    for card, code in entries.values_list("scorecard", "indicator__code"):
        codes[card].append(code)
    return {
        one.scorecard_id: (
            one.pk,
            rulings_asked(one.scorecard, one.content["answers"], codes=codes[one.scorecard_id]),
        )
        for one in rows
    }
