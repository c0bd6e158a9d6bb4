"""The verbs of a draft: what each does, what it refuses, and that undo brings back every one exactly."""

import random

import pytest

from indicators import editing
from indicators.changing_kinds import change_kind
from indicators.copying import duplicate
from indicators.documents import read_framework_file
from indicators.editing import Place, digest, fields_of
from indicators.models import Edit, Indicator
from indicators.publishing import load_framework, publish
from indicators.refusals import Refused, Stale
from indicators.rows import rows_of
from indicators.rubric_trees import find, nodes
from indicators.scoring import content_hash


def rubric_of(place):
    return Indicator.objects.get(pk=place.row).rubric


def keys(rubric, parent):
    return [child["key"] for child in find(rubric, parent)["children"]]


class TestChange:
    def test_only_named_fields_change_and_empty_takes_away(self, draft, fourteen, people):
        progress = Place(fourteen.row, "progress")
        editing.change(draft, progress, {"floor": "0", "decimals": ""}, actor=people.chawi)
        own = fields_of(draft, progress)
        assert own["floor"] == "0"
        assert "decimals" not in own
        assert own["formula"] == "weighted_progress / weights"

    def test_the_framework_itself(self, draft, people):
        editing.change(draft, Place(), {"name": {"th": "แบบใหม่"}, "year": 2570}, actor=people.chawi)
        draft.refresh_from_db()
        assert (draft.name_th, draft.name_en, draft.year.year) == ("แบบใหม่", "", 2570)

    def test_a_new_code_is_followed_by_those_that_name_it(self, draft, fourteen, people):
        editing.change(draft, Place(), {"compulsory": ["14"]}, actor=people.chawi)
        editing.change(draft, fourteen, {"code": "15"}, actor=people.chawi)
        draft.refresh_from_db()
        assert draft.head["compulsory"] == ["15"]
        assert {one["place"] for one in draft.head["assumptions"]} >= {"15/achieved", "15/review"}

    def test_a_new_key_is_followed_by_what_depends_on_it(self, people):
        draft = load_framework(read_framework_file("ict-2558"))
        row = next(row for row in draft.indicators.all() if any(n.get("requires") for n in nodes(row.rubric)))
        old = next(node["requires"][0] for node in nodes(row.rubric) if node.get("requires"))
        place = editing.change(draft, Place(row.pk, old), {"key": "appointed2"}, actor=people.chawi)
        assert place == Place(row.pk, "appointed2")
        assert any("appointed2" in (node.get("requires") or ()) for node in nodes(rubric_of(place)))

    @pytest.mark.parametrize("code", ["", "มี ช่องว่าง", "x" * 41, "a/b"])
    def test_a_code_by_which_nothing_can_be_found_is_refused(self, draft, fourteen, people, code):
        with pytest.raises(Refused):
            editing.change(draft, fourteen, {"code": code}, actor=people.chawi)

    def test_a_code_stands_once(self, draft, fourteen, people):
        other = editing.add(
            draft, Place(draft.indicators.get(kind="component").pk), "indicator", actor=people.chawi
        )
        with pytest.raises(Refused, match="อยู่แล้ว"):
            editing.change(draft, other, {"code": "14"}, actor=people.chawi)
        with pytest.raises(Refused, match="อยู่แล้ว"):
            editing.change(draft, Place(fourteen.row, "review"), {"key": "plan"}, actor=people.chawi)

    def test_whatever_else_is_typed_is_kept(self, draft, fourteen, people):
        editing.change(draft, fourteen, {"weight": "สี่"}, actor=people.chawi)
        assert fields_of(draft, fourteen)["weight"] == "สี่"


