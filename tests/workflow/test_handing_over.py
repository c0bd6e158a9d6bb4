"""A reviewer who has an interest in a scorecard, or cannot review it, hands it over."""

import pytest
from django.utils import translation

from indicators.models import FiscalYear
from indicators.refusals import Refused
from scorecards.calibrating.sampling import draw, lines_to_review, rule_again
from scorecards.events import verify
from scorecards.models import Event, Membership, ReviewAssignment, Round, Ruling, Sample, Scorecard
from scorecards.permissions import may
from scorecards.record.disclosure import readable_events
from scorecards.reviewing import review
from scorecards.reviewing.review_assigning import (
    assign_reviewers,
    hand_over,
    hand_over_all,
    other_reviews,
    share_out,
    take_away,
)
from scorecards.states import Action, Decision, Role, ScorecardState
from scorecards.waiting.worklist import work_of
from tests.world import PEOPLE, STEPS, disagreement, sent_by_others, walk

S = ScorecardState
ONLY_ASSIGNED = {Action.BEGIN_REVIEW, Action.RULE, Action.RETURN, Action.CONCLUDE}
INTEREST = "คู่สมรสทำงานที่หน่วยงานนี้"


@pytest.fixture
def handed(world):
    """กมล ruled on one criterion of the ICT centre's scorecard and handed it over."""
    walk(world, S.IN_REVIEW)
    submission, indicator = world.card.submissions.get(), world.entry.indicator
    review.rule(submission, actor=world.kamon, indicator=indicator, rulings=[disagreement()])
    hand_over(world.card, actor=world.kamon, reason=f" {INTEREST} ")
    return world


def test_it_goes_back_to_the_chief_and_what_was_ruled_stays(handed):
    assert not handed.card.reviewers.exists()
    assert work_of(handed.kamon) == []
    assert not Scorecard.objects.visible_to(handed.kamon).exists()
    assert [item.url for item in work_of(handed.khamron)] == ["/review/assign/?assigned=nobody"]
    assert Ruling.objects.get().reviewer == handed.kamon
    event = Event.objects.get(action="hand_over")
    assert (event.before, event.after) == ({"reviewers": ["kamon"]}, {"reviewers": []})
    assert (event.actor, event.reason) == (handed.kamon, INTEREST)
    assert verify(handed.card.agency) == []


def test_the_agency_never_reads_of_it(handed):
    for state in S:
        Scorecard.objects.filter(pk=handed.card.pk).update(state=state)
        handed.card.refresh_from_db()
        assert not readable_events(handed.card, handed.chat).filter(action="hand_over").exists()


def test_refused_without_a_reason_and_to_whoever_does_not_review_it(world):
    walk(world, S.IN_REVIEW)
    for actor, reason in [(world.kamon, "  "), (world.khwan, INTEREST), (world.khamron, INTEREST)]:
        with pytest.raises(Refused):
            hand_over(world.card, actor=actor, reason=reason)
    assert world.card.reviewers.get() == world.kamon


def test_the_same_request_twice_hands_over_once(world):
    walk(world, S.SUBMITTED)
    for _twice in range(2):
        hand_over(world.card, actor=world.kamon, reason=INTEREST, request_key="k" * 32)
    assert Event.objects.filter(action="hand_over").count() == 1


def test_single_indicators_go_with_it_and_colleagues_keep_theirs(world):
    walk(world, S.IN_REVIEW)
    assign_reviewers([world.entry], reviewers=[world.kamon, world.khwan], actor=world.khamron)
    hand_over(world.card, actor=world.kamon, reason=INTEREST)
    assert ReviewAssignment.objects.get().reviewer == world.khwan
    assert Event.objects.get(action="hand_over").before == {"reviewers": ["kamon"], "4": ["kamon", "khwan"]}


def test_it_is_given_back_for_a_reason_only(handed):
    facts = {"reviewers": [handed.kamon, handed.khwan], "actor": handed.khamron}
    for lines in ([handed.card], [handed.entry]):
        with pytest.raises(Refused) as refused:
            assign_reviewers(lines, **facts)
        assert INTEREST in str(refused.value)
    assert not handed.card.reviewers.exists()
    assign_reviewers([handed.card], **facts, reason="มีหลักฐานว่าไม่มีส่วนได้เสียแล้ว")
    assert set(handed.card.reviewers.all()) == {handed.kamon, handed.khwan}
    assert Event.objects.get(action="assign").reason == "มีหลักฐานว่าไม่มีส่วนได้เสียแล้ว"
    assign_reviewers([handed.card], **facts)  # they have it: nothing is given back
    assign_reviewers(sent_by_others(handed, 1), **facts)  # nor elsewhere


