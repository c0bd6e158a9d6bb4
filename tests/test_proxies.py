"""Whose address counts behind proxies, and what is believed of their headers."""

import ast

import pytest

from config.proxies import INSIDE, address_of_the_visitor, seen_by_outermost
from tests.protection.test_headers import in_production


@pytest.mark.parametrize(
    ("forwarded", "hops", "address"),
    [
        ("203.0.113.9", 1, "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),  # the first was written by the visitor
        ("6.6.6.6, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("2001:db8::9", 1, "2001:db8::9"),
        ("203.0.113.9", 0, ""),
        ("203.0.113.9", 2, ""),  # it did not pass both
        ("", 1, ""),
        ("unknown", 1, ""),
        ("203.0.113.9\nX: 1", 1, ""),
    ],
)
def test_the_address_that_our_outermost_proxy_saw(forwarded, hops, address):
    assert seen_by_outermost(forwarded, hops=hops) == address


@pytest.mark.parametrize(("hops", "address"), [(1, "203.0.113.9"), (0, "127.0.0.1")])
def test_every_page_sees_that_address_and_no_header(rf, settings, hops, address):
    settings.PROXY_HOPS = hops
    asked = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})
    seen = address_of_the_visitor(lambda request: request)(asked)
    assert seen.META["REMOTE_ADDR"] == address
    assert "HTTP_X_FORWARDED_FOR" not in seen.META


@pytest.mark.parametrize("path", sorted(INSIDE))
def test_those_who_watch_ask_by_the_name_of_the_machine_and_without_tls(client, db, settings, path):
    settings.ALLOWED_HOSTS, settings.METRICS_TOKEN = ["kpi.example.org"], "t" * 40
    settings.SECURE_SSL_REDIRECT = True
    look = "from django.conf import settings as s; print(s.SECURE_REDIRECT_EXEMPT)"
    told = in_production("shell", "-v", "0", "-c", look)
    settings.SECURE_REDIRECT_EXEMPT = ast.literal_eval(told.strip().splitlines()[-1])
    answer = client.get(path, headers={"Host": "10.0.0.7:8000", "Authorization": f"Bearer {'t' * 40}"})
    assert answer.status_code == 200
    assert client.get("/login/", headers={"Host": "10.0.0.7:8000"}).status_code == 400


def test_it_stands_before_everything_that_could_read_an_address(settings):
    assert settings.MIDDLEWARE[0] == "config.proxies.address_of_the_visitor"
