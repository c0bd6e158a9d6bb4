"""The pages of the batches and of the history: choosing, watching, taking; other people find nothing."""

import datetime as dt
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.refusals import REFUSED
from reports import jobs, store
from reports.models import Batch, BatchFile, BatchItem, Document, Imprint, Job
from scorecards.models import Agency, Event, Membership, Scorecard
from scorecards.states import Role
from tests.editor.forms import fields_in
from tests.reports import samples

PDF = b"%PDF-1.7 sample"


@pytest.fixture
def chief(client, sample):
    """คำรณ, who sees everything that was sent."""
    central, _people = samples.office("opdc", kind=Agency.Kind.CENTRAL)
    person = User.objects.create_user("khamron", first_name="คำรณ", last_name="หัวหน้า")
    Membership.objects.create(user=person, agency=central, role=Role.CHIEF)
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def stranger(client, sample):
    """A head of another agency."""
    _agency, people = samples.office("other")
    client.force_login(people[Role.HEAD])
    return client


def make_batch(sample, **fields):
    values = {"title": "ปี 2550", "content": "official", "begun_at": timezone.now()}
    values["requested_by"] = sample.people[Role.HEAD]
    batch = Batch.objects.create(**values | fields)
    BatchItem.objects.create(batch=batch, position=1, scorecard=sample.scorecard)
    return batch


def make_file(batch, content=b"PK sample"):
    file = BatchFile(batch=batch, kind="zip", size=len(content))
    with store.kept_whole(store.path_of_file(file)) as path:
        path.write_bytes(content)
    file.sha256 = store.hash_of_file(store.path_of_file(file))
    file.save()
    return file


def make_document(sample, hash_of_record="ab" * 32, **fields):
    sha256 = store.keep(PDF, record_hash=hash_of_record)
    facts = {"sha256": sha256, "size": len(PDF), "pages": 3, "scorecard": sample.scorecard}
    document = Document.objects.create(record_hash=hash_of_record, **facts | fields)
    Job.objects.create(
        kind="receipt" if document.submission else "scorecard_pdf", scorecard=sample.scorecard, state="done",
        record_hash=hash_of_record, document=document, submission=document.submission,
        requested_by=sample.people[Role.HEAD],
    )  # fmt: skip
    return document


def page_of(client, name, *arguments):
    return client.get(reverse(name, args=arguments)).content.decode()


def progress(client, batch):
    return client.get(reverse("batch", args=[batch.pk]), headers={"HX-Request": "true"}).content.decode()


def test_choosing_offers_what_is_published_in_the_latest_year(chief, sample):
    page = page_of(chief, "new_batch")
    assert f'value="{sample.scorecard.pk}"' in page
    assert "<h2>ปี 2550 " in page


def test_filters_that_fit_nothing_say_what_to_do(chief, sample):
    page = chief.get(reverse("new_batch"), {"ministry": "m-sample", "months": "6"}).content.decode()
    assert f'value="{sample.scorecard.pk}"' in page  # a round that is in no list is not taken over
    type(sample.scorecard).objects.update(state="in_review")
    assert "ไม่พบรายการตามเงื่อนไข" in page_of(chief, "new_batch")
    page = chief.get(reverse("new_batch"), {"content": "sent"}).content.decode()
    assert f'value="{sample.scorecard.pk}"' in page


def test_what_is_ticked_is_asked_for(chief, sample, queue, django_capture_on_commit_callbacks):
    address = f"{reverse('new_batch')}?ministry=m-sample"
    said = {"card": [sample.scorecard.pk], "language": "en", "request_key": "k"}
    answers = [chief.post(address, said) for _twice in range(2)]
    batch = Batch.objects.get()
    assert {answer["Location"] for answer in answers} == {reverse("batch", args=[batch.pk])}
    assert (batch.title, batch.language, batch.content) == ("ปี 2550 · กระทรวงตัวอย่าง", "en", "official")
    assert batch.requested_by == chief.person


def test_a_selection_says_so_in_its_name(chief, sample, queue):
    card = samples.blank_scorecard(samples.office("more")[0], sample.scorecard.framework)
    samples.published(samples.sent(card, sample.document, sample.people), sample.document)
    chief.post(reverse("new_batch"), {"card": [card.pk], "language": "th"})
    assert Batch.objects.get().title == "ปี 2550 · เลือก 1 จาก 2 รายการ"


