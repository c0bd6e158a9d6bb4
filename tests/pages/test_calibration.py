"""The same indicator at other agencies, and the reasons kept for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.refusals import Refused
from scorecards import workflow
from scorecards.calibrating import reasons
from scorecards.calibrating.pages import Cell
from scorecards.calibrating.sampling_pages import ruling_words
from scorecards.events import verify
from scorecards.models import Agency, Reason, Ruling, Scorecard
from scorecards.reviewing import review
from scorecards.rounds.opening import open_scorecard
from scorecards.scoring import score_answers
from scorecards.states import Decision, ScorecardState
from tests.pages.conftest import posted
from tests.world import disagreement, fill, sent_by_others, walk

S = ScorecardState
WHY = "ผลสำรวจเป็นของปีก่อน"


def text(answer) -> str:
    return answer.content.decode()


def send(world, card, *, no=("step4",), people=("duangjai", "ek", "fah")):
    """Another office's scorecard on its way to the review."""
    collector, supervisor, head = (getattr(world, name) for name in people)
    entry = workflow.propose(fill(world, card, collector=collector, no=no), actor=collector)
    workflow.endorse(entry, actor=supervisor)
    workflow.submit(card, actor=head, declared=True)
    review.begin_review(card, actor=world.kamon)
    return card.submissions.latest("number")


def rule(world, submission, *changes):
    review.rule(submission, actor=world.kamon, indicator=world.entry.indicator, rulings=list(changes))


@pytest.fixture
def table(world):
    return reverse("calibrate", args=[world.framework.pk, "4"])


@pytest.fixture
def both(world):
    """Both offices sent: the ICT centre 3.0000 with step 3 denied (2.0000), the policy office all steps."""
    walk(world, S.IN_REVIEW)
    send(world, world.other, no=())
    rule(world, world.card.submissions.get(), disagreement(reason=WHY))
    return world


def names(seen) -> list[str]:
    """The agencies in the order of the lines."""
    spots = {name: seen.find(f">{name}</a>") for name in ("ศูนย์เทคโนโลยีสารสนเทศ", "สำนักนโยบายและแผน")}
    return sorted((name for name, spot in spots.items() if spot >= 0), key=spots.get)


def test_one_line_for_each_agency_with_scores_answers_and_rulings(both, sit, table):
    seen = text(sit("kamon").get(table))
    assert names(seen) == ["ศูนย์เทคโนโลยีสารสนเทศ", "สำนักนโยบายและแผน"]
    for expected in ("3.0000", "2.0000", "−1.0000", "5.0000", WHY):
        assert expected in seen


def test_it_sorts_by_score_and_difference(both, sit, table):
    assert names(text(sit("kamon").get(table, {"order": "score"})))[0] == "สำนักนโยบายและแผน"
    assert names(text(sit("kamon").get(table, {"order": "difference"})))[0] == "ศูนย์เทคโนโลยีสารสนเทศ"


@pytest.mark.parametrize(("order", "first"), [("score", "rose"), ("difference", "fell")])
def test_what_was_concluded_is_sorted_by_the_scores_that_stand_with_it(world, sit, table, order, first):
    """Nothing is scored again to sort by: hundreds of agencies, of which a page shows fifty."""
    facts = {"content": {"answers": {}}, "scored": score_answers(world.card, {}), "state": S.CONCLUDED}
    cards = dict(zip(("fell", "rose"), sent_by_others(world, 2, **facts), strict=True))
    for name, scores in {"fell": ["4", "2"], "rose": ["1", "5"]}.items():
        Scorecard.objects.filter(pk=cards[name].pk).update(concluded_scores={"4": scores})
    lines = sit("khamron").get(table, {"order": order}).context["lines"]
    assert lines[0].scorecard == cards[first]


def test_drafts_never_stand_there(world, sit, table):
    walk(world, S.SUBMITTED)
    assert names(text(sit("khamron").get(table))) == ["ศูนย์เทคโนโลยีสารสนเทศ"]


def test_only_what_a_reviewer_may_open(both, sit, table):
    assert sit("khwan").get(table).status_code == 404
    both.other.reviewers.set([both.khwan])
    assert names(text(sit("khwan").get(table))) == ["สำนักนโยบายและแผน"]


def test_never_the_own_agency(both, sit, table):
    both.khamron.memberships.create(agency=both.agencies["ict"], role="observer")
    seen = text(sit("khamron").get(table))
    assert names(seen) == ["สำนักนโยบายและแผน"]
    assert WHY not in seen  # nor its reasons among those used before


@pytest.mark.parametrize("stranger", ["arun", "chat", "duangjai", "fah"])
def test_it_is_not_for_agencies(both, sit, table, stranger):
    assert sit(stranger).get(table).status_code == 404
    assert sit(stranger).post(reverse("add_reason", args=[both.framework.pk, "4"])).status_code == 404


@pytest.mark.parametrize("wrong", ["6", "x", "99", "๑๒"])
def test_a_round_that_is_not_there_is_a_404(both, sit, table, wrong):
    assert sit("kamon").get(table, {"round": wrong}).status_code == 404
    assert sit("kamon").get(table, {"round": "12"}).status_code == 200


def test_a_published_result_is_printed_from_its_record(world, sit, table):
    walk(world, S.PUBLISHED)
    assert "3.0000" in text(sit("kamon").get(table))


