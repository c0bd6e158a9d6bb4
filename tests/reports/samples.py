"""Frozen rows to print, made directly: an agency, a form, a submission and its publication with invented figures."""

import datetime as dt
import hashlib
import json
from copy import deepcopy
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from indicators.models import FiscalYear, Framework, Indicator
from scorecards.models import Agency, History, Membership, Ministry, Publication, Round, Scorecard, Submission
from scorecards.states import Role, ScorecardState

HARD_THAI = "น้ำ กำลัง ผู้ ปฏิญญา ญู ฐุ ที่ ก้ำกึ่ง ๑๒.๕ ปี่ ฝั่ง ฟ้า เป้าหมาย จำนวน สำเร็จ"
MOMENT = dt.datetime(2019, 10, 14, 9, 0, tzinfo=dt.UTC)


def person(username, first="สมหญิง", last="ตัวอย่าง", **more):
    return User.objects.create_user(username, first_name=first, last_name=last, **more)


def office(code, kind=Agency.Kind.PUBLIC_ORGANISATION):
    ministry, _made = Ministry.objects.get_or_create(code="m-" + code, defaults={"name_th": "กระทรวงตัวอย่าง"})
    agency = Agency.objects.create(
        code=code,
        kind=kind,
        ministry=ministry,
        name_th=f"หน่วยงานตัวอย่าง {code}",
        name_en=f"Sample office {code}",
    )
    people = {role: person(f"{role}-{code}") for role in (Role.COLLECTOR, Role.SUPERVISOR, Role.HEAD)}
    for role, user in people.items():
        Membership.objects.create(user=user, agency=agency, role=role)
    return agency, people


@cache
def written(code) -> dict:
    """What stands in the file of a form, which is read once."""
    file = Path(settings.BASE_DIR, "indicators", "frameworks", f"{code}.yaml")
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def form(code):
    """A published framework with its leaf indicators as rows."""
    document = deepcopy(written(code))
    text = json.dumps(document, ensure_ascii=False)
    year, _made = FiscalYear.objects.get_or_create(year=document["year"])
    framework = Framework.objects.create(
        code=code,
        year=year,
        name_th=document["name"]["th"],
        name_en=document["name"].get("en", ""),
        state=Framework.State.PUBLISHED,
        document=text,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        published_at=MOMENT,
    )
    for position, item in enumerate(leaves(document)):
        Indicator.objects.create(
            framework=framework,
            position=position,
            kind=Indicator.Kind.INDICATOR,
            code=item["code"],
            name_th=item["name"]["th"],
            rubric=item["rubric"],
        )
    return framework, document


def blank_scorecard(agency, framework, months=12):
    moment = timezone.now()
    period, _made = Round.objects.get_or_create(
        year=framework.year,
        months=months,
        defaults={
            "opens_at": moment,
            "closes_at": moment + dt.timedelta(days=9),
            "review_closes_at": moment + dt.timedelta(days=30),
        },
    )
    return Scorecard.objects.create(agency=agency, framework=framework, round=period)


def sent(scorecard, document, people, *, number=1):
    """A submission as workflow.submit freezes it."""
    codes = [item["code"] for item in leaves(document)]
    content = {
        "answers": {item["code"]: answers(item["rubric"]) for item in leaves(document)},
        "narrative": {code: narrative() for code in codes},
        "notes": {},
        "evidence": [piece for code in codes for piece in evidence(code, first_leaf(document, code))],
        "people": {code: {"collector": "สมหญิง เก็บข้อมูล", "supervisor": "สมชาย กำกับดูแล"} for code in codes},
    }
    scored = tree(document, "3.6667")
    for item in leaves(document)[:2]:
        indicator = Indicator.objects.get(framework=scorecard.framework, code=item["code"])
        History.objects.get_or_create(
            agency=scorecard.agency,
            indicator=indicator,
            year=document["year"] - 1,
            defaults={"value": "84.20"},
        )
    return Submission.objects.create(
        scorecard=scorecard,
        number=number,
        framework_hash=scorecard.framework.content_hash,
        content=content,
        scored=scored,
        content_hash=hash_of(content),
        submitted_by=people[Role.HEAD],
        submitted_at=MOMENT,
    )


