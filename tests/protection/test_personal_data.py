"""What is held about a person is handed out whole and alone; who left is forgotten, and the record stays verifiable."""

import datetime as dt
import io
import json

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.refusals import Refused
from scorecards.events import verify
from scorecards.models import Delegation, Event, MailChoice, SavedFilter
from scorecards.people.forgetting import forget, hand_out, why_not
from scorecards.people.personal_data import SECRET, account_relations, data_of, record_relations, relations
from scorecards.states import Role, ScorecardState
from scorecards.waiting.reminders import make_notices
from tests.protection.conftest import EMAIL, TELEPHONE
from tests.world import PEOPLE, walk

ORDER = {"reason": "คำขอที่ 1/2563"}


@pytest.fixture
def malee(named):
    """อรุณ is the มาลี who is named as responsible, has worked on a published scorecard, and has left since."""
    person = named.arun
    person.email, person.first_name, person.last_name = EMAIL, "มาลี", "ใจดี"
    person.save()
    walk(named, ScorecardState.PUBLISHED)
    make_notices()
    MailChoice.objects.create(person=person, unwanted=["opened"])
    SavedFilter.objects.create(user=person, name="ของมาลี", query="q=1")
    Client().force_login(person)
    return person


def leave(person):
    person.memberships.all().delete()


def test_everything_that_names_the_person_is_handed_out(malee):
    data = data_of(malee)
    assert data["account"]["email"] == EMAIL
    assert data["responsible"][0]["telephone"] == TELEPHONE
    assert data["of_the_account"]["scorecards.SavedFilter"][0]["name"] == "ของมาลี"
    assert [one["action"] for one in data["on_record"]["scorecards.Event.actor"]] == ["answer", "propose"]
    assert len(data["of_the_account"]) + len(data["on_record"]) >= len(list(relations())) - 1


def test_every_column_that_names_a_person_is_either_the_accounts_or_on_record(db):
    found = [*account_relations(), *record_relations()]
    assert len(found) == len(list(relations()))
    gone = {field.model._meta.label for field in account_relations()}
    assert {"scorecards.Notice", "scorecards.MailChoice", "scorecards.SavedFilter"} <= gone
    kept = {f"{field.model._meta.label}.{field.name}" for field in record_relations()}
    assert {"scorecards.Event.actor", "scorecards.Submission.submitted_by", "admin.LogEntry.user"} <= kept


def test_nothing_of_anybody_else_is_in_the_file(malee, named, sit):
    others = [name for username, (name, _agency, _role) in PEOPLE.items() if username != "arun"]
    for username in PEOPLE:
        if username != "arun":
            User.objects.filter(username=username).update(email=f"canary-{username}@example.org")
    sit("kamon").get(reverse("contacts", args=[named.card.pk]))
    file = sit("arun").post(reverse("my_data")).content.decode()
    assert "มาลี" in file
    assert [one for one in [*others, *PEOPLE, "canary"] if one in file and one != "arun"] == []
    assert json.loads(file)["looked_at"][0]["office"] == "opdc"


def test_nothing_that_opens_anything_is_in_the_file(malee):
    told = json.dumps(data_of(malee), default=str)
    assert not [name for name in SECRET if f'"{name}"' in told]
    assert malee.password not in told


def test_handing_out_is_recorded(malee, named, sit):
    sit("arun").post(reverse("my_data"))
    answer = sit("chawi").post(reverse("person_export", args=[malee.pk]), ORDER)
    assert answer["Content-Disposition"].startswith("attachment")
    done = Event.objects.filter(action="export_person").order_by("number")
    assert [(one.actor, one.reason) for one in done] == [(malee, ""), (named.chawi, ORDER["reason"])]


def test_only_administrators_hand_out_what_is_held_about_others_and_with_a_reason(malee, named, sit):
    for actor, reason in [(named.khamron, "ขอ"), (named.busaba, "ขอ"), (named.chawi, " ")]:
        with pytest.raises(Refused):
            hand_out(malee, actor=actor, reason=reason)
    assert sit("khamron").get(reverse("person_privacy", args=[malee.pk])).status_code == 404
    assert sit("chawi").post(reverse("person_export", args=[malee.pk]), {}).status_code == 409
    assert not Event.objects.filter(action="export_person").exists()


def test_the_person_sees_who_looked_colleagues_by_name_and_others_by_their_office(malee, named, sit):
    for reader in ("busaba", "kamon"):
        sit(reader).get(reverse("contacts", args=[named.card.pk]))
    page = sit("arun").get(reverse("my_data")).content.decode()
    assert "บุษบา" in page
    assert "กมล" not in page
    assert "สำนักงาน ก.พ.ร." in page
    log = sit("chawi").get(reverse("privacy_log")).content.decode()
    assert "กมล" in log
    assert "contacts:" not in log


