"""The dialogs and the list over HTTP: who sees them, what they do, and how much they ask of the database."""

import datetime as dt

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evidence.changing import change
from evidence.intake import receive, replace, use_again
from evidence.linking import Page, add_link
from evidence.models import Evidence
from evidence.particulars import Particulars
from evidence.reading import snapshot
from scorecards.models import Submission
from tests.evidence import making as make
from tests.evidence.test_links import page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(name, *args):
    return reverse(name, args=args)


# Who -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["stranger", "reviewer", "other_reviewer", "chief", "observer"])
def test_the_agencys_dialogs_do_not_exist_for_others(as_person, place, attached, submitted, who):
    submitted(place.scorecard, attached, by=place.head)
    client = as_person(who)
    entry = place.entry.pk
    for path in (at("evidence_more", entry, "s1"), at("evidence_about", attached.pk)):
        assert client.get(path).status_code == 404
    for path in (at("evidence_use", entry, "s2"), at("evidence_link", entry, "s1"), at("evidence_about", attached.pk),
                 at("evidence_replace", attached.pk), at("evidence_upload_begin", entry, "s1")):  # fmt: skip
        assert client.post(path).status_code == 404
    assert Evidence.objects.count() == 1


VIEWERS = {"collector": 200, "reviewer": 200, "chief": 200, "stranger": 404, "other_reviewer": 404}


@pytest.mark.parametrize("who", VIEWERS)
def test_who_looks_at_a_sent_file_in_place(as_person, place, attached, submitted, who):
    submitted(place.scorecard, attached, by=place.head)
    assert as_person(who).get(at("evidence_view", attached.pk)).status_code == VIEWERS[who]


def test_nobody_without_a_login(client, place, attached):
    for path in (at("evidence_view", attached.pk), at("evidence_about", attached.pk)):
        assert client.get(path)["Location"].startswith(reverse("login"))


# In place ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pages", "query", "fragment"),
    [("หน้า ๓–๕", "", "#page=3"), ("", "", '?view=1"'), ("ข้อ ก", "", '?view=1"'), ("", "?at=p. 12", "#page=12"),
     ("0", "", '?view=1"'), ("<b>", "", '?view=1"')],
)  # fmt: skip
def test_a_pdf_opens_at_its_page(as_person, place, attached, pages, query, fragment):
    Evidence.objects.update(pages=pages)
    shown = as_person("collector").get(at("evidence_view", attached.pk) + query).content.decode()
    assert f"/evidence/{attached.pk}/?view=1" in shown
    assert fragment in shown
    assert "<b>" not in shown


def test_only_what_a_browser_shows_has_a_view(as_person, place, upload):
    words = receive(place.entry, "s1", actor=place.collector, upload=upload("a.txt", b"words"))
    picture = receive(place.entry, "s1", actor=place.collector, upload=upload("a.png", make.png()))
    client = as_person("collector")
    assert client.get(at("evidence_view", words.pk)).status_code == 404
    shown = client.get(at("evidence_view", picture.pk), headers=HTMX).content.decode()
    assert "<img" in shown
    assert "<html" not in shown


# What they do --------------------------------------------------------------------------------------------------------
def test_a_dialog_is_a_page_without_a_script(as_person, place, attached):
    client = as_person("collector")
    whole = client.get(at("evidence_more", place.entry.pk, "s2")).content.decode()
    assert "<html" in whole
    assert "hx-post" not in whole.partition("<main")[2]
    part = client.get(at("evidence_more", place.entry.pk, "s2"), headers=HTMX).content.decode()
    assert "<html" not in part
    assert attached.name in part
    assert client.get(at("evidence_more", place.entry.pk, "no-such")).status_code == 404


def test_using_a_file_again_over_the_page(as_person, place, attached):
    client = as_person("collector")
    path = at("evidence_use", place.entry.pk, "s2")
    done = client.post(path, {"file": str(attached.pk), "pages": "7"}, headers=HTMX)
    assert done["HX-Trigger"]
    assert 'id="evidence-s2"' in done.content.decode()
    assert Evidence.objects.get(criterion_key="s2").pages == "7"
    twice = client.post(path, {"file": str(attached.pk)})
    assert twice.status_code == 409
    for nonsense in ("", "x", "00000000-0000-4000-8000-000000000000"):
        assert client.post(path, {"file": nonsense}).status_code == 409


