"""What costs much is given to one person so often and no more; the limit is told, and never stands in others' way."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config import rate_limits
from config.rate_limits import LIMITS, POSTED, Limit
from tests.pages.routes import names


@pytest.fixture
def twice(monkeypatch, settings):
    """Two requests of each kind in an hour."""
    settings.RATE_LIMIT_FACTOR = 1
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits"}
    }
    cache.clear()
    rate_limits.in_process.clear()
    kinds = {
        name: Limit(one.kind, 2, 1000 * 365 * 86400, hot=one.hot, by_address=one.by_address)
        for name, one in LIMITS.items()
    }
    monkeypatch.setattr(rate_limits, "LIMITS", kinds)


def ask(browser, address, times=3):
    return [browser.get(address).status_code for _time in range(times)]


def test_beyond_the_limit_it_is_said_when_to_come_back_and_others_go_on(world, sit, twice):
    address = reverse("scorecard_workbook", args=[world.card.pk])
    browser = sit("arun")
    assert ask(browser, address) == [200, 200, 429]
    refused = browser.get(address)
    assert int(refused["Retry-After"]) > 0
    assert "<h1>" in refused.content.decode()
    assert ask(sit("busaba"), address, 1) == [200]
    assert ask(browser, "/", 3) == [200, 200, 200]


def test_kinds_are_counted_apart_and_addresses_of_a_kind_together(world, sit, twice):
    browser, entry = sit("arun"), world.entry.pk
    assert ask(browser, reverse("entry_workbook", args=[entry]), 1) == [200]
    assert ask(browser, reverse("entry_docx", args=[entry]), 2) == [200, 429]
    assert browser.post(reverse("preview", args=[entry])).status_code == 200


def test_looking_is_not_sending(world, sit, twice):
    browser = sit("arun")
    assert ask(browser, reverse("my_data")) == [200, 200, 200]
    assert [browser.post(reverse("my_data")).status_code for _time in range(3)] == [200, 200, 429]


def test_pages_for_everybody_are_counted_by_address(world, twice):
    address = reverse("results")
    assert ask(Client(REMOTE_ADDR="10.0.0.1"), address) == [200, 200, 429]
    assert ask(Client(REMOTE_ADDR="10.0.0.2"), address, 1) == [200]


def test_a_cache_that_is_down_stops_nobody(world, sit, twice, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert ask(sit("arun"), reverse("scorecard_workbook", args=[world.card.pk])) == [200, 200, 200]


def test_a_factor_of_zero_means_no_limits(world, sit, twice, settings):
    settings.RATE_LIMIT_FACTOR = 0
    assert ask(sit("arun"), reverse("my_data"), 3) == [200, 200, 200]


def test_every_name_in_the_table_is_an_address():
    assert set(LIMITS) <= set(names())
    assert set(LIMITS) >= POSTED


def test_a_strangers_form_is_kept_a_few_times_and_then_stays_on_the_page(db, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"another_way": "2/10m/ip"}
    asked = {"another_way": "1", "next": "/entries/1/", "kept.obstacles": "ฝนตก"}
    answers = [Client().post("/login/", asked) for _again in range(3)]
    assert [one.status_code for one in answers] == [302, 302, 200]
    assert 'name="kept.obstacles" value="ฝนตก"' in answers[2].content.decode()
    assert Session.objects.count() == 2
