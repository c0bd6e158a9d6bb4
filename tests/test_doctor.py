"""Doctor: every check is made to fail once by causing the fault, says what to do, and is well without the fault."""

import datetime as dt
import io
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from config.celery import app
from config.management.commands.doctor import CHECKS, Command
from config.models import Sign
from config.operations import machine, readiness, services
from evidence import store
from evidence.models import Evidence
from indicators.freezing import RECORDS, thaw
from reports.models import Job
from tests.evidence import making as make

STATIC = Path(__file__).resolve().parent.parent / "static"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch):
    monkeypatch.setattr(readiness, "_migrated", False)


def doctor(*names) -> tuple[bool, str]:
    """Whether nothing is wrong, and what was said."""
    said = io.StringIO()
    try:
        call_command("doctor", *names, stdout=said)
    except CommandError:
        return False, said.getvalue()
    return True, said.getvalue()


def is_wrong(name: str, *words: str) -> bool:
    fine, said = doctor(name)
    assert all(word in said for word in words), said
    return not fine and said.startswith("✗") and "→" in said


def is_worth_knowing(name: str, *words: str) -> bool:
    fine, said = doctor(name)
    assert all(word in said for word in words), said
    return fine and said.startswith("!") and "→" in said


@pytest.mark.parametrize("name", sorted(set(CHECKS) - {"workers", "beat", "security", "scanner"}))
def test_all_is_well_on_a_machine_that_is(name, settings, tmp_path):
    settings.EVIDENCE_DIR = settings.REPORTS_DIR = tmp_path
    if connection.vendor == "postgresql":
        settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, gathered(tmp_path)
        settings.EMAIL_BACKEND, settings.MAIL_IS_SET_UP = (
            "django.core.mail.backends.locmem.EmailBackend",
            True,
        )
    fine, said = doctor(name)
    assert fine, said
    assert said.startswith("✓"), said


def gathered(place):
    """A folder of gathered files of this version."""
    for name in ("scorecards.css", "scorecards.js"):
        (place / name).write_bytes((STATIC / name).read_bytes())
    (place / "staticfiles.json").write_text(json.dumps({"paths": {"scorecards.css": "scorecards.1.css"}}))
    return place


def test_an_old_python(monkeypatch):
    monkeypatch.setattr(machine, "OLDEST", (99, 0))
    assert is_wrong("python")


def test_a_missing_library(monkeypatch):
    monkeypatch.setattr(machine, "LIBRARIES", ("libno-such.so.0",))
    assert is_wrong("libraries", "libno-such.so.0", "apt-get install")


def test_missing_fonts(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "FONTS", tmp_path)
    assert is_wrong("fonts", "Sarabun-Regular.ttf")


def test_a_misspelt_setting(monkeypatch):
    monkeypatch.setenv("APPEAL_DAY", "15")
    assert is_worth_knowing("settings", "APPEAL_DAY → APPEAL_DAYS")


def test_an_installation_that_is_no_production(settings):
    settings.PRODUCTION = False
    assert is_worth_knowing("security", "DATABASE_URL")


def test_a_production_without_tls(settings):
    settings.PRODUCTION, settings.SECURE_SSL_REDIRECT, settings.SITE_URL = (
        True,
        False,
        "http://kpi.example.org",
    )
    assert is_worth_knowing("security", "security.W008", "https://")


def test_a_folder_that_cannot_be_written(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.REPORTS_DIR = tmp_path / "file"
    assert is_wrong("storage", f"{tmp_path}/file")


def test_a_disk_that_is_nearly_full(monkeypatch):
    monkeypatch.setattr(machine, "FREE_NOTE", 1 << 70)
    assert is_worth_knowing("storage", "sweep_reports")
    monkeypatch.setattr(machine, "FREE_WRONG", 1 << 70)
    assert is_wrong("storage", "sweep_reports")


def test_static_files_that_were_not_gathered_or_are_old(settings, tmp_path):
    settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = False, tmp_path
    assert is_wrong("static", "collectstatic")
    gathered(tmp_path)
    assert doctor("static")[0]
    (tmp_path / "scorecards.css").write_text("body {}")
    assert is_wrong("static", "scorecards.css")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="another database has the clock of its machine")
def test_a_clock_that_differs(monkeypatch):
    late = timezone.now() - dt.timedelta(minutes=1)
    monkeypatch.setattr(services, "database_now", lambda: late)
    assert is_wrong("database", "NTP")


@pytest.mark.skipif(connection.vendor == "postgresql", reason="about SQLite")
def test_a_production_on_sqlite(settings):
    settings.PRODUCTION = True
    assert is_wrong("database", "DATABASE_URL")


def test_a_migration_that_is_not_applied():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'config'")
    assert is_wrong("migrations", "config.0001_operations", "manage.py migrate")


def test_a_guard_that_is_gone():
    thaw(RECORDS[:1], connection)
    assert is_wrong("guards", RECORDS[0].name)


