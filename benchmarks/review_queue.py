"""The reviewers' queue and the assigning of reviewers for 343 agencies with 20 indicators each, against 10 agencies.

    .venv/bin/python -m benchmarks.review_queue

Everything goes through Django's test client on a database of its own; the median of five tries each.
"""

import os
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, get_runner, setup_test_environment

from indicators.documents import read_framework_file
from indicators.publishing import load_framework, publish
from scorecards.models import ReviewAssignment
from scorecards.review_assigning import share_out, take_away
from tests.world import make_world, sent_by_others

TRIES = 5


def large_form() -> dict:
    """Twenty indicators of ten criteria."""
    return read_framework_file("moi-ict-2556") | {"code": "large", "extract": True, "assumptions": [], "components": [
        {"code": "c", "name": {"th": "องค์ประกอบ"}, "weight": "100", "indicators": [
            {"code": f"1.{number}", "name": {"th": f"ตัวชี้วัด {number}"}, "weight": "5", "rubric": {
                "kind": "checklist", "key": "all", "title": {"th": "ทั้งหมด"}, "children": [
                    {"kind": "check", "key": f"c{one}", "title": {"th": f"ประเด็น {one}"}, "points": "1"}
                    for one in range(10)],
                "levels": [{"at": str(at * 2), "score": str(at)} for at in range(1, 6)], "floor": "1"}}
            for number in range(1, 21)]}]}  # fmt: skip


def measured(world, name, address):
    client = Client()
    client.force_login(getattr(world, name))
    seconds = []
    for _try in range(TRIES):
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        seconds.append(time.perf_counter() - began)
    print(f"  {statistics.median(seconds) * 1000:6.0f} ms {len(queries):3} queries  {name} {address}")


def main():
    setup_test_environment()
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        world = make_world()
        framework = publish(load_framework(large_form()), actor=world.chawi)
        cards = []
        for more in (10, 333):
            cards += sent_by_others(world, more, framework=framework)
            print(f"{len(cards)} agencies, {len(cards) * 20} indicators")
            entries = [card.entries.first() for card in cards]
            ReviewAssignment.objects.bulk_create(
                [
                    ReviewAssignment(entry=one, reviewer=world.khwan, assigned_by=world.chan)
                    for one in entries
                ],
                ignore_conflicts=True,
            )
            for name in ("khamron", "khwan"):
                for address in ("", "?assigned=nobody&days=0&order=agency", "?form=large&indicator=1.7"):
                    measured(world, name, f"/review/{address}")
            measured(world, "khamron", "/review/assign/")
            facts = {"reviewers": [world.kamon, world.khwan], "actor": world.khamron}
            for verb in (share_out, share_out, take_away):
                began = time.perf_counter()
                done = verb(cards, **facts)
                print(f"  {time.perf_counter() - began:6.2f} s  {verb.__name__}: {done.scorecards} changed")
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
