"""Opening a round's scorecard for an agency: one entry for each indicator that exists in the round."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from indicators.frozen import framework_tree, leaf_groups
from indicators.models import Framework
from scorecards.answering.prefilling import prefill
from scorecards.events import record_scorecard
from scorecards.models import Agency, Assignment, Entry, Round, Scorecard
from scorecards.sharing import follow


@transaction.atomic
def open_scorecard(
    agency: Agency,
    framework: Framework,
    round_: Round,
    *,
    reviewers: Iterable[User] = (),
    actor: User | None = None,
) -> Scorecard:
    """The agency's scorecard of a framework in a round, with its entries. Doing it twice changes nothing."""
    scorecard, made = Scorecard.objects.get_or_create(agency=agency, framework=framework, round=round_)
    scorecard.reviewers.add(*reviewers)
    present = {
        code
        for code, leaf in leaf_groups(framework_tree(framework)).items()
        if leaf.rubric and leaf.schedule.holds(round_.months) and leaf.rubric.leaves(round_.months)
    }
    known = set(scorecard.entries.values_list("indicator__code", flat=True))
    Entry.objects.bulk_create(
        Entry(scorecard=scorecard, indicator=indicator)
        for indicator in framework.indicators.filter(rubric__isnull=False).only("code", "framework")
        if indicator.code in present - known
    )
    if assignment := Assignment.objects.filter(agency=agency, form=framework).exclude(hosts={}).first():
        hosted = scorecard.entries.filter(indicator__code__in=assignment.hosts, host=None)
        for entry in hosted.select_related("indicator", "scorecard__round", "scorecard__framework"):
            follow(entry, assignment)
    if made:
        prefill(scorecard, actor=actor)
        record_scorecard(scorecard, actor=actor, action="open")
    return scorecard