@pytest.fixture
def two(sample):
    """Published scorecards of two ministries: the sample's, and another's."""
    agency, _people = samples.office("more")
    card = samples.blank_scorecard(agency, sample.scorecard.framework)
    samples.published(samples.sent(card, sample.document, sample.people), sample.document)
    return sample.scorecard, card


class TestOtherFilters:
    """What was unticked stays so when the filters change; what they hide is kept, and not taken in."""

    def narrowed(self, chief, page, **said):
        sent = fields_in(page.content.decode())
        sent.pop("card", None)
        return chief.post(reverse("new_batch"), sent | {"narrow": "typed", "language": "th"} | said)

    def test_there_and_back_keeps_what_was_unticked_and_what_was_ticked(self, chief, two):
        own, other = two
        first = chief.get(reverse("new_batch"))
        assert first.context["ticked"] == {own.pk, other.pk}
        there = self.narrowed(chief, first, card=[own.pk], ministry="m-more", language="en")
        assert (there.status_code, there.context["cards"]) == (200, [other])
        assert (there.context["ticked"], there.context["apart"]) == (set(), [own.pk])
        assert 'action="?content=official&amp;year=2550&amp;ministry=m-more"' in there.content.decode()
        assert '<option value="en" selected' in there.content.decode()  # how they are set stays, too
        back = self.narrowed(chief, there, ministry="")
        assert back.context["ticked"] == {own.pk}
        assert not Batch.objects.exists()

    def test_what_is_not_published_yet_keeps_its_tick_too(self, chief, two):
        own, other = two
        Scorecard.objects.filter(pk=other.pk).update(state="in_review")
        everything = chief.get(reverse("new_batch"), {"content": "sent"})
        official = self.narrowed(chief, everything, card=[other.pk], content="official")
        assert (official.context["cards"], official.context["apart"]) == ([own], [other.pk])
        assert self.narrowed(chief, official, content="sent").context["ticked"] == {other.pk}

    def test_what_the_filters_hide_is_not_taken_in(self, chief, two, queue):
        own, other = two
        there = self.narrowed(
            chief, chief.get(reverse("new_batch")), card=[own.pk, other.pk], ministry="m-more"
        )
        assert there.context["apart"] == [own.pk]
        sent = fields_in(there.content.decode()) | {"card": [other.pk]}
        assert chief.post(f"{reverse('new_batch')}?{there.context['form'].query}", sent).status_code == 302
        assert [item.scorecard for item in Batch.objects.get().items.all()] == [other]

    def test_a_refusal_ticks_nothing_anew(self, chief, two):
        page = chief.get(reverse("new_batch"))
        sent = fields_in(page.content.decode()) | {"card": [two[0].pk], "book": "on"}
        refused = chief.post(reverse("new_batch"), sent)
        assert (refused.status_code, refused.context["ticked"]) == (REFUSED, {two[0].pk})

    def test_another_agencys_scorecard_is_not_kept(self, stranger, sample):
        made_up = {"narrow": "typed", "kept": str(sample.scorecard.pk), "card": [sample.scorecard.pk]}
        assert stranger.post(reverse("new_batch"), made_up).context["apart"] == []


def test_nothing_ticked_is_told(chief, sample):
    answer = chief.post(reverse("new_batch"), {"language": "th"})
    assert answer.status_code == REFUSED
    assert "เลือกอย่างน้อย" in answer.content.decode()


def test_another_agencys_scorecard_is_neither_offered_nor_taken(stranger, sample):
    assert f'value="{sample.scorecard.pk}"' not in page_of(stranger, "new_batch")
    stranger.post(reverse("new_batch"), {"card": [sample.scorecard.pk], "language": "th"})
    assert not Batch.objects.exists()