@pytest.fixture
def chief_too(world):
    """คำรณ reviews as well and handed the ICT centre's scorecard over."""
    Membership.objects.create(user=world.khamron, agency=world.agencies["opdc"], role=Role.REVIEWER)
    assign_reviewers([world.card], reviewers=[world.khamron], actor=world.chan)
    hand_over(world.card, actor=world.khamron, reason=INTEREST)
    return world


def deciders(world, action) -> set[str]:
    return {name for name in PEOPLE if may(getattr(world, name), action, world.card)}


# Written down by hand: in the state of the right hand side these may, and คำรณ, who could until now, may not.
@pytest.mark.parametrize(
    ("action", "state", "allowed"),
    [
        (Action.BEGIN_REVIEW, S.SUBMITTED, {"kamon"}),
        (Action.RULE, S.IN_REVIEW, {"kamon"}),
        (Action.RETURN, S.IN_REVIEW, {"kamon"}),
        (Action.CONCLUDE, S.IN_REVIEW, {"kamon"}),
        (Action.REOPEN_REVIEW, S.CONCLUDED, {"chan"}),
        (Action.AMEND, S.CONCLUDED, {"chan"}),
        (Action.APPROVE, S.CONCLUDED, {"chan"}),
        (Action.PUBLISH, S.APPROVED, {"chan", "chawi"}),
        (Action.DECIDE_APPEAL, S.PUBLISHED, {"kamon", "khwan", "chan"}),
        (Action.PUBLISH_REVISION, S.PUBLISHED, {"chan", "chawi"}),
        (Action.ASSIGN, S.IN_REVIEW, {"khamron", "chan", "chawi"}),
    ],
)
def test_a_chief_who_handed_it_over_decides_nothing_about_its_result(chief_too, action, state, allowed):
    Scorecard.objects.filter(pk=chief_too.card.pk).update(state=state)
    chief_too.card.refresh_from_db()
    assert deciders(chief_too, action) == allowed
    Scorecard.objects.filter(pk=chief_too.other.pk).update(state=state)
    chief_too.other.refresh_from_db()
    elsewhere = may(chief_too.khamron, action, chief_too.other)
    assert bool(elsewhere) == (action not in ONLY_ASSIGNED)


def test_the_verb_refuses_and_says_who_can(chief_too):
    card = walk(chief_too, S.CONCLUDED)
    with translation.override("en"), pytest.raises(Refused, match="another chief reviewer"):
        review.approve(card, actor=chief_too.khamron)
    assert work_of(chief_too.khamron) == []
    assert work_of(chief_too.chan)
    review.approve(card, actor=chief_too.chan)


def test_nobody_gives_it_back_to_themselves(chief_too):
    facts = {"reviewers": [chief_too.khamron], "reason": "ไม่มีส่วนได้เสียแล้ว"}
    for line in (chief_too.card, chief_too.entry):
        with pytest.raises(Refused):
            assign_reviewers([line], **facts, actor=chief_too.khamron)
    assign_reviewers([chief_too.card], **facts, actor=chief_too.chawi)
    Scorecard.objects.filter(pk=chief_too.card.pk).update(state=S.CONCLUDED)
    chief_too.card.refresh_from_db()
    assert may(chief_too.khamron, Action.APPROVE, chief_too.card)  # given back, it is theirs again


def test_sharing_out_leaves_out_who_handed_it_over(handed):
    facts = {"actor": handed.khamron}
    alone = share_out([handed.card], reviewers=[handed.kamon], **facts)
    assert (alone.scorecards, len(alone.skipped)) == (0, 1)
    shared = share_out([handed.card], reviewers=[handed.kamon, handed.khwan], **facts)
    assert (shared.scorecards, len(shared.skipped)) == (1, 1)
    assert handed.card.reviewers.get() == handed.khwan


