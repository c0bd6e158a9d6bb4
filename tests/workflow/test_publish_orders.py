"""Publishing at a set time: by a second person, checked again at the moment, once; many at a time."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from config.celery import app
from indicators.refusals import Refused
from scorecards.events import verify
from scorecards.models import Membership, Publication, PublishOrder, Scorecard
from scorecards.results import publish_orders
from scorecards.results.publish_forms import MomentForm
from scorecards.results.publish_orders import cancel_publishing, order_publishing, publish_due, publish_each
from scorecards.reviewing import review
from scorecards.states import ScorecardState
from scorecards.tasks import publish_due as publish_due_task
from tests.workflow.test_races import at_once
from tests.world import make_world, walk

LATER = dt.timedelta(hours=2)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def approved(world):
    walk(world, ScorecardState.APPROVED)
    return world


def ordered(world, **facts):
    return order_publishing(world.card, at=timezone.now() + LATER, actor=world.chan, **facts)


def due(order):
    """Let the moment of an order have come."""
    PublishOrder.objects.filter(pk=order.pk).update(at=timezone.now() - dt.timedelta(seconds=1))
    return order


def test_an_order_is_carried_out_at_its_moment_in_the_name_of_who_ordered_it(approved):
    order = ordered(approved)
    assert publish_due() == []
    assert not Publication.objects.exists()
    due(order)
    assert [one.pk for one in publish_due()] == [order.pk]
    publication = Publication.objects.get()
    assert (publication.published_by, publication.approved_by) == (approved.chan, approved.khamron)
    order.refresh_from_db()
    assert (order.done_at is not None, order.refusal) == (True, "")
    assert publish_due() == []
    assert verify(approved.agencies["ict"]) == []
    actions = approved.card.events.order_by("number").values_list("action", flat=True)
    assert list(actions)[-2:] == ["order_publishing", "publish"]


@pytest.mark.parametrize("person", ["khamron", "arun", "kamon", "cho", "chat"])
def test_who_approved_or_has_no_such_role_orders_nothing(approved, person):
    with pytest.raises(Refused):
        order_publishing(approved.card, at=timezone.now() + LATER, actor=getattr(approved, person))
    assert not PublishOrder.objects.exists()


def test_only_what_is_approved_is_ordered_and_only_for_later(world):
    walk(world, ScorecardState.CONCLUDED)
    with pytest.raises(Refused):
        ordered(world)
    review.approve(world.card, actor=world.khamron)
    with pytest.raises(Refused, match="has passed"):
        order_publishing(world.card, at=timezone.now(), actor=world.chan)


def test_a_year_that_was_mistyped_is_told(approved):
    """A year ahead at most; on the page once, at the day."""
    with pytest.raises(Refused, match="Is the year right"):
        order_publishing(approved.card, at=timezone.now() + dt.timedelta(days=367), actor=approved.chan)
    order_publishing(approved.card, at=timezone.now() + dt.timedelta(days=364), actor=approved.chan)
    form = MomentForm({"day": "1/2/2700", "time": "09:00"})
    assert list(form.errors) == ["day"]
    assert "Is the year right" in str(form.errors["day"])


def test_a_second_order_is_refused_while_one_waits(approved):
    order = ordered(approved)
    with pytest.raises(Refused, match="already to be published"):
        order_publishing(approved.card, at=timezone.now() + LATER, actor=approved.chawi)
    cancel_publishing(order, actor=approved.chawi)
    assert ordered(approved).pk != order.pk


def test_the_database_keeps_one_waiting_order(approved):
    order = ordered(approved)
    order.pk, order._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save(force_insert=True)


def test_the_same_request_orders_once(approved):
    assert ordered(approved, request_key="k" * 32) == ordered(approved, request_key="k" * 32)


def test_a_cancelled_order_does_nothing(approved):
    order = due(cancel_publishing(ordered(approved), actor=approved.chawi))
    assert publish_due() == []
    assert publish_orders.carry_out(order.pk) is None
    assert cancel_publishing(order, actor=approved.chan).cancelled_at  # twice changes nothing
    assert not Publication.objects.exists()
    assert approved.card.events.filter(action="cancel_publishing").count() == 1


def test_once_the_moment_has_come_it_is_too_late_to_cancel(approved):
    order = due(ordered(approved))
    with pytest.raises(Refused, match="moment has come"):
        cancel_publishing(order, actor=approved.chan)


def test_who_approved_or_has_no_such_role_cancels_nothing(approved):
    order = ordered(approved)
    for person in ("khamron", "arun", "cho"):
        with pytest.raises(Refused):
            cancel_publishing(order, actor=getattr(approved, person))


def test_a_right_that_was_lost_meanwhile_refuses_at_the_moment(approved):
    order = due(ordered(approved))
    Membership.objects.filter(user=approved.chan).delete()
    publish_due()
    order.refresh_from_db()
    assert order.refusal
    assert order.done_at
    assert not Publication.objects.exists()
    assert publish_due() == []  # it is not tried for ever


def test_a_closed_account_publishes_nothing(approved):
    order = due(ordered(approved))
    approved.chan.is_active = False
    approved.chan.save()
    publish_due()
    order.refresh_from_db()
    assert order.refusal
    assert not Publication.objects.exists()


def test_an_order_holds_for_what_was_approved_then(approved):
    """Published by hand, opened and approved again: the old order must not publish the new result."""
    order = due(ordered(approved))
    review.publish(approved.card, actor=approved.chan)
    Scorecard.objects.filter(pk=approved.card.pk).update(state=ScorecardState.APPROVED)
    publish_due()
    order.refresh_from_db()
    assert order.refusal
    assert Publication.objects.count() == 1


def test_a_fault_in_one_order_holds_up_no_other(approved, caplog):
    sound = due(ordered(approved))
    other = PublishOrder.objects.create(
        scorecard=approved.other, version=0, at=sound.at - LATER * 2, ordered_by=approved.chan,
        ordered_at=timezone.now(),
    )  # fmt: skip
    Scorecard.objects.filter(pk=approved.other.pk).update(
        state=ScorecardState.APPROVED, approved_by=approved.khamron
    )
    done = publish_due()  # the other office's card has no submission at all
    assert [one.pk for one in done] == [sound.pk]
    assert "is tried again" in caplog.text
    other.refresh_from_db()
    assert other.is_waiting


def test_many_at_once_each_by_itself_and_safely_again(approved):
    Scorecard.objects.filter(pk=approved.other.pk).update(
        state=ScorecardState.APPROVED, approved_by=approved.chan
    )
    cards = list(Scorecard.objects.order_by("pk"))
    outcome = publish_each(cards, actor=approved.chan, request_key="k" * 32)
    assert outcome.done == 1
    assert [str(one) for one in outcome.refused] == [
        "สำนักนโยบายและแผน: You approved this yourself: publishing takes a second person."
    ]
    again = publish_each(cards, actor=approved.chan, request_key="k" * 32)
    assert (again.done, Publication.objects.count()) == (1, 1)


def test_beat_and_the_command_ring(approved, capsys):
    due(ordered(approved))
    ring = app.conf.beat_schedule["publish-due"]
    assert ring["task"] == publish_due_task.name
    assert ring["schedule"] <= 60
    call_command("publish_due")
    said = capsys.readouterr().out
    assert "published: 1, refused: 0" in said
    assert "เผยแพร่ 1 รายการ" in said
    assert "/review/publish/" not in said  # what to do stands there only where something is to be done
    publish_due_task()
    assert Publication.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_publish_once():
    world = make_world()
    walk(world, ScorecardState.APPROVED)
    order = due(ordered(world))
    found = at_once(*[lambda: publish_orders.carry_out(order.pk)] * 6)
    assert [one.pk for one in found if one is not None] == [order.pk], found
    assert Publication.objects.count() == 1
    assert verify(world.agencies["ict"]) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_cancelled_or_published_never_both():
    world = make_world()
    walk(world, ScorecardState.APPROVED)
    order = ordered(world)
    publish, cancelled = at_once(
        lambda: review.publish(world.card, actor=world.chawi),
        lambda: cancel_publishing(order, actor=world.chan),
    )
    assert isinstance(publish, Publication)
    assert isinstance(cancelled, PublishOrder | Refused)
    assert Publication.objects.count() == 1


def test_the_command_says_what_to_do_with_what_was_refused(approved, capsys):
    due(ordered(approved))
    approved.chan.is_active = False
    approved.chan.save()
    call_command("publish_due")
    said = capsys.readouterr().out
    assert "ไม่ผ่าน 1 รายการ" in said
    assert said.count("/review/publish/") == 2  # in both languages
