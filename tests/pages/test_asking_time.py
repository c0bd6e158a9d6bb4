"""The pages of a request for more time: the agency asks on its page, an administrator answers with one press."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from scorecards.models import Scorecard, TimeRequest
from scorecards.presenting.date_fields import end_of
from scorecards.rounds.asking_time import ask_for_time, refuse_request, withdraw_request
from scorecards.rounds.deadlines import extend
from scorecards.states import ScorecardState
from scorecards.waiting.worklist import SEVERAL, work_of
from tests.pages.conftest import posted
from tests.pages.test_more_time import opened_for_others
from tests.world import sent_by_others, walk

DAY = timezone.timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def sit(sit):
    """Everybody reads English."""

    def client(username):
        browser = sit(username)
        browser.cookies["django_language"] = "en"
        return browser

    return client


@pytest.fixture
def pages(world):
    """{name: address} of the scorecard's."""
    names = ["scorecard", "missing", "ask_time", "withdraw_time", "answer_time"]
    return {name: reverse(name, args=[world.card.pk]) for name in names}


@pytest.fixture
def day_asked(world):
    return timezone.localdate(world.round.closes_at) + 5 * DAY


def ask(world, day):
    return ask_for_time(world.card, until=end_of(day), reason="น้ำท่วมอาคาร", actor=world.chat)


def text(answer) -> str:
    return answer.content.decode()


def close_round(world):
    world.round.closes_at = timezone.now() - DAY
    world.round.save()


class TestMany:
    """Many requests of a round are one line, which leads to where several are given time at once."""

    @pytest.fixture
    def asking(self, world, day_asked):
        """So many agencies that ask, and one that does not."""

        def ask_all(number):
            cards = sent_by_others(world, number, state=ScorecardState.OPEN)
            for card in cards:
                facts = {"until": end_of(day_asked), "reason": "น้ำท่วมอาคาร", "asked_by": world.chat}
                TimeRequest.objects.create(scorecard=card, asked_at=timezone.now(), **facts)
            return cards

        return ask_all

    def urls(self, world):
        return [item.url for item in work_of(world.chawi) if "time" in item.url or "asking" in item.url]

    def test_a_few_stand_each_by_itself(self, world, asking):
        cards = asking(SEVERAL - 1)
        assert set(self.urls(world)) == {reverse("answer_time", args=[card.pk]) for card in cards}

    def test_many_stand_in_one_line_that_leads_to_those_that_ask(self, world, sit, asking):
        cards, chawi = asking(SEVERAL), sit("chawi")
        address = f"{reverse('extend_deadlines', args=[2556, 12])}?asking=1"
        assert self.urls(world) == [address]
        assert "4 requests for more time" in text(chawi.get("/"))
        page = chawi.get(address)
        assert set(page.context["cards"]) == set(cards)
        assert text(page).count("น้ำท่วมอาคาร") == SEVERAL
        assert 'name="asking" value="1" checked' in text(page)

    def test_several_get_time_there_at_once(self, world, sit, asking, day_asked):
        cards, chawi = asking(SEVERAL), sit("chawi")
        address = f"{reverse('extend_deadlines', args=[2556, 12])}?asking=1"
        form = posted(chawi.get(address)) | {"until": day_asked.isoformat(), "reason": "อุทกภัย"}
        answer = chawi.post(address, form | {"card": [card.pk for card in cards[1:]]})
        assert answer["Location"] == address
        assert list(TimeRequest.objects.waiting()) == list(cards[0].time_requests.all())
        assert self.urls(world) == [reverse("answer_time", args=[cards[0].pk])]

    def test_rounds_are_counted_apart(self, world, asking):
        cards = asking(SEVERAL)
        dates = {name: getattr(world.round, name) for name in ("opens_at", "closes_at", "review_closes_at")}
        sooner = world.round.year.rounds.create(months=6, **dates)
        Scorecard.objects.filter(pk=cards[0].pk).update(round=sooner)
        assert len(self.urls(world)) == SEVERAL


