"""The reviewers' queue and the assigning of reviewers: 343 agencies with 20 indicators each against 10 agencies.

    python -m benchmarks.review_queue

Everything goes through Django's test client, on a test database of its own beside that of the settings (set
DATABASE_URL for PostgreSQL). Each submission carries 200 answers and 40 KB of prose. Three people ask: a chief, a
reviewer of whole scorecards and one of single indicators. A queue of 10 agencies and one of 343 are measured in turns,
and the ratio is between the quickest of all tries: the machine is shared. The 343 fill a page of the queue, the 10 do
not, so a ratio above 1 is the price of the lines that are shown and of the agencies to choose from, not of the lines
that are on other pages. Exits with 1 above the aim of 1.5.
"""

import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, get_runner, setup_test_environment

from indicators.documents import read_framework_file
from indicators.publishing import load_framework, publish
from scorecards.models import ReviewAssignment, Ruling, Scorecard
from scorecards.reviewing.review_assigning import share_out, take_away
from tests.world import make_world, sent_by_others

TURNS, TRIES, FEW, MANY, AIM = 4, 5, 10, 343, 1.5
ASSIGN = "/review/assign/"
ADDRESSES = [
    "/review/",
    "/review/?order=agency",
    "/review/?form=large&days=0&assigned=me",
    "/review/?form=large&indicator=1.1",
    "/review/?form=large&indicator=1.7&order=agency",
]


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


def content() -> dict:
    """What an agency sends: 200 answers and 2 KB of prose for each indicator."""
    codes = [f"1.{number}" for number in range(1, 21)]
    answers = {f"c{one}": {"value": "yes"} for one in range(10)}
    return {
        "answers": dict.fromkeys(codes, answers),
        "narrative": {code: {"actions_taken": "ดำเนินการตามแผน " * 40} for code in codes},
    }


def grow(world, cards, more, framework):
    """So many agencies more; กมล has the whole of each, ขวัญ one indicator of each, half of the first is ruled on."""
    new = sent_by_others(world, more, framework=framework, content=content())
    whole = Scorecard.reviewers.through
    whole.objects.bulk_create(whole(scorecard=card, user=world.kamon) for card in new)
    entries = [card.entries.first() for card in new]
    ReviewAssignment.objects.bulk_create(
        ReviewAssignment(entry=one, reviewer=world.khwan, assigned_by=world.chan) for one in entries
    )
    Ruling.objects.bulk_create(
        Ruling(submission=card.submissions.get(), indicator=entry.indicator, criterion_key=f"c{number}",
               decision="agree", reviewer=world.kamon)
        for card, entry in zip(new, entries, strict=True) for number in range(5)
    )  # fmt: skip
    cards += new
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what autovacuum does by itself within a minute


def measure(world, found: dict) -> None:
    """Put into {(name, address): (milliseconds, queries)} what is quicker than before."""
    for name in ("khamron", "kamon", "khwan"):
        client = Client()
        client.force_login(getattr(world, name))
        for address in ADDRESSES + ([ASSIGN] if name == "khamron" else []):
            seconds = []
            for _try in range(TRIES):
                began = time.perf_counter()
                assert client.get(address).status_code == 200
                seconds.append(time.perf_counter() - began)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            before, _queries = found.get((name, address), (1e9, 0))
            found[name, address] = (min(before, *(1000 * one for one in seconds)), len(queries))


def measure_verbs(world, cards):
    facts = {"reviewers": [world.kamon, world.khwan], "actor": world.khamron}
    for verb in (take_away, share_out, share_out):
        began = time.perf_counter()
        done = verb(cards, **facts)
        print(f"{time.perf_counter() - began:6.2f} s  {verb.__name__}: {done.scorecards} changed")


def main() -> int:
    setup_test_environment()
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        world = make_world()
        framework = publish(load_framework(large_form()), actor=world.chawi)
        cards: list = []
        few: dict = {}
        many: dict = {}
        grow(world, cards, FEW, framework)
        for _turn in range(TURNS):
            measure(world, few)
            with transaction.atomic():
                grow(world, list(cards), MANY - FEW, framework)
                measure(world, many)
                transaction.set_rollback(True)
        print(f"{connection.vendor}: {FEW} agencies, {MANY} agencies, ratio, queries")
        for one, (before, queries) in few.items():
            after, again = many[one]
            assert queries == again, (one, queries, again)
            print(f"{before:5.0f} ms {after:5.0f} ms {after / before:5.2f} {queries:3}  {' '.join(one)}")
        worst = max(many[one][0] / few[one][0] for one in few)
        print(f"worst ratio {worst:.2f}, the aim is {AIM}")
        grow(world, cards, MANY - FEW, framework)
        measure_verbs(world, cards)
    finally:
        runner.teardown_databases(databases)
    return int(worst > AIM)


if __name__ == "__main__":
    raise SystemExit(main())
