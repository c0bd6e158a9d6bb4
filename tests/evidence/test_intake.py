"""Receiving and withdrawing: who may, when, what is kept, what is said."""

import datetime as dt
import hashlib

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from evidence import scanning
from evidence.changing import withdraw
from evidence.intake import receive
from evidence.models import Evidence
from evidence.particulars import Particulars
from evidence.reading import evidence_by_criterion, missing_evidence, snapshot
from indicators.refusals import Refused
from scorecards.models import Answer, Event
from tests.evidence import making as make
from tests.evidence.conftest import missing_now

pytestmark = pytest.mark.django_db


def why(caught):
    return " ".join(str(reason) for reason in caught.value.reasons)


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_good_file_is_kept_with_its_hash_and_an_event(place, upload):
    data = make.pdf()
    found = receive(
        place.entry,
        "s1",
        actor=place.collector,
        upload=upload("น้ำ.pdf", data),
        said=Particulars(pages=" หน้า ๒ "),
    )
    found.refresh_from_db()
    assert (found.name, found.pages, found.media_type, found.size) == (
        "น้ำ.pdf",
        "หน้า ๒",
        "application/pdf",
        len(data),
    )
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.scan == Evidence.Scan.NOT_SCANNED
    assert make.bytes_in_store(found.pk, sha256=found.sha256) == data
    event = Event.objects.get(action="attach_evidence")
    assert (event.actor, event.scorecard, event.subject) == (
        place.collector,
        place.scorecard,
        f"evidence:{found.pk}",
    )
    assert event.after["sha256"] == found.sha256
    assert event.after["name"] == "น้ำ.pdf"


def test_the_type_is_that_of_the_content_whatever_the_name_says(place, upload):
    assert (
        receive(place.entry, "s1", actor=place.collector, upload=upload("x.jpg")).media_type
        == "application/pdf"
    )


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "ว่าง|empty"),
        ("a.pdf", b"<html></html>", "HTML"),
        ("a.exe", None, "โปรแกรม|program"),
        ("a.docx", make.OLE, ".docx"),
    ],
)
def test_a_bad_file_leaves_nothing_but_its_reason(place, upload, evidence_dir, name, content, words):
    with pytest.raises(Refused) as caught:
        receive(place.entry, "s1", actor=place.collector, upload=upload(name, content))
    assert any(word in why(caught) for word in words.split("|"))
    assert not Evidence.objects.exists()
    assert not Event.objects.filter(action="attach_evidence").exists()
    assert files_in(evidence_dir) == []


def test_a_file_too_large(place, upload, settings, evidence_dir):
    settings.EVIDENCE_MAX_BYTES = 100
    with pytest.raises(Refused) as caught:
        receive(place.entry, "s1", actor=place.collector, upload=upload())
    assert "100" in why(caught)
    assert files_in(evidence_dir) == []


def test_a_file_that_lies_about_its_size(place, upload, settings, evidence_dir):
    settings.EVIDENCE_MAX_BYTES = 100
    lying = upload()
    lying.size = 10
    with pytest.raises(Refused):
        receive(place.entry, "s1", actor=place.collector, upload=lying)
    assert files_in(evidence_dir) == []


@pytest.mark.parametrize("key", ["s3", "s4", "no-such", "", "../x"])
def test_criteria_that_take_no_file(place, upload, key):
    with pytest.raises(Refused):
        receive(place.entry, key, actor=place.collector, upload=upload())


@pytest.mark.parametrize("who", ["stranger", "reviewer", "chief", "observer"])
def test_people_who_may_not_attach(place, upload, who, evidence_dir):
    with pytest.raises(Refused):
        receive(place.entry, "s1", actor=getattr(place, who), upload=upload())
    assert files_in(evidence_dir) == []


@pytest.mark.parametrize("state", ["proposed", "endorsed"])
def test_states_of_the_entry_in_which_nothing_is_attached(place, upload, state):
    place.entry.state = state
    place.entry.save()
    with pytest.raises(Refused):
        receive(place.entry, "s1", actor=place.collector, upload=upload())


