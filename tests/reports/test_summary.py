"""The summary of a group of agencies: published figures only, the late ones by name, and who may have it made."""

import datetime as dt
import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from pikepdf import pdfa

from reports import checking, jobs
from reports.models import AgencyGroup, Document, Imprint
from reports.pdf import print_record
from reports.record import NothingToPrint
from reports.sar import build_card, build_indicator
from reports.summary import build_front, build_summary, find_group, kept_group
from scorecards.models import Membership, Round, Scorecard
from scorecards.states import Role, ScorecardState
from tests.reports import samples
from tests.reports.conftest import text_of
from tests.reports.test_archive import BEYOND_THE_VALIDATOR, below
from tests.reports.test_pdf import flat


@pytest.fixture
def cabinet(db):
    """Two agencies with a published result, one that has sent, one that is late; a chief of the assessing office."""
    framework, document = samples.form("moi-ict-2556")
    offices = [samples.office(code) for code in ("one", "two", "sent", "late")]
    cards = [samples.blank_scorecard(agency, framework) for agency, _people in offices]
    submissions = [
        samples.sent(card, document, people) for card, (_a, people) in zip(cards[:3], offices, strict=False)
    ]
    for submission in submissions[:2]:
        samples.published(submission, document)
    Scorecard.objects.filter(pk=cards[2].pk).update(state=ScorecardState.SUBMITTED)
    now = timezone.now()
    Round.objects.update(opens_at=now - dt.timedelta(days=40), closes_at=now - dt.timedelta(days=5))
    chief = samples.person("chief-of-all")
    Membership.objects.create(user=chief, agency=samples.office("central")[0], role=Role.CHIEF)
    group = kept_group(find_group("moi-ict-2556", year=2556, months=12))
    return type("Cabinet", (), locals())


def test_it_tells_published_figures_only(cabinet):
    record = build_summary(cabinet.group)
    assert [(line["agency"], line["score"]) for line in record["lines"]] == [
        ("หน่วยงานตัวอย่าง one", "3.4167"), ("หน่วยงานตัวอย่าง two", "3.4167"),
    ]  # fmt: skip
    assert "3.6667" not in str(record)  # what the agencies said of themselves
    assert record["spreads"][0]["scores"] == ["3.4167"] * 5
    assert (record["head"]["published_count"], record["head"]["agencies"]) == ("2", "4")


def test_who_has_no_published_result_is_named_the_late_ones_first(cabinet):
    waiting = build_summary(cabinet.group)["waiting"]
    assert [(one["agency"][-4:], one["late"]) for one in waiting] == [("late", True), ("sent", False)]


def test_every_figure_and_name_is_printed_across_the_page_and_the_same_each_time(cabinet):
    record = build_summary(cabinet.group)
    printed = print_record(record)
    text = flat(text_of(printed.content))
    for line in [*record["lines"], *record["waiting"]]:
        assert flat(line["agency"]) in text
    assert text.count("3.4167") >= 2 + 5
    assert print_record(record).content == printed.content


def test_a_ministry_of_its_own_is_a_group_of_its_own(cabinet):
    ministry = cabinet.cards[0].agency.ministry.code
    group = find_group("moi-ict-2556", year=2556, months=12, ministry=ministry)
    assert [one["agency"] for one in build_summary(group)["lines"]] == ["หน่วยงานตัวอย่าง one"]
    assert (group.pk, group.ministry.code) == (None, ministry)  # nobody asked for it yet
    assert find_group("moi-ict-2556", year=2556, months=6) is None
    assert find_group("no-such", year=2556, months=12) is None


def test_before_anything_is_published_it_is_refused_with_a_sentence(cabinet):
    ministry = cabinet.cards[3].agency.ministry.code
    group = find_group("moi-ict-2556", year=2556, months=12, ministry=ministry)
    with pytest.raises(NothingToPrint):
        build_summary(group)


