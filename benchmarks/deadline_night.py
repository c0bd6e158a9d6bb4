"""Deadline night: 200 officials and 20 reviewers at their pages, everything on one machine.

    python -m benchmarks.deadline_night [--minutes 10] [--kills]

Starts a PostgreSQL that waits for its disk, a Redis, three web processes, two workers and beat, and lets everybody
work over HTTP with sessions of their own, thinking two to five seconds between two clicks: collectors open, preview,
save and attach, supervisors and heads read, twenty heads send, reviewers rule, PDFs are asked for all the while. Every
save that was acknowledged is written into a ledger; at the end the ledger is compared with the database.

With --kills a web process, a worker or Redis is killed every few seconds and started again. Requests then fail, and
waiting times promise nothing; the ledger must still be equal. A save whose answer was lost may be there or not.

Prints the time of each kind of request, and the processor time of each kind of process, which a busy machine changes
less. Exits with 1 when a promise is not kept: p95 under one second, no error, ledger and database equal, chains whole.
"""

import argparse
import http.client
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.running import Installation, wait_until
from tests.faults.visiting import Visitor, fields_of

AIM = 1.0
REFUSED = re.compile(r'id="refused-title".*?<li>(.*?)</li>', re.DOTALL)
THINKING = (2.0, 5.0)
ROLES = {"collector": 120, "supervisor": 40, "head": 20, "sender": 20, "reviewer": 20}
FILL = "import json\nfrom benchmarks.deadline_data import fill_night\nprint(json.dumps(fill_night()))"


@dataclass
class Night:
    """What happens and what came of it. Lists only grow, so that threads need no lock."""

    installation: Installation
    ends: float
    times: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    saved: dict[tuple[int, str], str] = field(default_factory=dict)  # (entry, field) → text
    ruled: dict[tuple[int, str], str] = field(default_factory=dict)  # (submission, criterion) → reason
    files: list[tuple[int, str]] = field(default_factory=list)  # (entry, name)
    sent: list[int] = field(default_factory=list)  # scorecards
    refused: Counter = field(default_factory=Counter)
    unsure: set[str] = field(default_factory=set)  # texts whose answer was lost
    killed: Counter = field(default_factory=Counter)
    web: int = 0
    before: Counter = field(default_factory=Counter)

    def visitor(self, name: str) -> Visitor:
        """A person at the next web process, as a balancer would have it."""
        self.web += 1
        port = self.installation.ports[f"web{self.web % self.installation.webs}"]
        return Visitor(port, self.installation.sessions[name])

    def spent(self) -> dict[str, float]:
        """Processor time so far by kind of process, the people's own among them."""
        found: Counter = Counter(people=time.process_time())
        for name, process in self.installation.processes.items():
            found[name.rstrip("0123456789")] += process.processor_seconds()
        found.subtract(self.before)
        return dict(found)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.ends


class Person:
    """One person who thinks between two clicks."""

    def __init__(self, night: Night, name: str, facts: dict, seed: int):
        self.night, self.visitor, self.facts = night, night.visitor(name), facts
        self.name, self.chance = name, random.Random(seed)

    def think(self) -> None:
        until = min(time.monotonic() + self.chance.uniform(*THINKING), self.night.ends)
        time.sleep(max(0.0, until - time.monotonic()))

    def ask(self, kind: str, method, *what, expected=(200,), **more):
        """One click: its time, and an error unless the answer is one that is expected. None when there was none."""
        self.think()
        if self.night.is_over:
            return None
        try:
            answer = method(*what, **more)
        except (OSError, http.client.HTTPException) as fault:
            self.night.errors.append(f"{kind}: {type(fault).__name__} {fault}")
            return None
        self.night.times.append((kind, answer.seconds))
        if answer.status not in expected:
            said = REFUSED.search(answer.text)
            self.night.errors.append(f"{kind}: {answer.status} {what[0]} {said[1] if said else ''}")
            return None
        return answer

    def get(self, kind: str, address: str):
        return self.ask(kind, self.visitor.get, address)

    def post(self, kind: str, address: str, fields=(), *, expected=(302,), **more):
        return self.ask(kind, self.visitor.post, address, fields, expected=expected, **more)

    def work(self) -> None:
        """One turn after the other until the night is over; whoever comes begins at a moment of their own."""
        time.sleep(self.chance.uniform(0, THINKING[1]))
        while not self.night.is_over:
            self.turn()


