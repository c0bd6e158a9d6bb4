"""Large files in pieces: nothing is lost, nothing is there twice, nothing that may not be here arrives."""

import datetime as dt
import io
import os

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from evidence import scanning, store
from evidence.arriving import (
    Coming,
    WrongOffset,
    append,
    begin,
    drop_stale_uploads,
    finish,
    unfinished,
)
from evidence.changing import withdraw
from evidence.models import Evidence, Upload
from evidence.particulars import Particulars
from indicators.refusals import Refused
from scorecards.models import Agency, Event
from scorecards.states import Role
from tests.evidence import making as make
from tests.evidence.conftest import person

pytestmark = pytest.mark.django_db
DATA = ("ตัวชี้วัดที่ ๔ น้ำหนักร้อยละ ๒๕\n" * 40).encode()
PIECE = 1000


def announce(place, *, data=DATA, who="collector", key="s1", name="ก.txt", fingerprint="f", **more):
    coming = Coming(name, len(data), fingerprint)
    said = more.pop("said", Particulars())
    return begin(place.entry, key, actor=getattr(place, who), coming=coming, said=said, **more)


def send(upload, data=DATA, *, until=None):
    for offset in range(upload.received, until or len(data), PIECE):
        upload = append(upload, offset=offset, piece=data[offset : offset + PIECE])
    return upload


def aside(folder):
    return [one for one in (folder / "arriving").iterdir() if one.is_file()]


def test_pieces_become_the_file(place, evidence_dir):
    said = Particulars(pages="3", covers_from=dt.date(2019, 1, 1), secrecy="confidential")
    upload = send(announce(place, said=said))
    found = finish(upload, actor=place.collector)
    assert make.bytes_in_store(found.key, sha256=found.sha256) == DATA
    assert (found.name, found.pages, found.covers_from, found.secrecy) == (
        "ก.txt",
        "3",
        said.covers_from,
        "confidential",
    )
    assert aside(evidence_dir) == []


def test_who_sends_the_same_file_again_goes_on_where_it_broke_off(place):
    send(announce(place), until=2000)
    again = announce(place)
    assert (Upload.objects.count(), again.received) == (1, 2000)
    found = finish(send(again), actor=place.collector)
    assert make.bytes_in_store(found.key, sha256=found.sha256) == DATA


@pytest.mark.parametrize(
    "other", [{"name": "ข.txt"}, {"data": DATA + b"x"}, {"fingerprint": "g"}, {"key": "s2"}]
)
def test_another_file_begins_at_its_beginning(place, other):
    send(announce(place), until=2000)
    assert announce(place, **other).received == 0


def test_a_colleagues_upload_is_not_taken_over(place):
    place.colleague = person("colleague", Agency.objects.get(code="one"), Role.COLLECTOR)
    send(announce(place), until=2000)
    assert announce(place, who="colleague").received == 0


@pytest.mark.parametrize("offset", [0, 999, 1001, 2000, 10**9, -1])
def test_a_piece_at_another_place_is_refused_with_the_right_one(place, offset):
    upload = send(announce(place), until=1000)
    with pytest.raises(WrongOffset) as caught:
        append(upload, offset=offset, piece=b"x")
    assert caught.value.received == 1000
    assert finish(send(upload), actor=place.collector).size == len(DATA)


def test_more_bytes_than_announced_are_refused(place):
    upload = send(announce(place), until=1000)
    with pytest.raises(Refused):
        append(upload, offset=1000, piece=b"x" * len(DATA))
    upload.refresh_from_db()
    assert upload.received == 1000


def test_bytes_that_a_fault_left_behind_the_offset_are_written_over(place):
    upload = send(announce(place), until=1000)
    store.append_piece(upload.pk, offset=1000, piece=b"of a transaction that was rolled back")
    found = finish(send(upload), actor=place.collector)
    assert make.bytes_in_store(found.key, sha256=found.sha256) == DATA