def test_components_have_columns_where_there_is_more_than_one(db):
    agency, people = samples.office("sdo")
    framework, document = samples.form("sdo-2562")
    samples.published(samples.sent(samples.blank_scorecard(agency, framework), document, people), document)
    record = build_summary(find_group("sdo-2562", year=2562, months=12))
    assert len(record["columns"]) == len(document["components"])
    assert record["lines"][0]["scores"] == ["3.4167"] * len(document["components"])


def test_its_code_is_valid_until_more_is_published(cabinet, queue):
    job = jobs.request_summary(cabinet.group, actor=cabinet.chief)
    jobs.run(job.pk, worker="w")
    code = Imprint.objects.get().code
    assert checking.find(code).counts
    samples.published(cabinet.submissions[2], cabinet.document)
    assert not checking.find(code).counts


def test_the_check_page_shows_group_and_round_and_nobody(cabinet, queue, client):
    job = jobs.request_summary(cabinet.group, actor=cabinet.chief)
    jobs.run(job.pk, worker="w")
    samples.published(cabinet.submissions[2], cabinet.document)
    page = client.get(reverse("check", args=[Imprint.objects.get().code])).content.decode()
    assert "ทุกกระทรวง" in page
    assert reverse("results") in page
    assert "หน่วยงานตัวอย่าง" not in page


def test_the_assessing_side_has_it_made_and_takes_it_nobody_else(cabinet, queue, client):
    address = reverse("summary_request", args=["moi-ict-2556", 2556, 12])
    client.force_login(cabinet.chief)
    assert f'action="{address}"' in client.get(reverse("tables")).content.decode()
    job_page = client.post(address, {"language": "en"})["Location"]
    jobs.run(cabinet.group.jobs.get().pk, worker="w")
    document = Document.objects.get()
    download = reverse("document", args=[document.pk])
    assert (document.group, document.scorecard, document.language) == (cabinet.group, None, "en")
    assert [client.get(one).status_code for one in (job_page, download)] == [200, 200]
    assert "Summary of results" in client.get(download)["Content-Disposition"]
    for page in (job_page, reverse("report_history")):  # the form by its name, not by its code alone
        assert cabinet.group.form_name in client.get(page).content.decode()
    assert cabinet.group.form_name.startswith(cabinet.group.form.name[:20])
    client.force_login(cabinet.offices[0][1]["head"])
    assert [client.get(one).status_code for one in (job_page, download)] == [404, 404]
    assert client.post(address).status_code == 404
    assert str(document.pk) not in client.get(reverse("report_history")).content.decode()


def test_a_group_of_all_is_kept_once(cabinet):
    again = find_group("moi-ict-2556", year=2556, months=12)
    assert (
        kept_group(again)
        == kept_group(AgencyGroup(form_code="moi-ict-2556", round=again.round))
        == cabinet.group
    )
    assert AgencyGroup.objects.count() == 1


def test_the_front_part_lists_agencies_with_their_pages(cabinet):
    record = build_front(cabinet.group, [{"agency": "หน่วยงานตัวอย่าง one", "page": "17"}], digits="thai")
    printed = print_record(record)
    assert printed.pages == 3  # cover, contents, summary
    assert flat("หน่วยงานตัวอย่าง one ๑๗") in flat(text_of(printed.content))
    assert record["contents"] == [{"number": "1", "agency": "หน่วยงานตัวอย่าง one", "page": "17"}]


@pytest.mark.parametrize("kind", [build_summary, build_card, build_indicator])
def test_every_kind_keeps_the_rules_of_the_archive_format(cabinet, kind):
    subject = {
        build_summary: [cabinet.group],
        build_card: cabinet.cards[:1],
        build_indicator: [cabinet.cards[0], "4"],
    }
    with pikepdf.open(io.BytesIO(print_record(kind(*subject[kind])).content)) as pdf:
        findings = pdfa.check(pdf, "3b").findings
        told = [one for one in below(pdf.Root.StructTreeRoot.K[0]) if one.S == "/Figure"]
    assert [str(one) for one in findings if not BEYOND_THE_VALIDATOR.search(str(one))] == []
    assert len(told) == (2 if kind is build_summary else 1)
