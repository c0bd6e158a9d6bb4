"""The pages of the second review: blind for the second reviewer, side by side for the chief."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scorecards.answering.forms import digest
from scorecards.calibrating.sampling import draw
from scorecards.models import Ruling, Sample, SampleLine, SecondRuling
from scorecards.reviewing import review
from scorecards.states import ScorecardState
from tests.pages.conftest import posted
from tests.pages.test_calibration import rule, send, text
from tests.world import STEPS, disagreement, walk

CANARY = "นกขมิ้นเหลืองอ่อน"
SECOND = "ไม่พบหนังสือนำส่ง"


def conclude(world, card, *, reason=CANARY):
    """Step 3 is denied in the first review, all else agreed to."""
    submission = card.submissions.latest("number")
    rule(world, submission, disagreement(reason=reason))
    review.agree_to_all(submission, actor=world.kamon, indicator=world.entry.indicator)
    review.conclude(card, actor=world.kamon)


@pytest.fixture
def line(world):
    walk(world, ScorecardState.IN_REVIEW)
    conclude(world, world.card)
    sample = Sample(framework=world.framework, round=world.round, number=5, seed="ก")
    return draw(sample, actor=world.khamron).lines.get()


@pytest.fixture
def blind(line):
    return reverse("second_review", args=[line.pk])


def answers(form, *, no=()):
    """The form with every criterion ruled on: agreed, or denied for the second reviewer's reason."""
    said = {f"decision.{step}": "agree" for step in STEPS if step not in no}
    for step in no:
        said |= {f"decision.{step}": "change", f"value.{step}": "no", f"reason.{step}": SECOND}
    return form | said


def test_the_blind_page_holds_no_word_of_the_first_ruling(world, sit, blind):
    seen = sit("khwan").get(blind)
    assert CANARY not in text(seen)
    assert "กมล" not in text(seen)  # nor whose it was
    assert " checked" not in text(seen)
    assert "2.0000" not in text(seen)  # nor the score that it led to
    fields = posted(seen)
    assert {name: fields.get(f"reason.{name}") for name in STEPS} == dict.fromkeys(STEPS, "")
    assert {fields[f"seen.{name}"] for name in STEPS} == {f"0:{digest()}"}
    refused = sit("khwan").post(blind, fields)  # nothing is ruled on: all of it comes back, still blind
    assert refused.status_code == 409
    assert 'href="#criterion-step1"' in text(refused)
    assert CANARY not in text(refused)
    assert CANARY not in text(sit("khwan").get(reverse("samples")))


def test_second_rulings_that_a_session_ended_under_are_kept_through_signing_in(sit, blind):
    form = answers(posted(sit("khwan").get(blind)), no=["step1"])
    kept = Client().post(blind, form)
    assert kept.status_code == 401
    assert SECOND in text(kept)


def test_the_page_is_the_same_whatever_the_first_ruling_was(world, sit, blind, line):
    def seen():
        rows = text(sit("khwan").get(blind)).splitlines()
        return [row for row in rows if "csrfmiddlewaretoken" not in row and "request_key" not in row]

    before = seen()
    Ruling.objects.filter(criterion_key="step3").update(decision="agree", content={}, reason="")
    assert seen() == before


def test_the_second_reviewer_rules_and_finds_it_again(world, sit, blind):
    khwan = sit("khwan")
    waiting = text(khwan.get(reverse("samples")))
    assert blind in waiting
    assert "รอบ 12 เดือน" in waiting  # the same indicator may wait for another round, too
    assert khwan.post(blind, answers(posted(khwan.get(blind)), no=["step1"])).status_code == 302
    assert SecondRuling.objects.count() == len(STEPS)
    after = text(khwan.get(blind))
    assert CANARY not in after
    assert blind in text(khwan.get(reverse("samples")))  # among those given last
    assert after.count("<button") == text(khwan.get(reverse("samples"))).count("<button")  # none of its own
    assert khwan.post(blind, {}).status_code == 409


def test_a_refused_second_ruling_keeps_what_was_typed(world, sit, blind):
    khwan = sit("khwan")
    refused = khwan.post(blind, posted(khwan.get(blind)) | {"decision.step1": "agree"})
    assert refused.status_code == 409
    assert posted(refused)["decision.step1"] == "agree"
    assert not SecondRuling.objects.exists()


@pytest.mark.parametrize("stranger", ["arun", "chat", "duangjai", "fah", "kamon", "khamron", "chawi", "cho"])
def test_nobody_else_gets_the_blind_page(world, sit, blind, stranger):
    assert sit(stranger).get(blind).status_code == 404
    assert sit(stranger).post(blind).status_code == 404


@pytest.mark.parametrize("stranger", ["arun", "chat", "fah", "kamon", "khwan"])
def test_the_agreement_is_for_those_who_see_every_ruling(world, sit, line, stranger):
    path = reverse("sample_agreement", args=[line.sample_id])
    assert sit(stranger).get(path).status_code == 404
    assert sit("cho").get(path).status_code == 200


