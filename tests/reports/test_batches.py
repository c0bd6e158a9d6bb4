"""Reports of many agencies at once: handed out a few at a time, put together, cancelled, resumed, taken by whom."""

import datetime as dt
import io
import zipfile
from types import SimpleNamespace

import pikepdf
import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from indicators.refusals import Refused
from reports import batches, jobs, packing, retention, store, tasks
from reports.models import Batch, BatchFile, Document, Job
from reports.pdf import CannotPrint, Printed
from reports.record import record_hash
from scorecards.models import Agency, Event, Membership
from scorecards.states import Role
from tests.reports import samples

NAMES = ["สำนักงานน้ำ", "เกาะกลาง", "กรมการค้า", "แผนที่ทหาร", "ขนส่งทางราง"]
IN_THAI_ORDER = ["กรมการค้า", "เกาะกลาง", "ขนส่งทางราง", "แผนที่ทหาร", "สำนักงานน้ำ"]


@pytest.fixture
def cabinet(db, settings, tmp_path):
    """Five offices with published scorecards of one form, and คำรณ, a chief reviewer who sees them all."""
    settings.REPORTS_DIR = tmp_path
    framework, document = samples.form("moi-ict-2556")
    cards, heads = [], []
    for number, name in enumerate(NAMES):
        agency, people = samples.office(f"office-{number}")
        Agency.objects.filter(pk=agency.pk).update(name_th=name)
        card = samples.blank_scorecard(agency, framework)
        samples.published(samples.sent(card, document, people), document)
        cards.append(card)
        heads.append(people[Role.HEAD])
    central, _people = samples.office("opdc", kind=Agency.Kind.CENTRAL)
    chief = User.objects.create_user("khamron", first_name="คำรณ")
    Membership.objects.create(user=chief, agency=central, role=Role.CHIEF)
    return SimpleNamespace(cards=cards, heads=heads, chief=chief, central=central, document=document)


def small_pdf(title):
    """Two pages and a bookmark of its own."""
    with pikepdf.new() as pdf:
        for _page in range(2):
            pdf.add_blank_page(page_size=(595, 842))
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(title, 1))
        raw = io.BytesIO()
        pdf.save(raw)
    return raw.getvalue()


@pytest.fixture
def press(monkeypatch):
    """A printing press that is quick, notes which agencies it set, and breaks at those in `poison`."""
    press = SimpleNamespace(printed=[], poison=set())

    def print_record(record, *, on_step):
        agency = record["head"]["agency"]
        if agency in press.poison:
            raise CannotPrint(f"เครื่องพิมพ์ไม่รับ {agency}")
        press.printed.append(agency)
        return Printed(small_pdf(f"ภายใน {agency}"), record_hash(record), 2)

    monkeypatch.setattr(jobs, "print_record", print_record)
    return press


@pytest.fixture
def post(monkeypatch):
    """The queue: what was sent and not done yet, as (priority, order, task, key)."""
    sent = []

    def send_task(name, args, priority=0):
        sent.append((priority, len(sent), name, args[0]))

    monkeypatch.setattr("reports.jobs.current_app.send_task", send_task)
    monkeypatch.setattr(transaction, "on_commit", lambda send: send())
    return sent


DO = {jobs.TASK: tasks.make_report, batches.TASK: tasks.go_on_with_batch}


def work(post, *, most=1000):
    """One worker takes what is in the queue, the most urgent first, until it is empty; returns what it did."""
    done = []
    while post and len(done) < most:
        post.sort()
        _priority, _order, task, key = post.pop(0)
        DO[task].run(key)
        done.append((task, key))
    return done


def ask(cabinet, cards=None, *, content="official", **facts):
    wanted = batches.Wanted(content, digits=facts.pop("digits", "arabic"), group=facts.pop("group", None))
    facts = {"actor": cabinet.chief, "wanted": wanted, "title": "ปี 2556"} | facts
    return batches.start(cards or cabinet.cards, **facts)


def again(batch):
    return Batch.objects.get(pk=batch.pk)


def file_of(batch, kind):
    return batch.files.get(kind=kind, removed_at=None)


