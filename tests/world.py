"""Named people at named offices around one small real form: the world in which the workflow's tests live.

อรุณ collects, บุษบา supervises, ชาติ heads the ICT centre; ดวงใจ, เอก and ฟ้า hold the same roles at another office.
กมล and ขวัญ review (กมล is assigned), คำรณ and จันทร์ are chiefs, ฉวี administers, ช่อ observes.
"""

import datetime as dt
from types import SimpleNamespace

from django.contrib.auth.models import User
from django.utils import timezone

from indicators.publishing import load_framework, publish
from scorecards import workflow
from scorecards.models import Agency, Entry, Membership, Ministry, Round, Scorecard, Submission
from scorecards.reviewing import review
from scorecards.rounds.opening import open_scorecard
from scorecards.rulings_asked import rulings_asked
from scorecards.states import Decision, EntryState, Role, ScorecardState
from tests.shipped import document_of

PEOPLE = {
    "arun": ("อรุณ", "ict", Role.COLLECTOR),
    "busaba": ("บุษบา", "ict", Role.SUPERVISOR),
    "chat": ("ชาติ", "ict", Role.HEAD),
    "duangjai": ("ดวงใจ", "policy", Role.COLLECTOR),
    "ek": ("เอก", "policy", Role.SUPERVISOR),
    "fah": ("ฟ้า", "policy", Role.HEAD),
    "kamon": ("กมล", "opdc", Role.REVIEWER),
    "khwan": ("ขวัญ", "opdc", Role.REVIEWER),
    "khamron": ("คำรณ", "opdc", Role.CHIEF),
    "chan": ("จันทร์", "opdc", Role.CHIEF),
    "chawi": ("ฉวี", "opdc", Role.ADMINISTRATOR),
    "cho": ("ช่อ", "opdc", Role.OBSERVER),
}
STEPS = ["step1", "step2", "step3", "step4", "step5"]


def make_world(code="moi-ict-2556", months=12, *, document=None):
    """The people by username, the two offices' scorecards (`card`, `other`), the form and its round. The form is a
    shipped one by its code, or this document."""
    ministry = Ministry.objects.create(code="interior", name_th="กระทรวงมหาดไทย")
    names = {"ict": "ศูนย์เทคโนโลยีสารสนเทศ", "policy": "สำนักนโยบายและแผน", "opdc": "สำนักงาน ก.พ.ร."}
    agencies = {
        key: Agency.objects.create(
            code=key, name_th=name, ministry=ministry, kind="central" if key == "opdc" else "office"
        )
        for key, name in names.items()
    }
    people = {}
    for username, (name, agency, role) in PEOPLE.items():
        people[username] = User.objects.create_user(username, first_name=name, password="รหัสผ่าน-ทดสอบ")
        Membership.objects.create(user=people[username], agency=agencies[agency], role=role)
    framework = publish(load_framework(document or document_of(code)), actor=people["chawi"])
    now = timezone.now()
    round_ = Round.objects.create(
        year=framework.year,
        months=months,
        opens_at=now - dt.timedelta(days=30),
        closes_at=now + dt.timedelta(days=12),
        review_closes_at=now + dt.timedelta(days=60),
    )
    cards = [
        open_scorecard(agencies[key], framework, round_, reviewers=[people["kamon"]])
        for key in ("ict", "policy")
    ]
    return SimpleNamespace(
        **people, agencies=agencies, framework=framework, round=round_, card=cards[0], other=cards[1],
        entry=cards[0].entries.first(),
    )  # fmt: skip


def add_coordinator(world):
    """เทพ, who coordinates for the ICT centre."""
    world.thep = User.objects.create_user("thep", first_name="เทพ")
    Membership.objects.create(user=world.thep, agency=world.agencies["ict"], role=Role.COORDINATOR)
    return world


def changes(answers, version=0, **narrative):
    """EntryChanges that answer checks: {"step1": "yes"} or a ready content."""
    return workflow.EntryChanges(
        answers={
            key: workflow.AnswerChange(
                value if isinstance(value, dict) else {"value": value}, version=version
            )
            for key, value in answers.items()
        },
        narrative=narrative,
    )