def test_a_queue_that_does_not_answer(monkeypatch):
    monkeypatch.setitem(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setitem(app.conf, "broker_transport", None)
    monkeypatch.setitem(app.conf, "broker_transport_options", {"socket_connect_timeout": 1})
    assert is_wrong("queue", "BROKER_URL")


@pytest.mark.parametrize(("check", "name"), [("workers", "celery@a"), ("beat", "beat")])
def test_a_worker_or_beat_that_is_not_there(check, name):
    assert is_wrong(check, "celery --app config")
    sign = Sign.objects.create(name=name, seen_at=timezone.now())
    assert doctor(check)[0]
    Sign.objects.filter(pk=sign.pk).update(seen_at=timezone.now() - dt.timedelta(minutes=6))
    assert is_wrong(check)


def test_documents_that_wait_long_or_failed(world):
    job = Job.objects.create(kind="scorecard_pdf", scorecard=world.card, record_hash="a" * 64)
    Job.objects.filter(pk=job.pk).update(requested_at=timezone.now() - dt.timedelta(minutes=20))
    assert is_wrong("jobs", "20", "/operations/")
    Job.objects.filter(pk=job.pk).update(state="failed", finished_at=timezone.now())
    assert is_worth_knowing("jobs", "/operations/")


def test_evidence_that_was_changed_on_the_disk(world, settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path
    key = uuid.uuid4()
    kept = store.keep_bytes(b"as received", key=key)
    Evidence.objects.create(
        pk=key, entry=world.entry, criterion_key="step1", name="ก.txt", media_type="text/plain", size=kept.size,
        sha256=kept.sha256, uploaded_by=world.arun, uploaded_at=timezone.now(),
    )  # fmt: skip
    assert doctor("evidence")[0]
    place = make.path_of(key)
    place.chmod(0o600)
    place.write_bytes(b"another text")
    assert is_wrong("evidence", str(key), "altered", "verify_evidence")
    place.unlink()
    assert is_wrong("evidence", "missing")


def test_a_bucket_that_does_not_answer(bucket, settings):
    assert doctor("files")[0]
    assert bucket.names() == []  # nothing stays of what was tried
    settings.EVIDENCE_BUCKET = "no-such-bucket"
    assert is_wrong("files", "no-such-bucket", "NoSuchBucket", "EVIDENCE_BUCKET")
    settings.S3_ENDPOINT_URL = "http://127.0.0.1:9"
    assert is_wrong("files", "EndpointConnectionError")


def test_an_s3_server_that_writes_over_files(bucket, monkeypatch):
    monkeypatch.setattr("evidence.bucket.ON_CONDITION", {})  # as with a server that passes over it
    assert is_wrong("files", "If-None-Match")


def test_a_mail_server_that_is_not_named_or_does_not_answer(settings):
    settings.MAIL_IS_SET_UP = False
    assert is_worth_knowing("mail", "EMAIL_URL")
    settings.MAIL_IS_SET_UP, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert is_wrong("mail", "ConnectionRefusedError")


def test_a_scanner_that_is_not_set_up_or_does_not_answer(settings):
    settings.CLAMD_HOST = ""
    assert is_worth_knowing("scanner", "CLAMD_HOST")
    settings.CLAMD_HOST = "127.0.0.1:9"
    assert is_wrong("scanner", "CLAMD_HOST")


def test_an_address_that_two_accounts_share(db):
    for username, email in (("one", "same@example.org"), ("two", "other@example.org"), ("three", "")):
        User.objects.create_user(username, email=email)
    assert doctor("addresses")[1].startswith("✓")
    User.objects.filter(username="two").update(email="Same@Example.org")
    assert is_worth_knowing("addresses", "one, two")
    User.objects.filter(username="two").update(is_active=False)
    assert doctor("addresses")[1].startswith("✓")


def test_a_check_that_cannot_even_look_hides_no_other(settings):
    settings.VAR_DIR = None
    fine, said = doctor("storage", "python")
    assert not fine
    assert [line[0] for line in said.splitlines()] == ["✗", "✓"]


def test_a_check_that_there_is_not_is_told_which_there_are():
    with pytest.raises(CommandError, match=r"databases.*database, migrations"):
        call_command("doctor", "databases")


def test_its_help_lists_what_it_looks_at_and_nothing_else(capsys):
    with pytest.raises(SystemExit):
        Command().create_parser("manage.py", "doctor").parse_args(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert f"unless given: {', '.join(CHECKS)}" in said
    assert "[]" not in said


def test_what_django_itself_reads_is_no_misspelt_setting(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "x")
    assert doctor("settings")[1].startswith("✓")


@pytest.mark.parametrize("command", ["doctor database", "verify_audit", "send_reminders", "migrate"])
def test_a_database_that_is_away_is_a_sentence_for_every_command(command):
    away = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DJANGO_DEBUG": "1"}
    run = [sys.executable, "manage.py", *command.split()]
    said = subprocess.run(run, cwd=STATIC.parent, env=os.environ | away, capture_output=True, text=True)
    assert said.returncode == 1
    assert "Connection refused" in said.stdout + said.stderr
    assert "Traceback" not in said.stderr
