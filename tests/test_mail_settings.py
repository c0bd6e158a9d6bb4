"""Which mail server is used, and where the links of a mail lead, in each way to run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
NAMES = ["EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS",
         "EMAIL_FILE_PATH", "MAIL_IS_SET_UP", "SITE_URL", "DEFAULT_FROM_EMAIL"]  # fmt: skip
ASK = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %s}, default=str))
"""
PRODUCTION = {
    "DATABASE_URL": "postgres://scorecards:none@db:5432/scorecards",
    "DJANGO_SECRET_KEY": "x" * 50,
    "DJANGO_ALLOWED_HOSTS": "kpi.example.org,kpi.example.com",
}


@pytest.fixture
def asked(tmp_path):
    """asked(**environment): these settings as a process with this environment reads them."""

    def ask(**environment):
        names = {"DATABASE_URL", "BROKER_URL", "EMAIL_URL", "SITE_URL", "DEFAULT_FROM_EMAIL"}
        inherited = {name: value for name, value in os.environ.items() if name not in names}
        place = {"VAR_DIR": str(tmp_path / "100 %"), "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-c", ASK % NAMES]
        said = subprocess.run(
            command, cwd=PROJECT, env=inherited | place | environment, capture_output=True, check=True
        )
        return json.loads(said.stdout)

    return ask


def test_an_embedded_installation_writes_its_mails_as_files(asked, tmp_path):
    found = asked()
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert found["EMAIL_FILE_PATH"] == str(tmp_path / "100 %" / "mail")
    assert found["MAIL_IS_SET_UP"]
    assert found["SITE_URL"] == "http://localhost:8000"


@pytest.mark.parametrize("unset", [{}, {"EMAIL_URL": "", "SITE_URL": "", "DEFAULT_FROM_EMAIL": ""}])
def test_production_mails_nothing_until_a_server_is_named(asked, unset):
    found = asked(**PRODUCTION, **unset)
    assert not found["MAIL_IS_SET_UP"]
    assert found["SITE_URL"] == "https://kpi.example.org"
    assert found["DEFAULT_FROM_EMAIL"] == "scorecards@localhost"


def test_production_with_a_server(asked):
    found = asked(
        **PRODUCTION,
        EMAIL_URL="smtp+tls://kpi%40example.org:p%2Fw@mail.example.org:587",
        SITE_URL="https://scorecards.example.org",
        DEFAULT_FROM_EMAIL="kpi@example.org",
    )
    assert found["MAIL_IS_SET_UP"]
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("kpi@example.org", "p/w")
    assert found["EMAIL_USE_TLS"]
    assert (found["SITE_URL"], found["DEFAULT_FROM_EMAIL"]) == (
        "https://scorecards.example.org", "kpi@example.org",
    )  # fmt: skip
