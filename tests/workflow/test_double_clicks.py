"""A form that comes twice at the same moment is done once, and nobody reads an error page.

Real threads; only PostgreSQL lets them in at once."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from reports import batches
from reports.models import Batch
from scorecards.answering.comments import comment
from scorecards.answering.standing_in import delegate
from scorecards.calibrating.reasons import add_reason
from scorecards.calibrating.sampling import draw
from scorecards.models import Delegation, Event, Membership, Sample
from scorecards.people.account_details import correct_person, seen
from scorecards.people.leaving import reset_sign_in
from scorecards.states import Role, ScorecardState
from tests.workflow.test_races import THREADS, at_once, crowded  # noqa: F401 (a fixture)
from tests.world import walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def _delegation(world):
    now = timezone.now()
    return Delegation(
        agency=world.agencies["ict"], giver=world.arun, deputy=world.busaba, role=Role.COLLECTOR,
        starts_at=now, ends_at=now + dt.timedelta(days=3), reason="ลา",
    )  # fmt: skip


def _membership(world):
    return Membership.objects.get(user=world.arun)


NEW_NAME = {"first_name": "อรุณี", "last_name": "", "email": "arun@example.go.th"}
ONCE = {
    "comment": lambda world, **facts: comment(world.entry, "step1", "ดูแฟ้ม", actor=world.arun, **facts),
    "delegate": lambda world, **facts: delegate(_delegation(world), actor=world.arun, **facts),
    "add_reason": lambda world, **facts: add_reason(
        world.entry.indicator, actor=world.khamron, text="ไม่มีคำสั่งแนบ", **facts
    ),
    "reset_sign_in": lambda world, **facts: reset_sign_in(
        _membership(world), reason="ทำโทรศัพท์หาย", actor=world.chawi, **facts
    ),
    "correct_person": lambda world, **facts: correct_person(
        _membership(world), NEW_NAME, before=SEEN, reason="พิมพ์ผิด", actor=world.chawi, **facts
    ),
}
SEEN = seen(User(first_name="อรุณ"))


@pytest.mark.parametrize("verb", ONCE)
def test_a_double_click_on_what_moves_no_state_does_it_once_and_tells_nobody_of_a_fault(crowded, verb):  # noqa: F811
    key = "k" * 32
    found = at_once(*[lambda: ONCE[verb](crowded, request_key=key)] * THREADS)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert Event.objects.filter(request_key=key).count() == 1


def test_a_double_click_draws_one_sample(crowded):  # noqa: F811
    walk(crowded, ScorecardState.CONCLUDED)

    def draw_one():
        sample = Sample(framework=crowded.framework, round=crowded.round, seed="7", number=1)
        return draw(sample, actor=crowded.khamron, request_key="k" * 32)

    found = at_once(*[draw_one] * THREADS)
    assert [one for one in found if isinstance(one, Exception)] == []
    assert Sample.objects.count() == 1


def test_a_double_click_asks_for_one_batch_of_reports(crowded):  # noqa: F811
    wanted = batches.Wanted(content=Batch.Content.SENT)
    card = walk(crowded, ScorecardState.SUBMITTED)
    found = at_once(
        *[
            lambda: batches.start(
                [card], actor=crowded.kamon, wanted=wanted, title="รายงาน", request_key="k" * 32
            )
        ]
        * THREADS
    )
    assert {getattr(one, "pk", one) for one in found} == set(Batch.objects.values_list("pk", flat=True))
