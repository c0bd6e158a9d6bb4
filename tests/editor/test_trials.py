"""Trying a draft by the real fold, and keeping trials as examples that must go on holding."""

import pytest
from django.urls import reverse

from indicators import editing
from indicators.documents import load_document, read_framework_file, write_document
from indicators.draft_problems import problems_of_draft
from indicators.editing import Place
from indicators.editor_pages import editor_page, place_url
from indicators.publishing import export_framework, load_framework, publish
from indicators.refusals import Refused
from indicators.trials import questions_of, rerun_examples, try_part

NINE = ["11", "12", "21", "22", "23", "31", "32", "33", "34"]


@pytest.fixture
def g5(draft, fourteen):
    """9 and 8 sub-issues, then levels 5 and 4: golden case G5, as the page would send it."""
    answers = {f"r{item}": "yes" for item in NINE} | {"r35": "no"}
    answers |= {f"p{item}": "yes" for item in NINE[:8]} | {"p34": "no", "p35": "no"}
    typed = {"round": "12"}
    typed |= {f"try.14/{key}": value for key, value in answers.items()}
    typed |= {"try.14/progress/weighted_progress": "400", "try.14/progress/weights": "4"}
    return typed | {"try.14/achieved/weighted_achievement": "๓๖๐", "try.14/achieved/weights": "4"}


def test_a_trial_reads_the_score_and_why(draft, fourteen, desk, g5):
    page = desk.post(place_url(draft, fourteen, page="try_part"), g5).content.decode()
    assert "4.1250" in page
    assert "0.1650" in page
    assert "(1×4 + 0.5×3 + 1×5 + 1.5×4) ÷ 4" in page.replace(" × ", "×")


def test_a_criterion_alone_is_tried_too(draft, fourteen, desk):
    url = place_url(draft, Place(fourteen.row, "progress"), page="try_part")
    page = desk.post(
        url, {"try./progress/weighted_progress": "3,600", "try./progress/weights": "40"}
    ).content.decode()
    assert "4.0000" in page
    assert "3,600 ÷ 40" in page


def test_a_field_keeps_its_name_wherever_its_criterion_stands(draft, fourteen, people, g5):
    names = set(editor_page(draft, fourteen)["trial"].fields)
    assert names == {"round", *g5}
    editing.add(draft, Place(fourteen.row, "review"), "check", actor=people.chawi)
    editing.move(draft, Place(fourteen.row, "plan"), "up", actor=people.chawi)
    assert set(editor_page(draft, fourteen)["trial"].fields) == {*names, "try.14/check"}


def test_the_whole_form_is_tried_too(draft, desk, g5):
    assert "0.1650" in desk.post(place_url(draft, Place(), page="try_part"), g5).content.decode()


def test_a_part_weighs_what_it_weighs_on_a_scorecard_whose_other_indicators_are_not_answered_yet(people):
    draft = load_framework(read_framework_file("dga-digital-2563"))
    place = Place(draft.indicators.get(kind="indicator", code="5").pk)
    keys = [question.node["key"] for question in questions_of(draft, place)]
    said = {key: {"value": "no" if key in ("t11", "t32") else "yes"} for key in keys}
    result = try_part(draft, place, {"5": said}, 12)
    assert (result["score_shown"], result["weighted_shown"]) == ("6.5000", "0.6500")


def test_nothing_answered_is_no_score(draft, fourteen):
    assert try_part(draft, fourteen, {}, 12)["score_shown"] == ""


def test_what_is_no_number_is_said(draft, fourteen, desk):
    url = place_url(draft, Place(fourteen.row, "progress"), page="try_part")
    assert "ไม่ใช่ตัวเลข" in desk.post(url, {"try./progress/weighted_progress": "มาก"}).content.decode()


def test_a_part_with_problems_says_so_instead_of_a_score(draft, fourteen, people):
    editing.change(draft, Place(fourteen.row, "progress"), {"formula": "weights /"}, actor=people.chawi)
    with pytest.raises(Refused, match="ยังคิดคะแนน"):
        try_part(draft, fourteen, {}, 12)


def test_only_the_rounds_of_the_form_are_tried(draft, fourteen, people):
    offered = [value for value, _label in editor_page(draft, fourteen)["trial"].fields["round"].choices]
    assert offered == sorted(draft.head["rounds"], reverse=True)
    editing.change(draft, Place(), {"rounds": [12]}, actor=people.chawi)
    draft.refresh_from_db()
    page = editor_page(draft, fourteen)
    assert [value for value, _label in page["trial"].fields["round"].choices] == [12]


class TestKept:
    @pytest.fixture
    def kept(self, draft, fourteen, desk, g5):
        desk.post(place_url(draft, fourteen, page="try_part"), g5 | {"keep": "1"})
        draft.refresh_from_db()
        return draft

    def test_it_stays_with_the_form_and_its_file(self, kept):
        (rerun,) = rerun_examples(kept)
        assert (rerun.example["score"], rerun.holds) == ("4.1250", True)
        assert load_document(write_document(export_framework(kept)))["examples"] == kept.head["examples"]
        assert problems_of_draft(kept) == []

    def test_a_change_that_changes_it_is_shown_and_blocks_publishing(self, kept, fourteen, people, desk):
        editing.change(kept, Place(fourteen.row, "achieved"), {"weight": "0.5"}, actor=people.chawi)
        kept.refresh_from_db()
        assert rerun_examples(kept)[0].now == "4.1667"
        page = desk.get(place_url(kept, fourteen)).content.decode()
        assert "4.1250" in page
        assert "4.1667" in page
        with pytest.raises(Refused, match=r"4\.1250"):
            publish(kept, actor=people.chawi)

    @pytest.mark.parametrize(("decision", "left"), [("accept", ["4.1667"]), ("drop", [])])
    def test_it_is_settled_by_accepting_or_dropping(self, kept, fourteen, people, desk, decision, left):
        editing.change(kept, Place(fourteen.row, "achieved"), {"weight": "0.5"}, actor=people.chawi)
        desk.post(reverse("settle_example", args=[kept.pk, 0, decision]))
        kept.refresh_from_db()
        assert [one["score"] for one in kept.head.get("examples", [])] == left
        assert problems_of_draft(kept) == []

    def test_it_follows_a_renamed_indicator(self, kept, fourteen, people):
        editing.change(kept, fourteen, {"code": "15"}, actor=people.chawi)
        kept.refresh_from_db()
        assert rerun_examples(kept)[0].place == fourteen

    def test_a_removed_part_leaves_it_without_a_score(self, kept, fourteen, people):
        editing.remove(kept, fourteen, actor=people.chawi)
        kept.refresh_from_db()
        assert rerun_examples(kept)[0].now is None
        assert [one for one in problems_of_draft(kept) if one.field == "examples"]
