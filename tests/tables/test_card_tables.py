"""The tables of one scorecard hold what is on record, for those who may read it."""

import io
import json
import re
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse

from indicators.scoring import walk_document
from reports.tables import figures_of
from scorecards.models import Event
from scorecards.states import ScorecardState
from tests.tables.conftest import REASON, address, book_of, lines_of, values
from tests.world import walk


def test_the_figures_are_those_of_the_record(ruled, sit):
    document = json.loads(sit("arun").get(address(ruled, "json")).content)
    line = next(one for one in document["tables"]["card"] if one["code"] == "4")
    own, official = (record.scored["score_shown"] for record in (ruled.submission, ruled.publication))
    assert (line["self_score"], line["official_score"]) == ("3.0000", "2.0000") == (own, official)
    assert line["difference"] == "-1.0000"


def test_figures_are_numbers_and_codes_are_texts(ruled, sit):
    page = book_of(sit("arun").get(address(ruled, "xlsx"))).worksheets[0]
    names = list(lines_of(sit("arun").get(address(ruled, "csv")))[0])
    row = next(row for row in page.iter_rows(min_row=2) if row[1].value == "4")
    score = row[names.index("official_score")]
    assert (score.value, score.data_type, score.number_format) == (2, "n", "0.0000")
    assert row[1].data_type == "s"


def test_a_part_that_only_gathers_others_has_a_score_and_no_result(ruled):
    node = ruled.publication.scored["children"][0]
    leaf = next(one for one in walk_document(node) if one["kind"] == "indicator")
    gathering = leaf | {"children": [leaf]}
    assert [figures_of(one)["result"] for one in (leaf, gathering)] == ["2.0000", ""]
    assert figures_of(gathering)["score"] == "2.0000"


def test_the_total_stands_at_the_foot_as_a_figure(ruled, sit):
    page = book_of(sit("arun").get(address(ruled, "xlsx"))).worksheets[0]
    last = [one.value for one in page[page.max_row]]
    assert last[0] == "รวม"
    total = Decimal(ruled.publication.scored["score_shown"])
    assert total in [Decimal(str(one)) for one in last if isinstance(one, int | float)]


def test_nothing_in_a_workbook_is_run(ruled, sit):
    answer = sit("khamron").get(address(ruled, "xlsx"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not any(re.search(r"<f[ >]|externalLink|hyperlink|macro", text) for text in parts.values())
    assert REASON in [one for page in book_of(answer) for row in values(page) for one in row]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_the_same_record_gives_the_same_bytes(ruled, sit, kind):
    first = sit("arun").get(address(ruled, kind)).content
    ruled.entry.answers.update(content={"value": "no"})  # the work goes on, the record stands
    assert sit("busaba").get(address(ruled, kind)).content == first


def test_self_and_official_derivation_stand_side_by_side(ruled, sit):
    rows = lines_of(sit("chat").get(address(ruled, "csv", "?table=derivation")))
    counted = next(row for row in rows if row["code"] == "4" and "3 จาก 5" in row["self_line"])
    assert "2 จาก 5" in counted["official_line"]
    step = next(row for row in rows if row["key"] == "step3")
    assert (step["self_score"], step["official_score"]) == ("1.0000", "0.0000")
    assert rows[-1]["kind"] == "total"


def test_a_ruling_stands_with_the_answer_that_holds_and_its_reason(ruled, sit):
    rows = lines_of(sit("khamron").get(address(ruled, "csv", "?table=rulings")))
    row = next(one for one in rows if one["key"] == "step3")
    assert (row["decision"], row["reviewer"]) == ("change", "กมล")
    assert (row["self_answer"], row["official_answer"]) == ("มี", "ไม่มี")
    assert row["reason"] == f"'{REASON}"  # no spreadsheet runs it


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_the_agency_is_not_told_who_ruled(ruled, sit, kind):
    query = "?table=rulings" if kind == "csv" else ""
    assert "กมล" not in sit("chat").get(address(ruled, kind, query)).content.decode()
    assert "กมล" in sit("khamron").get(address(ruled, kind, query)).content.decode()


@pytest.mark.parametrize("person", ["arun", "kamon", "khamron"])
def test_before_publication_nothing_official_is_in_it(world, sit, person):
    walk(world, ScorecardState.CONCLUDED)
    document = json.loads(sit(person).get(address(world, "json")).content)
    assert "rulings" not in document["tables"]
    rows = [row for rows in document["tables"].values() for row in rows]
    assert {row[name] for row in rows for name in row if "official" in name} == {None}
    assert document["about"]["submission_hash"] == world.card.submissions.get().content_hash
    assert "publication_hash" not in document["about"]


def test_before_anything_was_sent_there_is_no_table(world, sit):
    assert sit("arun").get(address(world, "xlsx")).status_code == 404


def test_a_table_that_is_not_there_is_404(ruled, sit):
    assert sit("arun").get(address(ruled, "csv", "?table=secret")).status_code == 404


def test_texts_are_in_the_language_that_is_asked_for(ruled, sit):
    page = book_of(sit("arun").get(address(ruled, "xlsx", "?language=en"))).worksheets[0]
    assert page["A1"].value == "Kind"


def test_every_download_is_an_event(ruled, sit):
    before = Event.objects.count()
    sit("khamron").get(address(ruled, "xlsx"))
    event = Event.objects.filter(agency=ruled.card.agency).latest("number")
    assert (event.action, event.actor, event.after["file"]) == ("export_tables", ruled.khamron, "xlsx")
    assert event.after["submission"] == ruled.submission.content_hash
    assert Event.objects.count() == before + 1


def test_the_card_links_to_its_tables(ruled, sit):
    page = sit("arun").get(reverse("scorecard", args=[ruled.card.pk])).content.decode()
    assert all(address(ruled, kind) in page for kind in ("xlsx", "csv", "json"))
