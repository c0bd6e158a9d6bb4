"""A fresh production installation: no account, no demo, and the way to the first people."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse

from scorecards.models import Agency, Invitation, Membership
from scorecards.people.joining import token_of
from scorecards.waiting.first_steps import first_steps
from tests.world import make_world


def test_production_begins_without_an_account_and_refuses_the_demo(db, settings):
    assert not User.objects.exists()
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not Agency.objects.exists()


@pytest.fixture
def first(db, client, settings):
    """The first account, signed in, in an installation that holds nothing else."""
    settings.SECOND_FACTOR = True
    call_command("createsuperuser", username="root", email="root@example.org", interactive=False, verbosity=0)
    client.force_login(User.objects.get())
    assert client.get("/")["Location"] == "/account/second-factor/"
    settings.SECOND_FACTOR = False
    return client


OFFICE = {"code": "opdc", "name_th": "สำนักงาน ก.พ.ร.", "kind": "central", "new_ministry": "สำนักนายกรัฐมนตรี"}


def steps_of(client) -> list:
    return client.get("/").context["steps"]


def following(client) -> str:
    """Where the next step is."""
    return next(one.url for one in steps_of(client) if one.is_next)


def test_the_first_account_is_led_from_step_to_step(first):
    page = first.get("/").content.decode()
    assert following(first) == "/people/new"
    assert 'aria-current="step"' in page
    first.post("/people/new", OFFICE)
    assert following(first) == "/people/opdc/"
    asked = {"email": "root@example.org", "role": "administrator", "request_key": "1"}
    assert first.post("/people/opdc/invite", asked).status_code == 302
    assert "root@example.org" in first.get("/people/opdc/").content.decode()
    assert not any(one.url for one in steps_of(first) if "frameworks" in one.url)  # not without the role
    first.post(reverse("join", args=[token_of(Invitation.objects.get())]))
    assert following(first) == "/people/new"
    first.post("/people/new", OFFICE | {"code": "dept", "name_th": "กรมหนึ่ง", "kind": "department"})
    assert following(first) == "/frameworks/"


def test_the_first_agency_is_the_assessing_office_unless_somebody_says_otherwise(first):
    asked = reverse("new_agency")
    assert first.get(asked).context["form"]["kind"].value() == "central"
    first.post(asked, OFFICE)
    assert first.get(asked).context["form"]["kind"].value() is None


def test_the_first_person_of_the_assessing_office_is_its_administrator_unless_somebody_says_otherwise(first):
    answer = first.post(reverse("new_agency"), OFFICE, follow=True)
    assert "ผู้ดูแลระบบคนแรก" in " ".join(str(one) for one in answer.context["messages"])
    assert answer.context["form"]["role"].value() == "administrator"
    first.post(reverse("new_agency"), OFFICE | {"code": "dept", "name_th": "กรมหนึ่ง", "kind": "department"})
    assert first.get(reverse("people", args=["dept"])).context["form"]["role"].value() is None


def test_who_sets_nothing_up_reads_no_steps(db):
    stranger = User.objects.create_user("stranger")
    assert first_steps(stranger) == []


def test_once_everything_is_done_the_steps_are_gone(db):
    made = make_world()
    assert first_steps(made.chawi) == []
    Membership.objects.filter(role="reviewer").delete()
    (undone,) = [one for one in first_steps(made.chawi) if not one.is_done]
    assert undone.url == "/people/opdc/"
    assert first_steps(made.khamron) == first_steps(made.arun) == []


def test_an_administrator_of_an_empty_installation_is_told_of_no_fault_and_of_no_filter(first):
    # nothing to begin with without the role
    assert "ด้านล่าง" not in first.get("/frameworks/").content.decode()
    first.post("/people/new", OFFICE)
    Membership.objects.create(user=User.objects.get(), agency=Agency.objects.get(), role="administrator")
    assert "ด้านล่าง" in first.get("/frameworks/").content.decode()
    assert 'class="error"' not in first.get("/reports/batches/new/").content.decode()
    for picture, leads_to_who_has_sent in (("status", False), ("heat", True)):
        page = first.get(f"/dashboards/{picture}/").content.decode()
        empty = page[page.index('<p class="panel empty">') :]
        assert ('<a href="/dashboards/">' in empty[: empty.index("</p>")]) is leads_to_who_has_sent
    page = first.get("/review/assign/").content.decode()
    assert "แบบประเมินจะปรากฏเมื่อหน่วยงานส่ง" in page
    assert "ไม่มีรายการที่ตรงกับตัวกรองนี้" not in page
