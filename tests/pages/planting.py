"""A world in which everything the ICT centre ever wrote holds a canary that says where it was written.

`plant(state)` goes through the verbs, in the order in which a scorecard really goes; only what no verb writes (results
of earlier years, who is responsible, what a machine noted of a fault) is written as rows.
"""

import datetime as dt
import hashlib
import io
import re
import zipfile

from django.core.files.base import ContentFile
from django.utils import timezone

from evidence.arriving import Coming, append, begin
from evidence.changing import withdraw
from evidence.criteria import APPEAL
from evidence.intake import receive, replace
from evidence.linking import Page, add_link
from evidence.particulars import Particulars
from indicators.successors import begin as begin_form
from reports import jobs, store
from reports.models import Batch, Document, Job
from scorecards import workflow
from scorecards.answering.comments import comment
from scorecards.answering.parts import finish_parts, share_out
from scorecards.answering.planning import save_plan, seen
from scorecards.answering.standing_in import delegate
from scorecards.calibrating.sampling import draw, rule_again
from scorecards.models import (
    Appeal,
    Correction,
    Delegation,
    Entry,
    History,
    Notice,
    Owner,
    PublishOrder,
    Reason,
    Resolution,
    Sample,
)
from scorecards.people.joining import invite, withdraw_invitation
from scorecards.people.leaving import leave
from scorecards.results.appealing import appeal, decide, publish_revision
from scorecards.results.committee import amend
from scorecards.results.publish_orders import cancel_publishing, order_publishing
from scorecards.reviewing import review
from scorecards.reviewing.clarifying import ask, clarify
from scorecards.reviewing.file_rulings import judge_file
from scorecards.reviewing.review_assigning import assign_reviewers
from scorecards.reviewing.saved_filters import save_filter
from scorecards.rounds.asking_time import ask_for_time, refuse_request
from scorecards.rounds.assigning import assign, tailor
from scorecards.rounds.deadlines import extend
from scorecards.states import Decision, EntryState, Role, ScorecardState
from scorecards.waiting.reminders import make_notices
from tests.evidence import making as make
from tests.shipped import document_of
from tests.world import STEPS, add_coordinator, changes, make_world

WORD, NUMBER, RULED = "khamin", "86420.97531", "86411.97531"
FOUND = re.compile(rf"{WORD}-([a-z_]+)|86,?4[12]\d\.\d")
OWN_PEOPLE = ("arun", "busaba", "thep", "chat")


def secret(place: str) -> str:
    """A text that is seen nowhere else; it says where it was written."""
    return f"{WORD}-{place}"


def places_in(text: str) -> set[str]:
    """The places of all canaries in a text; a number of the agency's is “number”."""
    return {one[1] or "number" for one in FOUND.finditer(text)}


def form() -> dict:
    """The form of the tests' world with a plan beside the steps, and a second indicator that is a number."""
    document = document_of("moi-ict-2556")
    indicators = document["components"][0]["indicators"]
    plan = {"columns": [{"key": "m10", "label": "ต.ค."}], "rows": [{"number": "1", "title": "อบรม"}]}
    measure = {"key": "count", "kind": "measure", "title": {"th": "จำนวน"}, "unit": {"th": "ราย"}, "floor": "0",
               "levels": [{"at": "1", "score": "5", "rule": "step"}]}  # fmt: skip
    second = {"code": "5", "name": {"th": "จำนวนผู้รับบริการ"}, "weight": "5", "rubric": measure}
    indicators[0] |= {"weight": "20", "plan": plan}
    document["components"][0]["indicators"] = [indicators[0], second]
    return document


def plant(state):
    """The tests' world with the ICT centre's scorecard in this state and a canary in all that was written on the way.
    A second reviewer (ขวัญ) has ruled on its sample; วิรัช reviews too, and nothing here was ever given to him."""
    world = _beginning()
    steps = {
        ScorecardState.OPEN: (_answer, _talk, _attach, _propose),
        ScorecardState.SUBMITTED: (_submit, _report),
        ScorecardState.IN_REVIEW: (_begin_review, _rule),
        ScorecardState.RETURNED: (_return,),
        ScorecardState.CONCLUDED: (_send_again, _conclude, _review_again),
        ScorecardState.APPROVED: (_approve,),
        ScorecardState.PUBLISHED: (_publish, _appeal),
    }
    for reached, verbs in steps.items():
        for verb in verbs:
            verb(world)
        if reached == state:
            break
    world.card.refresh_from_db()
    return world


