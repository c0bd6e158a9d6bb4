"""Administrators take agencies in and correct them; nobody needs the site of the operators for it."""

import pytest
from django.test import Client
from django.urls import reverse

from scorecards.events import verify
from scorecards.models import Agency, Event, Ministry
from tests.pages.conftest import posted

NEW = {"name_th": "กรมตัวอย่าง", "name_en": "Sample", "code": "sample", "kind": "department"}


@pytest.fixture
def desk(world):
    browser = Client()
    browser.force_login(world.chawi)
    return browser


def test_a_new_agency_under_a_new_ministry(world, desk):
    answer = desk.post(reverse("new_agency"), NEW | {"new_ministry": "กระทรวงตัวอย่าง"})
    assert answer.url == reverse("people", args=["sample"])
    agency = Agency.objects.get(code="sample")
    assert agency.ministry.name_th == "กระทรวงตัวอย่าง"
    assert (Event.objects.get(agency=agency).action, verify(agency)) == ("add_agency", [])
    assert "กรมตัวอย่าง" in desk.get(reverse("agencies_people"), {"q": "กระทรวงตัวอย่าง"}).content.decode()


def test_a_form_that_comes_twice_adds_one_agency(world, desk):
    typed = posted(desk.get(reverse("new_agency"))) | NEW | {"new_ministry": "กระทรวงตัวอย่าง"}
    for _press in range(2):
        assert desk.post(reverse("new_agency"), typed).url == reverse("people", args=["sample"])
    assert Event.objects.filter(action="add_agency").count() == 1


def test_a_ministry_of_the_same_name_is_not_made_twice(world, desk):
    desk.post(reverse("new_agency"), NEW | {"new_ministry": "กระทรวงมหาดไทย"})
    assert Ministry.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"name_th": ""}, {"code": "ict"}, {"code": "กรม"}, {"kind": "central"}, {"new_ministry": " "}]
)
def test_what_cannot_be_is_said_and_nothing_is_made(world, desk, wrong):
    answer = desk.post(reverse("new_agency"), NEW | {"new_ministry": "กระทรวงตัวอย่าง"} | wrong)
    assert answer.status_code == 409
    assert answer.context["form"].errors
    assert Agency.objects.count() == 3


def test_a_corrected_name_is_recorded_and_the_code_stays(world, desk):
    said = {
        "name_th": "ศูนย์ดิจิทัล",
        "kind": "office",
        "ministry": world.agencies["ict"].ministry_id,
        "code": "other",
    }
    page = reverse("edit_agency", args=["ict"])
    said |= {"before": posted(desk.get(page))["before"]}
    for _time in range(2):
        assert desk.post(page, said).status_code == 302
    agency = Agency.objects.get(pk=world.agencies["ict"].pk)
    assert (agency.code, agency.name_th) == ("ict", "ศูนย์ดิจิทัล")
    event = Event.objects.get(action="change_agency")
    assert (event.before["name_th"], event.after["name_th"]) == ("ศูนย์เทคโนโลยีสารสนเทศ", "ศูนย์ดิจิทัล")
    assert desk.get(reverse("people", args=["ict"])).status_code == 200


@pytest.mark.parametrize("who", ["arun", "kamon", "khamron", "cho"])
def test_for_administrators_only(world, who):
    browser = Client()
    browser.force_login(getattr(world, who))
    for path in (reverse("new_agency"), reverse("edit_agency", args=["ict"])):
        assert browser.get(path).status_code == browser.post(path, NEW).status_code == 404


def test_a_ministrys_name_is_corrected_for_all_its_agencies_and_on_the_record_of_each(world, desk):
    page = reverse("edit_ministry", args=["ict"])
    said = posted(desk.get(page)) | {"name_th": "กระทรวงมหาดไทย (ใหม่)", "name_en": "Interior"}
    for _time in range(2):  # the same again changes nothing
        assert desk.post(page, said).url == reverse("edit_agency", args=["ict"])
    ministry = Ministry.objects.get()
    assert (ministry.name_th, ministry.name_en) == (said["name_th"], "Interior")
    events = Event.objects.filter(subject=f"ministry:{ministry.code}")
    assert {one.agency for one in events} == set(ministry.agencies.all())
    assert events.count() == 3
    assert events[0].before == {"name_th": "กระทรวงมหาดไทย", "name_en": ""}


def test_two_ministries_never_have_one_name(world, desk):
    Ministry.objects.create(code="finance", name_th="กระทรวงการคลัง")
    page = reverse("edit_ministry", args=["ict"])
    for name in ("กระทรวงการคลัง", " "):
        assert desk.post(page, {"name_th": name}).status_code == 409
    assert Ministry.objects.filter(name_th="กระทรวงมหาดไทย").exists()


@pytest.mark.parametrize("name", ["edit_agency", "edit_ministry"])
def test_what_somebody_else_corrected_meanwhile_is_not_written_over(world, desk, name):
    """Both values are shown; saving once more says that one's own is right."""
    page, ministry = reverse(name, args=["ict"]), world.agencies["ict"].ministry
    desk.cookies["django_language"] = "en"
    first = posted(desk.get(page)) | {"kind": "office", "ministry": ministry.pk}
    desk.post(page, first | {"name_th": "ชื่อของคนแรก"}, follow=True)
    faulty = desk.post(page, first | {"name_th": ""})
    assert posted(faulty)["before"] == first["before"]
    refused = desk.post(page, first | {"name_th": "ชื่อของคนที่สอง"})
    assert refused.status_code == 409
    assert "it says now: ชื่อของคนแรก" in refused.content.decode()
    assert 'value="ชื่อของคนที่สอง"' in refused.content.decode()
    assert "Saved" not in refused.content.decode()
    row = Agency if name == "edit_agency" else Ministry
    assert not row.objects.filter(name_th="ชื่อของคนที่สอง").exists()
    again = posted(refused) | {"kind": "office", "ministry": ministry.pk}
    assert desk.post(page, again).status_code == 302
    assert row.objects.filter(name_th="ชื่อของคนที่สอง").exists()
