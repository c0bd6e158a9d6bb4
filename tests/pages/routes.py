"""What the addresses of routes.txt are made of, and what a form there would send."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from evidence.models import Evidence, Link, Upload
from indicators.models import Framework
from reports.models import Batch, BatchFile, Document, Imprint, Job
from scorecards.answering.forms import EntryForm
from scorecards.answering.planning import seen
from scorecards.calibrating.sampling import draw
from scorecards.models import (
    Appeal,
    Assignment,
    Clarification,
    Delegation,
    Invitation,
    Membership,
    Notice,
    PublishOrder,
    Reason,
    Sample,
    SampleLine,
    SavedFilter,
    Scorecard,
    Submission,
)
from scorecards.people.account_details import seen as seen_account
from scorecards.people.joining import invite, token_of
from scorecards.results.appealing import decide
from scorecards.reviewing.review import RulingChange
from scorecards.rounds.agencies import seen as seen_agency
from scorecards.rounds.asking_time import ask_for_time
from scorecards.states import AGENCY_WORKS, RULED, Decision
from scorecards.workflow import send_back
from tests.pages.planting import endorse_all, rule_on_all
from tests.world import STEPS

# What the parts of an address name, and the addresses that have these parts; those without parts are not here.
PARTS = {
    "card": "scorecard missing submit recall scorecard_workbook import_answers scorecard_changes scorecard_record "
    "contacts decide hand_over return_scorecard report_request ask_time withdraw_time answer_time",
    "card code": "review review_preview save_rulings amend_indicator",
    "card code criterion": "ask_agency",
    "card code file": "judge_file",
    "card decision": "move_scorecard",
    "card published": "move_form",
    "entry": "entry preview save_field entry_plan entry_history entry_parts parts_done entry_workbook entry_docx "
    "open_appeal",
    "entry criterion": "comment evidence_upload evidence_more evidence_use evidence_link evidence_upload_begin",
    "entry question": "answer_reviewer",
    "proposed entry_action": "move_entry",
    "file": "evidence_download evidence_view evidence_about evidence_replace evidence_withdraw",
    "upload": "evidence_upload_piece evidence_upload_finish",
    "link": "evidence_link_withdraw",
    "submission": "receipt_request",
    "imprint": "check",
    "picture": "dashboard dashboard_file",
    "card table": "scorecard_table",
    "form_code year months table": "agencies_table",
    "form_code year months": "summary_request",
    "batch": "batch",
    "batch batch_verb": "change_batch",
    "batch_file": "batch_file",
    "job": "job try_again",
    "person": "person_privacy person_export",
    "document": "document",
    "delegation": "end_standing_in",
    "filter": "delete_filter",
    "appeal": "decide_appeal publish_appeal",
    "sample": "sample_agreement",
    "line": "second_review",
    "order": "cancel_order",
    "form": "framework framework_file framework_workbook",
    "form form": "framework_differences",
    "form code": "calibrate add_reason",
    "form code reason": "remove_reason",
    "published": "begin_next_year begin_version assignments assignments_workbook import_assignments assign_agencies",
    "published months": "open_scorecards",
    "published published": "move_all",
    "assignment": "assignment assignment_owners unassign_agency",
    "assignment card": "extend_deadline",
    "assignment late": "open_late",
    "draft": "publish_framework discard_framework undo_edit edit_part try_part parts_elsewhere",
    "draft row": "edit_part try_part parts_elsewhere",
    "draft row criterion": "edit_part try_part",
    "draft row example": "settle_example",
    "draft verb": "edit_tree",
    "year kind": "results_file",
    "year": "year_rounds",
    "year months": "extend_deadlines",
    "year agency": "agency_results",
    "year agency kind": "agency_results_file",
    "session": "end_session",
    "agency": "people invite_person edit_agency edit_ministry",
    "agency invitation": "withdraw_invitation",
    "agency member": "member correct_person",
    "token": "join",
}
NOWHERE = {"int": 0, "uuid": "00000000-0000-4000-8000-000000000000"}
BY_UUID = {"file", "link", "upload", "job", "document", "batch", "batch_file"}


# allauth's own addresses, which tests/accounts tries.
ALLAUTH = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_")


def names(resolver=None) -> list[str]:
    """The name of every pattern of ours, once for each; those of Django's admin are one name."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            found += [] if one.name.startswith(ALLAUTH) else [one.name]
        else:
            found += ["admin"] if one.app_name == "admin" else names(one)
    return found


def forms_of(name: str) -> list[list[str]]:
    """The parts of each pattern of this name."""
    return [parts.split() for parts, known in PARTS.items() if name in known.split()] or [[]]


