"""One file for several criteria, newer versions of a file, and what is said of each use."""

import pytest
from django.db import IntegrityError, transaction

from evidence import store
from evidence.changing import change, withdraw
from evidence.intake import receive, replace, use_again
from evidence.models import Evidence
from evidence.particulars import Particulars
from evidence.reading import evidence_by_criterion, files_of_scorecard, snapshot
from indicators.refusals import Refused, Stale
from scorecards.models import Agency, Answer, Entry, Event, Scorecard
from tests.evidence import making as make
from tests.evidence.conftest import missing_now

pytestmark = pytest.mark.django_db


def stored():
    return list(store.stored_keys())


def use(place, evidence, key="s2", **more):
    return use_again(evidence, place.entry, key, actor=place.collector, **more)


def newer(place, evidence, upload, **more):
    return replace(evidence, actor=place.collector, upload=upload("ใหม่.pdf", make.pdf(pages=2)), **more)


def test_a_file_is_used_again_without_being_stored_again(place, attached):
    again = use(place, attached, pages=" หน้า ๗ ")
    assert stored() == [attached.pk]
    assert (again.key, again.sha256, again.pages, attached.pages) == (
        attached.pk,
        attached.sha256,
        "หน้า ๗",
        "",
    )
    assert make.bytes_in_store(again.key, sha256=again.sha256) == make.pdf()
    assert Event.objects.get(action="use_evidence").after["pages"] == "หน้า ๗"


def test_a_use_of_a_use_leads_to_the_same_bytes(place, attached):
    second = use(place, attached)
    third = use(place, second, key="m.1")
    assert third.first_use_id == attached.pk


def test_bytes_stay_readable_after_the_first_use_was_withdrawn(place, attached, as_person):
    again = use(place, attached)
    withdraw(attached, actor=place.collector)
    response = as_person("collector").get(f"/evidence/{again.pk}/")
    assert b"".join(response.streaming_content) == make.pdf()


def test_the_snapshot_lists_each_use_with_page_and_hash(place, attached):
    use(place, attached, pages="7")
    rows = [
        (one["criterion_key"], one["pages"], one["sha256"]) for one in snapshot(place.scorecard)["evidence"]
    ]
    assert rows == [("s1", "", attached.sha256), ("s2", "7", attached.sha256)]


def test_a_use_proves_its_criterion(place, attached):
    Answer.objects.create(entry=place.entry, criterion_key="m.1", content={"value": "1"})
    assert missing_now(place)
    use(place, attached, key="m.1")
    assert missing_now(place) == []


@pytest.mark.parametrize("who", ["stranger", "reviewer", "chief", "observer"])
def test_who_may_not_use_a_file_again(place, attached, who):
    with pytest.raises(Refused):
        use_again(attached, place.entry, "s2", actor=getattr(place, who))


@pytest.mark.parametrize("spoil", ["withdrawn", "replaced", "held", "here", "none", "closed"])
def test_what_can_not_be_used_again(place, attached, upload, spoil):
    key = "s3" if spoil == "none" else "s1" if spoil == "here" else "s2"
    if spoil == "withdrawn":
        withdraw(attached, actor=place.collector)
    elif spoil == "replaced":
        newer(place, attached, upload)
    elif spoil == "held":
        Evidence.objects.update(scan="infected")
    elif spoil == "closed":
        Scorecard.objects.update(state="submitted")
    with pytest.raises(Refused):
        use(place, attached, key=key)
    assert not Event.objects.filter(action="use_evidence").exists()


def test_a_file_of_another_scorecard_is_not_used(place, attached, upload):
    other = Scorecard.objects.create(
        agency=Agency.objects.get(code="two"), framework=place.scorecard.framework, round=place.round
    )
    entry = Entry.objects.create(scorecard=other, indicator=place.indicator)
    with pytest.raises(Refused):
        use_again(attached, entry, "s2", actor=place.stranger)
    assert Evidence.objects.count() == 1


def test_the_same_request_uses_once(place, attached):
    first = use(place, attached, request_key="key-0001")
    assert use(place, attached, request_key="key-0001") == first
    withdraw(first, actor=place.collector)
    assert use(place, attached, request_key="key-0001") != first


def test_files_to_choose_from_are_named_once(place, attached, upload):
    use(place, attached)
    receive(place.entry, "s2", actor=place.collector, upload=upload("ข.txt", b"words"))
    assert [one.name for one in files_of_scorecard(place.scorecard)] == ["ข.txt", attached.name]


# Versions -------------------------------------------------------------------------------------------------------------
def test_a_newer_version_keeps_the_old_one(place, attached, upload):
    said = Particulars(pages="3", secrecy="confidential")
    change(attached, actor=place.collector, said=said, version=0)
    attached.refresh_from_db()
    second = newer(place, attached, upload)
    (shown,) = evidence_by_criterion(place.entry)["s1"]
    assert (shown.pk, shown.number, shown.pages, shown.secrecy) == (second.pk, 2, "3", "confidential")
    assert [(one.pk, one.number) for one in shown.earlier] == [(attached.pk, 1)]
    assert make.bytes_in_store(attached.pk, sha256=attached.sha256)
    assert Event.objects.get(action="replace_evidence").after["replaces"] == str(attached.pk)
    assert snapshot(place.scorecard)["evidence"][0]["version"] == 2


