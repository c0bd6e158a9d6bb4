"""A small world for evidence: two agencies, one report of the first, and everybody who may or may not see it."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evidence.intake import receive
from evidence.reading import missing_evidence
from indicators.models import FiscalYear, Framework, Indicator
from scorecards.models import Agency, Entry, Membership, Ministry, Round, Scorecard, Submission
from scorecards.states import Role
from tests.evidence import making as make

REQUIRED = {"need": "required", "accepts": "คำสั่งแต่งตั้งคณะทำงาน"}
RUBRIC = {
    "key": "i",
    "kind": "checklist",
    "title": "ระดับความสำเร็จ",
    "children": [
        {"key": "s1", "kind": "check", "title": "ขั้นตอนที่ ๑", "points": "1", "evidence": REQUIRED},
        {"key": "s2", "kind": "check", "title": "ขั้นตอนที่ ๒", "points": "1", "evidence": {"need": "optional"}},
        {"key": "s3", "kind": "check", "title": "ขั้นตอนที่ ๓", "points": "1", "evidence": {"need": "none"}},
        {
            "key": "s4",
            "kind": "check",
            "title": "รอบ ๖ เดือน",
            "points": "1",
            "evidence": REQUIRED,
            "rounds": [6],
        },
        {
            "key": "m.1",
            "kind": "measure",
            "title": "ร้อยละ",
            "unit": "ร้อยละ",
            "evidence": {"need": "required"},
        },
    ],
}
PEOPLE = {
    "collector": ("one", Role.COLLECTOR),
    "head": ("one", Role.HEAD),
    "stranger": ("two", Role.COLLECTOR),
    "reviewer": ("opdc", Role.REVIEWER),
    "other_reviewer": ("opdc", Role.REVIEWER),
    "chief": ("opdc", Role.CHIEF),
    "observer": ("opdc", Role.OBSERVER),
}


@pytest.fixture(autouse=True)
def evidence_dir(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


@pytest.fixture
def place(db):
    """Agencies one and two, the open report of one with one entry, and people by name."""
    ministry = Ministry.objects.create(code="m", name_th="กระทรวง")
    agencies = {
        code: Agency.objects.create(code=code, name_th=code, kind="department", ministry=ministry)
        for code in ("one", "two", "opdc")
    }
    year = FiscalYear.objects.create(year=2562)
    framework = Framework.objects.create(code="f", year=year, name_th="แบบฟอร์ม")
    indicator = Indicator.objects.create(
        framework=framework, position=0, kind="indicator", code="1.1", name_th="ตัวชี้วัด", rubric=RUBRIC
    )
    now = timezone.now()
    months = Round.objects.create(
        year=year,
        months=12,
        opens_at=now - dt.timedelta(days=9),
        closes_at=now + dt.timedelta(days=9),
        review_closes_at=now + dt.timedelta(days=30),
    )
    scorecard = Scorecard.objects.create(agency=agencies["one"], framework=framework, round=months)
    entry = Entry.objects.create(scorecard=scorecard, indicator=indicator)
    people = {name: person(name, agencies[code], role) for name, (code, role) in PEOPLE.items()}
    scorecard.reviewers.add(people["reviewer"])
    return SimpleNamespace(scorecard=scorecard, entry=entry, indicator=indicator, round=months, **people)


def person(name, agency, role):
    user = get_user_model().objects.create_user(name, password=name)
    Membership.objects.create(user=user, agency=agency, role=role)
    return user


@pytest.fixture
def upload():
    """Makes an uploaded file; without content a good PDF."""

    def uploaded(name="คำสั่ง.pdf", content=None):
        return SimpleUploadedFile(name, make.pdf() if content is None else content)

    return uploaded


@pytest.fixture
def attached(place, upload):
    return receive(place.entry, "s1", actor=place.collector, upload=upload())


@pytest.fixture
def as_person(client, place):
    def login(name):
        client.force_login(getattr(place, name))
        return client

    return login


@pytest.fixture
def submitted():
    """Freezes a scorecard as sent, with these files in the snapshot."""

    def submit(scorecard, *files, by):
        scorecard.state = "submitted"
        scorecard.save()
        return Submission.objects.create(
            scorecard=scorecard,
            number=scorecard.submissions.count() + 1,
            framework_hash="0" * 64,
            content={"evidence": [{"id": str(one.pk)} for one in files]},
            scored={},
            content_hash="0" * 64,
            submitted_by=by,
            submitted_at=timezone.now(),
        )

    return submit


def missing_now(place):
    """What a verb finds, which fetches the entry anew under its lock."""
    return missing_evidence(place.scorecard, [Entry.objects.get(pk=place.entry.pk)])
