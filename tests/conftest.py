"""For all tests. Named people and places are in world.py; each folder has fixtures of its own."""

import fcntl
import gc
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from indicators.freezing import (
    APPEALS,
    FRAMEWORK,
    IMPRINTS,
    INDICATORS,
    RECORDS,
    RESOLUTIONS,
    freeze,
    thaw,
)
from tests import s3_server
from tests.world import make_world

# Requests, forms and pages refer to each other in circles by the thousand; Python would look for them after each 700.
NEW_OBJECTS_BETWEEN_COLLECTIONS = 50_000
LONGEST = "browser/test_whole_round.py"
ALL = [*FRAMEWORK, *INDICATORS, *RECORDS, *RESOLUTIONS, *APPEALS, *IMPRINTS]


@pytest.fixture(scope="session")
def migrated(django_db_modify_db_settings):
    """Where the first of several workers on SQLite keeps the database that it migrated, which takes seven seconds; the
    others wait for it and begin with a copy. Nothing where a worker is alone or on PostgreSQL."""
    if connection.vendor != "sqlite" or "PYTEST_XDIST_WORKER" not in os.environ:
        yield None
        return
    run = Path(os.environ["SCORECARDS_TEST_RUN"])
    with (run / "migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield SimpleNamespace(path=run / "migrated.sqlite3", free=lock.close)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, migrated):
    """pytest-django's, or that this worker's database is there as a copy of the migrated one."""
    if migrated is None or not migrated.path.exists():
        return django_db_keepdb
    shutil.copyfile(migrated.path, connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, migrated):
    """pytest-django's, and at the end the sessions that killed workers and ended threads left behind on PostgreSQL are
    closed: with one of them the database cannot be removed."""
    if migrated:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            if not migrated.path.exists():
                cursor.execute("VACUUM INTO %s", [str(migrated.path)])
        migrated.free()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            connection.close()  # this one may have been closed from outside, too: what follows asks by another
            with connection._nodb_cursor() as cursor:
                whose = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                cursor.execute(whose, [connection.settings_dict["NAME"]])


def pytest_collection_finish():
    gc.set_threshold(NEW_OBJECTS_BETWEEN_COLLECTIONS)
    _leave_alone()


@pytest.fixture(scope="module", autouse=True)
def _collected():
    """What stays from module to module (plugins' records of what ran, a browser's events) grows to millions of objects,
    and every PDF ends in a full collection, which would walk through all of them."""
    yield
    _leave_alone()


def _leave_alone():
    """No later collection looks at what is there now, except the last one."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish():
    gc.unfreeze()  # what was left open is still found and told by pytest's own collection at the end


@pytest.fixture
def tampering(db):
    """Without the guards of frozen rows, for a test that tampers; its rollback brings them back."""
    thaw(ALL, connection)


LEFT_OFF = []  # whether a test that commits left the guards off in this process


@pytest.fixture(autouse=True)
def _guarded(request):
    """Guards of frozen rows are on in every test. A test that commits leaves them off, so that its rows can be deleted
    afterwards; whatever a free worker takes up next puts them back inside its own transaction."""
    if commits(request.node):
        request.getfixturevalue("transactional_db")
        _freeze_anew()
        yield
        thaw(ALL, connection)
        LEFT_OFF.append(request.node.nodeid)
        return
    if LEFT_OFF and ("db" in request.fixturenames or request.node.get_closest_marker("django_db")):
        request.getfixturevalue("db")
        _freeze_anew()
    yield


def _freeze_anew():
    thaw(ALL, connection)
    freeze(ALL, connection)


def pytest_addoption(parser):
    parser.addoption(
        "--faults", action="store_true", help="run the full tier of tests/faults, and that alone"
    )
    parser.addoption(
        "--seed", type=int, help="what befalls the great trial (tests/faults/test_great_trial.py)"
    )


def pytest_collection_modifyitems(config, items):
    """The full tier of faults is for who asks for it."""
    items.sort(key=turn)
    full_tier = [item for item in items if item.get_closest_marker("faults")]
    others = [item for item in items if not item.get_closest_marker("faults")]
    items[:], left_out = (full_tier, others) if config.getoption("--faults") else (others, full_tier)
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def turn(item) -> tuple:
    """Stories at a browser run first: they take longest, most of all the whole round, and while they are together one
    worker's demo does for them. Tests that commit run last, since they leave the guards off, and of those the slow ones
    first: no worker is left alone with one at the end."""
    late, slow = commits(item), bool(item.get_closest_marker("slow"))
    at_a_browser = bool(item.get_closest_marker("browser"))
    return late, not at_a_browser, not item.path.match(LONGEST), late and not slow


def commits(item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def world(db):
    """Named people at two offices and OPDC, one published form, an open round (tests/world.py)."""
    return make_world()


@pytest.fixture
def sit(world):
    """sit("arun"): a client signed in as that person."""

    def client(username):
        browser = Client()
        browser.force_login(getattr(world, username))
        return browser

    return client


@pytest.fixture(scope="session")
def s3_address():
    with s3_server.running() as address:
        yield address


@pytest.fixture
def make_bucket(s3_address, settings):
    """make_bucket(): a new bucket, in which evidence is kept from now on; `settings.EVIDENCE_BUCKET` names it."""

    def made():
        bucket = s3_server.Bucket(s3_address, f"evidence-{uuid4()}")
        settings.EVIDENCE_BUCKET, settings.S3_ENDPOINT_URL = bucket.name, s3_address
        for name, value in s3_server.SECRETS.items():
            setattr(settings, name, value)
        return bucket

    return made


@pytest.fixture
def bucket(make_bucket):
    return make_bucket()


@pytest.fixture
def queue(monkeypatch):
    """What was sent to the queue; nothing goes out."""
    sent = []
    monkeypatch.setattr(
        "reports.jobs.current_app.send_task", lambda name, args, **order: sent.append(args[0])
    )
    return sent
