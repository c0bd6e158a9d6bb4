"""Two installations beside each other: the one of the tests, and a fresh one to restore into."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from config.backup import tables
from config.backup.taking import take_backup
from evidence.intake import receive
from reports import store as reports_store
from reports.models import Document
from scorecards.models import Ministry
from tests.world import make_world, walk


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    settings.REPORTS_DIR = tmp_path / "reports"


@pytest.fixture
def fresh(transactional_db, tmp_path, settings):
    """An installation that was just set up: migrated, no rows, no files. `with fresh():` is inside it."""
    here, name = connections["default"], copied_database(tmp_path / "new.sqlite3")
    other = here.copy()
    other.settings_dict["NAME"] = name

    @contextmanager
    def entered():
        before = settings.EVIDENCE_DIR, settings.REPORTS_DIR
        settings.EVIDENCE_DIR, settings.REPORTS_DIR = (
            tmp_path / "new" / "evidence",
            tmp_path / "new" / "reports",
        )
        connections["default"] = other
        try:
            yield other
        finally:
            other.close()
            connections["default"] = here
            settings.EVIDENCE_DIR, settings.REPORTS_DIR = before

    yield entered
    if connection.vendor == "postgresql":
        with here._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def copied_database(path):
    """The tests' database, while it is still empty, at this path or, on PostgreSQL, under another name."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        return path
    name = f"{connection.settings_dict['NAME']}_fresh"
    connection.close()
    with connection._nodb_cursor() as cursor:
        # A thread or process of an earlier test may have left its session open; nobody may be there while it is copied.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        )
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {connection.settings_dict['NAME']}")
    return name


@pytest.fixture
def lived_in(fresh):
    """The world with a published scorecard, two files of evidence and a report. Made after `fresh` was."""
    world = make_world()
    for number, step in enumerate(("step1", "step2")):
        file = SimpleUploadedFile(f"รายงานผู้น้ำ {number}.txt", f"ผลการดำเนินงาน {number}\n".encode() * 900)
        receive(world.entry, step, actor=world.arun, upload=file)
    walk(world, "published")
    Ministry.objects.create(
        code="gone", name_th="ยุบแล้ว"
    ).delete()  # the last number is not that of the last row
    sha256 = reports_store.keep(b"%PDF-1.7 report", record_hash="a" * 64)
    Document.objects.create(scorecard=world.card, record_hash="a" * 64, sha256=sha256, size=15, pages=1)
    return world


WHOLE = {}  # the bytes of one backup, for all tests that need no more than a good one


@pytest.fixture
def whole(request, tmp_path):
    """A backup of such a world, not encrypted."""
    path = tmp_path / "whole.tar"
    if not WHOLE:
        request.getfixturevalue("lived_in")
        take_backup(path)
        WHOLE["bytes"] = path.read_bytes()
    path.write_bytes(WHOLE["bytes"])
    return path


@pytest.fixture
def backup(lived_in, tmp_path):
    """A backup of this test's world, not encrypted."""
    take_backup(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def state(settings) -> tuple:
    """Everything there is: each table's rows as one hash, and each file's bytes by its path."""
    rows = {name: tables.tally(table) for name, table in tables.tables_of().items()}
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for folder in (Path(settings.EVIDENCE_DIR), Path(settings.REPORTS_DIR))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return rows, files
