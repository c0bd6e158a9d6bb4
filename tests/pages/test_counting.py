"""A form whose better part counts, from its file to the reviewer: both sides see which part counts and why."""

import json
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from indicators.documents import load_document
from scorecards import workflow
from scorecards.reviewing import review
from tests.world import changes, make_world

RULES = yaml.load(
    Path(__file__).parents[1].joinpath("scoring/golden_rules.yaml").read_text(encoding="utf-8"),
    yaml.BaseLoader,
)["rubrics"]
FORM = {
    "format": "kpi-framework/1", "code": "water-2569", "version": 1, "year": 2569, "name": "แบบประเมินคุณภาพน้ำ",
    "scale": {"min": "1", "max": "5"}, "rounds": [6, 12],
    "components": [{"code": "1", "name": "ประสิทธิผล", "indicators": [
        {"code": "1.1", "name": "คุณภาพน้ำ", "weight": "100", "rubric": RULES["better_of_two"]},
    ]}],
}  # fmt: skip


@pytest.fixture
def world(db):
    world = make_world(document=load_document(json.dumps(FORM)))
    answers = {"good": "70", "improved": {"inputs": {"now": "70", "before": "63"}}}
    workflow.save_entry(world.entry, actor=world.arun, changes=changes(answers))
    return world


def text(answer) -> str:
    return answer.content.decode()


def test_the_agency_sees_what_counts_and_the_formula_in_its_own_words(sit, world):
    page = text(sit("arun").get(reverse("entry", args=[world.entry.pk])))
    assert page.count('class="soft counting"') == 1
    assert "(ปีนี้ − ปีก่อน) ÷ ปีก่อน × 100" in page
    assert "3.2222" in page


def test_the_reviewer_sees_it_too(sit, world):
    workflow.propose(world.entry, actor=world.arun)
    workflow.endorse(world.entry, actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    review.begin_review(world.card, actor=world.kamon)
    page = text(sit("kamon").get(reverse("review", args=[world.card.pk, "1.1"])))
    assert page.count('class="soft counting"') == 1
