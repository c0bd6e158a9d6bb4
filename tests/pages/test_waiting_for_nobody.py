"""What waits and would be seen by nobody: a report without a reviewer or given out by single indicators only, a
sample's second reviews, an appeal, a revised result; and what many of one kind look like."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scorecards import appealing, review, worklist
from scorecards.models import Appeal, ReviewAssignment, Sample
from scorecards.permissions import may
from scorecards.sampling import draw
from scorecards.states import Action, ScorecardState
from scorecards.worklist import work_of
from tests.world import sent_by_others, walk

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


def test_the_chief_is_told_in_one_line_what_no_reviewer_has(world):
    sent_by_others(world, 3)
    told = [item for item in work_of(world.khamron) if "3" in item.title]
    assert [item.url for item in told] == [f"{reverse('assign_reviews')}?assigned=nobody"]
    assert not any("3" in item.title for item in work_of(world.kamon))
    for card in world.framework.scorecards.all():
        card.reviewers.add(world.kamon)
    assert work_of(world.khamron) == []


def test_a_reviewer_reads_first_whose_report_waits(world):
    walk(world, S.SUBMITTED)
    assert world.card.agency.name in [item.title for item in work_of(world.kamon)]


def test_administrators_are_told_what_no_reviewer_has(world):
    sent_by_others(world, 3)
    assert [item.url for item in work_of(world.chawi)] == [f"{reverse('assign_reviews')}?assigned=nobody"]


def test_administrators_are_told_what_they_may_publish_but_not_what_chiefs_approve(world):
    walk(world, S.CONCLUDED)
    assert work_of(world.chawi) == []
    review.approve(world.card, actor=world.khamron)
    assert [item.url for item in work_of(world.chawi)] == [reverse("decide", args=[world.card.pk])]


def test_what_another_chief_has_to_do_is_not_on_the_own_list(world):
    walk(world, S.APPROVED)
    assert work_of(world.khamron) == []  # approved it: somebody else publishes
    (item,) = work_of(world.chan)
    assert item.url == reverse("decide", args=[world.card.pk])


def test_many_of_one_round_stand_in_one_line_that_leads_to_where_they_are_decided_together(
    world, monkeypatch
):
    monkeypatch.setattr(worklist, "SEVERAL", 2)
    walk(world, S.CONCLUDED)
    assert [item.url for item in work_of(world.chan)] == [reverse("decide", args=[world.card.pk])]
    for card in sent_by_others(world, 1):
        card.state = S.CONCLUDED
        card.save()
    (item,) = work_of(world.chan)
    assert item.url == f"{reverse('committee')}?group=moi-ict-2556-2556-12"


def test_an_appeal_waits_on_the_home_page_of_those_who_may_decide_it_then_of_those_who_publish(world):
    walk(world, S.PUBLISHED)
    publication = world.card.publications.get()
    indicator = world.entry.indicator
    appealing.appeal(publication, indicator=indicator, reason="ผลสำรวจเป็นของปีนี้", actor=world.chat)
    page = reverse("decide_appeal", args=[Appeal.objects.get().pk])
    assert [item.url for item in work_of(world.chan)] == [page]
    for first in (world.khamron, world.kamon, world.khwan):  # approved it, ruled on it, may not open it
        assert work_of(first) == []
    Appeal.objects.update(
        outcome="upheld", decision="ตามหลักฐาน", decided_by=world.chan, decided_at=publication.published_at
    )
    assert work_of(world.chan) == []
    assert [item.url for item in work_of(world.khamron)] == [page]


def test_the_list_reads_no_form(world):
    """Forms are long, and a line prints their name alone: with hundreds of lines that was most of the time."""
    walk(world, S.IN_REVIEW)
    sent_by_others(world, 1, state=S.APPROVED)
    sent_by_others(world, 5, state=S.CONCLUDED)
    read = []
    for person in (world.arun, world.fah, world.kamon, world.khamron, world.chawi):
        with CaptureQueriesContext(connection) as queries:
            work_of(person)
        read += [one["sql"] for one in queries]
    assert read
    assert not [one for one in read if '"document"' in one]
