"""Log lines: one JSON object each, and nothing in them that a person typed or is called."""

import json
import logging

import pytest
from django.urls import reverse

from config.logs import JsonLines

NAMES = ["สมชาย", "somchai", "example.org", "ความลับ"]


@pytest.fixture
def lines(settings):
    """What is logged from here on, as the lines of a production; a call gives them as objects."""
    written = []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(JsonLines().format(record))
    root, requests = logging.getLogger(), logging.getLogger("config.requests")
    before, told = root.level, requests.level
    root.addHandler(handler)
    root.setLevel("INFO")
    requests.setLevel("INFO")
    yield lambda: [json.loads(line) for line in written]
    root.removeHandler(handler)
    root.setLevel(before)
    requests.setLevel(told)


def test_an_answer_is_one_line_with_its_pattern_and_no_words_of_the_address(client, lines, world):
    client.force_login(world.chawi)
    answer = client.get(reverse("review_queue"), {"q": "สมชาย ความลับ", "state": "somchai@example.org"})
    (line,) = [one for one in lines() if one["logger"] == "config.requests"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/review/", answer.status_code)
    assert (line["user"], line["agency"]) == (world.chawi.pk, "opdc")
    assert line["request"] == answer.headers["X-Request-ID"]
    assert isinstance(line["ms"], int)
    assert not any(name in json.dumps(lines(), ensure_ascii=False) for name in NAMES)


def test_what_libraries_put_into_messages_is_left_out(client, lines, db):
    client.get("/somchai@example.org/สมชาย/")
    client.get("/", headers={"host": "somchai.example.org"})
    assert {line["logger"] for line in lines()} >= {"django.request", "django.security.DisallowedHost"}
    assert not any(name in json.dumps(lines(), ensure_ascii=False) for name in NAMES)


def test_a_fault_is_told_by_its_kind_and_place_and_not_by_its_words(lines):
    try:
        int("ความลับ ของ สมชาย")
    except ValueError:
        logging.getLogger("reports.jobs").exception("Job %s failed", 7)
    (line,) = lines()
    assert (line["message"], line["fault"]) == ("Job 7 failed", "ValueError")
    assert line["at"][-1].endswith("test_a_fault_is_told_by_its_kind_and_place_and_not_by_its_words")
    assert "สมชาย" not in json.dumps(line, ensure_ascii=False)


def test_our_own_messages_name_no_address_and_quote_no_fault(lines):
    log = logging.getLogger("scorecards.waiting.mailing")
    log.warning("The mail to person %s failed: %s", 7, OSError("somchai@example.org refused"))
    log.warning("somchai@example.org")
    assert [line["message"] for line in lines()] == ["The mail to person 7 failed: OSError", "…"]


def test_a_task_is_named(lines):
    logging.getLogger("celery.app.trace").info(
        "Task %(name)s[%(id)s] raised: %(exc)s", {"name": "a.task", "id": "7", "exc": "สมชาย"}
    )
    (line,) = lines()
    assert line["message"] == "Task %(name)s[%(id)s] raised: %(exc)s name=a.task id=7"


@pytest.mark.parametrize(("hops", "kept"), [(1, True), (0, False)])
def test_the_number_of_a_request_is_our_proxys(client, settings, hops, kept):
    settings.PROXY_HOPS = hops
    answer = client.get("/health/live", headers={"X-Request-ID": "0123456789abcdef"})
    assert (answer.headers["X-Request-ID"] == "0123456789abcdef") is kept


def test_a_number_that_is_none_is_made_anew(client, settings):
    settings.PROXY_HOPS = 1
    answer = client.get("/health/live", headers={"X-Request-ID": "สมชาย"})
    assert len(answer.headers["X-Request-ID"]) == 32