def test_forgetting_leaves_no_trace_of_the_account_and_the_record_whole(malee, named):
    leave(malee)
    frozen = [named.card.submissions.get().content_hash, named.card.publications.get().content_hash]
    forget(malee, actor=named.chawi, **ORDER)
    malee.refresh_from_db()
    assert (malee.username, malee.get_full_name()) == (
        f"forgotten-{malee.pk}",
        f"บุคคลที่ถูกลบข้อมูล #{malee.pk}",
    )
    assert (malee.email, malee.is_active, malee.has_usable_password()) == ("", False, False)
    assert Session.objects.count() == 0
    assert {label: rows for label, rows in data_of(malee)["of_the_account"].items() if rows} == {}
    named.owner.refresh_from_db()
    assert (named.owner.telephone, named.owner.email) == ("", "")
    event = Event.objects.get(action="forget_person")
    assert not {"มาลี", "ใจดี", EMAIL, "arun"} & set(str(event.__dict__).split())
    assert verify(event.agency) == []
    assert verify(named.agencies["ict"]) == []
    assert [named.card.submissions.get().content_hash, named.card.publications.get().content_hash] == frozen
    assert named.card.submissions.get().content["people"]["4"]["collector"] == "มาลี ใจดี"


def test_another_of_the_same_name_keeps_their_data(malee, named):
    twin = named.assignment.owners.create(
        indicator_code="4",
        duty="supervisor",
        name="มาลี ใจดี",
        telephone="02-000-0000",
        email="twin@example.org",
    )
    assert "twin@example.org" not in str(data_of(malee))
    leave(malee)
    forget(malee, actor=named.chawi, **ORDER)
    twin.refresh_from_db()
    assert twin.telephone == "02-000-0000"


def test_forgetting_is_refused_with_all_reasons_while_anything_depends_on_the_person(named):
    person, now = named.arun, timezone.now()
    person.email = EMAIL
    person.save()
    named.entry.parts.create(criterion_key="step1", collector=person)
    named.card.reviewers.add(person)
    Delegation.objects.create(agency=named.agencies["ict"], role="collector", giver=person, deputy=named.busaba,
                              starts_at=now, ends_at=now + dt.timedelta(days=1), reason="ลา")  # fmt: skip
    User.objects.filter(pk=person.pk).update(is_staff=True)
    person.refresh_from_db()
    with pytest.raises(Refused) as refused:
        forget(person, actor=named.chawi, reason="ขอโดย arun")
    assert len(refused.value.reasons) == 7
    assert User.objects.filter(username="arun").exists()


def test_nobody_forgets_themself_and_only_administrators_forget(malee, named):
    leave(malee)
    with pytest.raises(Refused):
        forget(malee, actor=named.khamron, **ORDER)
    leave(named.kamon)
    assert len(why_not(malee, actor=malee, **ORDER)) == 1


def test_the_head_of_the_page_says_the_readers_role_not_that_of_the_person_shown(named, sit):
    page = sit("chawi").get(reverse("person_privacy", args=[named.busaba.pk])).content.decode()
    head = page[page.index("<header") : page.index("</header>")]
    assert str(Role.ADMINISTRATOR.label) in head
    assert str(Role.SUPERVISOR.label) not in head


def test_the_page_says_what_comes_first_and_forgets(malee, named, sit):
    address = reverse("person_privacy", args=[malee.pk])
    refused = sit("chawi").post(address, ORDER)
    assert refused.status_code == 409
    assert ORDER["reason"] in refused.content.decode()
    leave(malee)
    assert sit("chawi").post(address, ORDER).status_code == 302
    assert "มาลี" not in sit("chawi").get(address).content.decode()
    assert len(why_not(User.objects.get(pk=malee.pk), actor=named.chawi, **ORDER)) == 1


def test_both_are_commands_too(malee, named, tmp_path):
    file = tmp_path / "person.json"
    call_command("export_person", "arun", out=file, reason="คำขอ", stdout=io.StringIO())
    assert json.loads(file.read_text())["format"] == "scorecards.person/1"
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError):
        call_command("forget_person", "arun", reason="คำขอ", stdout=io.StringIO())
    leave(malee)
    call_command("forget_person", "arun", reason="คำขอ", by="chawi", stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("forget_person", "arun", reason="คำขอ")
    with pytest.raises(CommandError, match=r"ไม่มีบัญชีผู้ใช้(.|\n)*no account"):
        call_command("export_person", "nobody", out=tmp_path / "other.json", reason="คำขอ")
    call_command("verify_audit", stdout=io.StringIO())


@pytest.mark.parametrize(
    ("place", "said"), [(".", "is a folder"), ("none/x.json", "no folder"), ("kept.json", "is there already")]
)
def test_nothing_is_recorded_as_handed_out_that_could_not_be_written(malee, tmp_path, place, said):
    kept = tmp_path / "kept.json"
    kept.write_text("of somebody else")
    with pytest.raises(CommandError, match=said):
        call_command("export_person", "arun", out=tmp_path / place, reason="คำขอ")
    assert not Event.objects.filter(action="export_person").exists()
    assert kept.read_text() == "of somebody else"