def test_progress_tells_count_rate_and_time_left(chief, sample):
    batch = make_batch(sample, begun_at=timezone.now() - dt.timedelta(minutes=5), sent_at=timezone.now())
    for position in range(2, 32):
        card = samples.blank_scorecard(samples.office(f"a{position}")[0], sample.scorecard.framework)
        samples.sent(card, sample.document, sample.people)
        done = {"state": "failed", "finished_at": timezone.now()} if position < 12 else {}
        BatchItem.objects.create(batch=batch, position=position, scorecard=card, **done)
    page = progress(chief, batch)
    assert "จัดทำแล้ว 10 จาก 31 ฉบับ" in page
    assert "10 ฉบับต่อนาที" in page
    assert "เหลือเวลาประมาณ 3 นาที" in page
    assert 'hx-trigger="every 2s"' in page


def test_a_finished_batch_is_asked_for_no_more_and_offers_its_files(chief, sample):
    batch = make_batch(sample, state="done")
    file = make_file(batch)
    page = progress(chief, batch)
    assert reverse("batch_file", args=[file.pk]) in page
    assert "hx-trigger" not in page


def test_failures_are_named_with_their_reason(chief, sample):
    batch = make_batch(sample, state="done")
    batch.items.update(state="failed", reason="ไม่มีไลบรารี <b>")
    page = page_of(chief, "batch", batch.pk)
    assert "หน่วยงานตัวอย่าง sample</a>" in page
    assert "ไม่มีไลบรารี &lt;b&gt;" in page
    assert reverse("change_batch", args=[batch.pk, "resume"]) not in page  # somebody else's
    assert batch.requested_by == sample.people[Role.HEAD]


def test_without_javascript_the_page_comes_by_itself(chief, sample):
    assert 'http-equiv="refresh"' in page_of(chief, "batch", make_batch(sample).pk)


def test_who_asked_cancels_and_resumes(client, sample, queue):
    client.force_login(sample.people[Role.HEAD])
    batch = make_batch(sample)
    for verb, state in [("cancel", "cancelled"), ("resume", "running")]:
        assert client.post(reverse("change_batch", args=[batch.pk, verb])).status_code == 302
        assert Batch.objects.get().state == state
    assert client.post(reverse("change_batch", args=[batch.pk, "publish"])).status_code == 404
    assert client.get(reverse("change_batch", args=[batch.pk, "cancel"])).status_code == 405


def test_others_are_refused_with_the_reason(chief, sample):
    answer = chief.post(reverse("change_batch", args=[make_batch(sample).pk, "cancel"]))
    assert "เฉพาะผู้ที่ขอให้จัดทำรายงานชุดนี้" in answer.content.decode()
    assert Batch.objects.get().state == "running"


@pytest.mark.parametrize("name", ["batch", "change_batch", "batch_file"])
def test_who_may_not_see_one_scorecard_of_it_finds_no_batch(stranger, sample, name):
    batch = make_batch(sample, state="done")
    own = samples.blank_scorecard(Agency.objects.get(code="other"), sample.scorecard.framework)
    BatchItem.objects.create(batch=batch, position=2, scorecard=own)
    arguments = {
        "batch": [batch.pk],
        "change_batch": [batch.pk, "cancel"],
        "batch_file": [make_file(batch).pk],
    }
    address = reverse(name, args=arguments[name])
    answer = stranger.post(address) if name == "change_batch" else stranger.get(address)
    assert answer.status_code == 404
    assert "ปี 2550" not in page_of(stranger, "batches")


@pytest.mark.parametrize("name", ["report_history", "batches", "new_batch"])
def test_nobody_sees_it_without_signing_in(client, db, name):
    assert client.get(reverse(name)).status_code == 302


def test_the_file_is_an_attachment_with_its_thai_name(chief, sample):
    answer = chief.get(reverse("batch_file", args=[make_file(make_batch(sample, state="done")).pk]))
    assert b"".join(answer.streaming_content) == b"PK sample"
    assert answer["Content-Type"] == "application/zip"
    assert unquote(answer["Content-Disposition"]).endswith("รายงานผลการปฏิบัติราชการ ปี 2550.zip")
    assert "no-store" in answer["Cache-Control"]


def test_a_damaged_file_is_never_served(chief, sample):
    file = make_file(make_batch(sample, state="done"))
    store.path_of_file(file).write_bytes(b"PK forged")
    answer = chief.get(reverse("batch_file", args=[file.pk]))
    assert answer["Location"] == reverse("batch", args=[file.batch_id])
    assert not Event.objects.filter(action="export_report").exists()


