"""New evidence with an appeal: it comes in like every file, is frozen when the appeal is sent, and is read by whoever
decides; nobody else receives a byte of it."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from evidence.changing import withdraw
from evidence.criteria import APPEAL
from evidence.intake import receive, replace
from evidence.linking import Page, add_link, withdraw_link
from evidence.models import Evidence
from evidence.reading import snapshot
from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.events import verify
from scorecards.models import Appeal, Event, Publication
from scorecards.results.appealing import appeal, decide, publish_revision
from scorecards.reviewing import review
from scorecards.states import Decision
from tests.evidence import making as make
from tests.world import publish_denied

UPHELD = Appeal.Outcome.UPHELD


@pytest.fixture
def denied(world):
    """Published with step 3 denied."""
    world.publication = publish_denied(world)
    world.entry.refresh_from_db()
    return world


def bring(world, name="ผลสำรวจ.pdf", content=None, *, actor=None):
    upload = SimpleUploadedFile(name, make.pdf() if content is None else content)
    return receive(world.entry, APPEAL, actor=actor or world.chat, upload=upload)


def send(world):
    return appeal(world.publication, indicator=world.entry.indicator, reason="ดูหน้า 3", actor=world.chat)


def uphold(world, found):
    agreed = [review.RulingChange("step3", Decision.AGREE)]
    decide(found, outcome=UPHELD, decision="หลักฐานครบ", rulings=agreed, actor=world.khwan)
    return publish_revision(found, actor=world.chan)


def test_what_is_brought_is_frozen_with_its_hash_when_the_appeal_is_sent(denied):
    file = bring(denied)
    page = Page("รายงาน", "https://example.go.th/report", dt.date(2026, 1, 5))
    link = add_link(denied.entry, APPEAL, actor=denied.chat, page=page)
    withdraw(bring(denied, "ผิดไฟล์.txt", b"no"), actor=denied.chat)
    found = send(denied)
    assert [(one["id"], one.get("sha256")) for one in found.files] == [
        (str(file.pk), file.sha256), (str(link.pk), None),
    ]  # fmt: skip
    named = [
        {"id": str(file.pk), "name": "ผลสำรวจ.pdf", "sha256": file.sha256},
        {"id": str(link.pk), "name": "รายงาน", "url": "https://example.go.th/report"},
    ]
    assert Event.objects.get(action="appeal").after == {"indicator": "4", "files": named}
    assert uphold(denied, found).content["revised"][0]["files"] == named
    assert verify(denied.card.agency) == []


def test_once_sent_nothing_of_it_changes_and_nothing_more_is_brought(denied):
    file = bring(denied)
    page = Page("รายงาน", "https://example.go.th/report", dt.date(2026, 1, 5))
    link = add_link(denied.entry, APPEAL, actor=denied.chat, page=page)
    send(denied)
    for change in (
        lambda: withdraw(file, actor=denied.chat),
        lambda: replace(file, actor=denied.chat, upload=SimpleUploadedFile("ใหม่.txt", b"new")),
        lambda: withdraw_link(link, actor=denied.chat),
        lambda: bring(denied, "อีก.txt", b"more"),
    ):
        with pytest.raises(Refused):
            change()
    assert Evidence.objects.live().get() == file


def test_it_stays_as_it_is_while_a_second_appeal_is_written(denied):
    file = bring(denied)
    denied.publication = uphold(denied, send(denied))
    for change in (
        lambda: withdraw(file, actor=denied.chat),
        lambda: replace(file, actor=denied.chat, upload=SimpleUploadedFile("ใหม่.txt", b"new")),
    ):
        with pytest.raises(Refused, match=r"ถูกส่งพร้อม|sent with an appeal"):
            change()
    newer = bring(denied, "อีกฉบับ.txt", b"another")
    assert [one["id"] for one in send(denied).files] == [str(newer.pk)]


@pytest.mark.parametrize("person", ["arun", "busaba", "fah", "kamon", "khamron"])
def test_only_who_may_appeal_brings_anything(denied, person):
    with pytest.raises(Refused):
        bring(denied, actor=getattr(denied, person))
    assert not Evidence.objects.exists()


def test_not_after_the_window_and_not_before_the_publication(denied, tampering):
    late = database_now() - dt.timedelta(days=settings.APPEAL_DAYS)
    Publication.objects.update(published_at=late)
    with pytest.raises(Refused):
        bring(denied)
    denied.entry = denied.other.entries.get()
    with pytest.raises(Refused):
        bring(denied, actor=denied.fah)


def test_it_is_inspected_and_counts_like_every_file(denied, settings):
    with pytest.raises(Refused):
        bring(denied, "a.pdf", b"<html></html>")
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = 10
    with pytest.raises(Refused):
        bring(denied)
    assert not Evidence.objects.exists()


def test_a_held_file_is_not_sent_and_no_submission_holds_what_an_appeal_brings(denied):
    bring(denied)
    assert snapshot(denied.card)["evidence"] == []
    Evidence.objects.update(scan=Evidence.Scan.INFECTED)
    assert send(denied).files == []


# ── the pages ─────────────────────────────────────────────────────────────────────────────────────────────────────


def statuses(sit, file, people):
    paths = [reverse("evidence_download", args=[file.pk]), reverse("evidence_view", args=[file.pk])]
    found = set()
    for person in people:
        for path in paths:
            answer = sit(person).get(path)
            found.add(answer.status_code)
            b"".join(answer if answer.streaming else ())  # read to its end, it is closed
    return found


def test_whoever_decides_sees_it_in_place_once_it_is_sent(denied, sit):
    file = bring(denied)
    assessing = ["kamon", "khamron", "chan", "chawi"]
    assert statuses(sit, file, assessing) == {404}
    found = send(denied)
    assert statuses(sit, file, assessing) == {200}
    page = sit("chan").get(reverse("decide_appeal", args=[found.pk])).content.decode()
    assert "ผลสำรวจ.pdf" in page
    assert file.sha256 in page
    assert reverse("evidence_view", args=[file.pk]) in page


def test_another_agency_and_reviewers_elsewhere_get_404(denied, sit):
    file = bring(denied)
    send(denied)
    assert statuses(sit, file, ["duangjai", "ek", "fah", "khwan"]) == {404}


def test_the_head_drops_a_file_beside_the_reason_and_loses_nothing_without_a_script(denied, sit, entry_url):
    chat, text = sit("chat"), "ผลสำรวจเป็นของปีนี้"
    assert f'id="evidence-{APPEAL}"' in chat.get(entry_url).content.decode()
    upload = reverse("evidence_upload", args=[denied.entry.pk, APPEAL])
    file = SimpleUploadedFile("ผลสำรวจ.txt", "หน้า 3".encode())
    assert chat.post(upload, {f"files.{APPEAL}": file, "text": text}).status_code == 302
    page = chat.get(entry_url).content.decode()
    assert text in page
    assert "ผลสำรวจ.txt" in page
    ask = reverse("open_appeal", args=[denied.entry.pk])
    chat.post(ask, {"text": text, f"files.{APPEAL}": "อีก.txt"})  # chosen, but only its name came
    assert not Appeal.objects.exists()
    chat.post(ask, {"text": text})
    assert [one["name"] for one in Appeal.objects.get().files] == ["ผลสำรวจ.txt"]
    assert "ผลสำรวจ.txt" in chat.get(entry_url).content.decode()


@pytest.fixture
def entry_url(denied):
    return reverse("entry", args=[denied.entry.pk])


def test_who_may_not_appeal_is_offered_no_place_for_files(denied, sit, entry_url):
    assert f'id="evidence-{APPEAL}"' not in sit("arun").get(entry_url).content.decode()
    more = reverse("evidence_more", args=[denied.entry.pk, APPEAL])
    assert sit("fah").get(more).status_code == 404
    assert sit("chat").get(more).status_code == 200
