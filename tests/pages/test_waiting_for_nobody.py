"""What waits and would be seen by nobody: a report given out by single indicators only, a sample's second reviews."""

import pytest
from django.urls import reverse

from scorecards.models import ReviewAssignment, Sample
from scorecards.permissions import may
from scorecards.sampling import draw
from scorecards.states import Action, ScorecardState
from scorecards.worklist import work_of
from tests.world import walk

S = ScorecardState


def asked_of(person) -> list[str]:
    return [item.asked for item in work_of(person)]


@pytest.fixture
def singly(world):
    """Sent; กมล no longer has the whole, ขวัญ has one indicator."""
    walk(world, S.SUBMITTED)
    world.card.reviewers.clear()
    ReviewAssignment.objects.create(entry=world.entry, reviewer=world.khwan, assigned_by=world.khamron)
    return world


def test_the_chief_is_told_to_assign_a_reviewer_of_the_whole(singly):
    assert not may(singly.khwan, Action.BEGIN_REVIEW, singly.card)
    told = [item for item in work_of(singly.khamron) if "ทั้งฉบับ" in item.asked]
    assert [item.url for item in told] == [f"{reverse('assign_reviews')}?agency=ict"]
    singly.card.reviewers.add(singly.kamon)
    assert not any("ทั้งฉบับ" in asked for asked in asked_of(singly.khamron))


def test_the_pages_say_so_and_what_to_do(singly, sit):
    path = reverse("decide", args=[singly.card.pk])
    chief, reviewer = (sit(person).get(path).content.decode() for person in ("khamron", "khwan"))
    assert f"{reverse('assign_reviews')}?agency=ict" in chief
    assert "หัวหน้าผู้ประเมิน" in reviewer
    assert "ยังไม่มีผู้ประเมินทั้งฉบับ" in sit("chan").get(reverse("review_queue")).content.decode()
    singly.card.reviewers.add(singly.kamon)
    assert "ทั้งฉบับ" not in sit("khamron").get(path).content.decode()


@pytest.fixture
def sampled(world):
    walk(world, S.CONCLUDED)
    return draw(Sample(framework=world.framework, round=world.round, number=5, seed="ก"), actor=world.khamron)


def test_a_sample_waits_on_the_home_page_of_those_who_may_rule_again(world, sampled):
    assert asked_of(world.khwan) == ["ตัวชี้วัด 1 ตัวรอการประเมินซ้ำ"]
    for person in (
        world.kamon,
        world.khamron,
        world.arun,
    ):  # knows the first ruling, oversees, is of the agency
        assert not any("ประเมินซ้ำ" in asked for asked in asked_of(person))