def names_in_zip(batch):
    with zipfile.ZipFile(store.path_of_file(file_of(batch, "zip"))) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_all_are_made_and_put_together_in_thai_order(cabinet, press, post):
    batch = ask(cabinet)
    work(post)
    assert again(batch).state == "done"
    assert press.printed == IN_THAI_ORDER
    assert names_in_zip(batch) == [
        *(f"กระทรวงตัวอย่าง/{name}.pdf" for name in IN_THAI_ORDER),
        "รายการเอกสาร.txt",
    ]
    with pikepdf.open(store.path_of_file(file_of(batch, "pdf"))) as book:
        assert book.check_pdf_syntax() == []
        assert len(book.pages) == file_of(batch, "pdf").pages == 10
        with book.open_outline() as outline:
            assert [one.title for one in outline.root] == IN_THAI_ORDER
            assert [one.children[0].title for one in outline.root][:1] == ["ภายใน กรมการค้า"]
            assert [page_of(book, one) for one in outline.root] == [0, 2, 4, 6, 8]
            assert page_of(book, outline.root[4].children[0]) == 9


def page_of(book, entry):
    return pikepdf.Page(entry.destination[0]).index


def test_the_pdfs_in_the_zip_are_the_documents_themselves(cabinet, press, post):
    batch = ask(cabinet)
    work(post)
    with zipfile.ZipFile(store.path_of_file(file_of(batch, "zip"))) as archive:
        for item in batch.items.select_related("document", "scorecard__agency"):
            content = archive.read(f"กระทรวงตัวอย่าง/{item.scorecard.agency.name_th}.pdf")
            assert content == store.read(item.document)
        contents = archive.read("รายการเอกสาร.txt").decode()
    assert batch.items.first().document.sha256 in contents


def test_never_more_than_a_window_of_a_batch_is_in_the_queue(cabinet, press, post, monkeypatch):
    monkeypatch.setattr(batches, "WINDOW", 2)
    batch = ask(cabinet)
    work(post, most=1)
    assert [one[0] for one in post] == [jobs.LAST, jobs.LAST]
    for _turn in range(4):
        assert Job.objects.filter(state="queued").count() <= 2
        work(post, most=1)
    work(post)
    assert (again(batch).state, len(press.printed)) == ("done", 5)


def test_a_single_report_overtakes_a_batch(cabinet, press, post):
    ask(cabinet, cabinet.cards[:4])
    work(post, most=1)
    alone = jobs.request_report(cabinet.cards[4], actor=cabinet.heads[4])
    assert work(post, most=1) == [(jobs.TASK, str(alone.pk))]


def test_a_report_of_a_batch_that_somebody_asks_for_comes_forward(cabinet, press, post):
    ask(cabinet)
    work(post, most=1)
    last = cabinet.cards[NAMES.index(IN_THAI_ORDER[-1])]
    alone = jobs.request_report(last, actor=cabinet.heads[0])
    assert not alone.background
    work(post, most=1)
    assert press.printed == [IN_THAI_ORDER[-1]]


def test_who_puts_a_batch_together_makes_way_for_single_reports(cabinet, press, post, monkeypatch):
    batch = ask(cabinet, cabinet.cards[:4])
    monkeypatch.setattr(packing, "claim", lambda batch_id: None)
    work(post)
    monkeypatch.undo()
    monkeypatch.setattr(
        jobs, "print_record", lambda record, on_step: Printed(b"%PDF", record_hash(record), 1)
    )
    waiting = Job.objects.create(
        kind="scorecard_pdf", scorecard=cabinet.cards[4], record_hash="ab" * 32, requested_by=cabinet.heads[4]
    )
    lease = packing.Lease(packing.claim(batch.pk), "w@1")
    lease.renew(1)
    assert Job.objects.get(pk=waiting.pk).state == "done"


def test_what_has_not_changed_is_not_set_again(cabinet, press, post):
    ask(cabinet)
    work(post)
    press.printed.clear()
    card = cabinet.cards[0]
    people = {Role.HEAD: cabinet.heads[0]}
    samples.sent(card, cabinet.document, people, number=2)
    later = ask(cabinet, content="sent")
    work(post)
    assert again(later).state == "done"
    assert press.printed == [NAMES[0]]
    assert later.items.filter(job=None).count() == 4


def test_one_that_fails_is_named_and_stops_nobody(cabinet, press, post):
    press.poison = {"เกาะกลาง"}
    batch = ask(cabinet)
    work(post)
    failed = batch.items.get(state="failed")
    assert (failed.scorecard.agency.name_th, failed.reason) == ("เกาะกลาง", "เครื่องพิมพ์ไม่รับ เกาะกลาง")
    assert (again(batch).state, len(names_in_zip(batch))) == ("done", 5)
    with zipfile.ZipFile(store.path_of_file(file_of(batch, "zip"))) as archive:
        assert "เกาะกลาง\tเครื่องพิมพ์ไม่รับ เกาะกลาง" in archive.read("รายการเอกสาร.txt").decode()


