"""A whole installation whose processes are killed, frozen and emptied while people click.

Figures are printed with -s; each promise has its control where one can be had without harm.
"""

import http.client
import os
import signal
import threading
import time
import uuid

import pytest

from tests.faults.running import SECONDS_FOR_THE_DATABASE, wait_until
from tests.faults.trouble import frozen
from tests.faults.visiting import Visitor, fields_of

pytestmark = [pytest.mark.faults, pytest.mark.slow]
AT_ONCE = 2.0  # seconds within which a page answers whatever became of the queue
LIVE = "SELECT count(*) FROM reports_job WHERE state IN ('queued', 'running')"


@pytest.fixture
def visit(whole):
    """visit("arun"): that person at a web process, the first unless said otherwise."""
    return lambda name, web="web0": Visitor(whole.ports[web], whole.sessions[name])


@pytest.fixture
def fresh(whole):
    """Nothing is printed and nothing waits."""
    wait_until(lambda: not whole.value(LIVE), what="an idle queue")
    whole.rows("DELETE FROM reports_job")
    whole.rows("DELETE FROM reports_document")
    return whole


def ask(visitor, whole, *, language="th", digits="arabic"):
    """Ask for the long PDF; the answer to the click."""
    fields = {"language": language, "digits": digits}
    return visitor.post(f"/reports/scorecards/{whole.known['printed']}/", fields)


def job_of(whole):
    return whole.rows("SELECT state, attempts, worker FROM reports_job ORDER BY requested_at DESC")[0]


def printed(whole, count=1):
    """Wait until so many jobs are done; each once, and each with one document."""
    done = "SELECT count(*) FROM reports_job WHERE state = 'done'"
    wait_until(lambda: whole.value(done) == count, what="the PDF")
    assert whole.value("SELECT count(*) FROM reports_document") == count
    assert whole.value("SELECT count(*) FROM reports_job") == count


# ---------------------------------------------------------------- workers


def test_a_killed_workers_job_is_done_once_by_another(fresh, visit):
    fresh.start_worker("worker1")
    ask(visit("head-sample"), fresh)
    wait_until(lambda: job_of(fresh)[0] == "running", what="a running job")
    name = job_of(fresh)[2].partition("@")[0]
    fresh.processes[name].kill()
    begun = time.monotonic()
    printed(fresh)
    state, attempts, worker = job_of(fresh)
    assert (state, attempts) == ("done", 2)
    assert worker.partition("@")[0] != name
    print(f"taken over and done within {time.monotonic() - begun:.1f} s (lease 3 s)")
    fresh.processes["worker1"].kill()
    if name == "worker0":
        fresh.start_worker("worker0")


def test_a_killed_child_of_the_pool_leaves_its_job_to_the_next(fresh, visit):
    ask(visit("head-sample"), fresh)
    wait_until(lambda: job_of(fresh)[0] == "running", what="a running job")
    for child in fresh.processes["worker0"].children():
        os.kill(child, signal.SIGKILL)
    printed(fresh)
    assert job_of(fresh)[:2] == ("done", 2)


def test_a_job_without_its_worker_stays_as_it_is(fresh, visit):
    """The control: with no other worker and no sweeper nothing finishes it."""
    for name in ("beat", "worker0"):
        if name == "worker0":
            ask(visit("head-sample"), fresh)
            wait_until(lambda: job_of(fresh)[0] == "running", what="a running job")
        fresh.processes[name].kill()
    time.sleep(4)  # longer than the lease
    assert job_of(fresh)[:2] == ("running", 1)
    fresh.start_worker("worker0")
    fresh.start_beat()
    printed(fresh)


# ---------------------------------------------------------------- Redis


