"""The committee: what stands out, a change by resolution, approving many at a time."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from indicators.refusals import Refused, Stale
from scorecards.events import verify
from scorecards.models import Event, FileRuling, Resolution, Ruling, Scorecard, Submission
from scorecards.results.committee import amend, approve_each
from scorecards.results.committee_pages import findings_on
from scorecards.results.outliers import fences, median
from scorecards.results.standing_out import Kind
from scorecards.reviewing import review
from scorecards.reviewing.rulings import RulingChange
from scorecards.scoring import find_indicator, score_official
from scorecards.states import Decision, ScorecardState
from tests.workflow.test_sampling import SAID, a_sample, draw, rule_again
from tests.world import disagreement, sent_by_others, walk

S = ScorecardState


@pytest.fixture
def concluded(world):
    """Sent with 3.0000, agreed to by กมล."""
    walk(world, S.CONCLUDED)
    return world


def resolution(world, **facts):
    known = {
        "number": "3/2556",
        "held_on": dt.date(2013, 11, 20),
        "reason": "คณะกรรมการเห็นว่าผลสำรวจเป็นของปีก่อน",
    }
    return Resolution(indicator=world.entry.indicator, **known | facts)


def latest(world) -> Submission:
    return world.card.submissions.latest("number")


def resolve(world, rulings=None, *, actor=None, request_key="", **facts):
    rulings = [rulings or disagreement(reason="")]
    changed = [RulingChange(one.criterion_key, one.decision, one.content, one.reason, 1) for one in rulings]
    return amend(
        latest(world), rulings=changed, resolution=resolution(world, **facts), actor=actor or world.khamron,
        request_key=request_key,
    )  # fmt: skip


def official(world) -> str:
    return find_indicator(score_official(latest(world)), "4")["score_shown"]


# ── changing by resolution ────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_committee_resolves_holds_and_what_the_reviewer_ruled_stays_on_record(concluded):
    assert official(concluded) == "3.0000"
    made = resolve(concluded)
    assert official(concluded) == "2.0000"
    ruling = Ruling.objects.get(criterion_key="step3")
    assert (ruling.resolution, ruling.reviewer) == (made, concluded.khamron)
    assert ruling.reason == "คณะกรรมการเห็นว่าผลสำรวจเป็นของปีก่อน"
    assert made.before == {"step3": {"decision": "agree", "content": {}, "reason": "", "reviewer": "กมล"}}
    assert Ruling.objects.exclude(criterion_key="step3").filter(resolution=None).count() == 4


def test_it_is_an_event_with_before_after_and_reason(concluded):
    resolve(concluded)
    event = Event.objects.latest("pk")
    assert (event.action, event.actor) == ("amend", concluded.khamron)
    assert event.reason == event.after["resolution"]["reason"] == "คณะกรรมการเห็นว่าผลสำรวจเป็นของปีก่อน"
    assert event.before["step3"]["decision"] == "agree"
    assert event.after["step3"]["decision"] == "change"
    assert event.after["resolution"]["number"] == "3/2556"
    assert verify(concluded.card.agency) == []


def test_the_publication_names_the_resolution(concluded):
    resolve(concluded)
    review.approve(concluded.card, actor=concluded.khamron)
    publication = review.publish(concluded.card, actor=concluded.chan)
    assert find_indicator(publication.scored, "4")["score_shown"] == "2.0000"
    facts = publication.content["rulings"]["4"]["step3"]["resolution"]
    assert (facts["number"], facts["held_on"]) == ("3/2556", "2013-11-20")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"number": " "}, "เลขที่มติ"),
        ({"held_on": None}, "วันที่ประชุม"),
        ({"held_on": dt.date(2999, 1, 1)}, "ยังมาไม่ถึง"),
        ({"reason": ""}, "เหตุผล"),
    ],
)
def test_a_resolution_has_number_day_and_reason(concluded, facts, sentence):
    with pytest.raises(Refused) as refused:
        resolve(concluded, **facts)
    assert sentence in str(refused.value)
    assert not Resolution.objects.exists()
    assert official(concluded) == "3.0000"


def test_a_resolution_that_changes_nothing_is_refused(concluded):
    with pytest.raises(Refused, match="ยังไม่ได้เปลี่ยน"):
        amend(latest(concluded), rulings=[], resolution=resolution(concluded), actor=concluded.khamron)


def test_the_reviewer_does_not_change_what_the_committee_resolved(concluded):
    resolve(concluded)
    review.reopen_review(concluded.card, actor=concluded.khamron, reason="ดูขั้นตอนที่ ๑ อีกครั้ง")
    back = RulingChange("step3", Decision.AGREE, version=2)
    with pytest.raises(Refused, match="3/2556"):
        review.rule(
            latest(concluded), actor=concluded.kamon, indicator=concluded.entry.indicator, rulings=[back]
        )
    other = RulingChange("step2", Decision.CHANGE, {"value": "no"}, "คำสั่งไม่ได้ลงนาม", 1)
    review.rule(
        latest(concluded), actor=concluded.kamon, indicator=concluded.entry.indicator, rulings=[other]
    )
    assert official(concluded) == "1.0000"


def test_the_committee_changes_its_own_resolution_by_another_one(concluded):
    resolve(concluded)
    again = RulingChange("step3", Decision.AGREE, version=2)
    amend(
        latest(concluded),
        rulings=[again],
        resolution=resolution(concluded, number="4/2556"),
        actor=concluded.chan,
    )
    assert official(concluded) == "3.0000"
    assert [one.number for one in Resolution.objects.all()] == ["3/2556", "4/2556"]
    assert Resolution.objects.last().before["step3"]["reviewer"] == "คำรณ"


def test_a_ruling_that_changed_meanwhile_is_not_written_over(concluded):
    resolve(concluded)
    with pytest.raises(Stale):
        resolve(concluded, RulingChange("step3", Decision.CHANGE, {"value": "no"}, "เหตุผลอื่น"))


def test_the_same_request_twice_is_one_resolution(concluded):
    first = resolve(concluded, request_key="มติ-1")
    assert resolve(concluded, request_key="มติ-1") == first
    assert Resolution.objects.count() == 1


@pytest.mark.parametrize("state", [S.IN_REVIEW, S.APPROVED, S.PUBLISHED])
def test_only_between_conclusion_and_approval(world, state):
    walk(world, state)
    with pytest.raises(Refused):
        resolve(world)


def test_a_resolution_never_changes(concluded):
    resolve(concluded)
    for change in (lambda: Resolution.objects.update(reason="อื่น"), lambda: Resolution.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# ── what stands out ───────────────────────────────────────────────────────────────────────────────────────────────


def kinds(world) -> list[tuple[str, str]]:
    world.card.refresh_from_db()
    return [(one.kind, one.code) for one in findings_on(world.card)]


def test_nothing_stands_out_where_all_was_agreed_to(concluded):
    assert kinds(concluded) == []


def test_a_difference_between_self_and_official_stands_out_with_both_figures(concluded):
    resolve(concluded)
    assert kinds(concluded) == [(Kind.DIFFERENCE, "4")]
    assert "−1.0000" in str(findings_on(concluded.card)[0])


def test_a_reason_that_says_little_stands_out(world):
    walk(world, S.IN_REVIEW)
    facts = {"actor": world.kamon, "indicator": world.entry.indicator}
    review.rule(latest(world), rulings=[disagreement(reason="ไม่ผ่าน")], **facts)
    review.agree_to_all(latest(world), **facts)
    review.conclude(world.card, actor=world.kamon)
    assert (Kind.REASON, "4") in kinds(world)


def test_agreement_in_spite_of_a_file_that_was_not_accepted_stands_out(concluded, tampering):
    sent = latest(concluded)
    file = {"id": "f1", "indicator": "4", "criterion_key": "step2", "name": "บันทึก.pdf", "sha256": "0"}
    Submission.objects.filter(pk=sent.pk).update(content=sent.content | {"evidence": [file]})
    FileRuling.objects.create(
        submission=sent, file_id="f1", verdict="reject", remark="ไม่มีลายมือชื่อ", reviewer=concluded.kamon
    )
    assert kinds(concluded) == [(Kind.FILE, "4")]


def test_a_second_reviewer_who_ruled_otherwise_stands_out(concluded):
    line = draw(a_sample(concluded), actor=concluded.khamron).lines.get()
    said = [disagreement() if one.criterion_key == "step3" else one for one in SAID]
    rule_again(line, actor=concluded.khwan, rulings=said)
    assert kinds(concluded) == [(Kind.SECOND, "4")]


def test_a_score_far_from_the_others_stands_out_once_there_are_eight(concluded):
    others = sent_by_others(concluded, 7, state=S.CONCLUDED)
    Scorecard.objects.filter(pk__in=[one.pk for one in others[:6]]).update(
        concluded_scores={"4": ["5", "5"], "": ["5", "5"]}
    )
    assert kinds(concluded) == []  # seven in all say nothing
    Scorecard.objects.filter(pk=others[6].pk).update(concluded_scores={"4": ["4.5", "4.5"], "": ["5", "5"]})
    assert kinds(concluded) == [(Kind.OUTLIER, ""), (Kind.OUTLIER, "4")]


def test_sent_back_to_the_reviewer_nothing_is_compared_any_more(concluded):
    review.reopen_review(concluded.card, actor=concluded.khamron, reason="ตรวจอีกครั้ง")
    concluded.card.refresh_from_db()
    assert concluded.card.concluded_scores == {}


@pytest.mark.parametrize(
    ("values", "middle"), [([1], 1), ([1, 2], Fraction(3, 2)), ([1, 2, 4], 2), ([1, 2, 4, 5], 3)]
)
def test_the_median(values, middle):
    assert median([Fraction(one) for one in values]) == middle


def test_the_fences_of_a_worked_example():
    """Halves of 1…9 with the 5 in both: medians 3 and 7, so from 3 − 6 to 7 + 6."""
    found = fences([Fraction(one) for one in range(9, 0, -1)])
    assert (found.low, found.middle, found.high) == (-3, 5, 13)
    assert found.holds(Fraction(13))
    assert not found.holds(Fraction(131, 10))
    assert fences([Fraction(1)] * 7) is None


# ── approving many ────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_is_approved_by_itself_and_once(concluded):
    others = sent_by_others(concluded, 2, state=S.CONCLUDED)
    Scorecard.objects.filter(pk=others[1].pk).update(concluded_by=concluded.khamron)
    outcome = approve_each([concluded.card, *others], actor=concluded.khamron, request_key="ประชุม-3")
    assert outcome.done == 2
    assert [str(one).partition(":")[0] for one in outcome.refused] == [others[1].agency.name]
    again = approve_each([concluded.card, *others[:1]], actor=concluded.khamron, request_key="ประชุม-3")
    assert again.refused == []
    assert Event.objects.filter(action="approve").count() == 2