@pytest.mark.parametrize("closed", [False, True])
def test_the_head_asks_from_the_page_of_the_report_before_and_after_its_closing(
    world, sit, pages, day_asked, closed
):
    if closed:
        close_round(world)
    chat = sit("chat")
    assert f'href="{pages["ask_time"]}"' in text(chat.get(pages["scorecard"]))
    assert (
        f'href="{pages["ask_time"]}"' in text(chat.get(pages["missing"]))
    ) == closed  # where sending is refused
    form = posted(chat.get(pages["ask_time"])) | {"until": day_asked.isoformat(), "reason": "น้ำท่วมอาคาร"}
    answer = chat.post(pages["ask_time"], form, follow=True)
    chat.post(pages["ask_time"], form)  # a double click
    assert answer.redirect_chain == [(pages["scorecard"], 302)]
    assert TimeRequest.objects.get().until == end_of(day_asked)
    assert "น้ำท่วมอาคาร" in text(answer)
    assert f'href="{pages["ask_time"]}"' not in text(answer)  # one at a time
    assert pages["withdraw_time"] in text(answer)
    assert '<form method="post" class="panel"' not in text(chat.get(pages["ask_time"]))


def test_the_others_of_the_agency_read_it_and_withdraw_nothing(world, sit, pages, day_asked):
    found, arun = ask(world, day_asked), sit("arun")
    page = text(arun.get(pages["scorecard"]))
    assert "น้ำท่วมอาคาร" in page
    assert pages["withdraw_time"] not in page
    assert "is for: Coordinator, Head of agency" in text(arun.get(pages["ask_time"]))
    arun.post(pages["withdraw_time"], {"asked": found.pk})
    assert TimeRequest.objects.waiting().exists()


def test_a_refusal_keeps_what_was_typed(world, sit, pages, day_asked):
    form = {"until": day_asked.isoformat(), "reason": ""}
    page = sit("chat").post(pages["ask_time"], form)
    assert page.status_code == 409
    assert day_asked.isoformat() in text(page)
    assert not TimeRequest.objects.exists()


def test_the_agency_withdraws_what_stood_on_its_page(world, sit, pages, day_asked):
    found, chat = ask(world, day_asked), sit("chat")
    withdraw_request(found, actor=world.chat)
    newer = ask(world, day_asked)
    page = chat.post(pages["withdraw_time"], {"asked": found.pk}, follow=True)
    assert [one.level_tag for one in page.context["messages"]] == ["error"]
    page = chat.post(pages["withdraw_time"], posted(page), follow=True)
    newer.refresh_from_db()
    assert newer.outcome == "withdrawn"
    assert "Withdrawn by the agency" in text(page)
    assert f'href="{pages["ask_time"]}"' in text(page)


def test_an_administrator_grants_with_one_press(world, sit, pages, day_asked):
    ask(world, day_asked)
    chawi = sit("chawi")
    assert f'href="{pages["answer_time"]}"' in text(chawi.get("/"))
    page = chawi.get(pages["answer_time"])
    form = posted(page)
    assert "น้ำท่วมอาคาร" in form["reason"]
    form.pop("answer")  # a field of the other form
    assert chawi.post(pages["answer_time"], form)["Location"] == "/"
    world.card.refresh_from_db()
    assert world.card.closes_at == end_of(day_asked)
    assert pages["answer_time"] not in text(chawi.get("/"))
    told = text(sit("arun").get(pages["scorecard"]))
    assert "Granted until" in told
    assert "ฉวี" not in told  # which person of OPDC answered is not the agency's
    assert "ฉวี" in text(chawi.get(pages["answer_time"]))


def test_a_no_says_why_and_the_agency_reads_it(world, sit, pages, day_asked):
    found, chawi = ask(world, day_asked), sit("chawi")
    empty = chawi.post(pages["answer_time"], {"asked": found.pk, "refuse": "1", "answer": " "})
    assert empty.status_code == 409
    no = {"asked": found.pk, "refuse": "1", "answer": "มีเวลาเพียงพอแล้ว"}
    assert chawi.post(pages["answer_time"], no).status_code == 302
    told = text(sit("arun").get(pages["scorecard"]))
    assert "Not granted" in told
    assert "มีเวลาเพียงพอแล้ว" in told
    assert f'href="{pages["ask_time"]}"' in text(sit("chat").get(pages["scorecard"]))