def test_bytes_that_the_disk_lost_are_sent_again(place, evidence_dir):
    upload = send(announce(place), until=2000)
    os.truncate(evidence_dir / "arriving" / str(upload.pk), 700)
    with pytest.raises(WrongOffset) as caught:
        append(upload, offset=2000, piece=b"x")
    assert caught.value.received == announce(place).received == 700


def test_what_is_not_whole_is_no_evidence(place):
    upload = send(announce(place), until=2000)
    with pytest.raises(Refused):
        finish(upload, actor=place.collector)
    assert not Evidence.objects.exists()
    assert announce(place).received == 2000


def test_finishing_twice_gives_one_file(place):
    upload = send(announce(place))
    first = finish(upload, actor=place.collector)
    # as a second request saw it before the first was done
    assert finish(upload, actor=place.collector) == first
    upload.refresh_from_db()
    assert finish(upload, actor=place.collector) == first
    assert Evidence.objects.count() == Event.objects.filter(action="attach_evidence").count() == 1
    assert announce(place).received == len(DATA)  # the answer was lost, and the person chose the file again
    assert len(list(store.stored_keys())) == 1


def test_a_withdrawn_file_is_sent_anew(place):
    first = finish(send(announce(place)), actor=place.collector)
    withdraw(first, actor=place.collector)
    again = announce(place)
    assert again.received == 0
    assert finish(send(again), actor=place.collector) != first


def test_a_newer_version_in_pieces(place, attached):
    Evidence.objects.update(pages="3", secrecy="confidential")
    upload = send(announce(place, replaces=str(attached.pk)))
    found = finish(upload, actor=place.collector)
    attached.refresh_from_db()
    assert attached.replaced_by == found
    assert (found.pages, found.secrecy) == ("3", "confidential")  # what was said of the old one holds on


def test_a_bad_file_leaves_nothing(place, evidence_dir):
    data = b"<html>" + b"x" * 3000
    upload = send(announce(place, data=data), data)
    with pytest.raises(Refused):
        finish(upload, actor=place.collector)
    assert aside(evidence_dir) == []
    assert not Upload.objects.exists()
    assert not Evidence.objects.exists()


def test_a_silent_scanner_does_not_cost_the_whole_way_again(place, monkeypatch):
    def scan(opened):
        raise scanning.ScannerSilent

    upload = send(announce(place))
    with monkeypatch.context() as patched:
        patched.setattr(scanning, "scan", scan)
        with pytest.raises(Refused):
            finish(upload, actor=place.collector)
    assert announce(place).received == len(DATA)
    assert finish(upload, actor=place.collector)


@pytest.mark.parametrize("who", ["stranger", "reviewer", "chief", "observer"])
def test_who_may_not_begin(place, who):
    with pytest.raises(Refused):
        announce(place, who=who)
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "s3"},
        {"key": "no-such"},
        {"name": "x.exe"},
        {"name": ""},
        {"data": b""},
        {"data": bytes(50 * 1024 * 1024 + 1)},
        {"said": Particulars(secrecy="secret")},
        {"said": Particulars(secrecy="top_secret")},
        {"said": Particulars(covers_from=dt.date(2019, 2, 1), covers_to=dt.date(2019, 1, 1))},
    ],
)
def test_what_could_not_be_taken_is_refused_before_a_byte_is_sent(place, wrong):
    with pytest.raises(Refused):
        announce(place, **wrong)
    assert not Upload.objects.exists()


def test_the_deadline_is_looked_at_when_the_file_is_whole(place, evidence_dir):
    upload = send(announce(place))
    place.round.closes_at = timezone.now() - dt.timedelta(seconds=1)
    place.round.save()
    upload = Upload.objects.get()
    with pytest.raises(Refused):
        finish(upload, actor=place.collector)
    assert not Evidence.objects.exists()
    assert aside(evidence_dir) == []