@pytest.mark.parametrize("state", ["submitted", "in_review", "concluded", "approved", "published"])
def test_states_of_the_scorecard_in_which_nothing_is_attached_or_withdrawn(place, upload, state):
    found = receive(place.entry, "s1", actor=place.collector, upload=upload())
    place.scorecard.state = state
    place.scorecard.save()
    with pytest.raises(Refused):
        receive(place.entry, "s2", actor=place.collector, upload=upload())
    with pytest.raises(Refused):
        withdraw(found, actor=place.collector)
    assert Evidence.objects.live().count() == 1


def test_nothing_is_attached_after_the_deadline(place, upload):
    place.round.closes_at = timezone.now() - dt.timedelta(seconds=1)
    place.round.save()
    place.entry.refresh_from_db()
    with pytest.raises(Refused):
        receive(place.entry, "s1", actor=place.collector, upload=upload())


def test_a_deadline_that_passes_while_the_file_is_looked_into(place, upload, monkeypatch, evidence_dir):
    def scan(opened):
        place.round.closes_at = timezone.now() - dt.timedelta(seconds=1)
        place.round.save()
        return "not_scanned"

    monkeypatch.setattr(scanning, "scan", scan)
    with pytest.raises(Refused):
        receive(place.entry, "s1", actor=place.collector, upload=upload())
    assert files_in(evidence_dir) == []


def test_the_same_file_twice_on_one_criterion(place, upload):
    receive(place.entry, "s1", actor=place.collector, upload=upload("a.pdf"))
    with pytest.raises(Refused) as caught:
        receive(place.entry, "s1", actor=place.collector, upload=upload("b.pdf"))
    assert "a.pdf" in why(caught)
    assert receive(place.entry, "s2", actor=place.collector, upload=upload("b.pdf"))


def test_a_repeated_request_does_nothing_twice(place, upload):
    first = receive(place.entry, "s1", actor=place.collector, upload=upload(), request_key="k-1")
    again = receive(place.entry, "s1", actor=place.collector, upload=upload(), request_key="k-1")
    assert again == first
    assert Evidence.objects.count() == Event.objects.filter(action="attach_evidence").count() == 1


def test_a_request_key_used_again_for_another_file_or_after_withdrawing(place, upload):
    first = receive(place.entry, "s1", actor=place.collector, upload=upload(), request_key="k-1")
    receive(place.entry, "s1", actor=place.collector, upload=upload(content=b"another"), request_key="k-1")
    withdraw(first, actor=place.collector)
    receive(place.entry, "s1", actor=place.collector, upload=upload(), request_key="k-1")
    assert (Evidence.objects.count(), Evidence.objects.live().count()) == (3, 2)


def test_a_fault_in_the_database_leaves_no_file(place, upload, monkeypatch, evidence_dir):
    def fail(*args, **kwargs):
        raise RuntimeError("no event")

    monkeypatch.setattr("evidence.recording.record_scorecard", fail)
    with pytest.raises(RuntimeError):
        receive(place.entry, "s1", actor=place.collector, upload=upload())
    assert files_in(evidence_dir) == []
    assert not Evidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_whose_commit_was_not_answered_keeps_its_file(place, upload, monkeypatch):
    """The server committed and the connection broke before it said so."""
    commit = BaseDatabaseWrapper.commit

    def commit_and_lose_the_answer(wrapper):
        commit(wrapper)
        raise OperationalError("server closed the connection unexpectedly")

    data = make.pdf()

    def attach():
        file = upload("ก.pdf", data)
        return receive(place.entry, "s1", actor=place.collector, upload=file, request_key="k" * 20)

    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "commit", commit_and_lose_the_answer)
        with pytest.raises(OperationalError):
            attach()
    found = Evidence.objects.get()
    assert make.bytes_in_store(found.pk, sha256=found.sha256) == data
    assert attach() == found


@pytest.mark.parametrize("error", [scanning.ScannerSilent(), scanning.Infected("Eicar")])
def test_what_the_scanner_does_not_call_clean_is_refused(place, upload, monkeypatch, evidence_dir, error):
    def scan(opened):
        raise error

    monkeypatch.setattr(scanning, "scan", scan)
    with pytest.raises(Refused):
        receive(place.entry, "s1", actor=place.collector, upload=upload())
    assert files_in(evidence_dir) == []


