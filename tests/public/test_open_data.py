"""The files hold what is on record, to the last digit, and nothing that a spreadsheet would run."""

import csv
import io
import json

import pytest

from indicators.scoring import walk_document
from scorecards.presenting.csv_files import harmless
from scorecards.results.open_data import as_csv, columns, records_of
from tests.public.conftest import crowd


def rows_of(data: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_figures_are_those_of_the_record(published, reader):
    scored = published.publication.scored
    nodes = {(one["kind"], one["key"]): one for one in walk_document(scored)}
    total, *lines = rows_of(reader.get("/results/2556/ict.csv").content)
    assert (total["kind"], total["score"], total["content_hash"]) == (
        "total",
        scored["score_shown"],
        published.publication.content_hash,
    )
    assert lines
    for line in lines:
        node = nodes[(line["kind"], line["code"])]
        assert (line["score"], line["weighted_score"]) == (node["score_shown"], node["weighted_shown"])
        assert line["name_th"] == node["title"]["th"]


def test_csv_and_json_say_the_same(published, reader):
    crowd(published, 3)
    document = json.loads(reader.get("/results/2556.json").content)
    told = [
        (result["agency"]["th"], line["code"], line["score"], line["result"] or "", line["target"]["th"])
        for result in document["results"]
        for line in result["lines"]
    ]
    rows = [row for row in rows_of(reader.get("/results/2556.csv").content) if row["kind"] != "total"]
    assert [(r["agency_th"], r["code"], r["score"], r["result"], r["target_th"]) for r in rows] == told
    assert [one["agency_code"] for one in document["results"]] == ["ict", "office-1", "office-2"]


def test_the_files_are_the_same_in_any_language(published, reader):
    before = reader.get("/results/2556.csv").content
    reader.cookies["django_language"] = "en"
    assert reader.get("/results/2556.csv").content == before
    assert before.startswith(b"\xef\xbb\xbfyear,agency_code,agency_th,agency_en,")
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in before.decode("utf-8-sig")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1+1", "- มีระบบ"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_made_a_text(published, text):
    assert harmless(text) == f"'{text}"
    record = records_of(2556)[0]
    record["lines"][0]["name"] = {"th": text, "en": text}
    row = rows_of(as_csv([record]))[1]
    assert row["name_th"].startswith("'")


@pytest.mark.parametrize("end", [";", "\t", "\n", "\r\n", "; "])
def test_no_formula_begins_inside_a_cell_whatever_a_spreadsheet_takes_for_its_end(published, end):
    record = records_of(2556)[0]
    record["lines"][0]["name"] = {"th": f"ก{end}=1+1", "en": "a"}
    text = as_csv([record]).decode("utf-8-sig")
    rows = [row for delimiter in ",;\t" for row in csv.reader(text.splitlines(), delimiter=delimiter)]
    assert not [one for row in rows for one in row if one.lstrip().startswith("=")]


@pytest.mark.parametrize("text", ["-1.5", "0", "3.0000", "ร้อยละ", "", "1-2"])
def test_numbers_and_ordinary_texts_stay_as_published(text):
    assert harmless(text) == text


def test_every_column_is_explained(settings):
    told = (settings.BASE_DIR / "docs" / "open-data.md").read_text()
    names = {one.removesuffix("_th").removesuffix("_en") for one in columns()}
    assert {name for name in names if f"`{name}`" not in told} == set()
