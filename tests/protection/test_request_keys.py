"""The key by which a form that comes twice is done once counts for one person at one address, and for nobody else."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from scorecards.models import Comment, Event, Publication, PublishOrder
from scorecards.results.publish_orders import order_publishing, publish_due
from scorecards.states import ScorecardState
from tests.world import walk

KEY = "0123456789abcdef" * 2


def say(browser, entry, key, text="ดูด้วย"):
    return browser.post(reverse("comment", args=[entry.pk, "step1"]), {"text": text, "request_key": key})


def test_a_form_that_comes_twice_is_done_once(world, sit):
    for _twice in range(2):
        assert say(sit("arun"), world.entry, KEY).status_code == 302
    assert Comment.objects.count() == 1


def test_another_persons_key_stops_nobody(world, sit):
    other = world.other.entries.first()
    for person, entry in (("arun", world.entry), ("busaba", world.entry), ("duangjai", other)):
        say(sit(person), entry, KEY)
    assert Comment.objects.count() == 3


def test_nobody_holds_up_a_publication_by_using_its_key_first(world, sit):
    walk(world, ScorecardState.APPROVED)
    order = order_publishing(world.card, at=timezone.now() + dt.timedelta(hours=2), actor=world.chan)
    say(sit("duangjai"), world.other.entries.first(), f"publish-order:{order.pk}")
    PublishOrder.objects.update(at=timezone.now() - dt.timedelta(seconds=1))
    assert [one.pk for one in publish_due()] == [order.pk]
    assert Publication.objects.exists()


def test_nobody_reads_contact_details_unrecorded_by_using_the_days_key_first(named, sit):
    person, today = named.arun.pk, timezone.localdate().isoformat()
    say(sit("arun"), named.entry, f"contacts:{named.assignment.pk}/{person}/page/{today}")
    sit("arun").get(reverse("contacts", args=[named.card.pk]))
    assert Event.objects.filter(action="read_contacts", actor=named.arun).exists()


def test_what_was_done_at_another_address_does_not_count_as_done(world, sit):
    say(sit("chat"), world.entry, KEY)
    answer = sit("chat").post(reverse("submit", args=[world.card.pk]), {"declared": "on", "request_key": KEY})
    assert answer.status_code == 409
    assert not world.card.submissions.exists()


@pytest.mark.parametrize("key", ["k" * 5000, "ก" * 300, "'; --", "1"])
def test_whatever_is_sent_as_a_key_fits_its_column(world, sit, key):
    for _twice in range(2):
        assert say(sit("arun"), world.entry, key).status_code == 302
    assert [len(one.request_key) for one in Event.objects.filter(action="comment")] == [40]


def test_no_page_takes_a_key_as_it_was_sent(settings):
    taken = re.compile(r"""POST(\.get\(|\[)\s*f?["']request_key""")
    apps = ("scorecards", "evidence", "reports", "config", "indicators")
    modules = [path for app in apps for path in (settings.BASE_DIR / app).rglob("*.py")]
    assert [path.name for path in modules if taken.search(path.read_text(encoding="utf-8"))] == []
