"""The record: frozen rows only, in the reader's language, before any submission a refusal."""

import datetime as dt

import pytest

from indicators.documents import read_framework_file
from indicators.publishing import load_framework, publish
from indicators.scoring import node_document, read_rubric, score_rubric
from reports import sections
from reports.record import NothingToPrint, build_record, record_hash
from reports.rubric_rows import answer_text, levels_of, present
from reports.wording import on_day
from scorecards.models import Answer, Entry, Resolution, Scorecard
from scorecards.results.appealing import appeal, decide, publish_revision
from scorecards.results.committee import amend
from scorecards.results.public_record import total_weight
from scorecards.reviewing import review
from scorecards.reviewing.rulings import RulingChange
from scorecards.rounds.moving import move_to_form
from scorecards.scoring import misses_by_rounding
from scorecards.states import Decision, ScorecardState
from tests.reports import samples
from tests.world import walk


def test_before_any_submission_it_is_refused_with_a_sentence(db):
    agency, _people = samples.office("early")
    framework, _document = samples.form("moi-ict-2556")
    scorecard = samples.blank_scorecard(agency, framework)
    with pytest.raises(NothingToPrint, match="ยังไม่ได้ส่งรายงาน"):
        build_record(scorecard)


def test_an_edit_after_sending_changes_nothing(sample):
    before = record_hash(build_record(sample.scorecard))
    indicator = sample.scorecard.framework.indicators.first()
    entry = Entry.objects.create(scorecard=sample.scorecard, indicator=indicator, obstacles="ใหม่")
    Answer.objects.create(entry=entry, criterion_key="review", content={"value": "9"})
    assert record_hash(build_record(Scorecard.objects.get(pk=sample.scorecard.pk))) == before


def other_form(world):
    """Another published form of the world's year."""
    document = read_framework_file("moi-ict-2556") | {"code": "other-2556"}
    return publish(load_framework(document), actor=world.chawi)


def test_a_move_to_another_form_leaves_what_was_sent_under_its_own(world):
    walk(world, ScorecardState.RETURNED)
    before = build_record(world.card)
    world.card.refresh_from_db()
    move_to_form(world.card, other_form(world), actor=world.chawi, reason="มติที่ ๑")
    assert build_record(Scorecard.objects.get(pk=world.card.pk)) == before


def test_before_publication_there_is_no_official_figure(db):
    agency, people = samples.office("sent")
    framework, document = samples.form("moi-ict-2556")
    scorecard = samples.blank_scorecard(agency, framework)
    samples.sent(scorecard, document, people)
    record = build_record(scorecard)
    assert {line["official"] for line in record["card"]["lines"]} == {""}
    assert record["indicators"][0]["scores"][1]["known"] is False


def test_self_and_official_stand_side_by_side(sample):
    record = build_record(sample.scorecard)
    assert record["card"]["total"]["self"] == "3.6667"
    assert record["card"]["total"]["official"] == "3.4167"
    section = record["indicators"][0]
    assert [line["score"] for line in section["scores"]] == ["3.6667", "3.4167"]
    assert section["rulings"][0]["reason"].startswith("เอกสารอยู่นอกรอบการประเมิน")
    changed = next(row for row in section["rows"] if row["key"] == "r11")
    assert (changed["self"], changed["official"]) == ("✓", "–")


def test_it_speaks_the_language_asked_for(sample):
    thai, english = (build_record(sample.scorecard, language=language) for language in ("th", "en"))
    assert thai["indicators"][0]["unit"] == "ระดับ"
    assert english["indicators"][0]["unit"] == "level"
    assert english["head"]["sent_on"] == "14 Oct 2019"
    assert thai["head"]["sent_on"] == "14 ต.ค. 2562"


def test_a_column_that_misses_its_total_is_noticed():
    thirds = [{"kind": "indicator", "weighted_shown": "0.3333", "children": []}] * 3
    component = {"kind": "component", "weighted_shown": "1.0000", "children": thirds}
    for total, misses in (("1.0000", True), ("0.9999", False), ("", False)):
        assert misses_by_rounding({"weighted_shown": total, "children": [component]}) == misses


def test_a_weight_that_is_not_whole_stays_as_reports_and_the_public_record_always_wrote_it():
    parts = [{"code": "1", "weight": "12.25"}, {"code": "2", "weight": "0.25"}]
    assert sections.weight_of_components({"components": parts}) == "12.5"
    items = {("component", one["code"]): one for one in parts}
    scored = {"weight": None, "children": [{"kind": "component", "key": one["code"]} for one in parts]}
    assert total_weight(scored, items) == "12.5000"


