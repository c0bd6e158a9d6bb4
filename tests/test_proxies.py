"""Whose address counts behind proxies, and what is believed of their headers."""

import pytest

from config.proxies import address_of_the_visitor, seen_by_outermost


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


def test_it_stands_before_everything_that_could_read_an_address(settings):
    assert settings.MIDDLEWARE[0] == "config.proxies.address_of_the_visitor"
