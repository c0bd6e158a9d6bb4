"""What the pages print stands in the records, to the last digit."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.scoring import walk_document
from reports.dashboards import figures
from reports.dashboards.figures import TOTAL, figures_of
from reports.models import RecordFigures
from tests.dashboards.conftest import offices, on_record
from tests.world import walk

PAGES = ["status", "heat", "distribution", "trend", "compared", "profile"]


def file_of(client, picture, query=""):
    answer = client.get(f"/dashboards/{picture}.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_every_score_of_the_record_is_a_figure(world):
    (card,) = offices(world, (4, 3))
    scored = card.publications.get().scored
    figures = figures_of(scored)
    assert figures[TOTAL].shown == scored["score_shown"]
    nodes = {
        (one["kind"], one["key"]): one
        for one in walk_document(scored)
        if one["kind"] in ("component", "indicator")
    }
    assert set(figures) - {TOTAL} == set(nodes)
    assert {key: figures[key].shown for key in nodes} == {
        key: one["score_shown"] for key, one in nodes.items()
    }


def test_the_figures_that_are_noted_are_those_of_the_record(world):
    (card,) = offices(world, (4, 3))
    publication = card.publications.get()
    asked = {}, {publication.content_hash: publication.pk}
    figures._kept.clear()
    (read,) = figures.figures_by_hash(*asked).values()
    figures.keep_publication(publication)
    figures._kept.clear()
    (noted,) = dict(figures._noted(asked[1])).values()
    assert noted == read == figures_of(publication.scored)
    RecordFigures.objects.update(edition=0)  # of an earlier release
    assert not dict(figures._noted(asked[1]))
    assert figures.figures_by_hash(*asked) == {publication.content_hash: read}


def test_the_figures_of_a_record_are_noted_when_it_is_frozen(world):
    walk(world, "published")
    frozen = [world.card.submissions.get(), world.card.publications.get()]
    noted = RecordFigures.objects.in_bulk([one.content_hash for one in frozen])
    assert [noted[one.content_hash].lines[0][6] for one in frozen] == [
        one.scored["score_shown"] for one in frozen
    ]


def test_the_heat_table_prints_the_published_record_and_otherwise_the_agencys_own(world, sit):
    offices(world, (5, 3), (4, None))
    page = sit("cho").get("/dashboards/heat/").content.decode()
    assert '<td class="num tint-' in page
    assert ">3.0000</td>" in page
    assert '>4.0000<span class="star">*</span></td>' in page
    assert "5.0000" not in page.split("<tbody>")[1].split("</tbody>")[0]
    first, second = file_of(sit("cho"), "heat")[:2]
    assert (first["Total"], first["Scores"]) == ("3.0000", "official")
    assert (second["Total"], second["Scores"]) == ("4.0000", "self")


def test_a_revised_publication_takes_the_place_of_the_one_before(world, sit):
    (card,) = offices(world, (5, 2))
    on_record(world, card, own=5, official=4)
    assert [row["Total"] for row in file_of(sit("cho"), "heat") if row["Agency"].startswith("Bureau")] == [
        "4.0000"
    ]


def test_a_recalled_report_tells_no_score(world, sit):
    (card,) = offices(world, (5, None))
    assert "5.0000" in sit("cho").get("/dashboards/heat/").content.decode()
    card.state = "open"
    card.save()
    assert "5.0000" not in sit("cho").get("/dashboards/heat/").content.decode()


def test_the_spread_is_that_of_the_published_figures(world, sit):
    offices(world, *((5, one) for one in (1, 2, 2, 5)))
    total = file_of(sit("cho"), "distribution", "?which=official")[0]
    assert [total[one] for one in ("n", "Lower quartile", "Median", "Upper quartile")] == [
        "4", "1.7500", "2.0000", "2.7500"]  # fmt: skip
    page = sit("cho").get("/dashboards/distribution/?which=official&indicator=4").content.decode()
    assert "n 4 · median 2.0000 · quartiles 1.7500–2.7500" in page


def test_self_and_official_stand_side_by_side_with_their_difference(world, sit):
    offices(world, (5, 3), (4, 4), (2, None))
    rows = file_of(sit("cho"), "compared")
    assert [(r["Agency"], r["Self score"], r["Official score"], r["Difference"]) for r in rows] == [
        ("Bureau 003", "5.0000", "3.0000", "−2.0000"),
        ("Bureau 004", "4.0000", "4.0000", "0.0000"),
    ]


@pytest.mark.parametrize("picture", PAGES)
@pytest.mark.parametrize("person", ["cho", "chat"])
def test_a_page_takes_as_many_queries_for_many_agencies_as_for_one(world, sit, picture, person):
    on_record(world, world.card, own=4, official=3)
    client = sit(person)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/dashboards/{picture}/").status_code == 200
        return len(captured)

    first = queries()  # nothing read yet
    once = queries()
    offices(world, (5, 4), (3, 3), (2, None))
    again = queries()
    assert again <= first <= 8
    assert queries() == once <= 8


def test_the_lines_can_be_sorted_by_any_column_in_the_address(world, sit):
    offices(world, (5, 2), (5, 5), (5, 3))

    def totals(order):
        return [row["Total"] for row in file_of(sit("cho"), "heat", f"?order={order}") if row["Total"]]

    assert totals("total") == totals("4") == ["5.0000", "3.0000", "2.0000"]
    assert totals("-4") == ["2.0000", "3.0000", "5.0000"]
    assert totals("nonsense") == ["2.0000", "5.0000", "3.0000"]


def test_a_name_that_a_spreadsheet_would_run_is_made_a_text(world, sit):
    (card,) = offices(world, (5, 3))
    card.agency.name_th = card.agency.name_en = "=cmd|' /C calc'!A0"
    card.agency.save()
    for picture in ("status", "heat", "compared"):
        names = [row["Agency"] for row in file_of(sit("cho"), picture)]
        assert "'=cmd|' /C calc'!A0" in names
        assert not any(one.startswith("=") for one in names)
