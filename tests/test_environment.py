"""The table of settings: what is read, what is refused at the start, and that its documentation is the same table."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment

PROJECT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "DATABASE_URL": "postgres://scorecards@db:5432/scorecards",
    "DJANGO_SECRET_KEY": "x" * 50,
    "DJANGO_ALLOWED_HOSTS": "kpi.example.org, kpi.example.com",
}


def refused(**given) -> list[str]:
    """What is said of these variables, a line each."""
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.read(PRODUCTION | given)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_nothing_is_needed_to_run_embedded():
    found = environment.read({})
    assert not found["PRODUCTION"]
    assert found["DJANGO_ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_production_is_where_a_database_is_named():
    found = environment.read(PRODUCTION)
    assert found["PRODUCTION"]
    assert found["DJANGO_ALLOWED_HOSTS"] == ["kpi.example.org", "kpi.example.com"]


def test_debugging_is_no_production():
    assert not environment.read({"DATABASE_URL": PRODUCTION["DATABASE_URL"], "DJANGO_DEBUG": "1"})[
        "PRODUCTION"
    ]


def test_everything_that_is_missing_is_said_at_once_with_a_hint():
    said = refused(DJANGO_SECRET_KEY="", DJANGO_ALLOWED_HOSTS="")
    assert [line.split(" is missing")[0] for line in said] == ["DJANGO_SECRET_KEY", "DJANGO_ALLOWED_HOSTS"]
    assert "secrets.token_urlsafe(50)" in said[0]


def test_what_another_setting_needs_is_missing_too():
    said = refused(OIDC_SERVER_URL="https://sso.example.org")
    assert [line.split(" is missing")[0] for line in said] == ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"]


@pytest.mark.parametrize("name", environment.S3)
def test_a_bucket_is_set_wholly_or_not_at_all(name):
    said = refused(**{name: "https://files.example.org" if name == "S3_ENDPOINT_URL" else "evidence"})
    assert {line.split(" is missing")[0] for line in said} == set(environment.S3) - {name}


def test_a_name_that_no_bucket_may_have_is_refused():
    given = dict.fromkeys(environment.S3, "x" * 20) | {"S3_ENDPOINT_URL": "https://files.example.org"}
    assert environment.read(PRODUCTION | given)["EVIDENCE_BUCKET"] == "x" * 20
    (line,) = refused(**given | {"EVIDENCE_BUCKET": "Evidence_1"})
    assert line.startswith("EVIDENCE_BUCKET “Evidence_1” cannot be used: write ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://db/x"), ("DATABASE_URL", "postgres://db"), ("BROKER_URL", "amqp://mq"),
        ("DJANGO_SECRET_KEY", "short"), ("DJANGO_ALLOWED_HOSTS", "https://kpi.example.org"),
        ("DJANGO_CSRF_TRUSTED_ORIGINS", "kpi.example.org"), ("SITE_URL", "kpi.example.org"),
        ("DJANGO_SSL_REDIRECT", "perhaps"), ("EMAIL_URL", "mail.example.org"),
        ("APPEAL_DAYS", "fifteen"), ("APPEAL_DAYS", "๑๕"), ("WORKER_NICE", "20"), ("LOG_LEVEL", "loud"),
        ("SECOND_FACTOR", "some"), ("DJANGO_SECRET_KEY_FALLBACKS", "y" * 50 + ",short"),
        ("DJANGO_SECRET_KEY", environment.EMBEDDED_KEY),
        ("DJANGO_SECRET_KEY_FALLBACKS", environment.EMBEDDED_KEY),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_refused_with_its_name(name, value):
    (line,) = refused(**{name: value})
    assert line.startswith(name)
    assert "write" in line


def test_a_secret_is_never_repeated_in_what_is_said():
    assert "hunter2" not in "".join(refused(DJANGO_SECRET_KEY="hunter2", BROKER_URL="amqp://a:hunter2@mq"))


@pytest.mark.parametrize("name", sorted(environment.KNOWN - {"DJANGO_DEBUG"}))
def test_an_empty_value_is_an_unset_one(name):
    required = {one.name for one in environment.TABLE if one.required} | {"DATABASE_URL"}
    if name in required:
        assert environment.read({name: ""}) == environment.read({})
    else:
        assert environment.read(PRODUCTION | {name: ""}) == environment.read(PRODUCTION)


def test_a_secret_comes_from_a_file_without_its_last_line_break(tmp_path):
    file = tmp_path / "key"
    file.write_text("y" * 50 + "\n")
    given = {key: value for key, value in PRODUCTION.items() if key != "DJANGO_SECRET_KEY"}
    assert environment.read(given | {"DJANGO_SECRET_KEY_FILE": str(file)})["DJANGO_SECRET_KEY"] == "y" * 50


def test_a_file_that_is_not_there_and_a_value_given_twice_are_said(tmp_path):
    assert refused(DJANGO_SECRET_KEY="", DJANGO_SECRET_KEY_FILE=str(tmp_path / "none")) == [
        f"DJANGO_SECRET_KEY_FILE: {tmp_path}/none cannot be read (No such file or directory)"
    ]
    (tmp_path / "key").write_text("z" * 50)
    (line,) = refused(DJANGO_SECRET_KEY_FILE=str(tmp_path / "key"))
    assert "both set" in line


@pytest.mark.parametrize(
    ("name", "meant"),
    [("DJANGO_ALOWED_HOSTS", "DJANGO_ALLOWED_HOSTS"), ("STIE_URL", "SITE_URL"), ("DJANGO_COLOUR", ""),
     ("DATABASE_URL_FLIE", "DATABASE_URL")],
)  # fmt: skip
def test_a_misspelt_name_is_told_with_the_one_that_was_meant(name, meant):
    assert environment.misspelt({name: "1"}) == {name: meant}


def test_known_names_their_files_and_other_peoples_names_are_not_misspelt():
    known = [*environment.KNOWN, *(f"{name}_FILE" for name in environment.KNOWN)]
    assert environment.misspelt(dict.fromkeys([*known, "PATH", "LANG", "DJANGO_SETTINGS_MODULE"], "1")) == {}


def test_every_setting_that_is_read_is_in_the_table_and_the_other_way_round():
    read = set()
    for path in [*(PROJECT / "config").rglob("*.py")]:
        read |= set(re.findall(r'SET\["(\w+)"\]', path.read_text(encoding="utf-8")))
    assert read - {"PRODUCTION"} == environment.KNOWN


def test_the_documentation_holds_the_same_table():
    """Otherwise: python -m config.environment, into docs/configuration.md."""
    assert environment.table() in (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_manage_says_what_is_wrong_without_a_traceback(tmp_path):
    given = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings",
             "DATABASE_URL": PRODUCTION["DATABASE_URL"], "APPEAL_DAYS": "soon"}  # fmt: skip
    command = [sys.executable, str(PROJECT / "manage.py"), "check"]
    done = subprocess.run(command, env=given, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for name in ("DJANGO_SECRET_KEY", "DJANGO_ALLOWED_HOSTS", "APPEAL_DAYS"):
        assert name in done.stderr


def test_a_misspelt_name_is_a_warning_of_the_checks(monkeypatch):
    from config.checks import settings_are_known

    monkeypatch.setenv("APPEAL_DAY", "15")
    assert [one.msg for one in settings_are_known(None)] == ["APPEAL_DAY is not a setting and has no effect."]