def _beginning():
    world = add_coordinator(make_world(document=form()))
    for username in OWN_PEOPLE:
        person = getattr(world, username)
        person.first_name, person.last_name = secret("first_name"), secret("last_name")
        person.email = f"{secret('email')}-{username}@example.org"
        person.save()
    world.wirat = type(world.arun).objects.create_user("wirat", first_name="วิรัช")
    world.wirat.memberships.create(agency=world.agencies["opdc"], role=Role.REVIEWER)
    assign(world.framework, [world.agencies["ict"], world.agencies["policy"]], actor=world.chawi)
    world.assignment = world.agencies["ict"].assignments.get()
    tailor(world.assignment, {"targets": {"4": secret("target")}}, version=0, reason=secret("tailored"),
           actor=world.chawi)  # fmt: skip
    world.card.refresh_from_db()
    world.draft = begin_form("draft-2557", 2557, "ร่าง", actor=world.chawi)
    Owner.objects.create(assignment=world.assignment, indicator_code="4", duty="collector", name=secret("owner_name"),
                         telephone=secret("telephone"), email=f"{secret('owner_email')}@example.org")  # fmt: skip
    world.entry, world.number = world.card.entries.all()
    History.objects.create(agency=world.agencies["ict"], indicator=world.entry.indicator, year=2555,
                           value=secret("history"))  # fmt: skip
    _come_and_go(world)
    return world


def _answer(world):
    answered = {step: "no" if step == "step4" else "yes" for step in STEPS}
    told = {name: secret(name) for name in ("actions_taken", "supporting_factors", "obstacles", "remedies")}
    said = changes(answered, **told)
    note = workflow.AnswerChange({"value": "yes"}, note=secret("note"))
    entry = workflow.save_entry(world.entry, actor=world.arun,
                                changes=workflow.EntryChanges(said.answers | {"step1": note}, told))  # fmt: skip
    typed = workflow.AnswerChange({"value": NUMBER}, typed={"value": "86,420.97531"})
    workflow.save_entry(world.number, actor=world.arun, changes=workflow.EntryChanges({"count": typed}))
    plan = {"activities": {"1": {"weight": NUMBER, "planned": {"m10": NUMBER}, "done": {"m10": NUMBER}}}}
    save_plan(entry, plan, actor=world.arun, before=seen(entry))


def _come_and_go(world):
    agency = world.agencies["ict"]
    asked = invite(agency, email=f"{secret('invited')}@example.org", role=Role.COLLECTOR, actor=world.chawi)
    withdraw_invitation(asked, actor=world.chawi)
    gone = type(world.arun).objects.create_user("gone", first_name="ลา")
    leave(agency.memberships.create(user=gone, role=Role.HEAD), reason=secret("left"), actor=world.chawi)


def _talk(world):
    now = timezone.now()
    comment(world.entry, "step1", secret("comment"), actor=world.arun)
    share_out(world.entry, {"step1": world.busaba}, actor=world.busaba)
    finish_parts(world.entry, actor=world.busaba)
    world.delegation = delegate(
        Delegation(agency=world.agencies["ict"], role=Role.HEAD, giver=world.chat, deputy=world.busaba,
                   starts_at=now, ends_at=now + dt.timedelta(days=3), reason=secret("delegation")),
        actor=world.chat,
    )  # fmt: skip
    until = world.card.closes_at + dt.timedelta(days=9)
    asked = ask_for_time(world.card, until=until, reason=secret("time_asked"), actor=world.chat)
    refuse_request(asked, reason=secret("time_refused"), actor=world.chawi)
    extend(world.card, until=until, reason=secret("extension"),
           actor=world.chawi)  # fmt: skip