def test_a_stale_page_answers_nothing_and_shows_what_waits_now(world, sit, pages, day_asked):
    found = ask(world, day_asked)
    withdraw_request(found, actor=world.chat)
    newer = ask(world, day_asked + DAY)
    form = {"asked": found.pk, "until": day_asked.isoformat(), "reason": "ตามที่ขอ"}
    page = sit("chawi").post(pages["answer_time"], form)
    assert page.status_code == 409
    assert page.context["asked"] == newer
    assert posted(page)["asked"] == str(newer.pk)
    world.card.refresh_from_db()
    assert world.card.extended_to is None


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_what_names_no_request_is_not_there(world, sit, pages, day_asked, number):
    ask(world, day_asked)
    assert sit("chawi").post(pages["answer_time"], {"asked": number}).status_code == 404
    assert sit("chat").post(pages["withdraw_time"], {"asked": number}).status_code == 404


def test_a_request_of_another_report_is_not_answered_here(world, sit, pages, day_asked):
    ask(world, day_asked)
    other = ask_for_time(world.other, until=end_of(day_asked), reason="ไฟดับ", actor=world.fah)
    form = {"asked": other.pk, "until": day_asked.isoformat(), "reason": "ตามที่ขอ"}
    assert sit("chawi").post(pages["answer_time"], form).status_code == 404
    assert TimeRequest.objects.waiting().count() == 2


def test_the_pages_of_extensions_lead_to_the_request(world, sit, pages, day_asked):
    world.framework.assignments.create(agency=world.card.agency, form=world.framework)
    own = reverse("extend_deadline", args=[world.framework.assignments.get().pk, world.card.pk])
    every = reverse("extend_deadlines", args=[2556, 12])
    found, chawi = ask(world, day_asked), sit("chawi")
    assert [pages["answer_time"] in text(chawi.get(one)) for one in (own, every)] == [True, True]
    refuse_request(found, reason="ไม่จำเป็น", actor=world.chawi)
    assert [pages["answer_time"] in text(chawi.get(one)) for one in (own, every)] == [False, False]


def test_that_it_fell_away_by_sending_is_said(world, sit, pages, day_asked):
    ask(world, day_asked)
    walk(world, ScorecardState.SUBMITTED)
    assert "Fell away: the report was sent" in text(sit("arun").get(pages["scorecard"]))
    assert "Fell away" not in text(sit("kamon").get(pages["scorecard"]))  # there it stands on the record
    chawi = sit("chawi")
    assert pages["answer_time"] not in text(chawi.get("/"))
    assert 'name="until"' not in text(chawi.get(pages["answer_time"]))


def test_a_refusal_of_before_the_report_was_sent_is_not_told_when_it_comes_back(world, sit, pages, day_asked):
    refuse_request(ask(world, day_asked), reason="มีเวลาเพียงพอแล้ว", actor=world.chawi)
    walk(world, ScorecardState.RETURNED)
    page = text(sit("chat").get(pages["scorecard"]))
    assert "มีเวลาเพียงพอแล้ว" not in page
    assert f'href="{pages["ask_time"]}"' in page  # it may be asked for again


def test_a_grant_that_is_no_extension_is_refused_and_the_form_stays(world, sit, pages, day_asked):
    found = ask(world, day_asked)
    extend(world.card, until=end_of(day_asked - DAY), reason="ทุกหน่วยงาน", actor=world.chawi)
    form = {"asked": found.pk, "until": (day_asked - 2 * DAY).isoformat(), "reason": "ตามที่ขอ"}
    page = sit("chawi").post(pages["answer_time"], form)
    assert page.status_code == 409
    assert posted(page)["until"] == form["until"]
    assert TimeRequest.objects.waiting().exists()


def test_administrators_find_the_choice_of_their_mails_in_the_menu(sit):
    link = f'href="{reverse("reminders")}"'
    assert [link in text(sit(one).get("/")) for one in ("chawi", "chat", "khamron")] == [True, True, False]


def test_the_number_of_queries_does_not_depend_on_the_requests(world, sit, day_asked):
    browser, counted = sit("chawi"), []
    for more in (1, 4):
        for card in opened_for_others(world, more):
            TimeRequest.objects.create(
                scorecard=card,
                until=end_of(day_asked),
                reason="น้ำท่วม",
                asked_by=world.chat,
                asked_at=timezone.now(),
            )
        for address in ("/", reverse("extend_deadlines", args=[2556, 12])):
            browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                browser.get(address)
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
