"""How often a page asks the database: the same for a small form and for a large one. Each number with its reasons.

Every page asks for the session, the person and who they are where; most for the roles held for a colleague. On
PostgreSQL the clock of the database comes on top, once for each action that is bound to the round's dates.
"""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scorecards.states import ScorecardState
from tests.pages.conftest import posted
from tests.world import make_world, walk

# What each page reads beside those four:
PAGES = {
    # open cards with their progress, work to do, questions of reviewers, news, cards to open, rounds that closed too
    # soon
    "home": 6,
    # the card, rounds before it, entries, answers, earlier results, last submission, lines of submissions, a request
    # for more time
    "scorecard": 8,
    # the entry with its answers (2), its neighbours, what does not apply of theirs, earlier results, parts, comments,
    # colleagues; files, pages, uploads, room left; whether it was sent, who is responsible
    "entry": 14,
    # the card, its indicators with what is answered (2), parts, earlier results, the round before, who sends
    "missing": 7,
}


def asked(client, address) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [one["sql"] for one in seen if "clock_timestamp" not in one["sql"]]


def address_of(name, world) -> str:
    given = {"home": [], "entry": [world.entry.pk]}
    return reverse(name, args=given.get(name, [world.card.pk]))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("form", "running"), [("moi-ict-2556", 0), ("sdo-2562", 1)])
def test_a_page_asks_as_often_for_a_large_form_as_for_a_small_one(db, form, running):
    """An indicator whose result runs through the year is compared with the round before: one question more."""
    world = make_world(form)
    client = signed_in(world.arun)
    assert {name: len(asked(client, address_of(name, world))) - 4 for name in PAGES} == PAGES | {
        "entry": PAGES["entry"] + running
    }


def test_who_somebody_is_is_asked_once_for_each_page(world):
    walk(world, ScorecardState.IN_REVIEW)
    visits = [(world.arun, address_of(name, world)) for name in PAGES]
    visits += [
        (world.kamon, reverse(name, args=args))
        for name, *args in (("home",), ("scorecard", world.card.pk), ("review", world.card.pk, "4"))
    ]
    for person, address in visits:
        of_people = [
            one for one in asked(signed_in(person), address) if 'FROM "scorecards_membership"' in one
        ]
        assert len([one for one in of_people if one.startswith('SELECT "scorecards_membership"')]) == 1, (
            address
        )


def test_a_preview_and_a_save_ask_for_their_indicator_alone(world):
    """The session, the person, who they are where, the entry with its answers (2); a preview what does not apply
    elsewhere. A save locks scorecard and entry together and reads the answers (2), writes one answer and the entry (2),
    and the event behind the last one under the agency's lock (3), all in a savepoint (2); then what is missing (2):
    answers and parts, and files and pages only where something must be proved."""
    arun, address = signed_in(world.arun), reverse("entry", args=[world.entry.pk])
    page = posted(arun.get(address))
    arun.post(f"{address}preview", page)
    assert asked_by(lambda: arun.post(f"{address}preview", page)) == 6
    key = next(name for name in page if name.startswith("note."))
    assert asked_by(lambda: arun.post(f"{address}save", page | {key: "ดูหน้า ๓"})) == 16


def asked_by(work) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert work().status_code == 200
    return len([one for one in seen if "clock_timestamp" not in one["sql"]])


def test_a_review_asks_for_its_indicator_alone(world):
    walk(world, ScorecardState.IN_REVIEW)
    address = reverse("review", args=[world.card.pk, "4"])
    assert len(asked(signed_in(world.kamon), address)) == 18