def _attach(world):
    def file(place):
        content = make.pdf(lambda document: document.docinfo.__setitem__("/Title", secret(place)))
        return ContentFile(content, name=f"{secret(place + '_name')}.pdf")

    said = Particulars(pages=secret("pages"))
    first = receive(world.entry, "step1", actor=world.arun, upload=file("file"), said=said)
    world.file = replace(first, actor=world.arun, upload=file("newer_file"))
    gone = receive(world.entry, "step2", actor=world.arun, upload=file("withdrawn_file"))
    withdraw(gone, actor=world.arun, reason=secret("withdrawal"))
    page = Page(secret("link_title"), f"https://example.org/{secret('link_url')}", dt.date(2020, 1, 1))
    world.link = add_link(world.entry, "step2", actor=world.arun, page=page)
    piece = secret("piece").encode()
    coming = Coming(f"{secret('upload_name')}.txt", len(piece) + 1, secret("fingerprint"))
    told = Particulars(pages=secret("upload_pages"))
    world.upload = append(begin(world.entry, "step3", actor=world.arun, coming=coming, said=told),
                          offset=0, piece=piece)  # fmt: skip


def _propose(world):
    workflow.propose(world.entry, actor=world.arun)
    workflow.send_back(world.entry, actor=world.busaba, remark=secret("sent_back"))
    make_notices()
    Notice.objects.update(last_error=secret("mail_error"))
    workflow.propose(world.number, actor=world.arun)


def endorse_all(world):
    """All indicators are ready to be sent."""
    for entry in world.card.entries.exclude(state=EntryState.ENDORSED):
        if entry.state != EntryState.PROPOSED:
            workflow.propose(entry, actor=world.arun)
        workflow.endorse(entry, actor=world.busaba)


def _submit(world):
    endorse_all(world)
    world.submission = workflow.submit(world.card, actor=world.chat, declared=True)


def _report(world):
    world.job = jobs.request_report(world.card, actor=world.chat)
    Job.objects.filter(pk=world.job.pk).update(reason=secret("job_reason"))
    content = f"%PDF-1.7 {secret('document')}".encode()
    sha256 = store.keep(content, record_hash="ab" * 32)
    world.document = Document.objects.create(scorecard=world.card, record_hash="ab" * 32, sha256=sha256,
                                             size=len(content), pages=1)  # fmt: skip
    world.batch = Batch.objects.create(title=secret("batch_title"), content="sent", requested_by=world.chat,
                                       begun_at=timezone.now(), reason=secret("batch_reason"))  # fmt: skip
    world.batch.items.create(position=1, scorecard=world.card, state="failed", reason=secret("batch_item"))
    Batch.objects.filter(pk=world.batch.pk).update(state="failed")
    _keep_file(world.batch, content=secret("batch_file"))