class Collector(Person):
    """Opens one of the own indicators, writes, sees the score move, has it saved, attaches a file now and then."""

    def turn(self):
        entry = self.chance.choice(self.facts["entries"])
        address = f"/entries/{entry}/"
        page = self.get("open an indicator", address)
        if page is None:
            return
        form = fields_of(page.text, "entry-form")
        text = f"น้ำท่วม {uuid.uuid4().hex}"
        form |= {"obstacles": text}
        self.post("preview the score", f"{address}preview", form, expected=(200,), **{"HX-Request": "true"})
        done = self.post("save", address, form | {"then": "save"}, expected=(302, 409))
        if done is not None and done.status == 302:
            self.night.saved[entry, "obstacles"] = text
        elif done is not None:
            self.night.refused["save"] += 1
        else:
            self.night.unsure.add(text)
        criteria = [name.removeprefix("note.") for name in form if name.startswith("note.")]
        if criteria and self.chance.random() < 0.25:
            self.attach(entry, self.chance.choice(criteria))

    def attach(self, entry, criterion):
        name = f"หลักฐาน {uuid.uuid4().hex}.txt"
        content = f"{name}\n".encode() * self.chance.randrange(10, 20_000)
        address = f"/evidence/entries/{entry}/{criterion}/"
        files, headers = {"files": (name, content)}, {"HX-Request": "true"}
        done = self.post("attach a file", address, files=files, expected=(200,), **headers)
        if done is not None and name in done.text and 'class="error"' not in done.text:
            self.night.files.append((entry, name))


class Reader(Person):
    """A supervisor or head: own work, the scorecard, an indicator, what is missing."""

    def turn(self):
        self.get("my work", "/")
        self.get("the scorecard", f"/scorecards/{self.facts['card']}/")
        self.get("open an indicator", f"/entries/{self.chance.choice(self.facts['entries'])}/")
        self.get("what is missing", f"/scorecards/{self.facts['card']}/missing")


class Sender(Reader):
    """A head who sends in the middle of the night, clicking twice, and has the receipt and the report printed."""

    def work(self):
        time.sleep(self.chance.uniform(0, max(0.0, self.night.ends - time.monotonic()) * 0.7))
        card = self.facts["card"]
        self.get("what is missing", f"/scorecards/{card}/missing")
        form = {"declared": "on", "request_key": uuid.uuid4().hex}
        for _click in range(2):
            if self.post("send", f"/scorecards/{card}/submit", form) is not None:
                self.night.sent.append(card)
        while not self.night.is_over:
            self.turn()
            language = self.chance.choice(["th", "en"])
            self.post("ask for a PDF", f"/reports/scorecards/{card}/", {"language": language})


class Reviewer(Person):
    """Opens what was sent, changes an answer with a reason, reads the queue."""

    def turn(self):
        self.get("the queue", "/review/")
        address = f"/review/{self.facts['card']}/{self.facts['code']}/"
        page = self.get("open for review", address)
        if page is None:
            return
        form, reason = fields_of(page.text, "review-form"), f"เอกสารไม่ครบ {uuid.uuid4().hex}"
        step = self.chance.choice(["step1", "step2", "step3"])
        form |= {
            f"decision.{step}": "change",
            f"value.{step}": "no",
            f"reason.{step}": reason,
            "then": "save",
        }
        if self.post("rule", address, form) is not None:
            self.night.ruled[self.facts["submission"], step] = reason
        else:
            self.night.unsure.add(reason)


KINDS = {
    "collector": Collector, "supervisor": Reader, "head": Reader, "sender": Sender, "reviewer": Reviewer,
}  # fmt: skip


def start(installation: Installation) -> None:
    """Everything of a night, filled."""
    installation.known = installation.run(FILL)
    installation.sign_everybody_in()
    for name in installation.web_names:
        installation.start_web(name)
    for name in installation.worker_names:
        installation.start_worker(name)
    installation.start_beat()


def kill_at_random(night: Night) -> None:
    """Every few seconds something dies and is started again a little later."""
    chance, all_names = (
        random.Random(),
        [*night.installation.web_names, *night.installation.worker_names, "redis"],
    )
    while time.monotonic() < night.ends - 15:
        time.sleep(chance.uniform(2, 6))
        name = chance.choice(all_names)
        night.installation.processes[name].kill()
        night.killed[name.rstrip("0123456789")] += 1
        if name == "redis":
            night.installation.start_redis()
        elif name.startswith("web"):
            night.installation.start_web(name)
        else:
            night.installation.start_worker(name)


