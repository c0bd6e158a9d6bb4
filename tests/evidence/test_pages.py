"""Handing files in and out over HTTP: who gets what, and with which headers."""

import io
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from evidence import store
from evidence.intake import receive
from evidence.models import Evidence
from scorecards.models import Event
from tests.evidence import making as make
from tests.evidence.test_names import LONG

pytestmark = pytest.mark.django_db


def download(client, evidence, query=""):
    return client.get(reverse("evidence_download", args=[evidence.pk]) + query)


def send(client, entry, *files, key="s1", **more):
    return client.post(
        reverse("evidence_upload", args=[entry.pk, key]), {f"files.{key}": list(files)}, **more
    )


def body(response):
    return b"".join(response.streaming_content)


def test_a_file_comes_back_with_its_bytes_and_headers(as_person, attached):
    response = download(as_person("collector"), attached)
    assert body(response) == make.pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in response["Cache-Control"]
    assert Event.objects.filter(action="read_evidence", subject=f"evidence:{attached.pk}").count() == 1


@pytest.mark.parametrize("name", [LONG, "น้ำ ปู่ ญี่ปุ่น 100% #1 (๒).pdf", "a'b;c=d,é.pdf", "x" * 251 + ".pdf"])
def test_names_survive_the_way_there_and_back(as_person, place, upload, name):
    client = as_person("collector")
    assert send(client, place.entry, upload(name)).status_code == 302
    evidence = Evidence.objects.get()
    assert evidence.name == name
    response = download(client, evidence)
    response.close()
    header = response["Content-Disposition"]
    assert unquote(header.partition("filename*=UTF-8''")[2]) == name
    assert header.isascii()


@pytest.mark.parametrize(
    ("content", "query", "word"),
    [
        (make.pdf(), "?view=1", "inline"),
        (make.png(), "?view=1", "inline"),
        (b"words", "?view=1", "attachment"),
        (make.office("docx"), "?view=1", "attachment"),
        (make.pdf(), "", "attachment"),
        (make.pdf(), "?view=0", "attachment"),
    ],
)
def test_only_pdf_and_pictures_are_shown_in_place(as_person, place, upload, content, query, word):
    evidence = receive(place.entry, "s1", actor=place.collector, upload=upload("a.pdf", content))
    response = download(as_person("collector"), evidence, query)
    assert response["Content-Disposition"].split(";")[0] == word
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["X-Frame-Options"] == ("SAMEORIGIN" if word == "inline" else "DENY")
    response.close()


# Who gets a file: own people always; the assessing side only what was sent, and a reviewer only when assigned.
OUTSIDERS = ["stranger", "reviewer", "other_reviewer", "chief", "observer"]
DRAFT = {"collector": 200, "head": 200} | dict.fromkeys(OUTSIDERS, 404)
SENT = DRAFT | {"reviewer": 200, "chief": 200, "observer": 200}


@pytest.mark.parametrize("who", DRAFT)
def test_who_gets_a_file_before_it_is_sent(as_person, attached, who):
    response = download(as_person(who), attached)
    assert response.status_code == DRAFT[who]
    response.close()


@pytest.mark.parametrize("who", SENT)
def test_who_gets_a_file_that_was_sent(as_person, attached, place, submitted, who):
    submitted(place.scorecard, attached, by=place.head)
    response = download(as_person(who), attached)
    assert response.status_code == SENT[who]
    response.close()


@pytest.mark.parametrize("who", ["reviewer", "chief", "observer"])
def test_a_file_attached_after_sending_is_still_the_agencys_own(as_person, attached, place, submitted, who):
    submitted(place.scorecard, by=place.head)
    assert download(as_person(who), attached).status_code == 404


def test_a_sent_file_stays_readable_after_it_was_withdrawn(as_person, attached, place, submitted):
    submitted(place.scorecard, attached, by=place.head)
    Evidence.objects.update(withdrawn_at=attached.uploaded_at)
    response = download(as_person("reviewer"), attached)
    assert response.status_code == 200
    response.close()


def test_nobody_without_a_login(client, attached, place):
    for response in (
        download(client, attached),
        send(client, place.entry),
        client.post(reverse("evidence_withdraw", args=[attached.pk])),
    ):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("login"))
    assert Evidence.objects.live().count() == 1