class TestTwoAtOnce:
    def test_a_field_that_a_colleague_changed_is_not_written_over(self, draft, fourteen, people):
        seen = {name: digest(fields_of(draft, fourteen).get(name)) for name in ("weight", "unit")}
        editing.change(draft, fourteen, {"weight": "5"}, actor=people.chat, seen=seen)
        with pytest.raises(Stale) as refused:
            editing.change(draft, fourteen, {"weight": "6"}, actor=people.chawi, seen=seen)
        assert (refused.value.mine, refused.value.theirs) == ({"weight": "6"}, {"weight": "5"})
        assert fields_of(draft, fourteen)["weight"] == "5"

    def test_different_fields_are_both_kept(self, draft, fourteen, people):
        seen = {name: digest(fields_of(draft, fourteen).get(name)) for name in ("weight", "unit")}
        editing.change(draft, fourteen, {"weight": "5"}, actor=people.chat, seen=seen)
        editing.change(draft, fourteen, {"unit": {"th": "คะแนน"}}, actor=people.chawi, seen=seen)
        own = fields_of(draft, fourteen)
        assert (own["weight"], own["unit"]) == ("5", {"th": "คะแนน"})

    def test_a_part_that_is_gone_says_so(self, draft, fourteen, people):
        editing.remove(draft, Place(fourteen.row, "plan"), actor=people.chat)
        with pytest.raises(Refused, match="ไม่มีส่วนนี้แล้ว"):
            editing.change(draft, Place(fourteen.row, "plan"), {"weight": "1"}, actor=people.chawi)


class TestTree:
    def test_adding(self, draft, fourteen, people):
        component = editing.add(draft, Place(), "component", actor=people.chawi)
        indicator = editing.add(draft, component, "indicator", actor=people.chawi)
        rubric = editing.add(draft, indicator, "weighted", actor=people.chawi)
        first = editing.add(draft, rubric, "check", actor=people.chawi)
        second = editing.add(draft, rubric, "check", actor=people.chawi)
        assert Indicator.objects.get(pk=indicator.row).code == "1.1"
        assert keys(rubric_of(indicator), rubric.key) == [first.key, second.key] == ["check", "check2"]

    @pytest.mark.parametrize(
        ("under", "kind"),
        [
            ("14", "indicator"),
            ("14/r11", "check"),
            ("framework", "indicator"),
            ("14", "component"),
            ("ict", "check"),
        ],
    )
    def test_what_cannot_stand_there_is_refused(self, draft, fourteen, people, under, kind):
        code, _slash, key = under.partition("/")
        row = draft.indicators.filter(code=code).first()
        with pytest.raises(Refused):
            editing.add(draft, Place(row.pk if row else None, key), kind, actor=people.chawi)

    def test_moving_a_criterion(self, draft, fourteen, people):
        plan = Place(fourteen.row, "plan")
        editing.move(draft, plan, "up", actor=people.chawi)
        assert keys(rubric_of(plan), "quality") == ["plan", "review", "progress", "achieved"]
        editing.move(draft, Place(fourteen.row, "review"), "in", actor=people.chawi)
        assert keys(rubric_of(plan), "plan")[-1] == "review"
        editing.move(draft, Place(fourteen.row, "review"), "out", actor=people.chawi)
        assert keys(rubric_of(plan), "quality") == ["plan", "review", "progress", "achieved"]
        editing.move_to(draft, plan, Place(fourteen.row, "quality"), actor=people.chawi)
        assert keys(rubric_of(plan), "quality") == ["review", "progress", "achieved", "plan"]

    def test_a_part_never_moves_under_itself(self, draft, fourteen, people):
        with pytest.raises(Refused, match="ใต้ตัวเอง"):
            editing.move_to(
                draft, Place(fourteen.row, "quality"), Place(fourteen.row, "plan"), actor=people.chawi
            )
        component = Place(draft.indicators.get(kind="component").pk)
        inner = editing.add(draft, component, "component", actor=people.chawi)
        with pytest.raises(Refused, match="ใต้ตัวเอง"):
            editing.move_to(draft, component, inner, actor=people.chawi)

    def test_moving_an_indicator_to_another_component(self, people):
        draft = load_framework(read_framework_file("sdo-2562"))
        place = Place(draft.indicators.get(code="4.3").pk)
        five = Place(draft.indicators.get(kind="component", code="5").pk)
        editing.move_to(draft, place, five, actor=people.chawi)
        codes = [
            child["code"]
            for child in next(c for c in rows_of(draft)["components"] if c["code"] == "5")["indicators"]
        ]
        assert codes == ["5.1", "4.3"]
        positions = list(draft.indicators.order_by("position").values_list("position", flat=True))
        assert positions == list(range(len(positions)))

    def test_duplicating_gives_fresh_codes_and_keys(self, draft, fourteen, people):
        copy = duplicate(draft, fourteen, actor=people.chawi)
        assert Indicator.objects.get(pk=copy.row).rubric == rubric_of(fourteen)
        assert Indicator.objects.get(pk=copy.row).code != "14"
        duplicate(draft, Place(fourteen.row, "review"), actor=people.chawi)
        found = [node["key"] for node in nodes(rubric_of(fourteen))]
        assert len(found) == len(set(found))
        assert keys(rubric_of(fourteen), "quality")[:2] == ["review", "review2"]

    def test_removing_an_indicator_takes_its_sub_indicators(self, people):
        draft = load_framework(read_framework_file("sdo-2562"))
        before = draft.indicators.count()
        editing.remove(draft, Place(draft.indicators.get(code="1.1").pk), actor=people.chawi)
        assert draft.indicators.count() == before - 4


