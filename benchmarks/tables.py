"""The tables of 343 agencies with 20 indicators each, all published, against 10 agencies.

    .venv/bin/python -m benchmarks.tables

Everything is made from rows in a database of its own; the best of three tries each.
"""

import os
import resource
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.test.utils import get_runner, setup_test_environment

from benchmarks.review_queue import large_form
from indicators.frozen import framework_tree
from indicators.publishing import load_framework, publish
from indicators.scoring import node_document, score_framework
from reports.agency_tables import Choice, agency_tables, cards_of
from reports.table_files import as_csv, as_json
from reports.workbooks import as_workbook
from scorecards.models import Publication, Submission
from tests.world import make_world, sent_by_others

TRIES = 3
CHOICE = Choice("large", 2556, 12)


def scored(framework, no: int) -> dict:
    """The record of an agency that denies every criterion from number `no` on."""
    answers = {f"c{one}": {"value": "yes" if one < no else "no"} for one in range(10)}
    every = {f"1.{number}": answers for number in range(1, 21)}
    return node_document(score_framework(framework_tree(framework), every, round=12))


def published(world, framework, cards):
    """Records for these scorecards, as rows."""
    known = [scored(framework, no) for no in range(3, 10)]
    for place, card in enumerate(cards):
        submission = Submission.objects.create(
            scorecard=card, number=2, framework_hash=framework.content_hash, content={"answers": {}},
            scored=known[place % 7], submitted_by=world.fah, submitted_at=world.round.opens_at,
        )  # fmt: skip
        Publication.objects.create(
            scorecard=card, submission=submission, number=1, content={"answers": {}, "rulings": {}},
            scored=known[(place + 1) % 7], approved_by=world.khamron, published_by=world.chan,
            published_at=world.round.opens_at,
        )  # fmt: skip


def measured(world):
    for derivations in (False, True):
        for name, made in (("xlsx", as_workbook), ("json", lambda tables: as_json(tables, language="th")),
                           ("csv", lambda tables: as_csv(tables[4]))):  # fmt: skip
            tries = []
            for _try in range(TRIES):
                began = time.process_time()
                tables = agency_tables(
                    cards_of(world.cho, CHOICE), CHOICE, language="th", derivations=derivations
                )
                read = time.process_time()
                data = made(tables)
                tries.append((time.process_time() - began, read - began, len(data)))
            whole, reading, size = min(tries)
            rows = sum(len(one.rows) for one in tables)
            print(f"  {whole:5.2f} s ({reading:.2f} s reading) {size / 1e6:5.1f} MB {rows:6} rows  {name}"
                  f"{' with derivations' if derivations else ''}")  # fmt: skip
    print(f"  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB at most")


def main():
    setup_test_environment()
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        world = make_world()
        framework = publish(load_framework(large_form()), actor=world.chawi)
        total = 0
        for more in (10, 333):
            cards = sent_by_others(world, more, framework=framework)
            published(world, framework, cards)
            total += more
            print(f"{total} agencies, {total * 20} indicators")
            measured(world)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