def test_a_record_that_cannot_be_built_is_named_and_stops_nobody(cabinet, press, post, tampering):
    cabinet.cards[1].submissions.update(content={"answers": "broken"})
    batch = ask(cabinet)
    work(post)
    assert again(batch).state == "done"
    assert [item.scorecard_id for item in batch.items.filter(state="failed")] == [cabinet.cards[1].pk]


def test_when_all_fail_there_is_nothing_to_put_together(cabinet, press, post):
    press.poison = set(NAMES)
    batch = ask(cabinet)
    work(post)
    assert (again(batch).state, batch.files.count()) == ("failed", 0)


def test_the_failed_ones_are_tried_again_and_both_files_are_new(cabinet, press, post):
    press.poison = {"เกาะกลาง"}
    batch = ask(cabinet)
    work(post)
    press.poison, before = set(), file_of(batch, "zip")
    press.printed.clear()
    batches.resume(batch, actor=cabinet.chief)
    work(post)
    assert press.printed == ["เกาะกลาง"]
    assert (len(names_in_zip(batch)), file_of(batch, "zip").pk != before.pk) == (6, True)


def test_cancelled_it_begins_nothing_more_and_resumed_it_goes_on(cabinet, press, post, monkeypatch):
    monkeypatch.setattr(batches, "WINDOW", 2)
    batch = ask(cabinet)
    work(post, most=2)
    batches.cancel(batch, actor=cabinet.chief)
    work(post)
    assert (again(batch).state, len(press.printed), batch.files.count()) == ("cancelled", 3, 0)
    batches.resume(batch, actor=cabinet.chief)
    work(post)
    assert (again(batch).state, sorted(press.printed)) == ("done", sorted(NAMES))


def test_cancelled_while_it_is_put_together_leaves_no_file(cabinet, press, post, monkeypatch, tmp_path):
    batch = ask(cabinet)
    real = packing.Lease.renew

    def renew(lease, packed):
        if packed == 3:
            batches.cancel(batch, actor=cabinet.chief)
            lease.renewed = 0.0
        real(lease, packed)

    monkeypatch.setattr(packing.Lease, "renew", renew)
    work(post)
    assert (again(batch).state, batch.files.count()) == ("cancelled", 0)
    assert list((tmp_path / "batches").iterdir()) == []


@pytest.mark.parametrize("state", ["running", "packing"])
def test_a_finished_batch_is_not_cancelled_nor_a_running_one_resumed(cabinet, press, post, state):
    batch = ask(cabinet)
    Batch.objects.update(state=state)
    with pytest.raises(Refused, match="ทำไม่ได้ขณะที่สถานะเป็น"):
        batches.resume(batch, actor=cabinet.chief)
    Batch.objects.update(state="done")
    with pytest.raises(Refused, match="ทำไม่ได้ขณะที่สถานะเป็น"):
        batches.cancel(batch, actor=cabinet.chief)


def test_a_complete_batch_is_not_made_again(cabinet, press, post):
    batch = ask(cabinet)
    work(post)
    with pytest.raises(Refused, match="ครบแล้ว"):
        batches.resume(batch, actor=cabinet.chief)


def test_only_who_asked_and_administrators_change_it(cabinet, press, post):
    batch = ask(cabinet)
    other = User.objects.create_user("chan")
    Membership.objects.create(user=other, agency=cabinet.central, role=Role.CHIEF)
    with pytest.raises(Refused, match="เฉพาะผู้ที่ขอ"):
        batches.cancel(batch, actor=other)
    Membership.objects.create(user=other, agency=cabinet.central, role=Role.ADMINISTRATOR)
    administrator = User.objects.get(pk=other.pk)  # roles are read once for a person
    assert batches.cancel(batch, actor=administrator).state == "cancelled"


def test_nobody_gets_what_they_may_not_see(cabinet, press, post):
    batch = ask(cabinet, actor=cabinet.heads[2])
    assert [item.scorecard_id for item in batch.items.all()] == [cabinet.cards[2].pk]
    with pytest.raises(Refused, match="เลือกอย่างน้อย"):
        ask(cabinet, [cabinet.cards[0]], actor=cabinet.heads[2])


def test_official_takes_published_ones_only(cabinet, press, post):
    type(cabinet.cards[0]).objects.filter(pk=cabinet.cards[0].pk).update(state="in_review")
    assert ask(cabinet).items.count() == 4
    assert ask(cabinet, content="sent").items.count() == 5


def test_the_same_form_sent_twice_is_one_batch(cabinet, press, post):
    assert ask(cabinet, request_key="k").pk == ask(cabinet, request_key="k").pk
    assert ask(cabinet, request_key="other").pk != ask(cabinet, request_key="k").pk