@pytest.mark.parametrize("who", OUTSIDERS)
def test_other_peoples_entries_and_files_do_not_exist(as_person, attached, place, upload, who):
    client = as_person(who)
    assert send(client, place.entry, upload(content=b"other")).status_code == 404
    assert client.post(reverse("evidence_withdraw", args=[attached.pk])).status_code == 404
    assert Evidence.objects.live().count() == 1


def test_a_reader_of_the_agency_is_told_why_not(as_person, attached, place, upload, submitted):
    submitted(place.scorecard, attached, by=place.head)
    response = send(as_person("collector"), place.entry, upload(content=b"other"), HTTP_HX_REQUEST="true")
    assert response.status_code == 200
    assert response.context["problems"]
    assert Evidence.objects.count() == 1


def test_reading_with_post_and_sending_with_get(as_person, attached, place):
    client = as_person("collector")
    assert client.post(reverse("evidence_download", args=[attached.pk])).status_code == 405
    assert client.get(reverse("evidence_upload", args=[place.entry.pk, "s1"])).status_code == 405
    assert client.get(reverse("evidence_withdraw", args=[attached.pk])).status_code == 405


def test_several_files_at_once_the_good_ones_stay(as_person, place, upload):
    files = [upload("ก.pdf"), upload("ข.pdf", b"<html></html>"), upload("ค.txt", b"words")]
    response = send(as_person("collector"), place.entry, *files)
    assert response["Location"] == reverse("entry", args=[place.entry.pk]) + "#evidence-s1"
    assert list(Evidence.objects.values_list("name", flat=True)) == ["ก.pdf", "ค.txt"]
    said = [str(message) for message in response.wsgi_request._messages]
    assert len(said) == 1
    assert said[0].startswith("ข.pdf: ")


def test_with_htmx_the_list_comes_back_with_the_problems_in_it(as_person, place, upload):
    files = [upload("ก.pdf"), upload("<b>.pdf", b"")]
    response = send(as_person("collector"), place.entry, *files, HTTP_HX_REQUEST="true")
    page = response.content.decode()
    assert "ก.pdf" in page
    assert "&lt;b&gt;.pdf" in page
    assert 'id="evidence-s1"' in page
    assert 'role="alert"' in page
    assert "<html" not in page


def test_withdrawing_over_the_page(as_person, attached, place):
    response = as_person("collector").post(reverse("evidence_withdraw", args=[attached.pk]), {"reason": "x"})
    assert response["Location"].endswith("#evidence-s1")
    assert Evidence.objects.live().count() == 0


def test_a_key_repeated_by_the_browser_attaches_once(as_person, place, upload):
    client = as_person("collector")
    for _ in range(2):
        response = client.post(
            reverse("evidence_upload", args=[place.entry.pk, "s1"]),
            {"files.s1": [upload()], "request_key.s1": "0b7d9c1e-0000-4000-8000-000000000001"},
            HTTP_HX_REQUEST="true",
        )
        assert response.context["problems"] == []
    assert Evidence.objects.count() == 1


def alter(evidence, data):
    path = make.path_of(evidence.pk)
    path.chmod(0o600)
    path.write_bytes(data)


def test_altered_bytes_are_refused_recorded_and_named(as_person, attached, caplog):
    alter(attached, b"%PDF-other")
    response = download(as_person("collector"), attached)
    assert response.status_code == 409
    assert attached.name in response.content.decode()
    assert b"%PDF-other" not in response.content
    assert Event.objects.filter(action="evidence_altered").count() == 1
    assert str(attached.pk) in caplog.text


def test_the_whole_store_is_verified(attached):
    out = io.StringIO()
    call_command("verify_evidence", stdout=out)
    assert "1" in out.getvalue()


@pytest.mark.parametrize("fault", ["altered", "missing"])
def test_verifying_names_the_fault(attached, fault):
    if fault == "altered":
        alter(attached, b"x")
    else:
        make.path_of(attached.pk).unlink()
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_evidence", stderr=err)
    assert f"{fault}: {attached.pk}" in err.getvalue()


def test_a_file_without_a_row_is_named_and_no_fault(attached):
    out = io.StringIO()
    store.take_in([b"x"], limit=9).discard()
    arrival = store.keep_bytes(b"x", key="00000000-0000-4000-8000-000000000000")
    call_command("verify_evidence", stdout=out)
    assert "00000000-0000-4000-8000-000000000000" in out.getvalue()
    assert arrival.size == 1
