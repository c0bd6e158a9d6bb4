"""Walks a scorecard to the stage that the demo shows, through the same verbs that people use."""

import datetime as dt
import random

from django.contrib.auth.models import User

from config.demo.attachments import attach
from config.demo.filling import invent
from config.demo.people import officials_of
from indicators.frozen import rubric_document
from scorecards import workflow
from scorecards.models import History
from scorecards.reviewing import review
from scorecards.rounds.asking_time import ask_for_time
from scorecards.states import Decision, Role

# In order: a scorecard at one stage has gone through all before it (sent back and returned are side roads).
STAGES = [
    "blank", "begun", "proposed", "sent_back", "endorsed", "submitted", "in_review", "returned", "concluded",
    "approved", "published",
]  # fmt: skip
CYCLE = [
    "blank",
    "submitted",
    "published",
    "begun",
    "in_review",
    "approved",
    "proposed",
    "concluded",
    "endorsed",
    "sent_back",
    "returned",
]
REASONS = ["เอกสารอยู่นอกรอบการประเมิน", "หลักฐานยังไม่ครบทุกหน่วยงาน", "รายงานยังไม่ได้เสนอผู้บริหาร"]
NARRATIVE = {
    "actions_taken": "ได้ดำเนินการตามแผนที่กำหนด มีการติดตามผลทุกไตรมาส และนำผลสำรวจมาปรับปรุงมาตรฐานงานบริการ",
    "supporting_factors": "ผู้บริหารให้ความสำคัญและสนับสนุนงบประมาณ",
    "obstacles": "การจัดซื้อจัดจ้างล่าช้ากว่าแผน ๒ เดือน",
    "remedies": "ปรับแผนการจัดซื้อจัดจ้างให้เร็วขึ้นในปีถัดไป",
}


def stages_of(framework_code: str, position: int) -> dict[int, str]:
    """{months: stage} of the office at this position: the 6-month round is over for forms that have one."""
    stages = {12: CYCLE[position % len(CYCLE)]}
    if framework_code in ("dga-digital-2563", "sdo-2562") and position % 3 == 0:
        stages = {6: "published"} | stages
    return stages


def walk(scorecard, stage: str):
    """Take the scorecard from blank to `stage`."""
    goal = STAGES.index(stage)
    people = officials_of(scorecard.agency)
    if goal >= STAGES.index("begun"):
        fill(scorecard, people[Role.COLLECTOR], half=stage == "begun")
    if stage == "begun":
        until = scorecard.closes_at + dt.timedelta(days=7)
        ask_for_time(scorecard, until=until, reason="รอผลสำรวจความพึงพอใจจากผู้รับจ้าง", actor=people[Role.HEAD])
    if goal >= STAGES.index("proposed"):
        for entry in scorecard.entries.all():
            workflow.propose(entry, actor=people[Role.COLLECTOR])
    if stage == "sent_back":
        workflow.send_back(
            scorecard.entries.first(), actor=people[Role.SUPERVISOR], remark="โปรดแนบรายงานฉบับที่ลงนามแล้ว"
        )
    elif goal >= STAGES.index("endorsed"):
        for entry in scorecard.entries.all():
            workflow.endorse(entry, actor=people[Role.SUPERVISOR])
    if goal >= STAGES.index("submitted"):
        submission = workflow.submit(scorecard, actor=people[Role.HEAD], declared=True)
        judge(scorecard, submission, stage)


def judge(scorecard, submission, stage: str):
    """The assessing side's part, up to `stage`."""
    goal = STAGES.index(stage)
    reviewer = User.objects.get(username="reviewer" if scorecard.pk % 2 else "reviewer2")
    if goal >= STAGES.index("in_review"):
        review.begin_review(scorecard, actor=reviewer)
        rule_all(submission, reviewer, all_of_them=stage not in ("in_review", "returned"))
    if stage == "returned":
        review.return_for_correction(scorecard, actor=reviewer, remark="โปรดส่งหลักฐานของรอบปัจจุบัน")
        return
    if goal >= STAGES.index("concluded"):
        review.conclude(scorecard, actor=reviewer)
    if goal >= STAGES.index("approved"):
        review.approve(scorecard, actor=User.objects.get(username="chief"))
    if goal >= STAGES.index("published"):
        review.publish(scorecard, actor=User.objects.get(username="chief2"))


def fill(scorecard, collector, *, half: bool):
    """Answers, narrative and evidence of every entry, or of every second one."""
    entries = list(scorecard.entries.select_related("indicator"))
    for position, entry in enumerate(entries):
        if half and position % 2:
            continue
        rubric = rubric_document(entry.indicator)
        answers = invent(rubric, office=scorecard.agency.code, months=scorecard.round.months)
        changes = workflow.EntryChanges(
            answers={
                key: workflow.AnswerChange(content=content, typed=content, note="", version=0)
                for key, content in answers.items()
            },
            narrative=NARRATIVE,
            version=entry.version,
        )
        workflow.save_entry(entry, actor=collector, changes=changes)
        attach(entry, rubric, answers, actor=collector)


def rule_all(submission, reviewer, *, all_of_them: bool):
    """Agree to nearly everything; disagree with one answer of the first indicator, and say why."""
    rng = random.Random(submission.content_hash)
    entries = list(submission.scorecard.entries.select_related("indicator"))
    for position, entry in enumerate(entries if all_of_them else entries[: len(entries) // 2]):
        reason = rng.choice(REASONS) if position == 0 and rng.random() < 0.6 else ""
        rulings = decide(submission, entry.indicator, reason_to_differ=reason)
        review.rule(submission, actor=reviewer, indicator=entry.indicator, rulings=rulings)


def decide(submission, indicator, *, reason_to_differ: str) -> list[review.RulingChange]:
    """Agree; rate what only a reviewer can say; with a reason, deny the first "yes"."""
    said, rulings = submission.content["answers"].get(indicator.code, {}), []
    for criterion in review.ruled_on(submission, indicator=indicator):
        denied = reason_to_differ and said.get(criterion.key, {}).get("value") == "yes"
        if criterion.kind == "rating":
            content, reason = {"option": criterion.options[-2][0]}, "พิจารณาจากรายงานและการสัมภาษณ์"
        elif denied:
            content, reason, reason_to_differ = {"value": "no"}, reason_to_differ, ""
        else:
            content, reason = {}, ""
        decision = Decision.CHANGE if content else Decision.AGREE
        rulings.append(review.RulingChange(criterion.key, decision, content, reason))
    return rulings


def give_history(scorecard):
    """Three years of results: the form's own where it prints them, invented ones elsewhere."""
    rows = [
        History(agency=scorecard.agency, indicator=entry.indicator, year=year, value=value)
        for entry in scorecard.entries.select_related("indicator")
        for year, value in earlier_results(entry, scorecard.framework.year.year, scorecard.agency.code)
    ]
    History.objects.bulk_create(rows, ignore_conflicts=True)


def earlier_results(entry, year: int, office: str):
    """(year, result) of the three years before: those that the form prints, otherwise made up, always the same."""
    rng = random.Random(f"{office}/{entry.indicator.code}")
    printed = {int(one["year"]): one["value"] for one in entry.indicator.card.get("history", [])}
    for earlier in range(year - 3, year):
        value = printed.get(earlier, f"{rng.randint(300, 500) / 100:.4f}")
        yield earlier, value.get("th", "") if isinstance(value, dict) else str(value)
