"""Scorecards and single indicators given to reviewers, shared out evenly and taken away."""

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.db.models.signals import pre_save
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.refusals import Refused
from scorecards.events import verify
from scorecards.models import Entry, Event, Membership, ReviewAssignment, Scorecard
from scorecards.reviewers import workloads
from scorecards.reviewing import review
from scorecards.reviewing.review_assigning import assign_reviewers, share_out, take_away
from scorecards.states import Role, ScorecardState
from scorecards.waiting.worklist import work_of
from tests.world import make_world, sent_by_others

S = ScorecardState


@pytest.fixture
def cards(world):
    return sent_by_others(world, 5)


def people(card) -> set:
    return {one.username for one in card.reviewers.all()}


def events():
    return Event.objects.filter(action="assign")


def test_several_scorecards_are_given_to_several_reviewers_and_doing_it_twice_changes_nothing(world, cards):
    facts = {"reviewers": [world.kamon, world.khwan], "actor": world.khamron}
    assert assign_reviewers(cards, **facts).scorecards == 5
    assert [people(card) for card in cards] == [{"kamon", "khwan"}] * 5
    assert events().count() == 5
    event = events().first()
    assert (event.before, event.after) == ({"reviewers": []}, {"reviewers": ["kamon", "khwan"]})
    assert event.actor == world.khamron
    assert assign_reviewers(cards, **facts).scorecards == 0
    assert events().count() == 5
    assert verify(cards[0].agency) == []


def test_taking_away_takes_from_those_who_are_named_and_twice_changes_nothing(world, cards):
    assign_reviewers(cards, reviewers=[world.kamon, world.khwan], actor=world.khamron)
    assert take_away(cards[:2], reviewers=[world.kamon], actor=world.chawi).scorecards == 2
    assert take_away(cards[:2], reviewers=[world.kamon], actor=world.chawi).scorecards == 0
    assert [people(card) for card in cards[:3]] == [{"khwan"}, {"khwan"}, {"kamon", "khwan"}]
    assert events().count() == 7


@pytest.mark.parametrize("verb", [assign_reviewers, share_out])
def test_cut_off_in_the_middle_nothing_is_done_and_repeated_each_is_done_once(world, cards, verb):
    """The database lets two events through, then it is gone."""
    facts = {"reviewers": [world.khwan], "actor": world.khamron}
    written = []

    def cut_off(sender, **_facts):
        written.append(sender)
        if len(written) > 2:
            raise OperationalError("gone")

    pre_save.connect(cut_off, sender=Event)
    try:
        with pytest.raises(OperationalError):
            verb(cards, **facts)
    finally:
        pre_save.disconnect(cut_off, sender=Event)
    assert not any(people(card) for card in cards)
    assert not events().exists()
    assert (verb(cards, **facts).scorecards, verb(cards, **facts).scorecards) == (5, 0)
    assert [people(card) for card in cards] == [{"khwan"}] * 5
    assert events().count() == 5


def test_sharing_out_gives_to_whom_the_fewest_are_open(world, cards):
    cards[0].reviewers.add(world.kamon)
    facts = {"reviewers": [world.kamon, world.khwan], "actor": world.khamron}
    assert share_out(cards, **facts).scorecards == 4
    assert [people(card) for card in cards] == [{"kamon"}, {"khwan"}, {"kamon"}, {"khwan"}, {"kamon"}]
    assert share_out(cards, **facts).scorecards == 0  # everything has one of them
    assert events().count() == 4


def test_sharing_out_counts_what_is_open_elsewhere(world, cards):
    for card in cards[:3]:
        card.reviewers.add(world.kamon)
    share_out(cards[3:], reviewers=[world.kamon, world.khwan], actor=world.khamron)
    assert [people(card) for card in cards[3:]] == [{"khwan"}, {"khwan"}]


def test_nobody_gets_an_agency_they_belong_to(world, cards):
    Membership.objects.create(user=world.kamon, agency=cards[0].agency, role=Role.OBSERVER)
    facts = {"reviewers": [world.kamon, world.khwan], "actor": world.khamron}
    with pytest.raises(Refused) as refused:
        assign_reviewers(cards, **facts)
    assert len(refused.value.reasons) == 1
    assert "กมล" in str(refused.value)
    assert cards[0].agency.name in str(refused.value)
    assert not any(people(card) for card in cards)  # all or nothing
    shared = share_out(cards, **facts)
    assert people(cards[0]) == {"khwan"}
    assert len(shared.skipped) == 1
    assert "กมล" in shared.skipped[0]


def test_sharing_out_leaves_an_agency_to_which_all_belong(world, cards):
    Membership.objects.create(user=world.kamon, agency=cards[0].agency, role=Role.OBSERVER)
    shared = share_out(cards, reviewers=[world.kamon], actor=world.khamron)
    assert people(cards[0]) == set()
    assert (shared.scorecards, len(shared.skipped)) == (4, 1)