@pytest.mark.parametrize("handed_over", [True, False])
@pytest.mark.parametrize("single", [True, False])
def test_whoever_handed_it_over_or_was_taken_off_gives_no_second_review(world, handed_over, single):
    """Before anything was ruled: they know no ruling, but what they were rid of for may hold still."""
    line = world.entry if single else world.card
    assign_reviewers([line], reviewers=[world.khwan], actor=world.khamron)
    if handed_over:
        hand_over(world.card, actor=world.khwan, reason=INTEREST)
    else:
        take_away([line], reviewers=[world.khwan], actor=world.khamron)
    walk(world, S.CONCLUDED)
    sample = draw(
        Sample(framework=world.framework, round=world.round, number=1, seed="๑"), actor=world.khamron
    )
    assert not lines_to_review(world.khwan).exists()
    said = [review.RulingChange(step, Decision.AGREE) for step in STEPS]
    with pytest.raises(Refused):
        rule_again(sample.lines.get(), actor=world.khwan, rulings=said)


def test_whoever_never_had_it_gives_the_second_review(world):
    """Reviewers came and went, and one of another scorecard was taken off."""
    assign_reviewers([world.other], reviewers=[world.khwan], actor=world.khamron)
    take_away([world.other], reviewers=[world.khwan], actor=world.khamron)
    take_away([world.card], reviewers=[world.kamon], actor=world.khamron)
    assign_reviewers([world.card], reviewers=[world.kamon], actor=world.khamron)
    walk(world, S.CONCLUDED)
    draw(Sample(framework=world.framework, round=world.round, number=1, seed="๑"), actor=world.khamron)
    assert lines_to_review(world.khwan).get().submission.scorecard == world.card
    assert may(world.khwan, Action.RULE_AGAIN, world.card)


class TestOtherReportsOfTheYear:
    """An interest is in an agency: it counts for its other rounds until somebody judged it."""

    @pytest.fixture
    def nine(self, world):
        """The ICT centre's report of nine months, sent; กมล reviews it as well."""
        return report(world, months=9, reviewer=world.kamon)

    def test_they_are_handed_over_together_for_one_reason(self, world, nine):
        walk(world, S.IN_REVIEW)
        assert other_reviews(world.card, world.kamon) == [nine]
        for _twice in range(2):
            facts = {"actor": world.kamon, "reason": INTEREST, "request_key": "k" * 32}
            hand_over_all([world.card, nine], **facts)
        assert not Scorecard.objects.assigned_to(world.kamon).filter(agency=world.card.agency).exists()
        assert set(Event.objects.filter(action="hand_over").values_list("reason", flat=True)) == {INTEREST}
        assert Event.objects.filter(action="hand_over").count() == 2

    def test_another_round_is_given_to_them_for_a_reason_only_and_not_shared_out(self, handed):
        six = report(handed, months=6)
        facts = {"reviewers": [handed.kamon], "actor": handed.khamron}
        with pytest.raises(Refused) as refused:
            assign_reviewers([six], **facts)
        assert INTEREST in str(refused.value)
        assert share_out([six], **facts).skipped
        assert not six.reviewers.exists()
        assign_reviewers([six], **facts, reason="มีหลักฐานว่าไม่มีส่วนได้เสียแล้ว")
        assert six.reviewers.get() == handed.kamon

    def test_what_was_given_back_is_asked_no_more_and_another_year_never_was(self, handed):
        facts = {"reviewers": [handed.kamon], "actor": handed.khamron}
        assign_reviewers([report(handed, months=9, year=2570)], **facts)
        assign_reviewers([handed.card], **facts, reason="ไม่มีส่วนได้เสีย")
        assign_reviewers([report(handed, months=6)], **facts)
        assert handed.kamon.assigned_scorecards.filter(agency=handed.card.agency).count() == 3

    def test_nobody_gives_it_to_oneself(self, chief_too):
        with pytest.raises(Refused):
            assign_reviewers(
                [report(chief_too, months=6)],
                reviewers=[chief_too.khamron],
                actor=chief_too.khamron,
                reason="ก",
            )


def report(world, *, months, year=None, reviewer=None):
    """The ICT centre's report of another round, as a row, sent."""
    now = world.round
    year = FiscalYear.objects.create(year=year) if year else now.year
    dates = {name: getattr(now, name) for name in ("opens_at", "closes_at", "review_closes_at")}
    round_ = Round.objects.create(year=year, months=months, **dates)
    card = sent_by_others(world, 1, round=round_)[0]
    Scorecard.objects.filter(pk=card.pk).update(agency=world.agencies["ict"])
    card.refresh_from_db()
    card.reviewers.add(*[reviewer] if reviewer else [])
    return card
