"""Pages as ratios to a bare page (session, user, one query): a form of 20 indicators with 10 criteria each, filled in.

    .venv/bin/python -m benchmarks.pages [--busy]

Everything goes through Django's test client on a database of its own, without the instruments that tests put into
templates. In processor time, each page in turns with the bare one (for saving: with a bare save, one row locked and
written in a transaction), the median of TRIES. "Empty" is the product's frame with its menu and nothing in it: what
every page pays before it begins. With --busy also the 95th percentile of pages in seconds of the clock while two
processes set PDFs at the priority of workers, against the same without them, in turns.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from functools import partial
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext, get_runner, override_settings
from django.urls import path

from benchmarks.dashboards import bare
from benchmarks.review_queue import large_form
from config.urls import urlpatterns as product
from reports.record import build_record
from scorecards import workflow
from scorecards.answering.forms import EntryForm
from scorecards.models import Entry
from scorecards.reviewing import review
from tests.reports.conftest import make_sample
from tests.world import changes, make_world

TRIES, BUSY_TRIES = 25, 150
BUSY = """
import json, os, sys, django
django.setup()
from reports.pdf import print_record
os.nice(19)
record = json.load(sys.stdin)
print("ready", flush=True)
while True:
    print_record(record)
"""


@login_required
def bare_save(request):
    """One row locked and written."""
    with transaction.atomic():
        entry = Entry.objects.select_for_update().get(pk=int(request.POST["pk"]))
        entry.remark = request.POST["value"]
        entry.save(update_fields=["remark"])
    return HttpResponse("saved")


@login_required
def empty(request):
    return render(request, "base.html")


urlpatterns = [path("bare/", bare), path("bare/save", bare_save), path("empty/", empty), *product]


def make_cards():
    """The world with one card that is being filled in and one under review."""
    world = make_world(document=large_form())
    answers = {f"c{one}": "yes" if one % 3 else "no" for one in range(10)}
    for card, people in ((world.card, (world.arun, world.busaba)), (world.other, (world.duangjai, world.ek))):
        for entry in card.entries.all():
            workflow.save_entry(
                entry, actor=people[0], changes=changes(answers, actions_taken="ดำเนินการ " * 30)
            )
    for entry in world.other.entries.all():
        workflow.propose(entry, actor=world.duangjai)
        workflow.endorse(entry, actor=world.ek)
    workflow.submit(world.other, actor=world.fah, declared=True)
    review.begin_review(world.other, actor=world.kamon)
    return world


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(entry) -> dict:
    """What the indicator's page sends when it is sent as it stands."""
    form = EntryForm(entry=Entry.objects.select_related("indicator", "scorecard__round").get(pk=entry.pk))
    return {field.name: str(field.value() or "") for field in form}


def sent_by(client, address, fields):
    """A form as the browser sends it: the test client's own encoding is that of forms with files, which costs a
    fifth of a preview."""
    encoded = {"content_type": "application/x-www-form-urlencoded"}
    return partial(client.post, address, urlencode(fields), **encoded)


def works(world) -> dict:
    """{name: (what it may cost of the bare one, the work, the bare work)}; a work is made ready, then measured."""
    collector, reviewer, observer = (signed_in(one) for one in (world.arun, world.kamon, world.cho))
    entry, sent = world.card.entries.first(), world.other.entries.first()
    here, there = f"/entries/{entry.pk}/", f"/review/{world.other.pk}/{sent.indicator.code}/"
    turn = iter(range(10**6))

    def page(client, address):
        return lambda: partial(client.get, address)

    def save():
        return sent_by(collector, f"{here}save", typed(entry) | {"actions_taken": f"{next(turn)}"})

    def bare_saving():
        return sent_by(collector, "/bare/save", {"pk": entry.pk, "value": f"{next(turn)}"})

    plain = page(collector, "/bare/")
    return {
        "empty page": (None, page(collector, "/empty/"), plain),
        "my work": (3, page(collector, "/"), plain),
        "SAR card, being filled in": (3, page(collector, f"/scorecards/{world.card.pk}/"), plain),
        "SAR card, sent": (3, page(reviewer, f"/scorecards/{world.other.pk}/"), plain),
        "indicator": (3, page(collector, here), plain),
        "live preview": (2, lambda: sent_by(collector, f"{here}preview", typed(entry)), plain),
        "review": (3, page(reviewer, there), plain),
        "dashboard": (8, page(observer, "/dashboards/heat/"), plain),
        "save with its event": (2, save, bare_saving),
    }


def seconds(work) -> float:
    began = time.process_time()
    answer = work()
    taken = time.process_time() - began
    assert answer.status_code == 200, answer.status_code
    return taken


def measure(found) -> int:
    """Print each ratio with its queries; returns how many miss their goal."""
    missed = 0
    for name, (goal, work, plain) in found.items():
        seconds(work()), seconds(plain())
        turns = [(seconds(plain()), seconds(work())) for _try in range(TRIES)]
        base, taken = (statistics.median(one[which] for one in turns) for which in (0, 1))
        ready = work()
        with CaptureQueriesContext(connection) as queries:
            ready()
        ratio = taken / base
        missed += bool(goal and ratio > goal)
        print(f"  {taken * 1000:6.1f} ms {ratio:5.1f} × bare ({base * 1000:.1f} ms), goal {goal or '–'}; "
              f"{len(queries):2} queries  {name}")  # fmt: skip
    return missed


def measure_busy(found) -> None:
    """Print the 95th percentile of pages beside two busy workers over that without them, in turns."""
    record = json.dumps(build_record(make_sample("sdo-2562").scorecard))
    quiet, busy = [], []
    for _turn in range(3):
        quiet += clock_of(found)
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _worker in range(2)
        ]
        for one in workers:
            one.stdin.write(record)
            one.stdin.close()
        for one in workers:
            one.stdout.readline()
        busy += clock_of(found)
        for one in workers:
            one.kill()
            one.wait()
    alone, beside = (statistics.quantiles(one, n=20)[-1] for one in (quiet, busy))
    print(
        f"  page p95 {beside * 1000:.1f} ms beside two busy workers, {alone * 1000:.1f} ms alone: {beside / alone:.2f}"
    )


def clock_of(found) -> list[float]:
    _goal, work, _plain = found["indicator"]
    taken = []
    for _try in range(BUSY_TRIES):
        ready, began = work(), time.perf_counter()
        ready()
        taken.append(time.perf_counter() - began)
        time.sleep(0.01)  # as between people's clicks: the page is not the only one that wants the processor
    return taken


@override_settings(ROOT_URLCONF="benchmarks.pages", ALLOWED_HOSTS=["testserver"])
def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--busy", action="store_true")
    busy = options.parse_args().busy
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        found = works(make_cards())
        missed = measure(found)
        if busy:
            measure_busy(found)
        return int(missed > 0)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    raise SystemExit(main())
