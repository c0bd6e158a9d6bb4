"""The record: append-only, chained, verified; frozen rows hold below the ORM, on either database."""

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from scorecards.events import hash_of, record_entry, verify
from scorecards.models import Event, Publication, Submission
from scorecards.states import Action, ScorecardState
from tests.world import walk


def test_every_step_left_an_event_and_the_chain_is_whole(world, capsys):
    walk(world, ScorecardState.PUBLISHED)
    actions = [event.action for event in Event.objects.filter(agency=world.agencies["ict"])]
    assert actions == [
        "open", "answer", "propose", "endorse", "submit", "begin_review", "rule", "conclude", "approve", "publish",
    ]  # fmt: skip
    assert verify(world.agencies["ict"]) == []
    call_command("verify_audit")
    assert "11 events: whole" in capsys.readouterr().out  # the other office's scorecard was opened too


def test_an_action_is_recorded_by_its_name(world):
    event = record_entry(world.entry, actor=world.arun, action=Action.ANSWER)
    assert (type(event.action), event.action) == (str, "answer")
    assert hash_of(Event.objects.get(pk=event.pk)) == event.hash


@pytest.mark.parametrize("field", ["reason", "after", "actor", "at", "action"])
def test_a_changed_event_is_named(world, tampering, field):
    walk(world, ScorecardState.SUBMITTED)
    event = Event.objects.get(action="endorse")
    value = {
        "reason": "ปลอม",
        "after": {"state": "draft"},
        "actor": world.ek,
        "at": world.round.opens_at,
        "action": "x",
    }
    Event.objects.filter(pk=event.pk).update(**{field: value[field]})
    assert f"event {event.number} was changed" in verify(world.agencies["ict"])[0]
    with pytest.raises(CommandError, match=r"สำเนา(.|\n)*keep a copy"):
        call_command("verify_audit", "ict")


def test_a_removed_event_is_named(world, tampering):
    walk(world, ScorecardState.SUBMITTED)
    Event.objects.filter(agency=world.agencies["ict"], number=2).delete()
    assert "event 2 is missing" in verify(world.agencies["ict"])[0]


@pytest.mark.parametrize("model", [Event, Submission, Publication])
def test_a_record_can_be_neither_changed_nor_removed(world, model):
    walk(world, ScorecardState.PUBLISHED)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        model.objects.update(**{"reason" if model is Event else "content_hash": "0"})
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_a_published_form_can_be_neither_changed_nor_removed(world):
    world.framework.name_th = "ชื่ออื่น"
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        world.framework.save()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        type(world.framework).objects.all()._raw_delete("default")


def test_an_indicator_of_a_published_form_can_be_neither_changed_nor_removed(world):
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        world.framework.indicators.update(name_th="ชื่ออื่น")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        world.framework.indicators.all()._raw_delete("default")


def test_the_admin_reaches_nothing_that_is_frozen():
    """Accounts only."""
    assert {model._meta.label for model in admin.site._registry} == {"auth.User"}