def test_what_broke_off_is_said_to_its_sender(place):
    send(announce(place), until=1000)
    announce(place, key="s2")  # nothing of it came
    assert [one.name for one in unfinished(place.entry, user=place.collector)["s1"]] == ["ก.txt"]
    assert unfinished(place.entry, user=place.head) == {}


def test_uploads_of_two_days_ago_are_forgotten(place, evidence_dir):
    old = send(announce(place), until=1000)
    Upload.objects.update(created_at=timezone.now() - dt.timedelta(days=2, seconds=1))
    young = send(announce(place, key="s2"), until=1000)
    left = evidence_dir / "arriving" / "left-by-a-fault"
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    call_command("sweep_uploads", stdout=io.StringIO())
    assert list(Upload.objects.all()) == [young]
    assert [one.name for one in aside(evidence_dir)] == [str(young.pk)]
    assert drop_stale_uploads() == 0
    assert old.pk != young.pk


def test_a_finished_upload_is_forgotten_and_its_file_stays(place):
    found = finish(send(announce(place)), actor=place.collector)
    assert drop_stale_uploads(timezone.now() + dt.timedelta(days=3)) == 1
    assert make.bytes_in_store(found.key, sha256=found.sha256) == DATA


# Over HTTP -----------------------------------------------------------------------------------------------------------
def post_begin(client, place, **more):
    told = {"name": "ก.txt", "size": len(DATA), "fingerprint": "f"} | more
    return client.post(reverse("evidence_upload_begin", args=[place.entry.pk, "s1"]), told)


def post_piece(client, address, offset, piece):
    return client.post(
        address, piece, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )


def test_the_whole_way_over_http(as_person, place):
    client = as_person("collector")
    begun = post_begin(client, place, pages="3").json()
    assert post_piece(client, begun["piece"], 0, DATA[:1000]).json() == {"received": 1000}
    late = post_piece(client, begun["piece"], 0, DATA[:1000])
    assert (late.status_code, late.json()) == (409, {"received": 1000})
    assert post_begin(client, place).json()["received"] == 1000
    assert post_piece(client, begun["piece"], 1000, DATA[1000:]).json() == {"received": len(DATA)}
    for _again in range(2):
        shown = client.post(begun["finish"], headers={"HX-Request": "true"})
        assert shown.content.decode().count("evidence-file") == 1
    assert Evidence.objects.count() == 1


def test_a_refusal_over_http_says_why(as_person, place):
    client = as_person("collector")
    for wrong in ({"size": "x"}, {"size": "-5"}, {"size": "9" * 30}, {"name": "x.exe"}, {"covers_from": "x"},
                  {"secrecy": "secret"}, {"secrecy": "nonsense"}):  # fmt: skip
        answer = post_begin(client, place, **wrong)
        assert (answer.status_code, bool(answer.json()["reasons"])) == (409, True), wrong
    begun = post_begin(client, place).json()
    too_much = post_piece(client, begun["piece"], 0, b"x" * (len(DATA) + 1))
    assert too_much.json()["reasons"]
    assert post_piece(client, begun["piece"], "nonsense", b"x").json() == {"received": 0}


@pytest.mark.parametrize("who", ["head", "stranger", "reviewer", "chief", "observer"])
def test_other_peoples_uploads_do_not_exist(as_person, place, who):
    upload = send(announce(place), until=1000)
    client = as_person(who)
    for name in ("evidence_upload_piece", "evidence_upload_finish"):
        assert client.post(reverse(name, args=[upload.pk])).status_code == 404
        assert client.get(reverse(name, args=[upload.pk])).status_code == 405


def test_a_replacement_over_http_names_a_file_of_that_criterion(as_person, place, attached):
    client = as_person("collector")
    data = make.pdf(pages=3)
    begun = post_begin(client, place, size=len(data), replaces="0" * 8 + "-0000-4000-8000-" + "0" * 12).json()
    post_piece(client, begun["piece"], 0, data)
    shown = client.post(begun["finish"], headers={"HX-Request": "true"})
    assert shown.context["problems"]
    assert list(Evidence.objects.live()) == [attached]