def test_with_redis_dead_the_page_answers_and_the_job_runs_later(fresh, visit):
    fresh.processes["redis"].kill()
    answers = [ask(visit("head-sample"), fresh, language=language) for language in ("th", "en")]
    assert [(one.status, one.seconds < AT_ONCE) for one in answers] == [(302, True)] * 2
    page = visit("head-sample").get(answers[0].location)
    assert page.status == 200
    assert fresh.rows("SELECT DISTINCT state, sent_at FROM reports_job") == [("queued", None)]
    fresh.start_redis()
    printed(fresh, 2)
    print(f"Redis dead: {max(one.seconds for one in answers):.2f} s")


def test_with_redis_frozen_the_page_answers_and_the_job_runs_later(fresh, visit):
    person = visit("head-sample")
    person.get("/")
    fresh.processes["redis"].send(signal.SIGSTOP)
    answers = [ask(person, fresh, language=language) for language in ("th", "en")]
    read = person.get("/")
    fresh.processes["redis"].send(signal.SIGCONT)
    assert [(one.status, one.seconds < AT_ONCE) for one in answers] == [(302, True)] * 2, answers
    assert read.seconds < AT_ONCE
    printed(fresh, 2)
    print(f"Redis frozen: {max(one.seconds for one in answers):.2f} s")


def test_what_an_emptied_redis_forgot_is_sent_again_and_done_once(fresh, visit):
    fresh.processes["worker0"].kill()
    for language in ("th", "en"):
        ask(visit("head-sample"), fresh, language=language)
    fresh.processes["redis"].kill()  # it keeps nothing: as FLUSHALL
    fresh.start_redis()
    fresh.rows("UPDATE reports_job SET sent_at = sent_at - interval '6 minutes'")  # the sweeper's patience
    wait_until(
        lambda: fresh.value("SELECT min(sent_at) > now() - interval '1 minute' FROM reports_job") is not None
    )
    fresh.start_worker("worker0")
    printed(fresh, 2)
    assert fresh.rows("SELECT DISTINCT attempts FROM reports_job") == [(1,)]


# ---------------------------------------------------------------- PostgreSQL


def test_while_postgresql_restarts_pages_say_so_and_then_go_on(fresh, visit):
    person = visit("arun")
    address = f"/entries/{fresh.known['entry']}/"
    form = fields_of(person.get(address).text, "entry-form") | {
        "obstacles": "พิมพ์ไว้ก่อนฐานข้อมูลล่ม",
        "then": "save",
    }
    fresh.processes["database"].kill()
    away = [person.get("/"), person.post(address, form), person.get("/login/")]
    assert [one.status for one in away[:2]] == [503, 503]
    assert all("Traceback" not in one.text for one in away)
    assert "พิมพ์ไว้ก่อนฐานข้อมูลล่ม" in away[1].text
    fresh.start_database()
    assert person.post(address, form).status == 302
    assert person.get("/").status == 200
    assert (
        fresh.value("SELECT obstacles FROM scorecards_entry WHERE id = %s", [fresh.known["entry"]])
        == form["obstacles"]
    )
    ask(visit("head-sample"), fresh)
    printed(fresh)


def test_while_postgresql_is_frozen_a_click_is_answered_and_what_was_typed_is_kept(fresh, visit):
    """Its machine still acknowledges every packet, so that nothing but a clock of our own ends the waiting."""
    person, newcomer = visit("arun"), visit("duangjai", "web1")
    address = f"/entries/{fresh.known['entry']}/"
    typed = {"obstacles": "พิมพ์ไว้ก่อนฐานข้อมูลค้าง", "then": "save"}
    form = fields_of(person.get(address).text, "entry-form") | typed
    with frozen(fresh.processes["database"]):
        away = [person.post(address, form), person.get("/"), newcomer.get("/")]
    assert [one.status for one in away] == [503] * 3
    # The old connection is tried first, then a new one.
    assert max(one.seconds for one in away) < 2 * SECONDS_FOR_THE_DATABASE + AT_ONCE
    assert typed["obstacles"] in away[0].text
    assert person.post(address, form).status == 302
    kept = "SELECT obstacles FROM scorecards_entry WHERE id = %s"
    assert fresh.value(kept, [fresh.known["entry"]]) == typed["obstacles"]
    print(f"PostgreSQL frozen: {', '.join(f'{one.seconds:.1f} s' for one in away)}")