def test_a_single_download_is_an_event_of_its_agency(chief, sample):
    document = make_document(sample)
    chief.get(reverse("document", args=[document.pk]))
    event = Event.objects.get(action="export_report")
    assert (event.agency, event.scorecard, event.actor) == (sample.agency, sample.scorecard, chief.person)
    assert event.after == {"sha256": document.sha256, "record": document.record_hash}
    assert document.downloads.get().by == chief.person


def test_the_history_says_who_what_from_which_record_and_what_replaced_it(chief, sample):
    printed = make_document(sample, "ab" * 32)
    Imprint.objects.create(
        code="ab" * 8, content_hash="ab" * 32, sha256=printed.sha256, format="scorecard-report/1"
    )
    receipt = make_document(sample, "ef" * 32, submission=sample.submission)
    make_document(sample, "cd" * 32)
    chief.get(reverse("document", args=[receipt.pk]))
    page = page_of(chief, "report_history")
    assert page.count("มีฉบับใหม่แทนแล้ว") == 1  # the receipt replaces no report
    assert reverse("check", args=["ab" * 8]) in page
    assert "ABAB-ABAB-ABAB-ABAB" in page
    assert "สมหญิง ตัวอย่าง" in page
    assert (
        Document.objects.with_newer().get(record_hash="ab" * 32).newer
        == Document.objects.get(record_hash="cd" * 32).pk
    )


@pytest.mark.parametrize(("state", "is_told"), [("in_review", False), ("published", True)])
def test_an_agency_is_told_who_assesses_it_once_its_result_is_published(client, sample, state, is_told):
    office, _people = samples.office("opdc", kind=Agency.Kind.CENTRAL)
    reviewer = samples.person("kamon", first="กมล", last="ผู้ประเมิน")
    Membership.objects.create(user=reviewer, agency=office, role=Role.REVIEWER)
    type(sample.scorecard).objects.update(state=state)
    sample.scorecard.reviewers.add(reviewer)
    make_document(sample)
    Job.objects.update(requested_by=reviewer)
    content = Batch.Content.OFFICIAL if is_told else Batch.Content.SENT
    batch = make_batch(sample, requested_by=reviewer, content=content)
    pages = ("report_history",), ("batches",), ("batch", batch.pk)
    client.force_login(sample.people[Role.HEAD])
    assert {"กมล" in page_of(client, *one) for one in pages} == {is_told}
    client.force_login(reviewer)
    assert all("กมล ผู้ประเมิน" in page_of(client, *one).partition("<main")[2] for one in pages)


def test_a_removed_report_stays_in_the_history(chief, sample):
    store.path_of(make_document(sample).record_hash).unlink()
    assert "ลบแล้วเมื่อครบกำหนดเก็บรักษา" in page_of(chief, "report_history")


def test_another_agencys_reports_are_not_in_the_history(stranger, sample):
    make_document(sample)
    assert "หน่วยงานตัวอย่าง sample" not in page_of(stranger, "report_history")


@pytest.mark.parametrize("name", ["report_history", "batches", "new_batch"])
def test_the_number_of_queries_does_not_grow_with_the_rows(chief, sample, name):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert chief.get(reverse(name)).status_code == 200
        return len(found)

    make_document(sample)
    make_batch(sample)
    chief.get(reverse(name))
    before = queries()
    for number in range(3):
        make_document(sample, f"{number}f" * 32)
        make_batch(sample)
        card = samples.blank_scorecard(samples.office(f"more-{number}")[0], sample.scorecard.framework)
        samples.published(samples.sent(card, sample.document, sample.people), sample.document)
    assert queries() == before


def test_a_batch_waits_in_words_while_the_queue_is_down(chief, sample, monkeypatch):
    def down(name, args, priority):
        raise ConnectionRefusedError

    monkeypatch.setattr(jobs.current_app, "send_task", down)
    chief.post(reverse("new_batch"), {"card": [sample.scorecard.pk], "language": "th"})
    assert "ขณะนี้ระบบคิวยังไม่ตอบ" in progress(chief, Batch.objects.get())