def published(submission, document, *, number=1, more_rulings=None):
    """A publication as review.publish freezes it: one answer was changed, with a reason; `more_rulings` on the same
    indicator by their criteria."""
    first = leaves(document)[0]
    key = first_leaf(document, first["code"])
    rulings = {
        first["code"]: {
            key: {
                "decision": "change",
                "reason": "เอกสารอยู่นอกรอบการประเมิน " + HARD_THAI,
                "content": {"value": "no"},
            },
            **(more_rulings or {}),
        }
    }
    official = json.loads(json.dumps(submission.content["answers"]))
    official[first["code"]][key] = {"value": "no"}
    content = {"answers": official, "rulings": rulings}
    chief, _made = User.objects.get_or_create(username="chief")
    administrator, _made = User.objects.get_or_create(username="chief2")
    Scorecard.objects.filter(pk=submission.scorecard_id).update(state=ScorecardState.PUBLISHED)
    return Publication.objects.create(
        scorecard=submission.scorecard,
        submission=submission,
        number=number,
        content=content,
        scored=tree(document, "3.4167"),
        content_hash=hash_of(content),
        approved_by=chief,
        published_by=administrator,
        published_at=MOMENT + dt.timedelta(days=30),
    )


# ---------------------------------------------------------------- invented content


def leaves(document):
    """The indicators with a rubric, in order."""
    found, pending = [], list(reversed(document["components"]))
    while pending:
        item = pending.pop()
        found += [item] if "rubric" in item else []
        pending += reversed(item.get("components", []) + item.get("indicators", []))
    return found


def criteria(node):
    yield node
    for child in node.get("children", []):
        yield from criteria(child)


def first_leaf(document, code):
    rubric = next(item["rubric"] for item in leaves(document) if item["code"] == code)
    return next(node["key"] for node in criteria(rubric) if not node.get("children"))


def answers(rubric):
    found = {}
    for position, node in enumerate(criteria(rubric)):
        if node["kind"] == "check":
            found[node["key"]] = {"value": "no" if position % 4 == 3 else "yes"}
        elif node["kind"] == "measure" and node.get("inputs"):
            found[node["key"]] = {"inputs": {one["name"]: "14575.25" for one in node["inputs"]}}
        elif node["kind"] == "measure":
            found[node["key"]] = {"value": "87.5"}
    return found


def narrative():
    return {
        "actions_taken": f"ได้เปิดช่องทางรับเรื่องผ่านระบบออนไลน์และโทรศัพท์สายตรง มีผู้ใช้บริการ ๑,๒๔๕ ราย "
        f"และนำผลสำรวจมาปรับปรุงมาตรฐานงานบริการ ๓ เรื่อง\n{HARD_THAI}",
        "supporting_factors": "ผู้บริหารให้ความสำคัญและสนับสนุนงบประมาณ",
        "obstacles": "การจัดจ้างล่าช้ากว่าแผน ๒ เดือน",
        "remedies": "<script>ปรับแผน</script> การจัดซื้อให้เร็วขึ้น",
    }


def evidence(code, key):
    names = ["คำสั่งแต่งตั้งคณะทำงาน.pdf", "ภาพกิจกรรม มี.ค. ๒๕๖๒.jpg"]
    return [
        {
            "indicator": code,
            "criterion_key": key,
            "name": name,
            "pages": "หน้า 2",
            "sha256": hash_of([code, name]),
        }
        for name in names
    ]


def hash_of(content):
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def tree(document, score):
    """A node document with the same invented score everywhere."""
    children = [upper(item, "component", score) for item in document["components"]]
    return figures("scorecard", "scorecard", score, "100") | {"children": children, "coverage": "0.96"}


def upper(item, kind, score):
    node = figures(kind, item["code"], score, str(item.get("weight", ""))) | {"code": item["code"]}
    below = [upper(one, "component", score) for one in item.get("components", [])]
    below += [upper(one, "indicator", score) for one in item.get("indicators", [])]
    below += [lower(item["rubric"], score)] if "rubric" in item else []
    return node | {"children": below}


def lower(rubric, score):
    node = figures(rubric["kind"], rubric["key"], score, "")
    return node | {"children": [lower(one, score) for one in rubric.get("children", [])]}


def figures(kind, key, score, weight):
    return {
        "kind": kind,
        "key": key,
        "title": key,
        "state": "scored",
        "raw": score,
        "score": score,
        "minimum": "1",
        "maximum": "5",
        "weight": weight,
        "contribution": "0.165",
        "coverage": "1",
        "reasons": [],
        "score_shown": score,
        "weighted_shown": "0.1650",
        "raw_shown": score,
        "children": [],
    }
