"""A year book on real workers: documents a minute on one and on two, memory of a worker, what a second run costs.

    .venv/bin/python -m benchmarks.batch [AGENCIES]          (343 without a number)

While it is made somebody else asks for single reports one after another; the longest wait is told. The second run asks
for the same book again: nothing is set and nothing is bound. Everything runs on a database and a queue of files of its
own: the workers are Celery's, as in the demo.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import get_runner, setup_test_environment

from reports import batches, jobs
from reports.models import Batch, BatchFile, BatchItem, Document, Download, Job
from scorecards.models import Agency, Membership, Scorecard
from scorecards.states import Role
from tests.reports import samples

FORM = "sdo-2562"
OTHERS, EVERY = 10, 15  # single reports beside a batch, one after another with so many seconds between
WORKER_SETTINGS = """
import os
from tests.settings import *
DATABASES["default"]["NAME"] = os.environ["DATABASE_UNDER_TEST"]
"""


def make_agencies(count):
    """So many published scorecards of one form; returns them with a chief reviewer who sees all."""
    framework, document = samples.form(FORM)
    cards = []
    for number in range(count):
        agency, people = samples.office(f"bench-{number}")
        card = samples.blank_scorecard(agency, framework)
        samples.published(samples.sent(card, document, people), document)
        cards.append(card)
    central, _people = samples.office("bench-opdc", kind=Agency.Kind.CENTRAL)
    chief, _made = User.objects.get_or_create(username="bench-chief")
    Membership.objects.create(user=chief, agency=central, role=Role.CHIEF)
    return cards, chief, document


def start_workers(count):
    place = settings.VAR_DIR
    (place / "worker_settings.py").write_text(WORKER_SETTINGS)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "worker_settings",
        "DATABASE_UNDER_TEST": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": os.pathsep.join([str(settings.BASE_DIR), str(place)]),
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "config",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "ERROR",
    ]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname"]
    log = (place / "worker.log").open("ab")
    return [
        subprocess.Popen(
            [*command, *quiet, f"bench@{number}"], cwd=place, env=environment, stdout=log, stderr=log
        )
        for number in range(count)
    ]


def megabytes_of(worker) -> int:
    """The worker's own memory now."""
    for line in Path(f"/proc/{worker.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


class Singles:
    """Somebody else who wants one report now and then while the batch is made: how long each one took."""

    def __init__(self, cards, actor):
        self.cards, self.actor = list(cards), actor
        self.waits: list[float] = []
        self.asked = None

    def look(self, begun: bool):
        """Note a report that is there; ask for the next one, at most one every EVERY seconds."""
        now = time.perf_counter()
        if self.asked and Job.objects.get(pk=self.asked[0].pk).state == "done":
            self.waits.append(now - self.asked[1])
            self.asked, self.since = None, now
        elif begun and not self.asked and self.cards and (not self.waits or now - self.since > EVERY):
            self.asked = jobs.request_report(self.cards.pop(), actor=self.actor), now

    def __str__(self):
        if not self.waits:
            return "no single report was asked for"
        most, middle = max(self.waits), statistics.median(self.waits)
        return f"{len(self.waits)} single reports waited {middle:.1f} s, at most {most:.1f} s"


def run(title, cards, chief, workers, *, others=()):
    """One batch from asking to the finished files; tells what it took."""
    began, memory = time.perf_counter(), {}
    set_before, singles = Document.objects.count(), Singles(others, chief)
    batch = batches.start(cards, actor=chief, wanted=batches.Wanted("official"), title="year book")
    made = None
    while Batch.objects.get(pk=batch.pk).is_live:
        done = batch.items.filter(state="done").count()
        made = made or (time.perf_counter() if done == len(cards) else None)
        for mark in (5, 50):
            if done >= mark and mark not in memory:
                memory[mark] = [megabytes_of(worker) for worker in workers]
        singles.look(done > 0)
        time.sleep(0.05)
    seconds, end = time.perf_counter() - began, Batch.objects.get(pk=batch.pk).state
    documents = Document.objects.count() - set_before - len(singles.waits)
    print(
        f"{title}: {end}, {documents} of {len(cards)} set, {seconds:.2f} s in all, "
        f"{60 * len(cards) / seconds:.0f} a minute, of it putting together {began + seconds - (made or began):.2f} s"
    )
    peak = [megabytes_of(worker) for worker in workers]
    print(f"  memory of a worker, MiB: {memory} at the end {peak}; {singles}", flush=True)
    return seconds


def forget_everything():
    """As if no report had ever been made."""
    for model in (Download, BatchFile, BatchItem, Batch, Job, Document):
        model.objects.all().delete()
    shutil.rmtree(settings.REPORTS_DIR, ignore_errors=True)


def change(cards, document):
    """These agencies send and publish once more."""
    for card in cards:
        people = {Role.HEAD: User.objects.get(username=f"head-{card.agency.code}")}
        submission = samples.sent(card, document, people, number=2)
        publication = card.publications.get()
        facts = {
            "number": 2,
            "submission": submission,
            "scored": publication.scored,
            "content": publication.content,
        }
        facts |= {"approved_by": publication.approved_by, "published_by": publication.published_by}
        card.publications.create(**facts, content_hash="0" * 64, published_at=publication.published_at)


def measure(count):
    cards, chief, document = make_agencies(count + OTHERS)
    others, cards = cards[count:], cards[:count]
    took = {}
    for number in (1, 2):
        forget_everything()
        workers = start_workers(number)
        time.sleep(5)
        took[number] = run(f"{number} worker(s), everything new", cards, chief, workers, others=others)
        if number == 2:
            unchanged = run("  nothing changed", cards, chief, workers)
            change(Scorecard.objects.filter(pk__in=[card.pk for card in cards[:10]]), document)
            run("  10 changed", cards, chief, workers)
            print(f"unchanged / new: {100 * unchanged / took[2]:.2f} %")
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()
    print(f"two workers / one: {took[1] / took[2]:.2f} times")


def main():
    setup_test_environment()
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else 343)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