def spend(installation: Installation, minutes: float, *, kills: bool = False) -> Night:
    """The night itself."""
    night = Night(installation, time.monotonic() + minutes * 60)
    night.before = Counter(night.spent())
    people = [
        KINDS[one["kind"]](night, one["name"], one, seed)
        for seed, one in enumerate(installation.known["people"])
    ]
    threads = [threading.Thread(target=person.work) for person in people]
    for thread in threads:
        thread.start()
    if kills:
        kill_at_random(night)
    for thread in threads:
        thread.join()
    return night


# ---------------------------------------------------------------- the ledger


def compare(night: Night) -> list[str]:
    """Every acknowledged write that the database does not hold, and everything that is there twice."""
    rows = night.installation.rows
    wrong = []
    held = dict(rows("SELECT id, obstacles FROM scorecards_entry"))
    wrong += [
        f"save of entry {one[0]} is lost"
        for one, text in night.saved.items()
        if held[one[0]] != text and held[one[0]] not in night.unsure
    ]
    reasons = {
        (s, k): r for s, k, r in rows("SELECT submission_id, criterion_key, reason FROM scorecards_ruling")
    }
    wrong += [
        f"ruling {key} is lost"
        for key, reason in night.ruled.items()
        if reasons.get(key) not in {reason, *night.unsure}
    ]
    files = Counter(rows("SELECT entry_id, name FROM evidence_evidence"))
    wrong += [f"file {one} is there {files[one]} times" for one in night.files if files[one] != 1]
    sent = dict(rows("SELECT scorecard_id, count(*) FROM scorecards_submission GROUP BY 1"))
    wrong += [
        f"scorecard {card} was sent {sent.get(card)} times" for card in set(night.sent) if sent.get(card) != 1
    ]
    wait_until(
        lambda: not rows("SELECT 1 FROM reports_job WHERE state IN ('queued', 'running')"), 300, what="PDFs"
    )
    wrong += [
        f"a PDF failed: {reason}"
        for (reason,) in rows("SELECT reason FROM reports_job WHERE state = 'failed'")
    ]
    for command in ("verify_audit", "verify_evidence"):
        try:
            night.installation.manage(command)
        except RuntimeError as said:
            wrong.append(str(said))
    return wrong


def report(night: Night, minutes: float, load: str) -> float:
    """Print the figures; returns the p95 of all requests in seconds."""
    kinds = defaultdict(list)
    for kind, seconds in night.times:
        kinds[kind].append(seconds)
    print(
        f"{sum(ROLES.values())} people, {minutes:g} minutes, {len(night.times)} requests; load before: {load}"
    )
    print(f"{'':24}{'n':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}")
    for kind, found in [*sorted(kinds.items()), ("all", [seconds for _kind, seconds in night.times])]:
        cuts = statistics.quantiles(found, n=100) if len(found) > 1 else found * 99
        print(f"{kind:24}{len(found):7}{cuts[49]:8.3f}{cuts[94]:8.3f}{cuts[98]:8.3f}{max(found):8.3f}")
    jobs = night.installation.value("SELECT count(*) FROM reports_job WHERE state = 'done'")
    print(f"ledger: {len(night.saved)} fields, {len(night.ruled)} rulings, {len(night.files)} files,"
          f" {len(set(night.sent))} sent twice over; {jobs} PDFs; refused as stale: {dict(night.refused)}")  # fmt: skip
    for part, seconds in sorted(night.spent().items()):
        used, each = seconds / (minutes * 60), 1000 * seconds / len(night.times)
        print(f"processor of {part:14}{used:6.2f} cores{each:8.1f} ms a request")
    return statistics.quantiles([seconds for _kind, seconds in night.times], n=100)[94]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kills", action="store_true")
    asked = parser.parse_args()
    minutes = min(asked.minutes, 60.0)
    with tempfile.TemporaryDirectory(prefix="night-", ignore_cleanup_errors=True) as place:
        settings = "from config.settings import *\n"
        with Installation(Path(place), webs=3, workers=2, durable=True, settings=settings) as installation:
            start(installation)
            load = " ".join(f"{one:.1f}" for one in os.getloadavg())
            night = spend(installation, minutes, kills=asked.kills)
            p95 = report(night, minutes, load)
            wrong = compare(night)
    for line in [*night.errors[:20], *wrong[:20]]:
        print(line)
    print(f"killed: {dict(night.killed)}, answers lost on the way: {len(night.unsure)}")
    print(f"errors: {len(night.errors)}, ledger differs in: {len(wrong)}, p95 {p95:.3f} s (aim {AIM:g} s)")
    return int(bool(wrong) if asked.kills else bool(night.errors or wrong or p95 > AIM))


if __name__ == "__main__":
    sys.exit(main())
