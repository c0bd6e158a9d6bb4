"""From one database to another by one command: every row the same, the old one as it was."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from config.backup import moving
from config.backup.restoring import restore
from config.backup.taking import take_backup
from indicators.refusals import Refused
from reports.pdf import print_record
from reports.record import build_record
from scorecards.events import verify
from scorecards.models import Agency, Membership, Scorecard
from tests.backup.conftest import copied_database, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def elsewhere(transactional_db, tmp_path):
    """The address of an empty database: on PostgreSQL, without tables, where the tests run on that."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{copied_database(tmp_path / 'elsewhere.sqlite3')}"
        return
    told = connection.settings_dict
    name = f"{told['NAME']}_elsewhere"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def inside():
    """Goes inside a database by its address."""
    here = connections["default"]

    def enter(url):
        moving.open_target(url)
        connections["default"] = connections[moving.TARGET].copy("default")
        moving.close_target()

    yield enter
    connections["default"].close()
    connections["default"] = here


def test_everything_is_there_and_the_old_database_is_as_it_was(elsewhere, lived_in, inside, settings, capsys):
    before, printed = state(settings), print_record(build_record(lived_in.card))
    call_command("move_to", elsewhere)
    assert state(settings) == before
    with pytest.raises(CommandError, match=r"มีข้อมูลอยู่แล้ว|holds data"):
        call_command("move_to", elsewhere)
    inside(elsewhere)
    assert state(settings) == before
    assert [verify(agency) for agency in Agency.objects.all()] == [[]] * Agency.objects.count()
    again = print_record(build_record(Scorecard.objects.get(pk=lived_in.card.pk)))
    assert (again.record_hash, again.content) == (printed.record_hash, printed.content)
    with pytest.raises(Exception, match="never changes"):
        lived_in.card.submissions.using("default").update(number=9)
    assert "DATABASE_URL" in capsys.readouterr().out


def test_both_databases_read_one_backup_and_print_the_same_bytes(
    lived_in, elsewhere, inside, tmp_path, settings
):
    """Where the tests run on PostgreSQL: from it into SQLite by a backup, and back from there by moving."""
    if connection.vendor == "sqlite":
        pytest.skip("needs DATABASE_URL: the other database is PostgreSQL")
    before, printed = state(settings), print_record(build_record(lived_in.card))
    take_backup(tmp_path / "backup.tar")
    settings.EVIDENCE_DIR, settings.REPORTS_DIR = tmp_path / "new" / "evidence", tmp_path / "new" / "reports"
    inside(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    restore(tmp_path / "backup.tar")
    assert connection.vendor == "sqlite"
    assert state(settings) == before
    there = print_record(build_record(Scorecard.objects.get(pk=lived_in.card.pk)))
    assert (there.record_hash, there.content) == (printed.record_hash, printed.content)
    moving.move(elsewhere)
    inside(elsewhere)
    assert connection.vendor == "postgresql"
    assert state(settings) == before


def test_what_somebody_saves_meanwhile_is_noticed(elsewhere, lived_in, inside, monkeypatch):
    copy = moving._copy

    def copied_while_somebody_works(known):
        copy(known)
        Membership.objects.filter(user=lived_in.cho).delete()

    monkeypatch.setattr(moving, "_copy", copied_while_somebody_works)
    with pytest.raises(Refused, match="scorecards_membership"):
        moving.move(elsewhere)
    inside(elsewhere)
    assert not Agency.objects.exists()


def test_a_database_that_does_not_answer_is_a_sentence(transactional_db):
    with pytest.raises(CommandError, match=r"127\.0\.0\.1"):
        call_command("move_to", "postgres://nobody@127.0.0.1:9351/nothing")
    with pytest.raises(CommandError, match="postgres://"):
        call_command("move_to", "โปรดย้าย")
