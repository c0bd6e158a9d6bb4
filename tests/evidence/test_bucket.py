"""Files in a bucket keep the same promises as files in a folder; while the server is away nothing is lost."""

import hashlib
import io
import socket
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from evidence import store
from evidence.arriving import Coming, append, begin, finish
from evidence.bucket import _meaning
from evidence.intake import NotNow, receive
from evidence.models import Evidence, Upload
from evidence.particulars import Particulars
from scorecards.models import Event
from tests.evidence import making as make

DATA = b"evidence " * 1000
SHA = hashlib.sha256(DATA).hexdigest()
NOBODY = "http://127.0.0.1:9"


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def verified() -> str:
    said = io.StringIO()
    with pytest.raises(CommandError) as told:
        call_command("verify_evidence", stderr=said)
    return f"{said.getvalue()}{told.value}"


def test_bytes_go_into_the_bucket_and_come_back_with_their_hash(bucket, evidence_dir):
    key = uuid4()
    arrival = store.keep_bytes(DATA, key=key)
    assert (arrival.size, arrival.sha256) == (len(DATA), SHA)
    assert make.bytes_in_store(key, sha256=SHA) == DATA
    assert bucket.content() == {store.name_of(key): DATA}
    assert list(store.stored_keys()) == [key]
    assert files_in(evidence_dir) == []


def test_a_name_is_the_same_in_both_places(bucket, settings):
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    settings.EVIDENCE_BUCKET = ""
    store.keep_bytes(DATA, key=key)
    assert make.path_of(key).relative_to(settings.EVIDENCE_DIR).as_posix() == bucket.names()[0]


def test_what_is_kept_is_never_written_over(bucket):
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    with pytest.raises(FileExistsError):
        store.keep_bytes(b"other", key=key)
    assert make.bytes_in_store(key, sha256=SHA) == DATA


def test_a_put_whose_answer_was_lost_finds_its_own_bytes(bucket):
    key = uuid4()
    for _again in range(2):
        store.keep_bytes(DATA, key=key)
    assert bucket.content() == {store.name_of(key): DATA}


@pytest.mark.parametrize("change", [b"", b"x", DATA[:-1], DATA + b"x"])
def test_altered_bytes_are_never_handed_out(bucket, change):
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    bucket.put(store.name_of(key), change)
    with pytest.raises(store.Altered, match="altered"):
        store.open_checked(key, sha256=SHA)


def test_lost_bytes_are_missing_but_a_lost_bucket_is_away(bucket, settings):
    with pytest.raises(store.Altered, match="missing"):
        store.open_checked(uuid4(), sha256=SHA)
    settings.EVIDENCE_BUCKET = "another-bucket"
    with pytest.raises(store.Away, match="NoSuchBucket"):
        store.open_checked(uuid4(), sha256=SHA)


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [("SlowDown", 503, store.Away), ("AccessDenied", 403, store.Away), ("BadDigest", 400, store.Away),
     ("QuotaExceeded", 403, store.Full), ("", 507, store.Full), ("NoSuchKey", 404, FileNotFoundError),
     ("PreconditionFailed", 412, FileExistsError)],
)  # fmt: skip
def test_what_a_server_says_is_understood(code, status, meaning):
    said = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert type(_meaning(said)) is meaning


def test_a_refused_file_leaves_nothing_in_the_bucket(bucket, place, upload, monkeypatch):
    """The row could not be written after the file was kept: what was just kept is taken back, and nothing else."""
    first = receive(place.entry, "s1", actor=place.collector, upload=upload())

    def broken(*what, **facts):
        raise RuntimeError("the event could not be written")

    monkeypatch.setattr("evidence.intake.record_file", broken)
    with pytest.raises(RuntimeError):
        receive(place.entry, "s2", actor=place.collector, upload=upload("ข.pdf"))
    assert list(store.stored_keys()) == [first.pk]


def test_a_file_that_stands_under_the_key_is_not_taken_back(bucket, place, upload, monkeypatch):
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    monkeypatch.setattr(Evidence._meta.pk, "_get_default", lambda: key)
    with pytest.raises(FileExistsError):
        receive(place.entry, "s1", actor=place.collector, upload=upload())
    assert make.bytes_in_store(key, sha256=SHA) == DATA