@pytest.mark.parametrize("stranger", ["arun", "chat", "fah"])
def test_agencies_do_not_see_the_samples(world, sit, line, stranger):
    assert sit(stranger).get(reverse("samples")).status_code == 404
    assert sit(stranger).post(reverse("samples")).status_code == 404


def test_the_chief_draws_on_the_page(world, sit):
    walk(world, ScorecardState.CONCLUDED)
    chief, path = sit("khamron"), reverse("samples")
    form = posted(chief.get(path)) | {"what": f"{world.framework.pk}-{world.round.pk}"}
    assert chief.post(path, form | {"percent": "50", "number": "3"}).status_code == 409  # which of the two?
    assert chief.post(path, form | {"percent": "", "number": ""}).status_code == 409
    assert chief.post(path, form | {"percent": "๕๐"}).status_code == 302
    sample = Sample.objects.get()
    assert (sample.percent, sample.number, sample.seed) == (50, None, form["seed"])
    assert form["seed"] in text(chief.get(path))
    assert sit("cho").post(path, form | {"request_key": "o" * 32}).status_code == 409
    assert chief.post(path, form | {"what": "x"}).status_code == 409


def test_whoever_types_a_number_has_it_whatever_share_stood_there(world, sit):
    walk(world, ScorecardState.CONCLUDED)
    chief, path = sit("khamron"), reverse("samples")
    form = posted(chief.get(path)) | {"what": f"{world.framework.pk}-{world.round.pk}", "number": "๓"}
    assert form["percent"] == "10"
    assert chief.post(path, form).status_code == 302
    sample = Sample.objects.get()
    assert (sample.percent, sample.number) == (None, 3)


def test_before_the_first_sample_the_page_says_who_draws_it(world, sit):
    walk(world, ScorecardState.CONCLUDED)
    path = reverse("samples")
    said = {}
    for person in ("khamron", "cho", "chawi", "khwan"):
        desk = sit(person)
        desk.cookies["django_language"] = "en"
        said[person] = text(desk.get(path))
    assert "A chief reviewer draws one as soon as a review is concluded" in said["cho"]
    assert "A chief reviewer draws one as soon as a review is concluded" in said["chawi"]
    assert "Draw the first one above." in said["khamron"]
    assert "Lines appear when the chief reviewer draws" in said["khwan"]


def test_the_agreement_lists_both_sides(world, sit, blind, line):
    khwan = sit("khwan")
    khwan.post(blind, answers(posted(khwan.get(blind)), no=["step1"]))
    seen = text(sit("khamron").get(reverse("sample_agreement", args=[line.sample_id])))
    assert CANARY in seen
    assert SECOND in seen
    assert "กมล – ขวัญ" in seen
    assert "60 %" in seen  # steps 1 and 3 of five differ
    assert "2.0000" in seen  # first: steps 1 and 2
    assert len(re.findall("<td[^>]*>ขั้นตอน", seen)) == 2


def test_lines_of_the_own_agency_are_left_out(world, sit, blind, line):
    khwan = sit("khwan")
    khwan.post(blind, answers(posted(khwan.get(blind))))
    world.chan.memberships.create(agency=world.agencies["ict"], role="observer")
    assert CANARY not in text(sit("chan").get(reverse("sample_agreement", args=[line.sample_id])))


def test_a_kappa_over_two_agencies(world, sit):
    """First 2.0000 and 2.0000; second: the ICT centre 3.0000, the policy office 2.0000.

    On the scale from 1 to 5 these are 1/4, 1/4 and 1/2, 1/4. observed (1/16 + 0)/2 = 1/32;
    by chance (2·1/16 + 2·0)/4 = 1/32; kappa = 0."""
    walk(world, ScorecardState.IN_REVIEW)
    send(world, world.other)
    for card in (world.card, world.other):
        conclude(world, card)
    draw(Sample(framework=world.framework, round=world.round, percent=100, seed="ก"), actor=world.khamron)
    khwan = sit("khwan")
    for one in SampleLine.objects.all():
        blind = reverse("second_review", args=[one.pk])
        no = () if one.submission.scorecard == world.card else ["step3"]
        khwan.post(blind, answers(posted(khwan.get(blind)), no=no))
    chief, path = sit("khamron"), reverse("sample_agreement", args=[Sample.objects.get().pk])
    seen = text(chief.get(path))
    assert seen.count('<td class="num told">0.000</td>') == 6  # all, the indicator, the pair; both weights
    assert "50 %" in seen
    with CaptureQueriesContext(connection) as two:
        chief.get(path)
    SampleLine.objects.filter(submission__scorecard=world.other).update(reviewer=None, done_at=None)
    with CaptureQueriesContext(connection) as one:
        chief.get(path)
    assert len(one) == len(two)
