"""The dashboards for 343 agencies with 20 indicators each, as ratios to a bare page (session, user, one query).

    .venv/bin/python -m benchmarks.dashboards

Everything goes through Django's test client on a database of its own; the median of nine tries each, in turns, in
processor time. "Cold" is the first page of a process that has read no figure yet. Exits with 1 above the aim of 8.
"""

import os
import random
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, get_runner, override_settings, setup_test_environment
from django.urls import path
from django.utils import timezone

from benchmarks.review_queue import large_form
from config.urls import urlpatterns as product
from indicators.publishing import load_framework, publish
from indicators.scoring import content_hash
from reports.dashboards import (
    compared,
    distribution,
    figures,
    filters,
    groups,
    heat,
    profile,
    standings,
    status,
)
from scorecards.models import Agency, Ministry, Publication, Scorecard, Submission
from scorecards.scoring import score_answers
from scorecards.states import ScorecardState
from tests.world import make_world

TRIES, AIM = 9, 8
PAGES = [
    "",
    "heat/",
    "heat/?order=-1.7",
    "heat/?order=ministry",
    "distribution/",
    "trend/",
    "compared/",
    "profile/",
]


@login_required
def bare(request):
    return HttpResponse(str(Agency.objects.count()))


urlpatterns = [path("bare/", bare), *product]


def fill(world, framework, many):
    """Published offices with answers by chance, always the same; every fifth is not published yet."""
    chance = random.Random(many)
    ministries = [Ministry.objects.create(code=f"m{n}", name_th=f"กระทรวง {n:02}") for n in range(20)]
    codes = [one.code for one in framework.indicators.filter(rubric__isnull=False)]
    for number in range(many):
        agency = Agency.objects.create(
            code=f"a{number}",
            name_th=f"กรมที่ {number:03}",
            kind="department",
            ministry=ministries[number % 20],
        )
        state = ScorecardState.PUBLISHED if number % 5 else ScorecardState.SUBMITTED
        card = Scorecard.objects.create(agency=agency, framework=framework, round=world.round, state=state)
        own, official = (_scored(card, codes, chance) for _which in (0, 1))
        submission = Submission.objects.create(
            scorecard=card, number=1, content={}, scored=own, content_hash=content_hash({"own": own, "n": number}),
            framework_hash=framework.content_hash, submitted_by=world.fah, submitted_at=timezone.now())  # fmt: skip
        figures.keep_submission(submission)
        if state == ScorecardState.PUBLISHED:
            publication = Publication.objects.create(
                scorecard=card, submission=submission, number=1, content={}, scored=official,
                content_hash=content_hash({"official": official, "n": number}), approved_by=world.khamron,
                published_by=world.chan, published_at=timezone.now())  # fmt: skip
            figures.keep_publication(publication)


def _scored(card, codes, chance):
    said = {
        code: {f"c{n}": {"value": chance.choice(["yes", "yes", "no"])} for n in range(10)} for code in codes
    }
    return score_answers(card, said)


def forget():
    """As in a process that has just begun."""
    figures._kept.clear()
    figures._figure_again.cache_clear()
    standings._standing.cache_clear()
    for module in (compared, distribution, filters, groups, heat, profile, standings, status):
        module._kept.clear()


def seconds(client, address) -> float:
    began = time.process_time()
    assert client.get(address).status_code == 200
    return time.process_time() - began


def queries_of(client, address) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@override_settings(ROOT_URLCONF="benchmarks.dashboards")
def main():
    setup_test_environment()
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        world = make_world()
        fill(world, publish(load_framework(large_form()), actor=world.chawi), 343)
        client = Client()
        client.force_login(world.cho)
        seconds(client, "/bare/")
        worst = 0.0
        for address in PAGES:
            forget()
            cold = seconds(client, f"/dashboards/{address}")
            turns = [
                (seconds(client, "/bare/"), seconds(client, f"/dashboards/{address}"))
                for _try in range(TRIES)
            ]
            base, page = (statistics.median(one[which] for one in turns) for which in (0, 1))
            worst = max(worst, page / base)
            many = queries_of(client, f"/dashboards/{address}")
            print(
                f"  {page * 1000:6.1f} ms  {page / base:5.1f} × bare ({base * 1000:.1f} ms)  {many} queries; "
                f"cold {cold * 1000:5.0f} ms  /dashboards/{address}"
            )
        return int(worst > AIM)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    raise SystemExit(main())