def test_the_highest_band_reached_holds(sample):
    source = sections.Source(
        document={
            "bands": [
                {"from": "1", "name": "ต่ำ"},
                {"from": "3.5", "name": "ดี"},
                {"from": "4.5", "name": "ดีมาก"},
            ]
        },
        submission=sample.submission,
        publication=None,
        history={},
        language="th",
    )
    assert sections.band_of(source, {"score": "11/3"})["name"] == "ดี"
    assert sections.band_of(source, {"score": "0.5"}) is None


def test_the_share_with_a_result_is_rounded_half_up_as_every_published_number():
    assert [sections.percent(share) for share in ("1", "3/4", "2469/20000", None)] == [
        "100.00",
        "75.00",
        "12.35",
        "",
    ]


def test_levels_are_laid_out_as_the_form_prints_them(sample):
    levels = levels_of(samples.leaves(sample.document)[0]["rubric"], "th")
    assert levels["scores"] == ["1", "2", "3", "4", "5"]
    assert levels["lines"][0]["cells"] == ["6", "7", "8", "9", "10"]


def test_the_levels_of_another_round_are_not_printed():
    points = [{"at": "40", "score": "1"}, {"at": "56", "score": "5"}]
    parts = [
        {"key": f"m{months}", "kind": "measure", "title": f"{months}", "weight": "1", "floor": "1",
         "rounds": [months], "levels": points}
        for months in (6, 12)
    ]  # fmt: skip
    rubric = {"key": "r", "kind": "weighted", "title": "r", "children": parts}
    scored = node_document(score_rubric(read_rubric(rubric), {}, round=12))
    held = present(rubric, sections.rubric_nodes({"children": [scored]}))
    assert [line["title"] for line in levels_of(held, "th")["lines"]] == ["12"]


def test_uneven_levels_share_the_columns():
    node = {
        "key": "a",
        "levels": [
            {"at": "0", "score": "0"},
            {"at": "101", "score": "10", "past": True},
            {"at": "50", "score": "9"},
        ],
    }
    levels = levels_of(
        {"key": "r", "children": [node, {"key": "b", "levels": [{"at": "3", "score": "9"}]}]}, "th"
    )
    assert levels["scores"] == ["0", "9", "10"]
    assert [line["cells"] for line in levels["lines"]] == [["0", "50", "> 101"], ["", "3", ""]]


@pytest.mark.parametrize(
    ("node", "content", "shown"),
    [
        ({"kind": "check"}, {"value": "yes"}, "✓"),
        ({"kind": "check"}, {"value": "no"}, "–"),
        ({"kind": "measure"}, {"value": "20840070.5"}, "20,840,070.5"),
        ({"kind": "rating", "options": [{"key": "green", "label": "เขียว"}]}, {"option": "green"}, "เขียว"),
        ({"kind": "measure"}, {"na": "ไม่มีประเด็น"}, "ไม่ประเมิน"),
        ({"kind": "measure"}, {}, ""),
    ],
)
def test_answers_of_all_kinds(node, content, shown):
    assert answer_text(node, content, "th") == shown


def test_numbers_and_days_are_written_out():
    assert on_day("2019-09-30T18:00:00+00:00", "th") == "1 ต.ค. 2562"
    assert on_day(None, "th") == ""


def test_resolutions_and_appeals_are_printed_with_their_reasons(world):
    walk(world, ScorecardState.CONCLUDED)
    sent, indicator = world.card.submissions.get(), world.entry.indicator
    resolution = Resolution(
        indicator=indicator, number="๓/๒๕๕๖", held_on=dt.date(2013, 11, 20), reason="ผลสำรวจเป็นของปีก่อน"
    )
    denied = RulingChange("step3", Decision.CHANGE, {"value": "no"}, version=1)
    amend(sent, rulings=[denied], resolution=resolution, actor=world.khamron)
    review.approve(world.card, actor=world.khamron)
    publication = review.publish(world.card, actor=world.chan)
    ruled = build_record(world.card)["indicators"][0]["rulings"]
    assert [(one["reason"], one["resolution"]) for one in ruled] == [
        ("ผลสำรวจเป็นของปีก่อน", "มติคณะกรรมการที่ ๓/๒๕๕๖ วันที่ 20 พ.ย. 2556")
    ]
    asked = appeal(publication, indicator=indicator, reason="แนบแล้ว", actor=world.chat)
    agreed = [RulingChange("step3", Decision.AGREE)]
    decide(asked, outcome="upheld", decision="อยู่ในรอบการประเมิน", rulings=agreed, actor=world.khwan)
    publish_revision(asked, actor=world.chan)
    section = build_record(Scorecard.objects.get(pk=world.card.pk))["indicators"][0]
    assert section["revised"] == [{"reason": "อยู่ในรอบการประเมิน", "brought": []}]