def _keep_file(batch, *, content):
    """A ZIP of a batch with one text in it, as a worker would leave it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("รายการเอกสาร.txt", content)
    sha256 = hashlib.sha256(packed.getvalue()).hexdigest()
    file = batch.files.create(kind="zip", sha256=sha256, size=len(packed.getvalue()))
    with store.kept_whole(store.path_of_file(file)) as aside:
        aside.write_bytes(packed.getvalue())


def _begin_review(world):
    assign_reviewers([world.entry], reviewers=[world.kamon], actor=world.khamron)
    review.begin_review(world.card, actor=world.kamon)


def _rule(world):
    facts = {"actor": world.kamon, "indicator": world.entry.indicator}
    ask(world.submission, criterion_key="step1", question=secret("question"), **facts)
    ask(world.submission, criterion_key="step2", question=secret("open_question"), **facts)
    world.question, world.open_question = world.submission.clarifications.all()
    clarify(world.question, answer=secret("clarification"), actor=world.chat)
    review.rule(world.submission, rulings=[_denied("step3", "ruling")], **facts)
    other = {"actor": world.kamon, "indicator": world.number.indicator}
    review.rule(world.submission, rulings=[_counted("count_ruling")], **other)
    judge_file(
        world.submission,
        str(world.file.pk),
        verdict="reject",
        remark=secret("file_ruling"),
        actor=world.kamon,
    )
    save_filter(world.kamon, name=secret("filter"), query=f"q={secret('filter_query')}")
    world.filter = world.kamon.saved_filters.get()
    world.reason = Reason.objects.create(framework_code="moi-ict-2556", indicator_code="4", text="ไม่พบหลักฐาน",
                                         made_by=world.khamron)  # fmt: skip


def _denied(key, place):
    return review.RulingChange(key, Decision.CHANGE, {"value": "no"}, secret(place))


def _counted(place):
    return review.RulingChange("count", Decision.CHANGE, {"value": RULED}, secret(place))


def _return(world):
    wanted = [Correction(indicator=world.entry.indicator, criterion_key="step3", remark=secret("correction"))]
    review.return_for_correction(world.card, actor=world.kamon, remark=secret("returned"), corrections=wanted)
    said = {"step3": workflow.AnswerChange({"value": "yes"}, note=secret("unsent_note"), version=1)}
    workflow.save_entry(world.entry, actor=world.arun, changes=workflow.EntryChanges(said))
    upload = ContentFile(secret("unsent_file").encode(), name=f"{secret('unsent_file_name')}.txt")
    world.unsent = receive(world.entry, "step3", actor=world.arun, upload=upload)


def _send_again(world):
    _submit(world)
    review.begin_review(world.card, actor=world.kamon)


def rule_on_all(world):
    """The rest is agreed to."""
    for entry in (world.entry, world.number):
        review.agree_to_all(world.submission, actor=world.kamon, indicator=entry.indicator)


def _conclude(world):
    facts = {"actor": world.kamon, "indicator": world.entry.indicator}
    review.rule(world.submission, rulings=[_denied("step3", "ruling")], **facts)
    rule_on_all(world)
    review.conclude(world.card, actor=world.kamon)
    review.reopen_review(world.card, actor=world.khamron, reason=secret("reopened"))
    review.conclude(world.card, actor=world.kamon)
    resolution = Resolution(indicator=world.entry.indicator, number=secret("resolution_number"),
                            held_on=dt.date(2013, 11, 20), reason=secret("resolution"))  # fmt: skip
    changed = review.RulingChange("step3", Decision.CHANGE, {"value": "no"}, secret("resolution_ruling"), 1)
    amend(world.submission, rulings=[changed], resolution=resolution, actor=world.khamron)


def _review_again(world):
    sample = Sample(framework=world.framework, round=world.round, number=5, seed=secret("seed"))
    world.sample = draw(sample, actor=world.chan)
    for line in world.sample.lines.select_related("indicator"):
        own = [_counted("second_ruling")] if line.indicator.code == "5" else [
            _denied("step3", "second_ruling"),
            *(review.RulingChange(key, Decision.AGREE) for key in STEPS if key != "step3"),
        ]  # fmt: skip
        rule_again(line, actor=world.khwan, rulings=own)
    world.line = world.sample.lines.first()


def _approve(world):
    review.approve(world.card, actor=world.khamron)
    world.order = order_publishing(world.card, at=timezone.now() + dt.timedelta(hours=2), actor=world.chan)
    PublishOrder.objects.update(refusal=secret("order_refusal"))


def _publish(world):
    cancel_publishing(world.order, actor=world.chan)
    world.publication = review.publish(world.card, actor=world.chan, reason=secret("publishing"))


def _appeal(world):
    asked = {"actor": world.chat, "reason": secret("appeal")}
    upload = ContentFile(secret("appeal_file").encode(), name=f"{secret('appeal_file_name')}.txt")
    receive(Entry.objects.get(pk=world.entry.pk), APPEAL, actor=world.chat, upload=upload)
    world.appeal = appeal(world.publication, indicator=world.entry.indicator, **asked)
    decide(world.appeal, outcome=Appeal.Outcome.UPHELD, decision=secret("appeal_decision"),
           rulings=[_denied("step2", "appeal_ruling")], actor=world.khwan)  # fmt: skip
    publish_revision(world.appeal, actor=world.chan)
    latest = world.card.publications.first()
    world.open_appeal = appeal(latest, indicator=world.number.indicator, **asked)