def parts_of(world) -> dict[str, list]:
    """{part: every value of the ICT centre's that exists}; first what the table is about: its latest, or what can be
    worked on."""
    card = world.card
    rows = {
        "entry": card.entries.all(),
        "proposed": sorted(card.entries.all(), key=lambda one: one.state != "proposed"),
        "file": sorted(Evidence.objects.filter(entry__scorecard=card), key=lambda one: one != world.file),
        "link": Link.objects.filter(entry__scorecard=card),
        "upload": Upload.objects.filter(entry__scorecard=card),
        "job": Job.objects.filter(scorecard=card),
        "document": Document.objects.filter(scorecard=card),
        "batch": Batch.objects.all(),
        "batch_file": BatchFile.objects.all(),
        "submission": Submission.objects.filter(scorecard=card),
        "question": Clarification.objects.filter(submission__scorecard=card).order_by("-pk"),
        "appeal": Appeal.objects.filter(publication__scorecard=card).order_by("-pk"),
        "line": SampleLine.objects.filter(submission__scorecard=card).order_by("-pk"),
        "sample": Sample.objects.all(),
        "order": PublishOrder.objects.filter(scorecard=card),
        "delegation": Delegation.objects.filter(agency=card.agency),
        "filter": SavedFilter.objects.all(),
        "reason": Reason.objects.all(),
        "assignment": Assignment.objects.filter(agency=card.agency),
        "form": Framework.objects.order_by("pk"),
        "published": Framework.objects.filter(state="published").order_by("pk"),
        "draft": Framework.objects.filter(state="draft"),
        "session": UserSession.objects.all(),
        "invitation": Invitation.objects.all(),
        "member": Membership.objects.filter(user=world.arun),
    }
    found = {name: [one.pk for one in found] for name, found in rows.items()}
    found = {name: pks or [NOWHERE["uuid" if name in BY_UUID else "int"]] for name, pks in found.items()}
    return found | {
        "card": [card.pk], "criterion": ["step3", "step1", "count"],
        "code": ["4", "5"], "decision": ["return", "begin_review", "conclude", "reopen_review", "approve", "publish"],
        "entry_action": ["endorse", "withdraw_endorsement", "send_back", "cancel_send_back", "take_back"],
        "verb": ["add"], "example": ["drop"], "row": [1],
        "months": [12], "late": [9], "year": [2556], "agency": ["ict"], "kind": ["csv", "json"],
        "picture": ["status", "heat", "distribution", "trend", "compared", "profile"], "table": ["xlsx", "csv", "json"],
        "form_code": ["moi-ict-2556"], "person": [world.arun.pk], "batch_verb": ["resume", "cancel"],
        "token": [token_of(one) for one in Invitation.objects.all()] or ["made-up"],
        "imprint": list(Imprint.objects.values_list("code", flat=True)) or ["0" * 16],
    }  # fmt: skip


def _upload(world):
    return {"files": SimpleUploadedFile("คำสั่ง.txt", "คำสั่ง".encode())}


def _typed(world):
    """The page's form as it stands, with two fields changed."""
    entry = world.card.entries.get(pk=world.entry.pk)
    stands = {name: value for name, value in EntryForm(entry=entry).initial.items() if value}
    return stands | {"value.step3": "no", "obstacles": "ไม่มี"}


def _ruling(world):
    sent = world.card.submissions.first()
    return {"decision.step1": "agree", "submission": sent.pk if sent else 0}


def _resolution(world):
    said = {"decision.step5": "change", "value.step5": "no", "seen.step5": "1:"}
    return said | {"number": "1/2556", "held_on": "20/11/2556", "resolved": "เอกสารไม่ครบถ้วน"}


def _second_ruling(world):
    return {f"decision.{key}": "agree" for key in [*STEPS, "count"]}


def _page(world):
    return {"title": "ประกาศ", "url": "https://www.opdc.go.th/a", "seen_on": "1/1/2563"}


def _more_time(world):
    last = Scorecard.objects.get(pk=world.card.pk).closes_at + timedelta(days=3)
    return {"until": f"{last:%d/%m}/{last.year + 543}", "reason": "น้ำท่วม"}


def _away(world):
    membership = world.chat.memberships.get()
    said = {"away": membership.pk, "deputy": world.arun.pk, "reason": "ลาพักผ่อน"}
    tomorrow = timezone.localdate() + timedelta(days=1)
    day = f"{tomorrow:%d/%m}/{tomorrow.year + 543}"
    return said | {"first_day": day, "last_day": day}


