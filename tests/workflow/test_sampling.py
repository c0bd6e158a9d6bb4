"""Drawing a sample and ruling on it again."""

import pytest
from django.db import IntegrityError, transaction

from indicators.refusals import Refused
from scorecards.calibrating.sampling import draw, drawn, lines_to_review, rule_again, size_of
from scorecards.events import verify
from scorecards.models import Event, Ruling, Sample, SampleLine, SecondRuling
from scorecards.reviewing import review
from scorecards.reviewing.review import RulingChange
from scorecards.reviewing.review_assigning import assign_reviewers
from scorecards.states import Action, Decision, ScorecardState
from tests.world import STEPS, disagreement, walk

S = ScorecardState
SAID = [RulingChange(key, Decision.AGREE) for key in STEPS]


def a_sample(world, **facts):
    return Sample(framework=world.framework, round=world.round, **{"seed": "ก", "number": 1} | facts)


@pytest.fixture
def line(world):
    """The ICT centre's indicator, drawn by the chief."""
    walk(world, S.CONCLUDED)
    return draw(a_sample(world), actor=world.khamron).lines.get()


def give(line, world, rulings=SAID, **facts):
    return rule_again(line, actor=facts.pop("actor", world.khwan), rulings=rulings, **facts)


def reasons_of(refused):
    return " ".join(str(one) for one in refused.value.reasons)


# ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_seed_draws_the_same_lines():
    found = [(submission, indicator) for submission in range(1, 21) for indicator in range(1, 6)]
    first = drawn(found, seed="2562", size=10)
    assert drawn(list(reversed(found)), seed="2562", size=10) == first
    assert len(set(first)) == 10
    assert drawn(found, seed="2563", size=10) != first
    assert drawn(found, seed="2562", size=5) == first[:5]


@pytest.mark.parametrize(
    ("facts", "of", "size"),
    [({"percent": 10}, 11, 2), ({"percent": 100}, 3, 3), ({"percent": 1}, 3, 1), ({"number": 4}, 9, 4)],
)
def test_a_share_is_rounded_up(facts, of, size):
    assert size_of(Sample(drawn_from=[[1, 1]] * of, **facts)) == size


def test_the_sample_keeps_what_it_was_drawn_from(world, line):
    submission = world.card.submissions.get()
    assert line.sample.drawn_from == [[submission.pk, world.entry.indicator_id]]
    assert (line.submission, line.indicator) == (submission, world.entry.indicator)
    event = Event.objects.get(action=Action.SAMPLE)
    assert (event.scorecard, event.after) == (world.card, {"seed": "ก", "indicators": ["4"]})
    assert not verify(world.agencies["ict"])


@pytest.mark.parametrize("person", ["kamon", "khwan", "chawi", "cho", "chat"])
def test_only_the_chief_draws(world, person):
    walk(world, S.CONCLUDED)
    with pytest.raises(Refused):
        draw(a_sample(world), actor=getattr(world, person))
    assert not Sample.objects.exists()


def test_the_chiefs_own_agency_is_never_drawn(world):
    world.khamron.memberships.create(agency=world.agencies["ict"], role="observer")
    walk(world, S.CONCLUDED)
    with pytest.raises(Refused) as refused:
        draw(a_sample(world), actor=world.khamron)
    assert len(refused.value.reasons) == 1


def test_a_drawing_is_refused_with_all_reasons(world):
    walk(world, S.IN_REVIEW)  # nothing is concluded yet
    with pytest.raises(Refused) as refused:
        draw(a_sample(world, seed=" ", percent=10), actor=world.khamron)
    assert len(refused.value.reasons) == 3


def test_drawing_twice_with_one_form_draws_once(world):
    walk(world, S.CONCLUDED)
    for _time in range(2):
        draw(a_sample(world), actor=world.khamron, request_key="k" * 32)
    assert Sample.objects.count() == 1


def test_the_database_wants_a_share_or_a_number(world, line):
    with pytest.raises(IntegrityError), transaction.atomic():
        Sample.objects.update(percent=10)


# ── ruling again ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_second_rulings_are_kept_and_the_first_stay(world, line):
    before = list(Ruling.objects.values())
    give(line, world, [*SAID[:2], disagreement(), *SAID[3:]])
    assert list(Ruling.objects.values()) == before
    assert SecondRuling.objects.get(criterion_key="step3").content == {"value": "no"}
    line.refresh_from_db()
    assert line.reviewer == world.khwan
    world.card.refresh_from_db()
    assert world.card.state == S.CONCLUDED
    assert Event.objects.get(action=Action.RULE_AGAIN).after["step3"]["decision"] == "change"
    assert not verify(world.agencies["ict"])


def test_all_criteria_at_once_with_their_reasons(world, line):
    with pytest.raises(Refused) as refused:
        give(line, world, [RulingChange("step1", Decision.CHANGE, {"value": "no"})])
    assert len(refused.value.reasons) == len(STEPS) - 1 + 1  # four are missing, one has no reason
    assert not SecondRuling.objects.exists()


def test_it_is_for_good(world, line):
    give(line, world)
    with pytest.raises(Refused):
        give(line, world)
    assert SecondRuling.objects.count() == len(STEPS)


def test_the_same_form_twice_rules_once(world, line):
    for _time in range(2):
        give(line, world, request_key="k" * 32)
    assert SecondRuling.objects.count() == len(STEPS)


@pytest.mark.parametrize("person", ["kamon", "khamron", "chan", "chawi", "cho", "chat", "arun"])
def test_who_knows_the_first_ruling_gives_no_second(world, line, person):
    with pytest.raises(Refused):
        give(line, world, actor=getattr(world, person))
    assert line not in lines_to_review(getattr(world, person))


def test_who_ruled_first_gives_no_second_even_when_no_longer_assigned(world, line):
    world.card.reviewers.clear()
    with pytest.raises(Refused) as refused:
        give(line, world, actor=world.kamon)
    assert "first rulings" in reasons_of(refused) or len(refused.value.reasons) == 1
    assert line not in lines_to_review(world.kamon)


def test_who_reviews_one_indicator_reads_the_first_rulings_and_gives_no_second(world, line):
    assign_reviewers([world.entry], reviewers=[world.khwan], actor=world.khamron)
    with pytest.raises(Refused):
        give(line, world)
    assert line not in lines_to_review(world.khwan)


def test_nobody_of_the_agency_gives_a_second(world, line):
    world.khwan.memberships.create(agency=world.agencies["ict"], role="observer")
    with pytest.raises(Refused):
        give(line, world)
    assert line not in lines_to_review(world.khwan)


def test_a_reviewer_of_another_agency_only_is_not_shut_out(world, line):
    assert list(lines_to_review(world.khwan)) == [line]


def test_what_is_reviewed_anew_waits(world, line):
    review.reopen_review(world.card, actor=world.chan, reason="ก")
    assert not lines_to_review(world.khwan).exists()
    with pytest.raises(Refused):
        give(line, world)
    assert not SampleLine.objects.exclude(done_at=None).exists()
