"""Whatever is sent to whichever address, the answer is a sentence and never a fault of ours."""

import io
import time
from itertools import cycle
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from config.received_text import composed
from indicators.readable_text import is_readable
from indicators.refusals import Refused
from indicators.workbooks import Sheet, read_cells, write_workbook
from scorecards.states import EntryState, ScorecardState
from tests.pages.planting import plant
from tests.pages.routes import SENT, parts_of
from tests.pages.test_routes import ROWS, path_of
from tests.world import entry_in

PILE = "ุ่" * 100_000  # 600 kB of marks on nothing
REFUSED = ["\x00", PILE, "กข" + "่" * 31]
HOSTILE = ["9" * 400, "-1", "1e400", "NaN", "๙" * 30, "�", "ก" * 300, "' OR 1=1 --", "<b onload=x>", "{{ 7 }}",
           "%s%n", "2024-13-45", "\u202e\u200b", "[" * 300, "../../etc/passwd", "99999999999999999999"]  # fmt: skip
QUERY = ["q", "page", "year", "ministry", "indicator", "check", "language", "code", "table", "kind", "order", "view",
         "at", "round", "rounds", "months", "state", "framework", "next", "agency", "submission"]  # fmt: skip


@pytest.mark.parametrize("text", ["น้ำปู่ย่าตายาย", "ก็", "ที่นี่ ๆ", "e\u0301", "👩‍👩‍👧", "", "่" * 30])
def test_texts_that_people_write_are_read(text):
    assert is_readable([text])


@pytest.mark.parametrize(("more", "status"), [(0, 302), (1, 413)])
def test_a_request_larger_than_any_page_takes_is_refused_unread(client, settings, more, status):
    """As the proxies do, for the demo, which has none."""
    given = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": io.BytesIO(b"--x--\r\n")}
    answer = client.post(
        "/i18n/setlang/", **given | {"CONTENT_LENGTH": str(settings.REQUEST_MAX_BYTES + more)}
    )
    assert answer.status_code == status
    assert ("50 MB" in answer.content.decode()) == (status == 413)
    assert given["wsgi.input"].tell() == 0 or status != 413


@pytest.mark.parametrize("text", [*REFUSED, "\ud800"])
def test_texts_that_cannot_be_kept_are_not(text):
    assert not is_readable(["ดี", text])


@pytest.mark.parametrize("text", REFUSED)
def test_they_are_refused_everywhere_in_a_request_with_a_sentence(world, sit, text):
    browser, address = sit("arun"), reverse("entry", args=[world.entry.pk])
    began = time.process_time()
    answers = [browser.post(address, {"obstacles": text}), browser.post(address, {text: "1"})]
    if len(text) < 100:
        comment = f"/entries/{world.entry.pk}/comment/{quote(text)}"
        answers += [browser.get("/", {"q": text}), browser.get(comment)]
    for answer in answers:
        assert answer.status_code == 400
        assert "โปรดกลับไป" in answer.content.decode()
    assert time.process_time() - began < 5


def test_what_looks_alike_is_kept_as_one_text_whichever_page_it_comes_by(world, sit):
    entry = entry_in(world, EntryState.PROPOSED)
    typed, composed_text = "ป\u0e48\u0e39 Cafe\u0301", "ป\u0e39\u0e48 Caf\u00e9"  # marks in the other order
    sit("busaba").post(reverse("move_entry", args=[entry.pk, "send_back"]), {"remark": typed})
    entry.refresh_from_db()
    assert entry.remark == composed_text
    narrative = {"obstacles": typed, "seen.text:obstacles": "0:"}
    sit("arun").post(reverse("entry", args=[entry.pk]), narrative)
    entry.refresh_from_db()
    assert entry.obstacles == composed_text


def test_a_password_stays_as_it_was_typed():
    fields = composed(QueryDict("password=e%CC%81&remark=e%CC%81"))
    assert (fields["password"], fields["remark"]) == ("e\u0301", "\u00e9")


def test_they_are_refused_in_a_workbook_with_their_cell():
    book = write_workbook([Sheet("answers", ["text"], ["ข้อความ"], [["ดี"], ["ุ่" * 10_000]], {})])
    with pytest.raises(Refused) as refused:
        read_cells(book)
    assert ["answers" in reason and "4" in reason for reason in map(str, refused.value.reasons)] == [True]


def test_a_cookie_that_cannot_be_read(world):
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "a\x00b"
    assert browser.get("/").status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"obstacles=%ff%fe%ED%A0%80&value.step1=%zz", "application/x-www-form-urlencoded"),
        (b"\xff\x00\xfe", "application/octet-stream"),
        (b"[" * 100_000, "application/json"),
        (b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--x--", "multipart/form-data; boundary=x"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"a=1", "multipart/form-data"),
        (b"a=1", "text/plain; charset=nowhere"),
        (b"a" * (2 * 1024 * 1024 + 1), "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % one for one in range(5001)), "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_bodies_that_are_no_form(world, body, kind):
    browser = Client(raise_request_exception=False)
    browser.force_login(world.arun)
    for name in ("entry", "save_field", "preview"):
        answer = browser.generic("POST", reverse(name, args=[world.entry.pk]), body, content_type=kind)
        assert answer.status_code < 500


@pytest.mark.slow
def test_every_address_takes_whatever_is_sent(db):
    """One request for each address, each field with another of the values; all values come round at each address's
    neighbours."""
    world, values, faults = plant(ScorecardState.IN_REVIEW), cycle(HOSTILE), []
    parts, browsers = parts_of(world), {}
    for person in ("arun", "kamon", "chawi"):
        browsers[person] = Client(raise_request_exception=False)
        browsers[person].force_login(getattr(world, person))
    for (method, address), rows in ROWS.items():
        person = person_for(rows)
        sent = SENT.get(address, {})
        fields = [
            *(sent(world) if callable(sent) else sent),
            *(QUERY if method == "GET" else ["reason", "version"]),
        ]
        with transaction.atomic():
            path = path_of(address, parts)
            answer = getattr(browsers[person], method.lower())(path, {name: next(values) for name in fields})
            if answer.streaming:
                list(answer.streaming_content)
            transaction.set_rollback(True)
        browsers[person].force_login(getattr(world, person))
        if answer.status_code >= 500:
            faults.append((method, address, person, str(answer.exc_info[1])[:200]))
    assert faults == []


def test_a_piece_of_a_file_that_is_sent_as_a_form(db):
    world = plant(ScorecardState.OPEN)
    browser = Client(raise_request_exception=False)
    browser.force_login(world.arun)
    answer = browser.post(reverse("evidence_upload_piece", args=[world.upload.pk]), {"a": "b"})
    assert answer.status_code == 409
    assert answer.json()["reasons"]


def person_for(rows) -> str:
    """Somebody who is let in: the first of the agency, of the reviewers, of the administrators."""
    letters = rows[0][1]
    for person, place in (("arun", 1), ("kamon", 8), ("chawi", 12)):
        if letters[place] not in "-L":
            return person
    return "chawi"
