"""A published scorecard whose score the reviewer lowered, more agencies beside it, and files as others read them."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from scorecards import workflow
from scorecards.reviewing import review
from tests.public.conftest import crowd
from tests.world import disagreement, fill

REASON = "=1+1 ไม่ครบ"


def send(world, card, people, **more):
    """The report of an office, sent by its own people."""
    collector, supervisor, head = people
    entry = fill(world, card, collector=collector, **more)
    workflow.propose(entry, actor=collector)
    workflow.endorse(entry, actor=supervisor)
    return workflow.submit(card, actor=head, declared=True)


@pytest.fixture
def ruled(world):
    """The ICT centre's result is published; step 3 was denied, so that the official score is lower."""
    world.submission = send(world, world.card, (world.arun, world.busaba, world.chat))
    review.begin_review(world.card, actor=world.kamon)
    facts = {"actor": world.kamon, "indicator": world.entry.indicator}
    review.rule(world.submission, rulings=[disagreement(reason=REASON)], **facts)
    review.agree_to_all(world.submission, **facts)
    review.conclude(world.card, actor=world.kamon)
    review.approve(world.card, actor=world.khamron)
    world.publication = review.publish(world.card, actor=world.chan)
    world.card.refresh_from_db()
    return world


@pytest.fixture
def country(ruled):
    """The ICT centre and two more offices are published, the policy office has sent its report."""
    crowd(ruled, 3)
    send(ruled, ruled.other, (ruled.duangjai, ruled.ek, ruled.fah), no=("step5",))
    return ruled


def address(world, kind, query=""):
    """The ICT centre's tables."""
    return reverse("scorecard_table", args=[world.card.pk, kind]) + query


def all_agencies(kind, query="", months=12):
    """The tables of all agencies."""
    return reverse("agencies_table", args=["moi-ict-2556", 2556, months, kind]) + query


def book_of(answer):
    return load_workbook(io.BytesIO(answer.content))


def lines_of(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def values(page) -> list[list]:
    return [list(row) for row in page.iter_rows(values_only=True)]
