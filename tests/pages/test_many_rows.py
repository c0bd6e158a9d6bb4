"""Lists at their limits: a page shows fifty lines, says how many there are, and asks no more for more of them."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scorecards.events import record
from scorecards.models import Agency, Appeal, Assignment, Membership, Publication, Sample, SampleLine
from scorecards.people.contacts import note_reading_of_people
from scorecards.scoring import score_answers
from scorecards.states import Role, ScorecardState
from tests.world import sent_by_others


def people_of_all(world, count):
    sent_by_others(world, count)
    return "chawi", reverse("agencies_people")


def agencies_of_a_form(world, count):
    sent_by_others(world, count)
    return "chawi", reverse("assignments", args=[world.framework.pk])


def people_of_one(world, count):
    known = User.objects.count()
    people = User.objects.bulk_create(User(username=f"u{known + one}") for one in range(count))
    ict = world.agencies["ict"]
    Membership.objects.bulk_create(Membership(user=one, agency=ict, role=Role.COLLECTOR) for one in people)
    return "chawi", reverse("people", args=["ict"])


def work(world, count):
    for card in sent_by_others(world, count):
        card.reviewers.add(world.kamon)
    return "kamon", reverse("home")


def compared(world, count):
    facts = {"content": {"answers": {}}, "scored": score_answers(world.card, {})}
    for card in sent_by_others(world, count, state=ScorecardState.IN_REVIEW, **facts):
        card.reviewers.add(world.kamon)
    return "kamon", reverse("calibrate", args=[world.framework.pk, "4"])


def appeals(world, count):
    now = timezone.now()
    for card in sent_by_others(world, count, state=ScorecardState.PUBLISHED):
        found = Publication.objects.create(
            scorecard=card, submission=card.submissions.get(), number=1, content={}, scored={}, content_hash="",
            approved_by=world.khamron, published_by=world.chan, published_at=now,
        )  # fmt: skip
        Appeal.objects.create(
            publication=found,
            indicator=world.entry.indicator,
            reason="ขอให้ทบทวน",
            opened_by=world.fah,
            opened_at=now,
        )
    return "khamron", reverse("appeals")


def second_reviews(world, count):
    facts = {"framework": world.framework, "round": world.round, "drawn_by": world.khamron}
    sample = Sample.objects.create(number=1, seed="1", drawn_from=[], drawn_at=timezone.now(), **facts)
    for card in sent_by_others(world, count, state=ScorecardState.CONCLUDED):
        SampleLine.objects.create(
            sample=sample, submission=card.submissions.get(), indicator=world.entry.indicator
        )
    return "khwan", reverse("samples")


LISTS = [people_of_all, agencies_of_a_form, people_of_one, work, compared, appeals, second_reviews]


@pytest.mark.parametrize("fill", LISTS)
def test_a_list_shows_a_page_and_says_how_many_there_are(world, sit, fill):
    who, address = fill(world, 60)
    client = sit(who)
    client.cookies["django_language"] = "en"
    told = re.search(r"1–50 of (\d+)", client.get(address).content.decode())
    assert 60 <= int(told[1]) <= 65  # those of the world among them
    last = client.get(address, {"page": "2"}).content.decode()
    assert f"51–{told[1]} of {told[1]}" in last


@pytest.mark.parametrize("fill", LISTS)
def test_a_list_asks_as_often_for_many_as_for_a_page(world, sit, fill):
    who, address = fill(world, 51)
    client = sit(who)
    before = queries_of(client, address)
    fill(world, 20)
    assert queries_of(client, address) == before


def queries_of(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_what_waits_is_shown_once_on_one_of_the_pages(world, sit):
    who, address = work(world, 60)
    pages = [sit(who).get(address, {"page": page}).content.decode() for page in (1, 2)]
    shown = [re.findall(r'<strong>|href="/review/(\d+)/"', page) for page in pages]
    cards = [one for page in shown for one in page if one]
    assert len(cards) == len(set(cards)) == 60


def test_who_looked_is_told_in_as_many_queries_for_many_people_as_for_one(world, sit):
    client, ict = sit("chawi"), world.agencies["ict"]
    note_reading_of_people(ict, actor=world.chawi)
    before = queries_of(client, reverse("privacy_log"))
    for name in ("arun", "duangjai", "kamon", "khamron", "cho"):
        facts = {"subject": f"people:{ict.pk}", "after": {"place": "people"}}
        record(ict, actor=getattr(world, name), action="read_contacts", **facts)
    assert queries_of(client, reverse("privacy_log")) == before


def test_the_agencies_that_may_host_are_named_once_on_the_page(world, sit):
    """However many indicators the form has: each of them chooses from the same list."""
    offices = Agency.objects.exclude(kind=Agency.Kind.CENTRAL)
    given = [Assignment(agency=one, framework=world.framework, form=world.framework) for one in offices]
    Assignment.objects.bulk_create(given)
    own = Assignment.objects.get(agency=world.agencies["ict"])
    page = sit("chawi").get(reverse("assignment", args=[own.pk])).content.decode()
    assert page.count('value="policy"') == 1
    assert page.count('list="hosts"') >= 1


@pytest.mark.parametrize(("who", "told"), [("cho", "No agency has sent"), ("nobody", "do not belong")])
def test_who_has_nothing_to_open_is_told_whether_a_place_or_a_scorecard_is_missing(world, sit, who, told):
    world.nobody = User.objects.create_user("nobody")
    client = sit(who)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("home")).content.decode()
    assert [one for one in ("No agency has sent", "do not belong") if one in page] == [told]