def test_withdrawing_keeps_the_row_and_the_bytes(place, upload):
    found = receive(place.entry, "s1", actor=place.collector, upload=upload())
    withdraw(found, actor=place.collector, reason="ผิดฉบับ")
    found.refresh_from_db()
    assert found.withdrawn_at
    assert evidence_by_criterion(place.entry) == {}
    assert make.bytes_in_store(found.pk, sha256=found.sha256)
    event = Event.objects.get(action="withdraw_evidence")
    assert (event.reason, event.before["name"]) == ("ผิดฉบับ", found.name)
    with pytest.raises(Refused):
        withdraw(found, actor=place.collector)
    assert receive(place.entry, "s1", actor=place.collector, upload=upload())


def test_a_stranger_withdraws_nothing(place, upload):
    found = receive(place.entry, "s1", actor=place.collector, upload=upload())
    with pytest.raises(Refused):
        withdraw(found, actor=place.stranger)
    assert Evidence.objects.live().count() == 1


@pytest.mark.parametrize(
    ("key", "content", "missing"),
    [
        ("s1", {"value": "yes"}, True),
        ("s1", {"value": "no"}, False),
        ("s1", {"value": None}, False),
        ("s1", {"na": "ไม่มีภารกิจ"}, False),
        ("s2", {"value": "yes"}, False),
        ("s3", {"value": "yes"}, False),
        ("s4", {"value": "yes"}, False),
        ("m.1", {"value": "0"}, True),
        ("m.1", {"value": ""}, False),
        ("m.1", {"inputs": {"a": "1"}}, True),
        ("m.1", {"inputs": {"a": ""}}, False),
    ],
)
def test_what_is_still_to_be_proved(place, key, content, missing):
    Answer.objects.create(entry=place.entry, criterion_key=key, content=content)
    found = missing_evidence(place.scorecard, [place.entry])
    assert bool(found) == missing
    if missing:
        assert "1.1" in str(found[0].sentence)
        assert found[0].url.endswith(f"#evidence-{key}")


def test_a_live_file_proves_and_a_withdrawn_one_does_not(place, upload):
    Answer.objects.create(entry=place.entry, criterion_key="s1", content={"value": "yes"})
    assert "คำสั่งแต่งตั้งคณะทำงาน" in str(missing_now(place)[0].sentence)
    found = receive(place.entry, "s1", actor=place.collector, upload=upload())
    assert missing_now(place) == []
    withdraw(found, actor=place.collector)
    assert len(missing_now(place)) == 1


def test_sending_asks_for_evidence_and_freezes_it():
    from scorecards import blockers, snapshots

    assert missing_evidence in blockers.CHECKS
    assert snapshot in snapshots.PARTS


def test_the_snapshot_holds_hashes_and_only_live_files(place, upload):
    gone = receive(place.entry, "s1", actor=place.collector, upload=upload("a.pdf"))
    withdraw(gone, actor=place.collector)
    kept = receive(
        place.entry, "s2", actor=place.collector, upload=upload("b.pdf"), said=Particulars(pages="3")
    )
    assert snapshot(place.scorecard)["evidence"] == [
        {
            "id": str(kept.pk),
            "indicator": "1.1",
            "criterion_key": "s2",
            "name": "b.pdf",
            "pages": "3",
            "covers_from": "",
            "covers_to": "",
            "secrecy": "ordinary",
            "version": 1,
            "sha256": kept.sha256,
            "size": kept.size,
            "media_type": "application/pdf",
            "scan": "not_scanned",
        }
    ]


def test_queries_do_not_grow_with_the_files(place, upload, django_assert_num_queries):
    for number in range(3):
        receive(place.entry, "s2", actor=place.collector, upload=upload(content=f"{number}".encode()))
    with django_assert_num_queries(3):
        assert len(evidence_by_criterion(place.entry)["s2"]) == 3
    Answer.objects.create(entry=place.entry, criterion_key="s1", content={"value": "yes"})
    with django_assert_num_queries(4):  # the answers as well
        missing_evidence(place.scorecard, [place.entry])
    with django_assert_num_queries(2):
        snapshot(place.scorecard)
