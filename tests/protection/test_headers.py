"""What every answer tells the browser: nothing inline, nothing powerful, nothing kept that may be somebody's."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from scorecards.states import ScorecardState
from tests.pages.planting import plant
from tests.pages.routes import forms_of, parts_of
from tests.pages.test_routes import ROWS

PROJECT = Path(__file__).resolve().parents[2]
INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=["']|javascript:""")
PRODUCTION = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "DJANGO_SECRET_KEY": "".join(chr(33 + (7 * one) % 90) for one in range(60)),
    "DJANGO_ALLOWED_HOSTS": "kpi.example.go.th",
    "DJANGO_SSL_REDIRECT": "1",
}


def in_production(*command) -> str:
    """What a command of manage.py prints under the settings of a production."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=env | PRODUCTION,
                          capture_output=True, text=True, check=False)  # fmt: skip
    return done.stdout + done.stderr


def test_djangos_own_check_of_a_deployment_finds_nothing_and_cookies_are_bound_to_the_host():
    told = in_production("shell", "-v", "0", "-c", (
        "from django.core.management import call_command as c; c('check', deploy=True, fail_level='WARNING');"
        "from django.conf import settings as s;"
        "print([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE])"
    ))  # fmt: skip
    assert "no issues (0 silenced)" in told
    assert (
        "['__Host-sessionid', '__Host-csrftoken', '__Host-language', True, True, True, True, 'Lax']" in told
    )


@pytest.mark.parametrize(
    "path", ["/", "/login/", "/results/", "/check/", "/nowhere/", "/static/scorecards.css"]
)
def test_every_answer_is_guarded(world, sit, path):
    answer = sit("arun").get(path)
    answer.close()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["home", "scorecards", "my_data"])
def test_pages_of_somebody_signed_in_are_not_kept(world, sit, name):
    assert "no-store" in sit("arun").get(reverse(name))["Cache-Control"]


def test_what_is_for_everybody_may_be_kept(world):
    assert "public" in Client().get(reverse("results"))["Cache-Control"]


def test_open_data_may_be_read_from_other_sites(db):
    plant(ScorecardState.PUBLISHED)
    answer = Client().get("/results/2556.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.slow
def test_no_page_holds_anything_inline_and_every_page_has_the_policy(db):
    world = plant(ScorecardState.PUBLISHED)
    parts, wrong, seen = parts_of(world), [], 0
    for person in ("arun", "kamon", "chawi"):
        browser = Client()
        browser.force_login(getattr(world, person))
        for name in sorted({address for method, address in ROWS if method == "GET"}):
            path = reverse(name, args=[parts[part][0] for part in forms_of(name)[0]])
            answer = browser.get(path)
            if answer.streaming:
                list(answer.streaming_content)
            if answer.streaming or not answer["Content-Type"].startswith("text/html"):
                continue
            seen += answer.status_code == 200
            page = answer.content.decode()
            wrong += [(path, one) for one in INLINE.findall(page)]
            policy = answer["Content-Security-Policy"]
            assert "default-src 'none'" in policy, path
            assert "unsafe" not in policy, path
    assert wrong == []
    assert seen > 80


@pytest.mark.parametrize(
    "page", ['<p style="a">', "<style>", "<script>1</script>", "<p onclick='x'>", 'href="javascript:1"']
)
def test_the_rule_sees_what_it_forbids(page):
    assert INLINE.search(page)


@pytest.mark.django_db
def test_a_static_file_carries_the_policy_of_pages():
    """A picture opened by itself is a document too."""
    answer = Client().get("/static/icon.svg")
    answer.close()
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