def test_changing_what_is_said_over_the_page(as_person, place, attached):
    client = as_person("collector")
    path = at("evidence_about", attached.pk)
    told = {
        "pages": "2",
        "covers_from": "1/10/2561",
        "covers_to": "",
        "secrecy": "confidential",
        "version": "0",
    }
    assert client.post(path, told).status_code == 302
    attached.refresh_from_db()
    assert (attached.pages, str(attached.covers_from), attached.secrecy) == (
        "2",
        "2018-10-01",
        "confidential",
    )
    stale = client.post(path, told | {"pages": "9"})
    assert (stale.status_code, 'value="9"' in stale.content.decode()) == (409, True)
    for wrong in (
        {"secrecy": "secret"},
        {"covers_from": "x"},
        {"version": "x"},
        {"version": ""},
        {"secrecy": "x"},
    ):
        assert client.post(path, told | {"version": "1"} | wrong).status_code == 409, wrong
    attached.refresh_from_db()
    assert (attached.pages, attached.secrecy) == ("2", "confidential")


def test_replacing_over_the_page(as_person, place, attached, upload):
    client = as_person("collector")
    path = at("evidence_replace", attached.pk)
    shown = client.post(path, {"files": upload("ข.txt", b"words")}, headers=HTMX).content.decode()
    assert "evidence-earlier" in shown
    assert attached.name in shown
    assert client.post(path).status_code == 302
    assert Evidence.objects.live().count() == 1


def test_a_file_with_its_particulars_over_the_page(as_person, place, upload):
    client = as_person("collector")
    path = at("evidence_upload", place.entry.pk, "s1")
    client.post(path, {"files": upload(), "pages": "3", "covers_to": "๓๐ ก.ย. ๒๕๖๒"})
    found = Evidence.objects.get()
    assert (found.pages, str(found.covers_to)) == ("3", "2019-09-30")
    refused = client.post(path, {"files": upload("x.txt", b"x"), "secrecy": "top_secret"}, headers=HTMX)
    assert refused.context["problems"]
    assert Evidence.objects.count() == 1


# How it is listed ----------------------------------------------------------------------------------------------------
def listed(client, place):
    """The list of criterion s1, as every change brings it back."""
    return client.post(at("evidence_upload", place.entry.pk, "s1"), headers=HTMX).content.decode()


def test_the_list_shows_class_period_warning_and_state(as_person, place, attached):
    client = as_person("collector")
    plain = listed(client, place)
    assert "evidence-class" not in plain
    assert "evidence-warning" not in plain
    said = Particulars("3", dt.date(2001, 1, 1), dt.date(2001, 2, 1), "confidential")
    change(attached, actor=place.collector, said=said, version=0)
    shown = listed(client, place)
    assert "evidence-class" in shown
    assert "2544" in shown
    assert "evidence-warning" in shown


def test_the_assessing_side_sees_class_and_hold_as_they_are_now(place, attached):
    sent = Submission(content=snapshot(place.scorecard))
    add_link(place.entry, "s1", actor=place.collector, page=page())
    template = Template(
        "{% load evidence_tags %}{% sent_evidence sent '1.1' as f %}"
        "{% include 'evidence/_sent.html' with files=f|of_criterion:'s1' %}"
    )
    assert "evidence-class" not in template.render(Context({"sent": sent}))
    Evidence.objects.update(secrecy="confidential", scan="infected")
    shown = template.render(Context({"sent": sent}))
    assert "evidence-class" in shown
    assert "is-held" in shown
    assert "opdc.go.th" not in shown  # added after it was sent
    sent = Submission(content=snapshot(place.scorecard))
    assert "noopener noreferrer" in template.render(Context({"sent": sent}))


def test_the_queries_of_the_list_do_not_grow_with_what_is_in_it(as_person, place, attached, upload):
    client = as_person("collector")
    listed(client, place)
    with CaptureQueriesContext(connection) as few:
        listed(client, place)
    for number in range(3):
        one = receive(
            place.entry, "s1", actor=place.collector, upload=upload(f"{number}.txt", b"%d" % number)
        )
        replace(one, actor=place.collector, upload=upload(f"{number}.txt", b"newer %d" % number))
        add_link(
            place.entry,
            "s1",
            actor=place.collector,
            page=Page("x", f"https://a.go.th/{number}", page().seen_on),
        )
    use_again(attached, place.entry, "s2", actor=place.collector)
    with CaptureQueriesContext(connection) as many:
        shown = listed(client, place)
    assert shown.count("evidence-file") == 7
    assert len(many) == len(few)


def test_the_queries_of_the_indicators_page_do_not_grow_either(world, client, upload):
    def attach(step, number):
        receive(
            world.entry,
            step,
            actor=world.arun,
            upload=upload(f"{step}.{number}.txt", f"{step} {number}".encode()),
        )

    path = at("entry", world.entry.pk)
    client.force_login(world.arun)
    attach("step1", 0)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for step in ("step1", "step2", "step3", "step4", "step5"):
        attach(step, 1)
        attach(step, 2)
        add_link(world.entry, step, actor=world.arun, page=page())
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few)