@pytest.mark.parametrize("verb", [assign_reviewers, share_out, take_away])
def test_refused_with_all_reasons(world, cards, verb):
    with pytest.raises(Refused) as nothing:
        verb([], reviewers=[], actor=world.khamron)
    assert len(nothing.value.reasons) == 2
    Scorecard.objects.filter(pk=cards[1].pk).update(state=S.APPROVED)
    with pytest.raises(Refused) as refused:
        verb(cards[:3], reviewers=[world.arun], actor=world.khamron)
    assert len(refused.value.reasons) == 2  # one scorecard is approved, and อรุณ is no reviewer
    assert cards[1].agency.name in str(refused.value)
    for stranger in (world.kamon, world.cho, world.chat, User(username="nobody", pk=0)):
        with pytest.raises(Refused):
            verb(cards[:1], reviewers=[world.kamon], actor=stranger)
    assert not events().exists()


def test_a_chief_does_not_assign_the_own_agency(world, cards):
    Membership.objects.create(user=world.khamron, agency=cards[0].agency, role=Role.OBSERVER)
    with pytest.raises(Refused):
        assign_reviewers(cards[:1], reviewers=[world.kamon], actor=world.khamron)


# ── single indicators ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def large(db):
    """The world around a form of many indicators, with two scorecards under review."""
    world = make_world("sdo-2562")
    world.cards = sent_by_others(world, 2, state=S.IN_REVIEW)
    return world


def first_entries(world) -> list[Entry]:
    return [card.entries.first() for card in world.cards]


def test_one_indicator_across_agencies(large):
    entries = first_entries(large)
    facts = {"reviewers": [large.khwan], "actor": large.khamron}
    assert assign_reviewers(entries, **facts).scorecards == 2
    assert assign_reviewers(entries, **facts).scorecards == 0
    code = entries[0].indicator.code
    assert events().first().after == {code: ["khwan"]}
    assert ReviewAssignment.objects.filter(assigned_by=large.khamron).count() == 2
    assert share_out(entries, reviewers=[large.khwan, large.kamon], actor=large.khamron).scorecards == 0
    assert take_away(entries[:1], **facts).scorecards == 1
    assert ReviewAssignment.objects.get().entry == entries[1]


def test_who_reviews_one_indicator_rules_there_and_nowhere_else(large):
    card, (mine, other) = large.cards[0], large.cards[0].entries.all()[:2]
    assign_reviewers([mine], reviewers=[large.khwan], actor=large.khamron)
    submission = card.submissions.get()
    criterion = review.ruled_on(submission, indicator=mine.indicator)[0]
    ruling = review.RulingChange(criterion.key, "na", reason="ไม่เกี่ยวข้อง")
    assert review.rule(submission, actor=large.khwan, indicator=mine.indicator, rulings=[ruling])
    key = review.ruled_on(submission, indicator=other.indicator)[0].key
    with pytest.raises(Refused):
        review.rule(
            submission, actor=large.khwan, indicator=other.indicator,
            rulings=[review.RulingChange(key, "na", reason="ไม่เกี่ยวข้อง")],
        )  # fmt: skip
    for verb, facts in ((review.conclude, {}), (review.return_for_correction, {"remark": "แก้ไข"})):
        with pytest.raises(Refused) as refused:
            verb(card, actor=large.khwan, **facts)
        assert "มอบหมายให้ผู้ประเมินอื่น" in str(refused.value)
    assert list(Scorecard.objects.visible_to(large.khwan)) == [card]


def test_a_single_indicator_waits_on_the_home_page_until_it_is_ruled_on(large):
    entry = large.cards[0].entries.first()
    assert work_of(large.khwan) == []
    assign_reviewers([entry], reviewers=[large.khwan], actor=large.khamron)
    (item,) = work_of(large.khwan)
    assert item.url == reverse("review", args=[large.cards[0].pk, entry.indicator.code])
    submission = large.cards[0].submissions.get()
    asked = review.ruled_on(submission, indicator=entry.indicator)
    rulings = [review.RulingChange(one.key, "na", reason="ไม่เกี่ยวข้อง") for one in asked]
    review.rule(submission, actor=large.khwan, indicator=entry.indicator, rulings=rulings)
    assert work_of(large.khwan) == []


def test_the_workload_of_each_reviewer(large):
    large.cards[0].reviewers.add(large.kamon)
    assign_reviewers(first_entries(large), reviewers=[large.kamon], actor=large.khamron)
    done = sent_by_others(large, 1, state=S.PUBLISHED)[0]
    done.reviewers.add(large.kamon)
    kamon, khwan = workloads()  # ก comes before ข
    assert (kamon.reviewer, kamon.scorecards, kamon.indicators) == (large.kamon, 1, 2)
    assert kamon.oldest == min(card.submissions.get().submitted_at for card in large.cards)
    assert (khwan.scorecards, khwan.indicators, khwan.oldest) == (0, 0, None)


def test_the_home_page_reads_no_rubric_to_name_an_indicator(large):
    assign_reviewers([large.cards[0].entries.first()], reviewers=[large.khwan], actor=large.khamron)
    with CaptureQueriesContext(connection) as asked:
        (item,) = work_of(large.khwan)
    assert item.title
    assert not [one["sql"] for one in asked if '"rubric"' in one["sql"] or '"actions_taken"' in one["sql"]]
