"""Many at once on one row: nothing is lost, nothing done twice. Real threads, real connections, on both databases."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections, transaction

from indicators.refusals import Refused, Stale
from scorecards import workflow
from scorecards.events import verify
from scorecards.models import Answer, Entry, Event, Round, Scorecard
from scorecards.rounds import agencies
from scorecards.rounds.agencies import change_ministry
from scorecards.rounds.calendar import Dates, seen, set_rounds
from scorecards.rounds.deadlines import extend, extend_many
from tests.world import changes, fill, make_world, sent_by_others

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 8


@pytest.fixture
def crowded():
    """The world, committed, so that every thread sees it."""
    return make_world()


def at_once(*works):
    """Run all at the same moment in threads of their own; what each returned or raised, in order."""
    start, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            start.wait(20)
            found[place] = work()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_of_many_who_save_the_same_field_one_is_told_saved(crowded):
    def save(number):
        text = f"คนที่ {number}"
        return lambda: workflow.save_entry(
            crowded.entry,
            actor=crowded.arun,
            changes=workflow.EntryChanges(
                answers={"step1": workflow.AnswerChange({"value": "yes" if number % 2 else "no"}, note=text)},
                narrative={"obstacles": text},
                version=0,
            ),
        )

    found = at_once(*(save(number) for number in range(THREADS)))
    saved = [one for one in found if isinstance(one, Entry)]
    assert len(saved) == 1, found
    assert all(isinstance(one, Stale) for one in found if one not in saved)
    crowded.entry.refresh_from_db()
    assert crowded.entry.obstacles == Answer.objects.get().note == saved[0].obstacles
    assert verify(crowded.agencies["ict"]) == []


def test_without_the_version_all_are_told_saved_and_all_but_one_are_lost(crowded):
    """The control: the same crowd with the guard off."""
    workflow.save_entry(crowded.entry, actor=crowded.arun, changes=changes({"step1": "yes"}))

    def overwrite(number):
        def work():
            answer = Answer.objects.get(criterion_key="step1")
            answer.note = f"คนที่ {number}"
            with transaction.atomic():
                answer.save(update_fields=["note"])
            return answer.note

        return work

    told = at_once(*(overwrite(number) for number in range(THREADS)))
    assert len(set(told)) == THREADS
    assert [one for one in told if one == Answer.objects.get().note] == [Answer.objects.get().note]


def test_many_saves_of_different_fields_are_all_kept_in_an_unbroken_chain(crowded):
    steps = ["step1", "step2", "step3", "step4", "step5"]
    works = [
        lambda step=step: workflow.save_entry(
            crowded.entry, actor=crowded.arun, changes=changes({step: "yes"})
        )
        for step in steps
    ]
    found = at_once(*works)
    assert all(isinstance(one, Entry) for one in found), found
    assert {one.criterion_key for one in Answer.objects.all()} == set(steps)
    numbers = list(Event.objects.filter(agency=crowded.agencies["ict"]).values_list("number", flat=True))
    assert numbers == list(range(1, len(steps) + 2))
    assert verify(crowded.agencies["ict"]) == []


def test_a_double_click_sends_once(crowded):
    workflow.endorse(workflow.propose(fill(crowded), actor=crowded.arun), actor=crowded.busaba)
    send = [
        lambda: workflow.submit(crowded.card, actor=crowded.chat, declared=True, request_key="k" * 32)
    ] * THREADS
    found = at_once(*send)
    assert len({one.pk for one in found}) == 1
    assert crowded.card.submissions.count() == 1


@pytest.mark.parametrize(
    ("change", "leads_to"),
    [
        (lambda world: workflow.send_back(world.entry, actor=world.busaba, remark="เดี๋ยวก่อน"), "returned"),
        (lambda world: workflow.withdraw_endorsement(world.entry, actor=world.busaba), "proposed"),
    ],
)
def test_nothing_changes_while_a_scorecard_is_being_sent(crowded, change, leads_to):
    workflow.endorse(workflow.propose(fill(crowded), actor=crowded.arun), actor=crowded.busaba)
    sent, changed = at_once(
        lambda: workflow.submit(crowded.card, actor=crowded.chat, declared=True), lambda: change(crowded)
    )
    assert isinstance(sent, Refused) != isinstance(changed, Refused)  # one of the two came first
    crowded.card.refresh_from_db()
    crowded.entry.refresh_from_db()
    assert (crowded.card.state, crowded.entry.state) in {("submitted", "endorsed"), ("open", leads_to)}


def test_verbs_that_write_in_the_chains_of_several_agencies_do_not_wait_for_each_other(crowded):
    """The same agencies in two rounds, opened there in opposite orders, while their ministry gets another name."""
    cards, now = sent_by_others(crowded, 20, state="open"), crowded.round
    dates = {name: getattr(now, name) for name in ("opens_at", "closes_at", "review_closes_at")}
    sooner = Round.objects.create(year=now.year, months=6, **dates)
    again = [
        Scorecard.objects.create(agency=one.agency, framework=one.framework, round=sooner, state="open")
        for one in reversed(cards)
    ]
    facts = {"until": now.closes_at + dt.timedelta(days=3), "reason": "อุทกภัย", "actor": crowded.chawi}
    ministry = cards[0].agency.ministry
    before = agencies.seen(ministry)
    found = at_once(
        lambda: extend_many(cards, **facts),
        lambda: extend_many(again, **facts),
        lambda: change_ministry(ministry, name_th="กระทรวง", name_en="", before=before, actor=crowded.chawi),
    )
    assert not [one for one in found if isinstance(one, Exception)], found
    assert [verify(one.agency) for one in cards] == [[]] * len(cards)


def test_the_dates_of_a_round_change_while_agencies_get_more_time(crowded):
    """PostgreSQL looks at a scorecard once more when its event is committed: whoever holds the chain must hold it."""
    cards, now = [crowded.card, crowded.other, *sent_by_others(crowded, 4, state="open")], crowded.round
    later = [now.closes_at + dt.timedelta(days=days) for days in (3, 5)]
    dates = Dates(now.opens_at, later[0], max(later[0], now.review_closes_at))
    facts = {"reason": "อุทกภัย", "actor": crowded.chawi}
    found = at_once(
        lambda: set_rounds(now.year, {12: dates}, before={12: seen(Dates.of(now))}, **facts),
        *(lambda card=card: extend(card, until=later[1], **facts) for card in cards),
    )
    assert not [one for one in found if isinstance(one, Exception)], found
    assert [verify(one.agency) for one in cards] == [[]] * len(cards)


def test_these_run_on_a_database_that_threads_share():
    assert "memory" not in str(connection.settings_dict["NAME"])
