"""Fills an empty database with the demo: five yearly forms, some thirty offices, work in every state."""

import datetime as dt

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from config.demo import agencies, journeys, people
from indicators.documents import read_framework_file
from indicators.models import FiscalYear, Framework
from indicators.publishing import load_framework, publish
from scorecards.models import Agency, Ministry, Round
from scorecards.rounds.assigning import assign
from scorecards.rounds.opening import open_scorecard
from scorecards.waiting.reminders import make_notices

FRAMEWORKS = ["ict-2550", "moi-ict-2556", "ict-2558", "sdo-2562", "dga-digital-2563"]


def load_demo(*, say):
    """Load everything once; a database that already holds agencies is left as it is. Returns whether it loaded."""
    if Agency.objects.exists():
        return False
    with transaction.atomic():
        make_offices()
        people.make_accounts()
        say("five frameworks")
        publish_frameworks()
        open_rounds()
        say(f"scorecards of {Agency.objects.exclude(kind=Agency.Kind.CENTRAL).count()} offices")
        cards = open_scorecards()
    for scorecard, stage in cards:
        journeys.walk(scorecard, stage)
    close_early_rounds()
    make_notices()
    return True


def make_offices():
    """Ministries, and the agencies of all forms."""
    ministries = {
        code: Ministry.objects.create(code=code, name_th=thai, name_en=english)
        for code, thai, english in agencies.MINISTRIES
    }
    offices = [office for group in agencies.BY_FRAMEWORK.values() for office in group]
    for code, thai, english, kind, ministry in [agencies.OPDC, *offices]:
        Agency.objects.create(
            code=code, name_th=thai, name_en=english, kind=kind, ministry=ministries[ministry]
        )


def publish_frameworks():
    """The forms that ship with the product, by the real verbs."""
    administrator = User.objects.get(username="admin")
    for code in FRAMEWORKS:
        framework = load_framework(read_framework_file(code), actor=administrator)
        publish(framework, actor=administrator)


def open_rounds():
    """Every round is open while the demo loads, so that its journeys go through the real verbs; the 12-month
    round then stays open for twelve days, whatever year its form is of."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for year in FiscalYear.objects.all():
        for months in (6, 9, 12):
            Round.objects.create(
                year=year,
                months=months,
                opens_at=today - dt.timedelta(days=30 * (15 - months)),
                closes_at=today + dt.timedelta(days=13, seconds=-1),
                review_closes_at=today + dt.timedelta(days=61, seconds=-1),
            )


def close_early_rounds():
    """What ended before today's round has its dates behind it."""
    today = timezone.now()
    for round_ in Round.objects.exclude(months=12):
        round_.closes_at = today - dt.timedelta(days=30 * (12 - round_.months) - 10)
        round_.review_closes_at = round_.closes_at + dt.timedelta(days=30)
        round_.save(update_fields=["closes_at", "review_closes_at"])


def open_scorecards():
    """(scorecard, stage it shall reach) for every office; the first office of each form is the demo accounts' own."""
    reviewers = list(User.objects.filter(username__in=["reviewer", "reviewer2"]))
    cards = []
    for code, offices in agencies.BY_FRAMEWORK.items():
        framework = Framework.objects.get(code=code)
        rounds = {one.months: one for one in framework.year.rounds.all()}
        given = Agency.objects.filter(code__in=[office[0] for office in offices])
        assign(framework, given, actor=User.objects.get(username="admin"))
        for position, office in enumerate(offices):
            agency = Agency.objects.get(code=office[0])
            for months, stage in journeys.stages_of(code, position).items():
                card = open_scorecard(agency, framework, rounds[months], reviewers=reviewers)
                journeys.give_history(card)
                cards.append((card, stage))
    return cards
