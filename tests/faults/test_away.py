"""While the database is away a page says so, says what to do, and holds what was typed."""

import errno
import socket
import time

import psycopg2
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client

from config import database_patience
from config.outage import reason_of
from tests.faults.visiting import fields_of


@pytest.fixture
def arun(world):
    """A browser of อรุณ's that, like a real one, is shown what the server makes of a fault."""
    browser = Client(raise_request_exception=False)
    browser.force_login(world.arun)
    browser.cookies["django_language"] = "en"
    return browser


def away(fault):
    """Every statement fails with this fault while the block lasts."""

    def refuse(execute, sql, params, many, context):
        raise fault

    return connection.execute_wrapper(refuse)


@pytest.mark.parametrize("fault", [OperationalError("server closed"), InterfaceError("connection closed")])
def test_without_a_database_a_page_says_what_to_do(arun, fault):
    with away(fault):
        answer = arun.get("/scorecards/?page=2")
    said = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "The database does not answer. What was saved is safe." in said
    assert 'href="/scorecards/?page=2"' in said  # to try again
    assert "no-store" in answer["Cache-Control"]
    assert "Traceback" not in said
    assert arun.get("/scorecards/").status_code == 200


def test_a_database_that_is_away_is_asked_once(arun):
    """Each further question would be waited for, too, where it stands still."""
    asked = []

    def refuse(execute, sql, params, many, context):
        asked.append(sql)
        raise OperationalError("server closed")

    with connection.execute_wrapper(refuse):
        assert arun.get("/scorecards/").status_code == 503
    assert len(asked) == 1


def test_it_speaks_thai_unless_english_was_chosen(arun):
    del arun.cookies["django_language"]
    with away(OperationalError("server closed")):
        said = arun.get("/").content.decode()
    assert 'lang="th"' in said
    assert "ลองอีกครั้ง" in said


def test_what_was_typed_is_on_the_page_and_the_button_sends_it(world, arun):
    address = f"/entries/{world.entry.pk}/"
    form = fields_of(arun.get(address).content.decode(), "entry-form")
    form |= {"value.step1": "yes", "obstacles": 'น้ำท่วม <๓ วัน> & "พายุ"\nสองบรรทัด', "then": "save"}
    with away(OperationalError("server closed")):
        answer = arun.post(address, form)
    assert answer.status_code == 503
    page = answer.content.decode()
    again = fields_of(page.replace("<form ", '<form id="again" '), "again")
    assert f'action="{address}"' in page
    assert {k: v for k, v in again.items() if k != "csrfmiddlewaretoken"} == {
        k: v for k, v in form.items() if k != "csrfmiddlewaretoken"
    }
    assert arun.post(address, again).status_code == 302
    world.entry.refresh_from_db()
    assert world.entry.obstacles == form["obstacles"]


def test_a_password_is_never_written_into_the_page(db):
    with away(OperationalError("server closed")):
        answer = Client(raise_request_exception=False).post(
            "/login/", {"username": "arun", "password": "ลับ-มาก"}
        )
    assert answer.status_code == 503
    assert "ลับ-มาก" not in answer.content.decode()


def test_a_fault_of_our_own_is_no_outage(arun, caplog):
    with away(ProgrammingError("syntax error")):
        assert arun.get("/scorecards/").status_code == 500


def test_what_is_behind_a_fault_is_found_through_what_it_was_wrapped_in():
    wrapped = RuntimeError("while saving")
    wrapped.__cause__ = OperationalError("server closed")
    assert reason_of(wrapped) == "database"
    assert reason_of(OSError(errno.ENOSPC, "No space left on device")) == "disk"
    assert reason_of(OSError(errno.EPERM, "not permitted")) is None


def test_a_database_that_takes_a_connection_and_says_nothing_is_given_up(settings):
    settings.DATABASE_SECONDS_TO_ANSWER = 0.3
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database_patience.limit_waiting()
        try:
            begun = time.monotonic()
            with pytest.raises(psycopg2.OperationalError, match="does not answer"):
                psycopg2.connect(host="127.0.0.1", port=silent.getsockname()[1], sslmode="disable")
            assert 0.3 <= time.monotonic() - begun < 3
        finally:
            psycopg2.extensions.set_wait_callback(None)