def test_the_whole_bucket_is_verified(bucket, attached, upload, place, capsys):
    other = receive(place.entry, "s2", actor=place.collector, upload=upload("ข.pdf", make.pdf(pages=2)))
    store.keep_bytes(b"x", key=(orphan := uuid4()))
    call_command("verify_evidence")
    assert str(orphan) in capsys.readouterr().out
    bucket.put(store.name_of(attached.pk), b"x")
    bucket.remove(store.name_of(other.pk))
    said = verified()
    assert f"altered: {attached.pk}" in said
    assert f"missing: {other.pk}" in said


def test_while_it_is_away_a_file_is_refused_with_a_sentence(bucket, place, upload, settings, evidence_dir):
    before, settings.S3_ENDPOINT_URL = Event.objects.count(), NOBODY
    with pytest.raises(NotNow) as refused:
        receive(place.entry, "s1", actor=place.collector, upload=upload())
    assert str(refused.value)
    assert (files_in(evidence_dir), Evidence.objects.count(), Event.objects.count()) == ([], 0, before)
    assert "EndpointConnectionError" in verified()


def test_a_server_that_takes_a_connection_and_says_nothing_is_given_up(bucket, settings, monkeypatch):
    monkeypatch.setattr("evidence.bucket.PATIENCE", (1, 0.3, 1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.S3_ENDPOINT_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(store.Away, match="ReadTimeoutError"):
            store.open_checked(uuid4(), sha256=SHA)


def test_a_file_that_breaks_off_on_the_way_is_not_half_handed_out(bucket, settings, monkeypatch):
    monkeypatch.setattr("evidence.bucket.PATIENCE", (1, 2, 1))
    with socket.create_server(("127.0.0.1", 0)) as broken:
        settings.S3_ENDPOINT_URL = f"http://127.0.0.1:{broken.getsockname()[1]}"

        def answer_half():
            connection, _address = broken.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + DATA[:100])

        with ThreadPoolExecutor() as other:
            other.submit(answer_half)
            with pytest.raises(store.Away):
                store.open_checked(uuid4(), sha256=SHA)


def test_a_large_file_that_arrived_waits_until_it_is_back(bucket, place, settings):
    address, data = settings.S3_ENDPOINT_URL, make.pdf(pages=3)
    coming = Coming("ก.pdf", len(data), "f")
    coming_up = begin(place.entry, "s1", actor=place.collector, coming=coming, said=Particulars())
    append(coming_up, offset=0, piece=data)
    settings.S3_ENDPOINT_URL = NOBODY
    with pytest.raises(NotNow):
        finish(coming_up, actor=place.collector)
    settings.S3_ENDPOINT_URL = address
    kept = finish(Upload.objects.get(), actor=place.collector)
    assert bucket.content() == {store.name_of(kept.pk): data}


def test_a_file_is_sent_and_fetched_over_the_pages(bucket, place, upload, settings):
    browser = Client(raise_request_exception=False)
    browser.force_login(place.collector)
    address, data = settings.S3_ENDPOINT_URL, make.pdf()
    send = reverse("evidence_upload", args=[place.entry.pk, "s1"])
    settings.S3_ENDPOINT_URL = NOBODY
    answer = browser.post(send, {"files.s1": [upload("รายงาน.pdf", data)]}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    settings.S3_ENDPOINT_URL = address
    browser.post(send, {"files.s1": [upload("รายงาน.pdf", data)]}, HTTP_HX_REQUEST="true")
    evidence = Evidence.objects.get()
    fetch = reverse("evidence_download", args=[evidence.pk])
    fetched = browser.get(fetch)
    assert b"".join(fetched.streaming_content) == data
    assert fetched["Content-Length"] == str(len(data))
    settings.S3_ENDPOINT_URL = NOBODY
    away = browser.get(fetch)
    assert (away.status_code, away["Retry-After"]) == (503, "10")
    assert not Event.objects.filter(action="evidence_altered").exists()
    settings.S3_ENDPOINT_URL = address
    bucket.put(store.name_of(evidence.pk), b"%PDF-other")
    assert browser.get(fetch).status_code == 409
    assert Event.objects.filter(action="evidence_altered").count() == 1


def test_a_fetched_file_lies_on_the_disk_and_not_in_memory(bucket):
    """And under no name: nothing stays of it when the process dies."""
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    with store.open_checked(key, sha256=SHA) as file:
        assert file.fileno() > 0
        assert not isinstance(file.name, str)