VERBS = {
    "change head": lambda f, row, key, who: editing.change(
        f, Place(), {"places": 2, "note": None}, actor=who
    ),
    "change row": lambda f, row, key, who: editing.change(
        f, Place(row), {"weight": "7", "code": "x.9"}, actor=who
    ),
    "change criterion": lambda f, row, key, who: editing.change(
        f, Place(row, key), {"points": "9"}, actor=who
    ),
    "add component": lambda f, row, key, who: editing.add(f, Place(), "component", actor=who),
    "duplicate row": lambda f, row, key, who: duplicate(f, Place(row), actor=who),
    "move up": lambda f, row, key, who: editing.move(f, Place(row), "up", actor=who),
    "move out": lambda f, row, key, who: editing.move(f, Place(row), "out", actor=who),
    "move criterion": lambda f, row, key, who: editing.move(f, Place(row, key), "down", actor=who),
    "change kind": lambda f, row, key, who: change_kind(f, Place(row, key), "milestone", actor=who),
    "remove row": lambda f, row, key, who: editing.remove(f, Place(row), actor=who),
    "remove criterion": lambda f, row, key, who: editing.remove(f, Place(row, key), actor=who),
}


@pytest.mark.parametrize("seed", range(6))
def test_undoing_everything_brings_back_the_form_to_the_last_character(people, seed):
    chance = random.Random(seed)
    draft = load_framework(read_framework_file(chance.choice(["sdo-2562", "ict-2550", "dga-digital-2563"])))
    original = content_hash(rows_of(draft))
    done = 0
    for _ in range(25):
        row = chance.choice(list(draft.indicators.all()) or [None])
        key = chance.choice([node["key"] for node in nodes(row.rubric)] or [""]) if row else ""
        try:
            VERBS[chance.choice(list(VERBS))](draft, row.pk if row else None, key, people.chawi)
            done += 1
        except Refused:
            continue
    assert done > 10
    assert content_hash(rows_of(draft)) != original
    while draft.edits.filter(undone_at=None).exists():
        editing.undo(draft, actor=people.chawi)
        draft.refresh_from_db()
    assert content_hash(rows_of(draft)) == original
    with pytest.raises(Refused, match="ไม่มีการแก้ไข"):
        editing.undo(draft, actor=people.chawi)


def test_an_edit_says_who_did_what(draft, fourteen, people):
    editing.change(draft, fourteen, {"weight": "5"}, actor=people.chat)
    edit = Edit.objects.get()
    assert (edit.actor, edit.action, edit.number) == (people.chat, "change", 1)
    assert edit.subject.startswith("14 ")
    editing.undo(draft, actor=people.chawi)
    edit.refresh_from_db()
    assert edit.undone_by == people.chawi


@pytest.mark.parametrize("who", ["arun", "cho"])
@pytest.mark.parametrize("verb", VERBS)
def test_nobody_but_an_administrator_edits(draft, fourteen, people, verb, who):
    with pytest.raises(Refused, match="ผู้ดูแลระบบ"):
        VERBS[verb](draft, fourteen.row, "review", getattr(people, who))
    assert not draft.edits.exists()


@pytest.mark.parametrize("verb", VERBS)
def test_a_published_form_is_not_edited(draft, fourteen, people, verb):
    publish(draft, actor=people.chawi)
    with pytest.raises(Refused, match="ประกาศใช้แล้ว"):
        VERBS[verb](draft, fourteen.row, "review", people.chawi)