def test_the_number_of_queries_does_not_grow_with_the_agencies(both, sit, table):
    client = sit("kamon")

    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(table)
        return len(seen)

    queries()
    before = queries()
    for number in range(3):
        agency = Agency.objects.create(
            code=f"a{number}", name_th=f"กอง {number}", ministry=both.agencies["ict"].ministry, kind="office"
        )
        for one, role in ((both.duangjai, "collector"), (both.ek, "supervisor"), (both.fah, "head")):
            one.memberships.create(agency=agency, role=role)
            vars(one).pop("_roles_held", None), vars(one).pop("_memberships", None)
        card = open_scorecard(agency, both.framework, both.round, reviewers=[both.kamon])
        rule(both, send(both, card), disagreement(reason=f"เหตุผล {number}"))
    assert "กอง 2" in text(client.get(table))
    assert queries() == before


def test_reasons_used_before_come_most_frequent_first(both, sit, table):
    seen = reasons.used_before(both.kamon, both.entry.indicator)
    assert seen == {"step3": [(WHY, 1)]}
    submission = both.other.submissions.get()
    rule(both, submission, disagreement(reason=WHY), disagreement("step1", "ก"), disagreement("step2", "ข"))
    assert reasons.used_before(both.kamon, both.entry.indicator)["step3"] == [(WHY, 2)]


def test_the_review_page_leads_here(both, sit, table):
    seen = text(sit("kamon").get(reverse("review", args=[both.card.pk, "4"])))
    assert f'href="{table}?round=12"' in seen


# ── the library ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rating_is_called_as_the_form_calls_it():
    document = {"options": [{"key": "green", "label": {"th": "เขียว"}}]}
    rated = Ruling(decision=Decision.CHANGE, content={"option": "green"})
    assert Cell(True, document, "", rated).instead == "เขียว"
    assert ruling_words(rated, document).endswith("→ เขียว")  # in the second review


def test_a_kept_reason_is_offered_at_its_criterion_only(both, sit, table):
    kamon, path = sit("kamon"), reverse("add_reason", args=[both.framework.pk, "4"])
    assert kamon.post(path, {"text": "ไม่พบรายงานการประชุม", "criterion": "step2"}).status_code == 302
    assert kamon.post(path, {"text": "หลักฐานไม่ระบุวันที่", "criterion": ""}).status_code == 302
    seen = text(kamon.get(reverse("review", args=[both.card.pk, "4"])))
    assert seen.count('data-puts="ไม่พบรายงานการประชุม"') == 1
    assert seen.count('data-puts="หลักฐานไม่ระบุวันที่"') == 5  # any of the five steps
    offered = reasons.offered(both.entry.indicator)
    assert offered["step2"] == ["ไม่พบรายงานการประชุม", "หลักฐานไม่ระบุวันที่"]
    assert offered["step1"] == ["หลักฐานไม่ระบุวันที่"]


def test_the_button_names_the_field_it_fills(both, sit):
    reasons.add_reason(both.entry.indicator, actor=both.kamon, text="ก", criterion_key="step1")
    seen = text(sit("kamon").get(reverse("review", args=[both.card.pk, "4"])))
    into = seen.split('data-into="')[1].split('"')[0]
    assert f'id="{into}"' in seen
    assert "reason.step1" in posted(sit("kamon").get(reverse("review", args=[both.card.pk, "4"])))


def test_a_reason_is_removed_by_any_keeper_and_what_was_ruled_stays(both, sit, table):
    reasons.add_reason(both.entry.indicator, actor=both.kamon, text=WHY, criterion_key="step3")
    kept = Reason.objects.get()
    sit("khamron").post(reverse("remove_reason", args=[both.framework.pk, "4", kept.pk]))
    assert not Reason.objects.exists()
    assert WHY in text(sit("kamon").get(table))
    reasons.remove_reason(kept, actor=both.khamron)  # a second time changes nothing
    assert not verify(both.agencies["opdc"])


@pytest.mark.parametrize("reader", ["cho", "chawi"])
def test_others_of_the_assessing_side_read_only(both, sit, table, reader):
    kept = Reason.objects.create(
        framework_code="moi-ict-2556", indicator_code="4", text="ก", made_by=both.kamon
    )
    assert "<textarea" not in text(sit(reader).get(table))
    path = reverse("add_reason", args=[both.framework.pk, "4"])
    assert sit(reader).post(path, {"text": "ข"}).status_code == 409
    sit(reader).post(reverse("remove_reason", args=[both.framework.pk, "4", kept.pk]))
    assert list(Reason.objects.all()) == [kept]


def test_a_reason_of_another_indicator_is_not_found(both, sit):
    kept = Reason.objects.create(
        framework_code="moi-ict-2556", indicator_code="5", text="ก", made_by=both.kamon
    )
    path = reverse("remove_reason", args=[both.framework.pk, "4", kept.pk])
    assert sit("kamon").post(path).status_code == 404


@pytest.mark.parametrize(
    ("key", "said", "count"), [("step1", " ", 1), ("none", "", 2), ("step1", "ก" * 2001, 1)]
)
def test_a_refusal_gives_all_reasons(both, key, said, count):
    with pytest.raises(Refused) as refused:
        reasons.add_reason(both.entry.indicator, actor=both.kamon, text=said, criterion_key=key)
    assert len(refused.value.reasons) == count


def test_the_same_reason_is_kept_once(both, sit):
    path, kamon = reverse("add_reason", args=[both.framework.pk, "4"]), sit("kamon")
    said = {"text": "ก", "criterion": "step1"}
    assert kamon.post(path, said | {"request_key": "k" * 32}).status_code == 302
    assert kamon.post(path, said | {"request_key": "k" * 32}).status_code == 302  # the same form twice
    refused = kamon.post(path, said)
    assert refused.status_code == 409
    assert Reason.objects.count() == 1