# ---------------------------------------------------------------- many at once


def at_once(*works):
    """Run all at the same moment, in threads; what each returned or raised."""
    start, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        start.wait(20)
        try:
            found[place] = work()
        except (OSError, http.client.HTTPException) as fault:
            found[place] = fault

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_forty_who_save_one_field_one_is_told_saved(whole, visit):
    entry = whole.known["entry"]
    address = f"/entries/{entry}/"
    people = [visit("arun", f"web{number % 2}") for number in range(40)]
    form = fields_of(people[0].get(address).text, "entry-form") | {"then": "save"}

    def save(number):
        mine = form | {"remedies": f"คนที่ {number}", "request_key": uuid.uuid4().hex}
        return people[number].post(address, mine)

    found = at_once(*(lambda number=number: save(number) for number in range(40)))
    told = [number for number, one in enumerate(found) if one.status == 302]
    assert [one.status for one in found].count(409) == 39
    assert len(told) == 1
    assert whole.value("SELECT remedies FROM scorecards_entry WHERE id = %s", [entry]) == f"คนที่ {told[0]}"
    refused = next(one for one in found if one.status == 409)
    assert f"คนที่ {told[0]}" in refused.text  # both values are shown
    print(
        f"40 writers: 1 told saved, 39 shown both values, slowest {max(one.seconds for one in found):.2f} s"
    )


def test_without_the_version_all_forty_are_told_saved_and_39_are_lost(whole):
    """The control: the same crowd past the guard."""
    entry = whole.known["entry"]
    write = "UPDATE scorecards_entry SET remedies = %s WHERE id = %s"
    told = [f"คนที่ {number}" for number in range(40)]
    at_once(*(lambda text=text: whole.rows(write, [text, entry]) for text in told))
    kept = whole.value("SELECT remedies FROM scorecards_entry WHERE id = %s", [entry])
    assert [text for text in told if text == kept] == [kept]


def test_a_double_click_sends_once(whole, visit):
    card, name = whole.known["ready-0"], "head-0"
    people = [visit(name, f"web{number % 2}") for number in range(8)]
    form = {"declared": "on", "request_key": uuid.uuid4().hex}
    found = at_once(*(lambda one=one: one.post(f"/scorecards/{card}/submit", form) for one in people))
    assert [one.status for one in found] == [302] * 8
    assert whole.value("SELECT count(*) FROM scorecards_submission WHERE scorecard_id = %s", [card]) == 1


def test_a_storm_on_the_deadline_each_is_sent_once_or_told_why_not(whole, visit):
    numbers = range(1, 20)
    close = "UPDATE scorecards_round SET closes_at = clock_timestamp() + interval '%s' WHERE id = %%s"
    heads = [(n, visit(f"head-{n}", f"web{click}")) for n in numbers for click in (0, 1)]
    for _number, person in heads:
        person.get("/health/live")
    whole.rows(close % "0.3 second", [whole.known["round"]])

    def send(number, person):
        form = {"declared": "on", "request_key": f"storm-{number}-{whole.known['round']}"}
        return person.post(f"/scorecards/{whole.known[f'ready-{number}']}/submit", form)

    closed_at = whole.value("SELECT closes_at FROM scorecards_round WHERE id = %s", [whole.known["round"]])
    found = at_once(*(lambda one=one: send(*one) for one in heads))
    assert whole.value("SELECT count(*) FROM scorecards_submission WHERE submitted_at > %s", [closed_at]) == 0
    whole.rows(close % "12 days", [whole.known["round"]])
    assert {one.status for one in found} <= {302, 409}
    sent = 0
    for place, number in enumerate(numbers):
        told = 302 in {one.status for one in found[2 * place : 2 * place + 2]}
        rows = whole.value(
            "SELECT count(*) FROM scorecards_submission WHERE scorecard_id = %s",
            [whole.known[f"ready-{number}"]],
        )
        assert rows == told
        sent += rows
    assert whole.manage("verify_audit")
    print(f"storm: {sent} sent, {len(numbers) - sent} told that the round is closed")


