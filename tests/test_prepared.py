"""A query that is put together once asks what it would ask if it were put together anew, for every value."""

import secrets
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from scorecards.models import Agency, Answer, Entry, Event, Membership, Round
from scorecards.prepared import CannotBePrepared, prepared, read_at_once
from tests.world import fill, make_world

BEYOND = 10**30


@prepared
def entries(codes, agency):
    rows = Entry.objects.filter(indicator__code__in=codes, scorecard__agency=agency)
    return rows.select_related("indicator__parent", "updated_by", "scorecard__round__year").defer("plan")


def statements(work) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        work()
    return [one["sql"] for one in seen]


def test_it_asks_and_finds_what_the_ordinary_query_does(world):
    codes = [entry.indicator.code for entry in world.card.entries.all()]
    for agency in (world.card.agency_id, world.other.agency_id, 0):
        for wanted in (codes[:1], codes[-1:], codes[:2], ["4", "no such"]):
            values = {"codes": wanted, "agency": agency}
            ordinary = entries.__wrapped__(**values)
            assert entries(**values) == list(ordinary)
            assert statements(lambda: entries(**values)) == statements(lambda: list(ordinary.all()))  # noqa: B023


def test_rows_come_with_what_was_asked_for_and_without_what_was_put_off(world):
    fill(world)
    (found,) = entries(codes=[world.entry.indicator.code], agency=world.card.agency_id)
    assert found.get_deferred_fields() == {"plan"}
    with CaptureQueriesContext(connection) as seen:
        assert found.indicator.parent_id == (found.indicator.parent and found.indicator.parent.pk)
        assert found.updated_by == world.arun
        assert found.scorecard.round.year.year == world.round.year.year
    assert not seen.captured_queries


def test_a_list_may_be_empty_and_a_number_greater_than_any_column(world):
    @prepared
    def entry_at(pk):
        return Entry.objects.filter(pk=pk)

    assert entries(codes=[], agency=world.card.agency_id) == []
    assert [entry_at(pk=pk) for pk in (world.entry.pk, BEYOND, -BEYOND)] == [[world.entry], [], []]


def test_moments_are_sent_as_the_database_takes_them(world):
    @prepared
    def open_at(moment):
        return Round.objects.filter(opens_at__lte=moment, closes_at__gt=moment)

    for moment in (world.round.opens_at, world.round.closes_at, timezone.now()):
        for shifted in (moment, moment - timedelta(microseconds=1)):
            expected = [world.round] if world.round.opens_at <= shifted < world.round.closes_at else []
            assert open_at(moment=shifted) == expected


def test_columns_come_as_values_list_gives_them(world):
    fill(world)

    @prepared
    def said(entry):
        return Answer.objects.filter(entry=entry).order_by("pk").values_list("criterion_key", "content")

    ordinary = Answer.objects.order_by("pk").values_list("criterion_key", "content")
    assert said(entry=world.entry.pk) == list(ordinary.filter(entry=world.entry))
    assert said(entry=world.entry.pk) != []


def test_it_is_put_together_once_for_each_shape_and_language(world):
    made = []

    @prepared
    def of_codes(codes):
        made.append(codes)
        return Entry.objects.filter(indicator__code__in=codes)

    for codes in (["1"], ["2"], ["3", "4"], ["5"]):
        of_codes(codes=codes)
    assert [len(codes) for codes in made] == [1, 1, 2, 2]
    with translation.override("en"):
        of_codes(codes=["1"])
    assert len(made) == 6


@pytest.mark.parametrize(
    ("make", "value"),
    [
        (lambda agency: Event.objects.filter(agency=agency, at__gt=timezone.now()), 1),  # would be stale
        (lambda agency: Event.objects.filter(agency=agency, number=secrets.randbelow(2**30)), 1),
        (
            lambda agency: Event.objects.filter(agency=agency)[:agency],
            1,
        ),  # a limit is no value of a statement
        (lambda agency: Event.objects.all(), 1),  # asks for all, whatever was given
        (lambda name: Event.objects.filter(action__contains=name), "x"),  # would be sent without its signs
        (lambda number: Event.objects.filter(action=number), 1),  # would be sent as a number
        (lambda flag: Membership.objects.filter(user__is_active=flag), True),
        (lambda agency: Event.objects.filter(agency=agency), None),
    ],
)
def test_what_would_be_wrong_with_other_values_is_refused(db, make, value):
    name = make.__code__.co_varnames[0]
    with pytest.raises(CannotBePrepared):
        prepared(make)(**{name: value})


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_by_its_own_connection():
    world = make_world()
    values = {"codes": [world.entry.indicator.code], "agency": world.card.agency_id}
    here, found = entries(**values), []

    def ask():
        found.append(entries(**values))
        connection.close()

    threads = [threading.Thread(target=ask) for _number in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [here] * 3


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_alone():
    agency = make_world().card.agency_id

    @prepared
    def locked(pk):
        return Agency.objects.select_for_update().filter(pk=pk)

    for _try in ("put together now", "kept"):
        with pytest.raises(TransactionManagementError):
            locked(pk=agency)
        with transaction.atomic():
            assert [one.pk for one in locked(pk=agency)] == [agency]


@prepared
def answers(owners):
    return Answer.objects.filter(entry__in=owners)


def test_what_belongs_to_rows_is_read_for_all_of_them_at_once(world):
    fill(world)
    owners = list(Entry.objects.all())
    expected = {one.pk: {*one.answers.all()} for one in Entry.objects.prefetch_related("answers")}
    assert len(statements(lambda: read_at_once(owners, "answers", answers))) == 1
    assert not statements(lambda: read_at_once(owners, "answers", answers))
    assert not statements(lambda: [one.entry.pk for owner in owners for one in owner.answers.all()])
    assert {one.pk: {*one.answers.all()} for one in owners} == expected
    assert any(expected.values())
    assert all(answer.entry is owner for owner in owners for answer in owner.answers.all())


def test_rows_that_were_read_at_once_are_asked_anew_for_less_and_after_a_change(world):
    fill(world)
    owner = Entry.objects.get(pk=world.entry.pk)
    read_at_once([owner], "answers", answers)
    one, *_others = before = list(owner.answers.all())
    assert list(owner.answers.filter(criterion_key=one.criterion_key)) == [one]
    owner.answers.add(Answer(entry=owner, criterion_key="new"), bulk=False)
    assert len(owner.answers.all()) == len(before) + 1


def test_nothing_is_read_for_nobody(db):
    assert not statements(lambda: read_at_once([], "answers", answers))