TEXT = {"text": "ขอทราบรายละเอียด"}
# What a form there would send, so that whoever is let in gets something done.
SENT = {
    "entry": _typed, "save_field": _typed, "preview": _typed,
    "entry_plan": lambda world: {"before": seen(world.entry)},
    "comment": TEXT, "ask_agency": TEXT, "answer_reviewer": TEXT, "open_appeal": TEXT, "add_reason": TEXT,
    "move_entry send_back": {"remark": "โปรดแก้ไข"},
    "submit": {"declared": "on"},
    "delegations": _away,
    "year_rounds": {"12.before": "as it was"},
    "reminders": {"wanted": [], "language": "th"},
    "notices_seen": lambda world: {"notices": str(Notice.objects.filter(person=world.fah).values_list("pk")[0][0])},
    "evidence_upload": _upload, "evidence_replace": _upload,
    "evidence_withdraw": {"reason": "แนบผิด"},
    "evidence_use": lambda world: {"file": world.file.pk},
    "evidence_link": _page,
    "evidence_upload_begin": {"name": "ก.txt", "size": "5", "fingerprint": "ก"},
    "evidence_about": {"pages": "9", "version": "0"},
    "review": _ruling, "review_preview": _ruling, "save_rulings": _ruling, "second_review": _second_ruling,
    "committee": lambda world: {"card": world.card.pk}, "amend_indicator": _resolution,
    "judge_file": {"verdict": "accept"},
    "move_scorecard return": {"reason": "โปรดแก้ไข"},
    "move_scorecard reopen_review": {"reason": "โปรดตรวจซ้ำ"},
    "hand_over": {"reason": "คู่สมรสทำงานที่หน่วยงานนี้"},
    "return_scorecard": {"remark": "โปรดแก้ไข"},
    "review_queue": {"name": "ของฉัน"},
    "assign_reviews": lambda world: {"line": world.card.pk, "reviewer": world.wirat.pk},
    "decide_appeal": {"outcome": "dismissed", "decision": "เห็นตามเดิม"},
    "publish_approved": lambda world: {"card": world.card.pk, "then": "now", "sure": "on"},
    "extend_deadline": _more_time,
    "open_late": _more_time,
    "extend_deadlines": lambda world: _more_time(world) | {"card": world.card.pk},
    "ask_time": _more_time,
    "withdraw_time": lambda world: {"asked": world.card.time_requests.first().pk},
    "answer_time": lambda world: _more_time(world) | {"asked": world.card.time_requests.first().pk},
    "report_request": {"document": "indicator_sar.4"},
    "new_batch": lambda world: {"card": world.card.pk, "language": "th"},
    "person_export": {"reason": "คำขอที่ 1/2563"},
    "set_language": {"language": "en"},
    "begin_framework": {"code": "new-2557", "year": "2557", "name": "ใหม่"},
    "edit_part": {"name": "ใหม่"},
    "edit_tree": {"kind": "component"},
    "assign_agencies": lambda world: {"agency": world.agencies["opdc"].pk},
    "invite_person": {"email": "malee@example.org", "role": "collector"},
    "new_agency": {"name_th": "กรมใหม่", "code": "new", "kind": "department", "new_ministry": "กระทรวงใหม่"},
    "edit_ministry": lambda world: {
        "name_th": "กระทรวงใหม่", "before": seen_agency(world.agencies["ict"].ministry),
    },
    "edit_agency": lambda world: {
        "name_th": "ชื่อใหม่", "kind": "office", "new_ministry": "กระทรวงใหม่",
        "before": seen_agency(world.agencies["ict"]),
    },
    "member": {"do": "leave", "role": "head", "reason": "ย้าย"},
    "correct_person": lambda world: {
        "first_name": "อรุณี", "email": "new@example.org", "reason": "พิมพ์ผิด", "before": seen_account(world.arun),
    },
}  # fmt: skip


def _one_more_line(world):
    if world.card.state in RULED:
        draw(Sample(framework=world.framework, round=world.round, number=1, seed="อีกครั้ง"), actor=world.chan)


def _ready_to_send(world):
    if world.card.state in ("open", "returned"):
        endorse_all(world)


def _sent_back(world):
    for entry in world.card.entries.filter(state="proposed"):
        send_back(entry, actor=world.busaba, remark="โปรดแก้ไข")


def _all_ruled(world):
    if world.card.state == "in_review":
        rule_on_all(world)


def _upheld(world):
    if world.card.state == "published":
        change = RulingChange("count", Decision.CHANGE, {"value": "2"}, "นับใหม่")
        decide(world.open_appeal, outcome="upheld", decision="เห็นด้วย", rulings=[change], actor=world.wirat)


def _closed_round(world):
    now = timezone.now()
    days = {"opens_at": now - timedelta(days=90), "closes_at": now - timedelta(days=1)}
    world.round.year.rounds.create(months=9, review_closes_at=world.round.review_closes_at, **days)


def _asked_for_time(world):
    card = Scorecard.objects.get(pk=world.card.pk)
    if card.state in AGENCY_WORKS:
        ask_for_time(card, until=card.closes_at + timedelta(days=9), reason="น้ำท่วม", actor=world.chat)


def _invited(world):
    invite(world.card.agency, email="malee@example.org", role="collector", actor=world.chawi)


# What must have been done before, so that only the person decides.
BEFORE = {
    "submit": _ready_to_send,
    "move_entry withdraw_endorsement": _ready_to_send,
    "move_entry cancel_send_back": _sent_back,
    "move_scorecard conclude": _all_ruled,
    "second_review": _one_more_line,
    "publish_appeal": _upheld,
    "withdraw_invitation": _invited,
    "open_late": _closed_round,
    "withdraw_time": _asked_for_time,
    "answer_time": _asked_for_time,
    "join": _invited,
    "try_again": lambda world: Job.objects.filter(document=None).update(state="failed"),
}