# ---------------------------------------------------------------- clocks, disks


def test_a_web_machine_whose_clock_is_wrong_keeps_the_deadline_of_the_database(whole, visit):
    """An hour behind, it would still take what is late; the database's clock decides."""
    close = "UPDATE scorecards_round SET closes_at = clock_timestamp() + interval '%s' WHERE id = %%s"
    whole.rows(close % "-1 minute", [whole.known["round"]])
    whole.processes["web1"].kill()
    whole.start_web("web1", CLOCK_AHEAD="-3600")
    try:
        person = visit("duangjai", "web1")
        other = "SELECT id FROM scorecards_entry WHERE scorecard_id = %s"
        address = f"/entries/{whole.value(other, [whole.known['other']])}/"
        form = fields_of(person.get(address).text, "entry-form")
        late = person.post(address, form | {"obstacles": "สายไปแล้ว", "then": "save"})
        assert late.status == 409
        whole.rows(close % "12 days", [whole.known["round"]])
        in_time = person.post(address, form | {"obstacles": "ทันเวลา", "then": "save"})
        assert in_time.status == 302  # the control: the same form, before the deadline
    finally:
        whole.rows(close % "12 days", [whole.known["round"]])
        whole.processes["web1"].kill()
        whole.start_web("web1")


@pytest.mark.skipif(
    os.geteuid() != 0, reason="a full disk of its own needs a mount; test_full.py shows it without"
)
def test_a_full_disk_refuses_an_upload_with_a_sentence_and_leaves_nothing(whole, visit, tmp_path):
    folder = whole.place / "var" / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    if os.system(f"mount -t tmpfs -o size=64k tmpfs {folder}"):
        pytest.skip("this system mounts nothing")
    try:
        before = whole.value("SELECT count(*) FROM evidence_evidence")
        address = f"/evidence/entries/{whole.known['entry']}/step1/"
        large = {"files": ("ใหญ่.txt", "ผล\n".encode() * 30_000)}
        told = visit("arun").post(address, files=large, **{"HX-Request": "true"})
        assert told.status == 200
        assert "There is no room left for files" in told.text or "ไม่มีที่ว่างสำหรับไฟล์" in told.text
        assert [path for path in folder.rglob("*") if path.is_file()] == []
        assert whole.value("SELECT count(*) FROM evidence_evidence") == before
        small = visit("arun").post(address, files={"files": ("เล็ก.txt", "ผล\n".encode())})
        assert small.status in {200, 302}
        assert whole.value("SELECT count(*) FROM evidence_evidence") == before + 1
    finally:
        os.system(f"umount {folder}")


def test_a_store_that_lies_is_found_out(whole, visit):
    address = f"/evidence/entries/{whole.known['entry']}/step2/"
    keys = []
    for name in ("พลิกบิต", "หาย", "ขาด"):
        visit("arun").post(address, files={"files": (f"{name}.txt", f"{name} ผลงาน\n".encode() * 100)})
        keys.append(whole.value("SELECT id::text FROM evidence_evidence ORDER BY uploaded_at DESC LIMIT 1"))
    good = [visit("arun").get(f"/evidence/{key}/") for key in keys]
    assert [one.status for one in good] == [200] * 3  # the control
    flipped, gone, cut = (whole.place / "var" / "evidence" / key[:2] / key[2:4] / key for key in keys)
    content = bytearray(flipped.read_bytes())
    content[10] ^= 1
    for path in (flipped, cut):
        path.chmod(0o600)
    flipped.write_bytes(content)
    gone.unlink()
    os.truncate(cut, 100)
    assert [visit("arun").get(f"/evidence/{key}/").status for key in keys] == [409] * 3
    with pytest.raises(RuntimeError) as said:
        whole.manage("verify_evidence")
    assert all(key in str(said.value) for key in keys)
