"""An appeal on its pages: asked by the head, decided by another reviewer, published by a second person."""

import pytest
from django.urls import reverse

from scorecards.models import Appeal
from scorecards.results import appealing
from tests.pages.conftest import posted
from tests.world import publish_denied


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def denied(world):
    """Published with step 3 denied."""
    publish_denied(world)
    return world


def test_an_appeal_goes_through_its_pages_and_the_new_score_stands_beside_its_reason(denied, sit, entry_url):
    chat, chan, chawi = sit("chat"), sit("chan"), sit("chawi")
    assert "ขอทบทวนผลคะแนน" in text(chat.get(entry_url))
    assert 'id="appeal"' not in text(sit("arun").get(entry_url))  # not the collector's to ask
    chat.post(reverse("open_appeal", args=[denied.entry.pk]), {"text": "ผลสำรวจเป็นของปีนี้"})
    assert "รอผลการพิจารณา" in text(chat.get(entry_url))
    assert "รอพิจารณา" in text(chan.get(reverse("appeals")))
    page = reverse("decide_appeal", args=[Appeal.objects.get().pk])
    assert "−1.0000" in text(chan.get(page))
    form = posted(chan.get(page)) | {"decision.step3": "agree", "decision": "หลักฐานเป็นของปีนี้"}
    refused = chan.post(page, form | {"outcome": "upheld", "decision": ""})
    assert refused.status_code == 409
    assert posted(refused)["decision.step3"] == "agree"
    assert chan.post(page, form | {"outcome": "upheld"}).status_code == 302
    decided = text(chawi.get(page))
    assert "ประกาศผลฉบับแก้ไข" in decided
    assert "−1.0000" not in decided  # who publishes sees the score that it leads to
    chawi.post(reverse("publish_appeal", args=[Appeal.objects.get().pk]))
    shown = text(chat.get(entry_url))
    assert "หลักฐานเป็นของปีนี้" in shown
    assert "3.0000" in shown
    denied.card.refresh_from_db()
    assert denied.card.publications.count() == 2
    # The revised result is a result like any other: it may be appealed against, once.
    assert "ขอทบทวนผลคะแนน" in shown
    chat.post(reverse("open_appeal", args=[denied.entry.pk]), {"text": "ขั้นที่ ๔ ก็เช่นกัน"})
    again = text(chat.get(entry_url))
    assert again.index("หลักฐานเป็นของปีนี้") < again.index("ขั้นที่ ๔ ก็เช่นกัน") < again.index("รอผลการพิจารณา")
    assert 'name="text"' not in again[again.index('id="appeal"') :]
    anew = text(chan.get(reverse("decide_appeal", args=[Appeal.objects.latest("pk").pk])))
    assert "−1.0000" not in anew  # it begins with the rulings that the first appeal led to


def test_a_dismissed_appeal_is_the_last_on_its_result(denied, sit, entry_url):
    sit("chat").post(reverse("open_appeal", args=[denied.entry.pk]), {"text": "ผลสำรวจเป็นของปีนี้"})
    appealing.decide(Appeal.objects.get(), outcome="dismissed", decision="เห็นตามเดิม", actor=denied.chan)
    assert 'id="appeal-text"' not in text(sit("chat").get(entry_url))


def test_who_ruled_first_reads_why_another_decides_before_anything_is_typed(denied, sit):
    sit("chat").post(reverse("open_appeal", args=[denied.entry.pk]), {"text": "ผลสำรวจเป็นของปีนี้"})
    page = reverse("decide_appeal", args=[Appeal.objects.get().pk])
    mine, others = text(sit("kamon").get(page)), text(sit("chan").get(page))
    assert "ต้องให้ผู้อื่นพิจารณา" in mine
    assert 'name="outcome"' not in mine
    assert "ต้องให้ผู้อื่นพิจารณา" not in others
    assert 'name="outcome"' in others
    assert "2.0000" in others  # what the appeal is about


def test_the_first_reviewer_is_told_why_not(denied, sit):
    sit("chat").post(reverse("open_appeal", args=[denied.entry.pk]), {"text": "ผลสำรวจเป็นของปีนี้"})
    page = reverse("decide_appeal", args=[Appeal.objects.get().pk])
    before = text(sit("kamon").get(page))  # before a decision is written, not after
    assert "ต้องให้ผู้อื่นพิจารณา" in before
    assert 'name="outcome"' not in before
    refused = sit("kamon").post(page, {"outcome": "dismissed", "decision": "เห็นตามเดิม"})
    assert refused.status_code == 409
    assert "ต้องให้ผู้อื่นพิจารณา" in text(refused)


def test_who_decided_is_told_that_somebody_else_publishes(denied, sit):
    sit("chat").post(reverse("open_appeal", args=[denied.entry.pk]), {"text": "ผลสำรวจเป็นของปีนี้"})
    found = Appeal.objects.get()
    page, publish = (reverse(name, args=[found.pk]) for name in ("decide_appeal", "publish_appeal"))
    form = posted(sit("chan").get(page)) | {"decision.step3": "agree", "decision": "หลักฐานเป็นของปีนี้"}
    sit("chan").post(page, form | {"outcome": "upheld"})
    assert publish not in text(sit("chan").get(page))
    assert publish in text(sit("khamron").get(page))


def test_the_card_leads_to_appealing_and_tells_how_each_appeal_stands(denied, sit, entry_url):
    card = reverse("scorecard", args=[denied.card.pk])
    head, collector = sit("chat"), sit("arun")
    assert head.get(card).context["appeal_until"] == appealing.closes_at(denied.card.publications.get())
    assert collector.get(card).context["appeal_until"] is None  # not the collector's to ask
    head.post(reverse("open_appeal", args=[denied.entry.pk]), {"text": "ผลสำรวจเป็นของปีนี้"})
    for one in (head, collector):
        shown = text(one.get(card))
        assert f'href="{entry_url}#appeal"' in shown
        assert "รอพิจารณา" in shown
    appealing.decide(Appeal.objects.get(), outcome="dismissed", decision="เห็นตามเดิม", actor=denied.chan)
    assert "รอพิจารณา" not in text(head.get(card))
    assert f'href="{entry_url}#appeal"' not in text(sit("kamon").get(card))  # it is the agency's list


def test_once_the_days_for_it_are_over_the_card_no_longer_leads_to_appealing(denied, sit, settings):
    settings.APPEAL_DAYS = 0
    assert sit("chat").get(reverse("scorecard", args=[denied.card.pk])).context["appeal_until"] is None
