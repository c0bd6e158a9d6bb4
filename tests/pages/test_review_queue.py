"""The reviewers' queue: its filters, its address, the filters that a person keeps."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.documents import read_framework_file
from indicators.models import FiscalYear
from indicators.publishing import load_framework, publish
from indicators.refusals import Refused
from scorecards.models import Agency, ReviewAssignment, Round, SavedFilter
from scorecards.reviewing import review
from scorecards.reviewing.queue import ON_A_PAGE, queue_of
from scorecards.reviewing.saved_filters import MOST, save_filter
from scorecards.rulings_asked import rulings_done, rulings_done_in
from scorecards.states import ScorecardState
from tests.world import sent_by_others, walk

S = ScorecardState
QUEUE = reverse("review_queue")


@pytest.fixture
def cards(world):
    """ict (sent now, กมล), fresh and old (1 and 9 days ago, nobody), taken (4 days, ขวัญ, under review), done."""
    walk(world, S.SUBMITTED)
    taken = sent_by_others(world, 1, days=4, state=S.IN_REVIEW)[0]
    taken.reviewers.add(world.khwan)
    return {
        "ict": world.card,
        "fresh": sent_by_others(world, 1)[0],
        "old": sent_by_others(world, 1, days=9)[0],
        "taken": taken,
        "done": sent_by_others(world, 1, days=20, state=S.PUBLISHED)[0],
    }


def shown(user, address="") -> list:
    return [line.scorecard for line in queue_of(user, QueryDict(address), page=1)["lines"]]


def names(cards, user, address="") -> set:
    by_pk = {card.pk: name for name, card in cards.items()}
    return {by_pk[card.pk] for card in shown(user, address)}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", {"ict", "fresh", "old", "taken"}),
        ("state=all", {"ict", "fresh", "old", "taken", "done"}),
        ("state=submitted", {"ict", "fresh", "old"}),
        ("state=published", {"done"}),
        ("year=2556", {"ict", "fresh", "old", "taken"}),
        ("months=12", {"ict", "fresh", "old", "taken"}),
        ("form=moi-ict-2556", {"ict", "fresh", "old", "taken"}),
        ("ministry=interior", {"ict"}),
        ("ministry=finance", {"fresh", "old", "taken"}),
        ("agency=ict", {"ict"}),
        ("days=0", {"ict", "fresh", "old", "taken"}),
        ("days=3", {"old", "taken"}),
        ("days=๓", {"old", "taken"}),
        ("assigned=nobody", {"fresh", "old"}),
        ("assigned=nobody&days=3", {"old"}),
        ("assigned=nobody&ministry=interior", set()),
        ("assigned=me", set()),
        ("state=all&ministry=finance&days=5", {"old", "done"}),
        ("form=moi-ict-2556&indicator=4&days=3", {"old", "taken"}),
        ("form=moi-ict-2556&indicator=4&assigned=nobody", {"fresh", "old"}),
        (
            "days=many&agency=nowhere&year=1",
            {"ict", "fresh", "old", "taken"},
        ),  # means nothing: said at its field
    ],
)
def test_each_filter_and_several_together(world, cards, address, expected):
    assert names(cards, world.khamron, address) == expected


def test_years_rounds_and_forms_are_told_apart(world, cards):
    year = FiscalYear.objects.get_or_create(year=2562)[0]
    other = publish(load_framework(read_framework_file("sdo-2562")), actor=world.chawi)
    now = timezone.now()
    dates = {"opens_at": now - dt.timedelta(30), "closes_at": now, "review_closes_at": now + dt.timedelta(9)}
    round_ = Round.objects.create(year=year, months=6, **dates)
    (card,) = sent_by_others(world, 1, framework=other, round=round_)
    for address in ("year=2562", "months=6", "form=sdo-2562"):
        assert shown(world.khamron, address) == [card]
    assert shown(world.khamron, "year=2562&months=12") == []
    code = card.entries.first().indicator.code
    lines = queue_of(world.khamron, QueryDict(f"form=sdo-2562&indicator={code}"), page=1)["lines"]
    assert [line.entry for line in lines] == [card.entries.first()]


def test_assigned_to_somebody_as_a_whole_or_in_one_indicator(world, cards):
    ReviewAssignment.objects.create(
        entry=cards["old"].entries.get(), reviewer=world.khwan, assigned_by=world.khamron
    )
    assert names(cards, world.khamron, f"assigned={world.khwan.pk}") == {"old", "taken"}
    assert names(cards, world.khwan, "assigned=me") == {"old", "taken"}
    assert names(cards, world.khamron, "assigned=nobody") == {"fresh"}
    assert names(cards, world.khwan) == {"old", "taken"}  # a reviewer sees what is assigned, no more
    single = f"form=moi-ict-2556&indicator=4&assigned={world.khwan.pk}"
    assert names(cards, world.khamron, single) == {"old", "taken"}


def test_the_longest_waiting_first_or_by_agency_as_a_dictionary_sorts(world, cards):
    assert [card.pk for card in shown(world.khamron)] == [
        cards[name].pk for name in ("old", "taken", "fresh", "ict")
    ]
    Agency.objects.filter(pk=cards["taken"].agency_id).update(name_th="เกาะ")  # under ก, before ศ and ส
    assert shown(world.khamron, "order=agency")[0] == cards["taken"]


def test_on_a_telephone_form_and_round_stand_beneath_the_agency(world, cards, sit):
    page = sit("kamon").get(QUEUE).content.decode()
    beneath = page[page.index('class="beneath') :].split("</span>")[0]
    assert "2556 · รอบ 12 เดือน" in beneath


def test_a_line_tells_how_long_it_waits_and_how_many_rulings_are_done(world, cards):
    card = walk_on_to_concluded(world)
    lines = {
        line.scorecard.pk: line for line in queue_of(world.khamron, QueryDict("state=all"), page=1)["lines"]
    }
    assert (lines[card.pk].done, lines[card.pk].of) == (5, 5)
    old = lines[cards["old"].pk]
    assert (old.done, old.of, old.waiting) == (0, 5, 9)
    assert lines[cards["done"].pk].waiting is None
    assert lines[cards["taken"].pk].reviewers == ["ขวัญ"]


def walk_on_to_concluded(world):
    review.begin_review(world.card, actor=world.kamon)
    submission = world.card.submissions.get()
    review.agree_to_all(submission, actor=world.kamon, indicator=world.entry.indicator)
    return review.conclude(world.card, actor=world.kamon)


def test_the_address_comes_back_as_it_was_chosen(world, cards, sit):
    address = "year=2556&months=12&form=moi-ict-2556&indicator=4&ministry=finance&assigned=nobody&days=3&order=agency"
    page = sit("khamron").get(f"{QUEUE}?{address}")
    assert page.context["query"] == address
    assert names(cards, world.khamron, page.context["query"]) == {"old"}
    html = page.content.decode()
    for value in ("2556", "12", "moi-ict-2556", "4", "finance", "nobody", "agency"):
        assert f'<option value="{value}" selected>' in html
    assert 'value="3"' in html
    for _value, _label, _count, link in page.context["states"]:
        assert link.startswith(address)  # the states keep the other filters
    assert page.context["waiting"] == 1


def test_a_second_page_keeps_the_filters(world, sit):
    sent_by_others(world, ON_A_PAGE + 1)
    html = sit("khamron").get(f"{QUEUE}?ministry=finance").content.decode()
    assert 'href="?page=2&amp;ministry=finance"' in html
    assert len(sit("khamron").get(f"{QUEUE}?page=2&ministry=finance").context["lines"]) == 1


@pytest.mark.parametrize("address", ["", "order=agency", "form=moi-ict-2556&indicator=4", "assigned=me"])
def test_the_number_of_queries_does_not_depend_on_the_lines(world, sit, address):
    client = sit("khamron")
    counted = []
    for more in (10, 50):  # 60 are more than a page
        for card in sent_by_others(world, more):
            card.reviewers.add(world.kamon)
            ReviewAssignment.objects.create(
                entry=card.entries.get(), reviewer=world.khwan, assigned_by=world.khamron
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{QUEUE}?{address}")
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("person", ["khamron", "kamon", "khwan"])
@pytest.mark.parametrize("address", ["", "order=agency", "form=moi-ict-2556&indicator=4"])
def test_of_the_lines_on_other_pages_nothing_but_the_key_is_read(world, sit, person, address):
    for card in sent_by_others(world, 2 * ON_A_PAGE):
        card.reviewers.add(world.kamon)
        facts = {"reviewer": world.khwan, "assigned_by": world.khamron}
        ReviewAssignment.objects.create(entry=card.entries.get(), **facts)
    made = Counter()

    def count(sender, **_facts):
        made[sender.__name__] += 1

    post_init.connect(count)
    try:
        assert len(sit(person).get(f"{QUEUE}?{address}").context["lines"]) == ON_A_PAGE
    finally:
        post_init.disconnect(count)
    assert made["Scorecard"] == ON_A_PAGE
    assert made["Entry"] <= ON_A_PAGE
    assert not made["Submission"]


def test_a_report_keeps_how_many_rulings_it_asks_and_an_older_one_is_counted_again(world):
    walk(world, S.SUBMITTED)
    sent = world.card.submissions.get()
    assert sent.rulings_asked == {"4": 5}
    (older,) = sent_by_others(world, 1, rulings_asked=None)
    assert older.submissions.get().rulings_asked is None
    assert rulings_done_in([world.card.pk, older.pk]) == {world.card.pk: (0, 5), older.pk: (0, 5)}
    entries = [world.card.entries.get(), older.entries.get()]
    assert rulings_done(entries) == dict.fromkeys(entries, (0, 5))


# ── filters that are kept ────────────────────────────────────────────────────────────────────────────────────────


def test_filters_are_kept_found_again_and_deleted(world, cards, sit):
    khamron = sit("khamron")
    answer = khamron.post(f"{QUEUE}?days=3&assigned=nobody", {"name": "ค้างนาน"})
    assert answer["Location"] == f"{QUEUE}?assigned=nobody&days=3"
    html = khamron.get(QUEUE).content.decode()
    assert 'href="?assigned=nobody&amp;days=3"' in html
    assert "ค้างนาน" not in sit("chan").get(QUEUE).content.decode()
    path = reverse("delete_filter", args=[SavedFilter.objects.get().pk])
    assert sit("chan").post(path).status_code == 404
    assert SavedFilter.objects.exists()
    assert khamron.post(path).status_code == 302
    assert not SavedFilter.objects.exists()


def test_a_name_is_kept_once_and_no_more_than_twenty(world, cards, sit):
    saved = save_filter(world.khamron, name="ค้าง", query="days=3")
    assert save_filter(world.khamron, name="ค้าง", query="days=3") == saved
    with pytest.raises(Refused, match="ค้าง"):
        save_filter(world.khamron, name="ค้าง", query="days=4")
    assert sit("khamron").post(f"{QUEUE}?days=4", {"name": "ค้าง"}).status_code == 409
    assert sit("khamron").post(f"{QUEUE}?days=4", {"name": ""}).status_code == 409
    assert save_filter(world.chan, name="ค้าง", query="days=4")  # everybody has names of their own
    for number in range(1, MOST):
        save_filter(world.khamron, name=f"{number}", query="days=3")
    with pytest.raises(Refused, match=str(MOST)):
        save_filter(world.khamron, name="one more", query="days=3")
    with pytest.raises(Refused):
        save_filter(world.khamron, name="everything", query="")


def test_the_queue_is_for_the_assessing_side(world, sit):
    for stranger in ("arun", "busaba", "chat", "ek"):
        assert sit(stranger).get(QUEUE).status_code == 404
        assert sit(stranger).post(f"{QUEUE}?days=3", {"name": "x"}).status_code == 404
