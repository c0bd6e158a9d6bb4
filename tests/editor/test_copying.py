"""A part is taken over from another form: whole, with codes that are free, recorded, and undone like every edit."""

import pytest
from django.urls import reverse

from indicators import editing
from indicators.copying import sources_for, take_over
from indicators.documents import read_framework_file
from indicators.editing import Place
from indicators.models import Edit, Framework, Indicator
from indicators.publishing import load_framework, publish
from indicators.refusals import Refused
from indicators.rows import rows_of
from indicators.scoring import content_hash
from indicators.successors import begin


@pytest.fixture
def older(people):
    """The form of FY2562, published."""
    return publish(load_framework(read_framework_file("sdo-2562")), actor=people.chawi)


@pytest.fixture
def new(people):
    """The place of component 1 in an empty form of FY2563."""
    framework = begin("new-2563", 2563, "แบบใหม่", actor=people.chawi)
    return framework, editing.add(framework, Place(), "component", actor=people.chawi)


def part(framework, code, kind="indicator"):
    return framework.indicators.get(kind=kind, code=code)


def tree(row):
    """A row and all under it, without what is its form's own."""
    own = {name: getattr(row, name) for name in ("kind", "name_th", "name_en", "card", "rubric")}
    return own | {"children": [tree(child) for child in row.children.order_by("position")]}


def codes_under(row):
    return [code for child in row.children.order_by("position") for code in (child.code, *codes_under(child))]


@pytest.mark.parametrize("code", ["1.1.1", "1.1"])
def test_it_comes_whole_and_keeps_its_code(older, new, people, code):
    framework, under = new
    place = take_over(framework, under, part(older, code).pk, actor=people.chawi)
    made = Indicator.objects.get(pk=place.row)
    assert (made.framework, made.parent_id, made.code) == (framework, under.row, code)
    assert tree(made) == tree(part(older, code))
    assert codes_under(made) == codes_under(part(older, code))


def test_where_its_code_is_taken_it_and_what_stands_under_it_are_numbered_anew(older, new, people):
    framework, under = new
    take_over(framework, under, part(older, "1.1").pk, actor=people.chawi)
    place = take_over(framework, under, part(older, "1.1").pk, actor=people.chawi)
    made = Indicator.objects.get(pk=place.row)
    assert made.code == "1.2"
    assert codes_under(made) == ["1.2.1", "1.2.2", "1.2.3"]
    positions = list(framework.indicators.order_by("position").values_list("position", flat=True))
    assert positions == list(range(len(positions)))


def test_a_component_comes_with_its_indicators(older, new, people):
    framework, _under = new
    place = take_over(framework, Place(), part(older, "5", "component").pk, actor=people.chawi)
    assert tree(Indicator.objects.get(pk=place.row)) == tree(part(older, "5", "component"))


def test_it_is_recorded_and_taken_back(older, new, people):
    framework, under = new
    before = content_hash(rows_of(framework))
    take_over(framework, under, part(older, "1.1").pk, actor=people.chawi)
    edit = Edit.objects.filter(framework=framework).first()
    assert (edit.actor, edit.action) == (people.chawi, "add")
    assert edit.subject.startswith("sdo-2562 › 1.1 ")
    editing.undo(framework, actor=people.chawi)
    assert content_hash(rows_of(framework)) == before


def test_the_other_form_is_as_it_was(older, new, people):
    framework, under = new
    place = take_over(framework, under, part(older, "1.1.1").pk, actor=people.chawi)
    editing.change(framework, place, {"weight": "99"}, actor=people.chawi)
    assert content_hash(rows_of(older)) == older.content_hash


@pytest.mark.parametrize(
    ("code", "kind", "at"), [("1.1.1", "indicator", "form"), ("5", "component", "indicator")]
)
def test_what_cannot_stand_there_is_refused(older, new, people, code, kind, at):
    framework, under = new
    indicator = editing.add(framework, under, "indicator", actor=people.chawi)
    with pytest.raises(Refused):
        take_over(
            framework, {"form": Place(), "indicator": indicator}[at], part(older, code, kind).pk,
            actor=people.chawi,
        )  # fmt: skip


def test_only_forms_of_the_year_and_before_it_and_no_agencys_own_are_offered(older, new, people):
    framework, under = new
    later = load_framework(read_framework_file("sdo-2562") | {"code": "later", "year": 2564})
    own = load_framework(read_framework_file("sdo-2562") | {"code": "own"})
    Framework.objects.filter(pk=own.pk).update(variant_of=older, variant_key="dga")
    assert list(sources_for(framework)) == [older]
    for form in (later, own, framework):
        source = form.indicators.first()
        with pytest.raises(Refused):
            take_over(framework, under, source.pk, actor=people.chawi)


def test_whoever_may_not_configure_takes_nothing_over(older, new, people):
    framework, under = new
    with pytest.raises(Refused):
        take_over(framework, under, part(older, "1.1.1").pk, actor=people.arun)


class TestPages:
    def test_a_component_leads_to_the_choice_and_the_choice_back_to_the_new_part(self, older, new, desk):
        framework, under = new
        address = reverse("parts_elsewhere", args=[framework.pk, under.row])
        assert address in desk.get(reverse("edit_part", args=[framework.pk, under.row])).content.decode()
        page = desk.get(address, {"form": older.pk}).content.decode()
        wanted = part(older, "1.1.1")
        assert f'name="part_row" value="{wanted.pk}"' in page
        sent = {"row": under.row, "key": "", "part_row": wanted.pk}
        answer = desk.post(reverse("edit_tree", args=[framework.pk, "take"]), sent)
        made = framework.indicators.get(code="1.1.1")
        assert answer.url == reverse("edit_part", args=[framework.pk, made.pk])

    def test_only_what_can_stand_there_has_a_button(self, older, new, desk):
        address = reverse("parts_elsewhere", args=[new[0].pk])
        page = desk.get(address, {"form": older.pk}).content.decode()
        assert f'value="{part(older, "5", "component").pk}"' in page
        assert f'name="part_row" value="{part(older, "1.1.1").pk}"' not in page

    def test_the_form_before_this_one_stands_open(self, older, new, desk):
        framework, under = new
        Framework.objects.filter(pk=framework.pk).update(based_on=older)
        page = desk.get(reverse("parts_elsewhere", args=[framework.pk, under.row])).content.decode()
        assert f'name="part_row" value="{part(older, "1.1.1").pk}"' in page

    @pytest.mark.parametrize("wanted", ["", "0", "x", "999999999999999999999"])
    def test_no_part_of_the_list_is_said_in_a_sentence(self, older, new, desk, wanted):
        framework, under = new
        assert (
            desk.get(reverse("parts_elsewhere", args=[framework.pk, under.row]), {"form": wanted}).status_code
            == 200
        )
        answer = desk.post(
            reverse("edit_tree", args=[framework.pk, "take"]), {"row": under.row, "part_row": wanted}
        )
        assert answer.status_code == 302
        assert framework.indicators.count() == 1