def fill(world, card=None, *, collector=None, no=("step4",)):
    """Steps 1, 2, 3 and 5 are met, 4 is not: 3.0000."""
    entry = (card or world.card).entries.first()
    answers = {step: "no" if step in no else "yes" for step in STEPS}
    return workflow.save_entry(entry, actor=collector or world.arun, changes=changes(answers))


def walk(world, state):
    """Bring the ICT centre's scorecard to this state, through the verbs; returns it."""
    goal = list(ScorecardState).index(state)
    if state == ScorecardState.OPEN:
        return world.card
    entry = fill(world)
    workflow.propose(entry, actor=world.arun)
    workflow.endorse(entry, actor=world.busaba)
    workflow.submit(world.card, actor=world.chat, declared=True)
    if state != ScorecardState.SUBMITTED:
        review.begin_review(world.card, actor=world.kamon)
    if state == ScorecardState.RETURNED:
        return review.return_for_correction(world.card, actor=world.kamon, remark="โปรดแนบรายงาน")
    submission = world.card.submissions.latest("number")
    if goal >= list(ScorecardState).index(ScorecardState.CONCLUDED):
        review.agree_to_all(submission, actor=world.kamon, indicator=entry.indicator)
        review.conclude(world.card, actor=world.kamon)
    if state in (ScorecardState.APPROVED, ScorecardState.PUBLISHED):
        review.approve(world.card, actor=world.khamron)
    if state == ScorecardState.PUBLISHED:
        review.publish(world.card, actor=world.chan)
    world.card.refresh_from_db()
    return world.card


def disagreement(key="step3", reason="ผลสำรวจเป็นของปีก่อน"):
    """A ruling that denies a step."""
    return review.RulingChange(key, Decision.CHANGE, {"value": "no"}, reason)


def publish_denied(world):
    """Publish the ICT centre's result with step 3 denied: 2.0000 instead of 3.0000."""
    card = walk(world, ScorecardState.IN_REVIEW)
    submission = card.submissions.get()
    review.rule(submission, actor=world.kamon, indicator=world.entry.indicator, rulings=[disagreement()])
    review.agree_to_all(submission, actor=world.kamon, indicator=world.entry.indicator)
    review.conclude(card, actor=world.kamon)
    review.approve(card, actor=world.khamron)
    return review.publish(card, actor=world.chan)


def entry_in(world, state):
    """The ICT centre's indicator in this state."""
    if state != EntryState.DRAFT:
        entry = workflow.propose(fill(world), actor=world.arun)
    if state == EntryState.ENDORSED:
        workflow.endorse(entry, actor=world.busaba)
    elif state == EntryState.RETURNED:
        workflow.send_back(entry, actor=world.busaba, remark="โปรดแก้ไขขั้นตอนที่ ๓")
    world.entry.refresh_from_db()
    return world.entry


def sent_by_others(world, count, *, days=1, ministry="finance", **facts):
    """`count` more offices whose scorecards were sent so many days ago, as rows: nothing went through the verbs."""
    ministry, _made = Ministry.objects.get_or_create(code=ministry, defaults={"name_th": "กระทรวงการคลัง"})
    known = Agency.objects.count()
    cards = []
    for number in range(known, known + count):
        agency = Agency.objects.create(
            code=f"office-{number}", name_th=f"สำนัก {number:03}", ministry=ministry, kind="office"
        )
        card = Scorecard.objects.create(
            agency=agency,
            framework=facts.get("framework", world.framework),
            round=facts.get("round", world.round),
            state=facts.get("state", ScorecardState.SUBMITTED),
        )
        rows = card.framework.indicators.filter(rubric__isnull=False)
        Entry.objects.bulk_create(Entry(scorecard=card, indicator=one) for one in rows)
        content = facts.get("content", {"answers": {}})
        asked = rulings_asked(card, content["answers"], codes=[one.code for one in rows])
        Submission.objects.create(
            scorecard=card, number=1, content=content, scored=facts.get("scored", {}), submitted_by=world.fah,
            rulings_asked=facts.get("rulings_asked", asked),
            submitted_at=timezone.now() - dt.timedelta(days=days, minutes=1),
        )  # fmt: skip
        cards.append(card)
    return cards