def test_too_many_at_once_are_refused(cabinet, press, post, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 4)
    with pytest.raises(Refused, match="5"):
        ask(cabinet)


def test_a_batch_whose_message_was_lost_is_sent_on_by_the_sweeper(cabinet, press, post):
    batch = ask(cabinet)
    post.clear()
    batches.sweep()
    assert post == []
    Batch.objects.update(sent_at=timezone.now() - batches.SEND_AGAIN_AFTER - dt.timedelta(seconds=1))
    batches.sweep()
    work(post)
    assert again(batch).state == "done"


def test_a_batch_whose_message_died_with_a_worker_goes_on_when_the_next_one_starts(cabinet, press, post):
    batch = ask(cabinet)
    post.clear()
    tasks.pick_up_jobs(SimpleNamespace(hostname="w@1"))
    work(post)
    assert again(batch).state == "done"


def test_the_sweeper_leaves_a_batch_alone_that_works(cabinet, press, post):
    ask(cabinet)
    work(post, most=1)
    Batch.objects.update(sent_at=None)
    post.clear()
    batches.sweep()
    assert post == []


def test_items_that_a_worker_died_over_are_handed_out_again(cabinet, press, post, monkeypatch):
    batch = ask(cabinet)
    with monkeypatch.context() as dying:
        dying.setattr(batches, "hand_out", lambda item: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work(post)
    assert batch.items.filter(state="queued", job=None).count() == len(NAMES)
    Batch.objects.update(sent_at=timezone.now() - dt.timedelta(minutes=5))
    batches.sweep()
    work(post)
    assert (again(batch).state, sorted(press.printed)) == ("done", sorted(NAMES))


def test_two_workers_never_hand_out_the_same_item(cabinet, press, post):
    batch = ask(cabinet)
    taken = [[item.position for item in batches.take_next(batch.pk)] for _worker in range(2)]
    assert (taken, again(batch).state) == ([[1, 2, 3, 4, 5], []], "running")


def test_no_more_are_taken_than_there_is_room_for(cabinet, press, post, monkeypatch):
    monkeypatch.setattr(batches, "WINDOW", 2)
    batch = ask(cabinet)
    assert [item.position for item in batches.take_next(batch.pk)] == [1, 2]
    assert batches.take_next(batch.pk) == []


def test_a_worker_that_died_while_putting_together_is_replaced(cabinet, press, post, monkeypatch):
    batch = ask(cabinet)
    with monkeypatch.context() as dying:
        dying.setattr(packing, "write_files", lambda *_facts: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work(post)
    assert (again(batch).state, packing.claim(batch.pk)) == ("packing", None)
    late = timezone.now() - dt.timedelta(minutes=5)
    Batch.objects.update(lease_until=late, sent_at=late)
    batches.sweep()
    work(post)
    assert (again(batch).state, again(batch).attempts) == ("done", 2)


def test_three_deaths_over_one_batch_are_enough(cabinet, press, post):
    batch = ask(cabinet)
    Batch.objects.update(state="packing", attempts=3)
    packing.pack(batch.pk, worker="w@1")
    assert (again(batch).state, "สามครั้ง" in again(batch).reason) == ("failed", True)


def test_a_fault_while_putting_together_is_tried_three_times_and_told(cabinet, press, post, monkeypatch):
    batch = ask(cabinet)
    monkeypatch.setattr(packing, "write_files", lambda *_facts: (_ for _ in ()).throw(OSError("disk full")))
    work(post)
    for _again in range(3):
        batches.sweep()
        work(post)
    assert (again(batch).state, again(batch).reason, again(batch).attempts) == (
        "failed",
        "OSError: disk full",
        3,
    )


def test_a_damaged_document_is_made_again_before_the_book_is_bound(cabinet, press, post, monkeypatch):
    batch = ask(cabinet)
    with monkeypatch.context() as late:
        late.setattr(packing, "claim", lambda batch_id: None)
        work(post)
    press.printed.clear()
    damaged, gone = [item.document for item in batch.items.all()][:2]
    store.path_of(damaged.record_hash).write_bytes(b"something else")
    store.path_of(gone.record_hash).unlink()
    batches.send(batch.pk)
    work(post)
    assert (again(batch).state, sorted(press.printed)) == ("done", IN_THAI_ORDER[:2])


def test_an_agency_with_two_scorecards_has_both_under_whole_names(cabinet, press, post):
    first = cabinet.cards[0]
    six = samples.blank_scorecard(first.agency, first.framework, months=6)
    samples.sent(six, cabinet.document, {Role.HEAD: cabinet.heads[0]})
    names = packing.names_of([six, first])
    assert names == [
        f"กระทรวงตัวอย่าง/หน่วยงานตัวอย่าง office-0 (moi-ict-2556 v1 2556 รอบ {months} เดือน).pdf"
        for months in (6, 12)
    ]


def test_a_name_that_no_disk_takes_is_made_fit():
    assert packing.safe("กรม/กอง: ก?") == "กรม-กอง- ก-"
    assert packing.safe("..") == "-"
    assert len(packing.safe("น้ำ" * 100).encode()) <= packing.MOST_BYTES
    assert packing.numbered(["ก.pdf", "ก.pdf"]) == ["ก.pdf", "ก (2).pdf"]


def test_the_same_documents_give_the_same_files(cabinet, press, post):
    first = ask(cabinet)
    work(post)
    BatchFile.objects.update(made_of="")  # as if nobody knew what they are made of
    second = ask(cabinet)
    work(post)
    for kind in BatchFile.Kind:
        assert file_of(first, kind).sha256 == file_of(second, kind).sha256
        assert not shares_bytes(first, second, kind)


def shares_bytes(first, second, kind):
    return store.path_of_file(file_of(first, kind)).samefile(store.path_of_file(file_of(second, kind)))


def test_when_nothing_changed_no_document_is_set_and_nothing_is_bound(cabinet, press, post):
    first = ask(cabinet)
    work(post)
    press.printed.clear()
    second = ask(cabinet)
    work(post)
    assert (again(second).state, again(second).packed, press.printed) == ("done", 5, [])
    assert all(shares_bytes(first, second, kind) for kind in BatchFile.Kind)
    first.files.update(made_at=timezone.now() - dt.timedelta(days=400))
    assert retention.sweep()["batches"] == 2
    assert len(names_in_zip(second)) == 6  # the first one's names on the disk are gone, the bytes are not


@pytest.mark.parametrize("change", ["title", "name", "damage", "gone", "failed"])
def test_files_are_taken_over_only_where_they_are_whole_and_would_be_the_same(cabinet, press, post, change):
    first, facts = ask(cabinet), {}
    work(post)
    path = store.path_of_file(file_of(first, "pdf"))
    if change == "title":
        facts = {"title": "another title"}
    elif change == "name":
        Agency.objects.filter(pk=cabinet.cards[0].agency_id).update(name_th="ชื่อใหม่")
    elif change == "damage":
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    elif change == "gone":
        path.unlink()
    second = ask(cabinet, **facts)
    if change == "failed":
        second.items.filter(position=5).update(state="failed", reason="no paper")
    work(post)
    assert again(second).state == "done"
    assert not store.path_of_file(file_of(first, "zip")).samefile(store.path_of_file(file_of(second, "zip")))
    made = file_of(second, "pdf")
    assert store.hash_of_file(store.path_of_file(made)) == made.sha256


def test_old_files_go_and_their_history_stays(cabinet, press, post, settings):
    batch = ask(cabinet)
    work(post)
    assert retention.sweep() == {"batches": 0, "documents": 0, "aside": 0}
    BatchFile.objects.update(made_at=timezone.now() - dt.timedelta(days=settings.REPORTS_KEEP_BATCH_DAYS + 1))
    assert retention.sweep()["batches"] == 2
    assert batch.files.filter(removed_at=None).count() == 0
    batches.resume(batch, actor=cabinet.chief)
    work(post)
    assert len(names_in_zip(batch)) == 6


def test_only_replaced_reports_go_after_their_time(cabinet, press, post, settings):
    ask(cabinet)
    work(post)
    Document.objects.update(
        made_at=timezone.now() - dt.timedelta(days=settings.REPORTS_KEEP_REPLACED_DAYS + 1)
    )
    samples.sent(cabinet.cards[0], cabinet.document, {Role.HEAD: cabinet.heads[0]}, number=2)
    ask(cabinet, content="sent")
    work(post)
    assert retention.sweep()["documents"] == 1
    old = Document.objects.filter(scorecard=cabinet.cards[0]).earliest("made_at")
    assert [one.pk for one in Document.objects.all() if store.read(one) is None] == [old.pk]


def test_a_download_is_an_event_of_every_agency_in_it(cabinet, press, post, client):
    batch = ask(cabinet)
    work(post)
    client.force_login(cabinet.chief)
    answer = client.get(f"/reports/batches/files/{file_of(batch, 'zip').pk}/")
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    events = Event.objects.filter(action="export_report")
    assert {event.agency_id for event in events} == {card.agency_id for card in cabinet.cards}
    assert {event.actor for event in events} == {cabinet.chief}
    assert file_of(batch, "zip").downloads.get().by == cabinet.chief