def test_versions_are_counted_along_the_chain(place, attached, upload):
    second = newer(place, attached, upload)
    third = replace(second, actor=place.collector, upload=upload("๓.txt", b"third"))
    (shown,) = evidence_by_criterion(place.entry)["s1"]
    assert (shown, shown.number) == (third, 3)
    assert [one.number for one in shown.earlier] == [2, 1]


def test_a_replacement_stands_where_the_old_one_stood(place, attached, upload):
    other = receive(place.entry, "s1", actor=place.collector, upload=upload("ข.txt", b"words"))
    second = newer(place, attached, upload)
    assert evidence_by_criterion(place.entry)["s1"] == [second, other]


@pytest.mark.parametrize("spoil", ["replaced", "withdrawn", "same", "bad", "closed"])
def test_a_replacement_that_is_refused_leaves_everything(place, attached, upload, spoil):
    content = {"same": make.pdf(), "bad": b"<html></html>"}.get(spoil, b"words")
    if spoil == "replaced":
        newer(place, attached, upload)
    elif spoil == "withdrawn":
        withdraw(attached, actor=place.collector)
    elif spoil == "closed":
        Scorecard.objects.update(state="submitted")
    attached.refresh_from_db()
    before = Evidence.objects.count()
    with pytest.raises(Refused):
        replace(attached, actor=place.collector, upload=upload("x.txt", content))
    assert Evidence.objects.count() == before
    assert len(stored()) == before


def test_the_same_request_replaces_once(place, attached, upload):
    first = newer(place, attached, upload, request_key="key-0001")
    assert newer(place, attached, upload, request_key="key-0001") == first


def test_a_replaced_file_is_neither_changed_nor_withdrawn(place, attached, upload):
    newer(place, attached, upload)
    with pytest.raises(Refused):
        withdraw(attached, actor=place.collector)
    with pytest.raises(Refused):
        change(attached, actor=place.collector, said=Particulars(), version=0)


# What is said of a file -----------------------------------------------------------------------------------------------
def test_a_change_is_written_with_before_and_after(place, attached):
    change(attached, actor=place.collector, said=Particulars(pages="ข้อ 2"), version=0)
    event = Event.objects.get(action="describe_evidence")
    assert (event.before["pages"], event.after["pages"]) == ("", "ข้อ 2")
    change(attached, actor=place.collector, said=Particulars(pages="ข้อ 2"), version=1)
    assert Event.objects.filter(action="describe_evidence").count() == 1


def test_a_colleagues_change_is_not_written_over(place, attached):
    change(attached, actor=place.collector, said=Particulars(pages="2"), version=0)
    with pytest.raises(Stale) as caught:
        change(attached, actor=place.collector, said=Particulars(pages="3"), version=0)
    assert (caught.value.mine["pages"], caught.value.theirs["pages"]) == ("3", "2")
    attached.refresh_from_db()
    assert attached.pages == "2"


@pytest.mark.parametrize("who", ["stranger", "reviewer", "chief"])
def test_who_may_not_change_what_is_said(place, attached, who):
    with pytest.raises(Refused):
        change(attached, actor=getattr(place, who), said=Particulars(pages="1"), version=0)


def test_the_secrecy_class_is_that_of_the_document(place, attached):
    again = use(place, attached)
    change(again, actor=place.collector, said=Particulars(secrecy="confidential"), version=0)
    attached.refresh_from_db()
    assert attached.secrecy == "confidential"


@pytest.mark.parametrize("secrecy", ["secret", "top_secret"])
def test_high_secrets_are_never_here(place, attached, upload, secrecy):
    said = Particulars(secrecy=secrecy)
    with pytest.raises(Refused):
        change(attached, actor=place.collector, said=said, version=0)
    with pytest.raises(Refused):
        receive(place.entry, "s2", actor=place.collector, upload=upload("x.txt", b"words"), said=said)
    with pytest.raises(Refused):
        replace(attached, actor=place.collector, upload=upload("x.txt", b"words"), said=said)
    assert stored() == [attached.pk]
    assert not Evidence.objects.exclude(secrecy="ordinary").exists()


def test_the_database_refuses_a_high_secret_too(attached):
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(secrecy="secret")


@pytest.mark.parametrize(("secrecy", "named"), [("ordinary", None), ("confidential", "confidential")])
def test_reading_a_classified_file_is_an_event_that_names_its_class(
    place, attached, as_person, secrecy, named
):
    Evidence.objects.update(secrecy=secrecy)
    response = as_person("collector").get(f"/evidence/{attached.pk}/")
    assert b"".join(response.streaming_content)
    event = Event.objects.get(action="read_evidence")
    assert (event.actor, event.after.get("secrecy")) == (place.collector, named)
