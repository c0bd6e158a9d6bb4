"""Alive, ready, degraded, not ready; outsiders learn no more than that."""

import subprocess
import sys

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from config.celery import app
from config.operations import readiness
from tests.demo_running import PROJECT, environment_of


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch):
    monkeypatch.setattr(readiness, "_migrated", False)


def told(client):
    answer = client.get(reverse("ready"))
    return answer.status_code, answer.content.decode()


def test_it_is_ready_with_database_migrations_and_folders(client, db):
    assert told(client) == (200, "ready")


def test_once_migrated_it_is_cheap(client, db, django_assert_num_queries):
    told(client)
    with django_assert_num_queries(1):
        told(client)


def test_without_a_queue_it_is_ready_but_degraded(client, db, monkeypatch):
    monkeypatch.setitem(app.conf, "broker_write_url", "redis://127.0.0.1:9/0")
    monkeypatch.setitem(app.conf, "broker_transport", None)
    monkeypatch.setitem(app.conf, "broker_transport_options", {"socket_connect_timeout": 1})
    assert told(client) == (200, "degraded")


def test_without_a_migration_it_is_not_ready(client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'config'")
    assert told(client) == (503, "not ready")


def test_without_a_place_for_files_it_is_not_ready(client, db, settings, tmp_path, caplog):
    (tmp_path / "file").touch()
    settings.EVIDENCE_DIR = tmp_path / "file"
    assert told(client) == (503, "not ready")
    assert f"{tmp_path}/file cannot be written" in caplog.text


def test_without_its_bucket_it_is_ready_but_degraded(client, db, bucket, settings):
    assert told(client) == (200, "ready")
    settings.S3_ENDPOINT_URL = "http://127.0.0.1:9"
    assert told(client) == (200, "degraded")


def test_without_a_database_it_is_alive_and_not_ready(client, db):
    def broken(execute, *words):
        raise DatabaseError("gone")

    with connection.execute_wrapper(broken):
        assert told(client) == (503, "not ready")
        assert client.get(reverse("alive")).status_code == 200


def test_a_web_process_has_loaded_its_pages_before_somebody_comes(tmp_path):
    """After a restart the first ones waited eleven seconds on a busy machine."""
    program = "import config.wsgi, sys; print('scorecards.answering.views' in sys.modules)"
    said = subprocess.check_output(
        [sys.executable, "-c", program], env=environment_of(tmp_path), cwd=PROJECT, text=True
    )
    assert said == "True\n"
