"""A new round begins with what the agency reported in the last one: its answers and words, without their states."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from indicators.models import Framework
from indicators.scoring import fits
from scorecards.events import record_scorecard
from scorecards.models import NARRATIVE, Answer, Entry, Scorecard
from scorecards.prepared import prepared

PERIOD = "period"  # the indicator's result covers only the months of its round


def earlier_scorecard(scorecard: Scorecard) -> Scorecard | None:
    """The same agency's scorecard of the round before, in this year and under this form in any version."""
    base = scorecard.framework.variant_of or scorecard.framework
    found = _latest_before(
        agency=scorecard.agency_id,
        year=scorecard.round.year_id,
        months=scorecard.round.months,
        form=base.code,
        year_of_form=base.year_id,
    )
    return found[0] if found else None


@prepared
def _latest_before(agency: int, year: int, months: int, form: str, year_of_form: int) -> QuerySet[Scorecard]:
    family = Framework.objects.filter(code=form, year=year_of_form)
    rows = Scorecard.objects.filter(agency=agency, round__year=year, round__months__lt=months)
    rows = rows.filter(framework__in=family) | rows.filter(framework__variant_of__in=family)
    return rows.select_related("round").order_by("-round__months")[:1]


def entries_before(scorecard: Scorecard) -> dict[str, Entry]:
    """{indicator code: its entry in the round before}, with the answers, in two queries; {} in the first round."""
    earlier = earlier_scorecard(scorecard)
    if earlier is None:
        return {}
    rows = earlier.entries.select_related("indicator", "scorecard__round").prefetch_related("answers")
    return {entry.indicator.code: entry for entry in rows}


def prefill(scorecard: Scorecard, *, actor: User | None) -> None:
    """Take over what still fits into entries that are blank. An indicator whose result covers only its own months
    begins anew, and so does a shared one, whose host reports it."""
    before = entries_before(scorecard)
    blank = scorecard.entries.filter(host=None, version=0, answers=None).select_related("indicator")
    for entry in blank if before else ():
        source = before.get(entry.indicator.code)
        if source is not None and entry.indicator.card.get("period") != PERIOD:
            _take_over(entry, source, actor=actor, scorecard=scorecard)


def _take_over(entry: Entry, source: Entry, *, actor: User | None, scorecard: Scorecard) -> None:
    rubric, months = rubric_tree(entry.indicator), source.scorecard.round.months
    present = {node.key for node in rubric.walk() if node.schedule.holds(scorecard.round.months)}
    kept = [
        one
        for one in source.answers.all()
        if one.criterion_key in present and fits(rubric, one.criterion_key, one.content)
    ]
    told = {name: getattr(source, name) for name in NARRATIVE}
    if not kept and not any(told.values()):
        return
    Answer.objects.bulk_create(
        Answer(
            entry=entry,
            criterion_key=one.criterion_key,
            content=one.content,
            typed=one.typed,
            note=one.note,
            taken_from=months,
        )
        for one in kept
    )
    for name, text in told.items():
        setattr(entry, name, text)
    entry.save(update_fields=[*NARRATIVE, "updated_at"])
    record_scorecard(
        scorecard,
        actor=actor,
        action="prefill",
        subject=f"entry:{entry.pk}",
        after={one.criterion_key: one.content for one in kept},
        reason=_("From the %(months)s-month round") % {"months": months},
    )
