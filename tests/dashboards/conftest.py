"""Rounds with many agencies: records as the fold makes them, without the way through the verbs."""

import pytest
from django.utils import timezone

from indicators.models import Indicator
from indicators.scoring import content_hash
from reports.dashboards.figures import keep_publication, keep_submission
from scorecards.models import Agency, Entry, Publication, Scorecard, Submission
from scorecards.scoring import score_answers
from scorecards.states import ScorecardState
from tests.world import STEPS


@pytest.fixture
def sit(sit):
    """sit("arun"): a client signed in as that person, reading English."""

    def client(username):
        browser = sit(username)
        browser.cookies["django_language"] = "en"
        return browser

    return client


def answers_for(framework, steps: int) -> dict:
    """Every indicator met up to this step."""
    codes = Indicator.objects.filter(framework=framework, rubric__isnull=False).values_list("code", flat=True)
    said = {key: {"value": "yes" if at <= steps else "no"} for at, key in enumerate(STEPS, start=1)}
    return dict.fromkeys(codes, said)


def on_record(world, card, *, own: int, official: int | None = None):
    """Give a scorecard a submission with this many steps met and, where `official` is told, a publication."""
    number = card.submissions.count() + 1
    answers = answers_for(card.framework, own)
    facts = {"scored": score_answers(card, answers), "content": {"answers": answers}}
    submission = Submission.objects.create(
        scorecard=card, number=number, submitted_by=world.fah, submitted_at=timezone.now(),
        framework_hash=card.framework.content_hash, content_hash=content_hash(facts | {"card": card.pk}), **facts,
    )  # fmt: skip
    keep_submission(submission)
    card.state = ScorecardState.SUBMITTED
    if official is not None:
        scored = score_answers(card, answers_for(card.framework, official))
        publication = Publication.objects.create(
            scorecard=card, submission=submission, number=number, content={}, scored=scored,
            content_hash=content_hash({"scored": scored, "card": card.pk}), approved_by=world.khamron,
            published_by=world.chan, published_at=timezone.now(),
        )  # fmt: skip
        keep_publication(publication)
        card.state = ScorecardState.PUBLISHED
    card.save()
    return card


def offices(world, *results, ministry=None, **facts):
    """One more office for each (own, official): a card with these steps met; official None is not published yet."""
    cards = []
    for own, official in results:
        number = Agency.objects.count()
        agency = Agency.objects.create(
            code=f"office-{number}", name_th=f"สำนัก {number:03}", name_en=f"Bureau {number:03}", kind="department",
            ministry=ministry or world.agencies["ict"].ministry,
        )  # fmt: skip
        told = {"framework": world.framework, "round": world.round} | facts
        card = Scorecard.objects.create(agency=agency, **told)
        rows = card.framework.indicators.filter(rubric__isnull=False)
        Entry.objects.bulk_create(Entry(scorecard=card, indicator=one) for one in rows)
        cards.append(on_record(world, card, own=own, official=official))
    return cards
