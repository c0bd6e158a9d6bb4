"""What waits and would be seen by nobody: a report without a reviewer or given out by single indicators only, a
sample's second reviews, an appeal, a revised result; and what many of one kind look like."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scorecards.calibrating.sampling import draw, lines_to_review
from scorecards.calibrating.second_reviewers import lines_for_nobody
from scorecards.models import Appeal, ReviewAssignment, Ruling, Sample, SampleLine
from scorecards.permissions import may
from scorecards.results import appealing
from scorecards.reviewing import review
from scorecards.reviewing.review_assigning import assign_reviewers, hand_over, take_away
from scorecards.states import Action, ScorecardState
from scorecards.waiting import worklist
from scorecards.waiting.worklist import work_of
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


def take_from_khwan(world):
    assign_reviewers([world.card], reviewers=[world.khwan], actor=world.khamron)
    take_away([world.card], reviewers=[world.khwan], actor=world.khamron)


def hand_over_from_khwan(world):
    assign_reviewers([world.card], reviewers=[world.khwan], actor=world.khamron)
    hand_over(world.card, actor=world.khwan, reason="คู่สมรสทำงานที่นี่")


class TestSecondReviewsForNobody:
    """The chief is told of the lines that no reviewer may take, whatever keeps the reviewers away."""

    KEPT_AWAY = {
        "has it": lambda world: world.card.reviewers.add(world.khwan),
        "has an indicator": lambda world: ReviewAssignment.objects.create(
            entry=world.entry, reviewer=world.khwan, assigned_by=world.khamron
        ),
        "had it": take_from_khwan,
        "handed it over": hand_over_from_khwan,
        "ruled": lambda world: Ruling.objects.filter(criterion_key="step1").update(reviewer=world.khwan),
        "of the agency": lambda world: world.khwan.memberships.create(
            agency=world.card.agency, role="observer"
        ),
        "oversees": lambda world: world.khwan.memberships.create(agency=world.agencies["opdc"], role="chief"),
        "gone": lambda world: User.objects.filter(pk=world.khwan.pk).update(is_active=False),
        "reviewer no more": lambda world: world.khwan.memberships.update(role="observer"),
    }

    @pytest.mark.parametrize("why", KEPT_AWAY)
    def test_it_is_told_as_soon_as_nobody_is_left(self, world, sampled, why):
        assert lines_for_nobody(world.khamron) == []
        self.KEPT_AWAY[why](world)
        people = User.objects.filter(is_active=True)
        assert not any(lines_to_review(one).exists() for one in people)
        assert lines_for_nobody(world.khamron) == [sampled.lines.get()]

    def test_chiefs_and_administrators_find_it_in_their_work_and_what_to_do_on_the_page(
        self, world, sit, sampled
    ):
        self.KEPT_AWAY["had it"](world)
        for person, invites in (("khamron", False), ("chawi", True)):
            items = [one for one in work_of(getattr(world, person)) if one.url.endswith("#for-nobody")]
            assert len(items) == 1
            page = sit(person).get(reverse("samples")).content.decode()
            panel = page.partition('id="for-nobody"')[2].partition("</section>")[0]
            assert world.card.agency.name_th in panel
            assert reverse("second_review", args=[sampled.lines.get().pk]) not in page
            assert (reverse("agencies_people") in panel) is invites
        assert 'id="for-nobody"' not in sit("kamon").get(reverse("samples")).content.decode()

    def test_a_new_reviewer_ends_it(self, world, sampled):
        self.KEPT_AWAY["had it"](world)
        new = User.objects.create_user("new")
        new.memberships.create(agency=world.agencies["opdc"], role="reviewer")
        assert lines_for_nobody(world.khamron) == []
        assert lines_to_review(new).exists()

    def test_it_takes_as_many_queries_for_many_lines_and_reviewers(self, world, sampled):
        def queries():
            with CaptureQueriesContext(connection) as seen:
                lines_for_nobody(User.objects.get(pk=world.khamron.pk))
            return len(seen)

        before = queries()
        for card in sent_by_others(world, 3, state=S.CONCLUDED):
            indicator = world.entry.indicator
            SampleLine.objects.create(
                sample=sampled, submission=card.submissions.latest("number"), indicator=indicator
            )
            reviewer = User.objects.create_user(f"r{card.pk}")
            reviewer.memberships.create(agency=world.agencies["opdc"], role="reviewer")
        assert queries() == before

    def test_the_chiefs_own_agency_and_what_is_reviewed_anew_are_left_out(self, world, sampled):
        self.KEPT_AWAY["had it"](world)
        world.khamron.memberships.create(agency=world.card.agency, role="observer")
        assert lines_for_nobody(User.objects.get(pk=world.khamron.pk)) == []
        review.reopen_review(world.card, actor=world.chan, reason="ก")
        assert lines_for_nobody(world.chawi) == []


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
