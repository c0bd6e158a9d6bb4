"""Giving agencies their form: assigned in bulk, tailored one by one, moved to a new version with its effects shown."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators import editing, successors
from indicators.editing import Place
from indicators.models import Framework
from indicators.publishing import export_framework, publish
from indicators.refusals import Refused
from indicators.scoring import check_framework
from indicators.tailoring import tailored, tailoring_problems
from scorecards import workflow
from scorecards.events import verify
from scorecards.models import Agency, Assignment, Event, Round, Scorecard
from scorecards.results.past_results import past_results
from scorecards.rounds.agency_filters import agencies_for
from scorecards.rounds.assigning import Opened, assign, open_round, tailor, unassign
from scorecards.rounds.moving import move_to_form, preview_move
from scorecards.scoring import find_indicator, score_scorecard
from scorecards.states import ScorecardState
from tests.editor.forms import fields_in
from tests.world import fill, make_world, walk


@pytest.fixture
def world(db):
    """FY2562's form of public organisations, at two offices."""
    return make_world("sdo-2562")


@pytest.fixture
def given(world):
    """The form, given to both offices."""
    assign(world.framework, [world.agencies["ict"], world.agencies["policy"]], actor=world.chawi)
    return Assignment.objects.get(agency=world.agencies["ict"])


class TestAssign:
    def test_twice_is_once(self, world):
        agencies = [world.agencies["ict"], world.agencies["policy"]]
        assert assign(world.framework, agencies, actor=world.chawi) == 2
        assert assign(world.framework, agencies, actor=world.chawi) == 0
        assert Assignment.objects.count() == 2
        assert verify(world.agencies["ict"]) == []

    def test_a_draft_is_not_assigned(self, world):
        draft = successors.new_version(world.framework, actor=world.chawi)
        with pytest.raises(Refused, match="ประกาศใช้"):
            assign(draft, [world.agencies["ict"]], actor=world.chawi)

    @pytest.mark.parametrize("who", ["arun", "kamon", "khamron", "cho"])
    def test_by_administrators_only(self, world, given, who):
        actor = getattr(world, who)
        for verb in (
            lambda: assign(world.framework, [], actor=actor),
            lambda: unassign(given, actor=actor),
            lambda: tailor(given, {}, version=0, actor=actor),
            lambda: open_round(world.framework, world.round, actor=actor),
            lambda: move_to_form(world.card, world.framework, actor=actor, reason="x"),
        ):
            with pytest.raises(Refused, match="ผู้ดูแลระบบ"):
                verb()

    def test_it_is_taken_back_only_before_a_scorecard_was_opened(self, world, given):
        with pytest.raises(Refused, match="รายงาน"):
            unassign(given, actor=world.chawi)
        other = Agency.objects.create(
            code="new", name_th="หน่วยงานใหม่", ministry=given.agency.ministry, kind="department"
        )
        assign(world.framework, [other], actor=world.chawi)
        unassign(other.assignments.get(), actor=world.chawi)
        assert not other.assignments.exists()

    def test_a_round_is_opened_for_all_and_twice_is_once(self, world, given):
        six = Round.objects.create(
            year=world.framework.year, months=6, opens_at=world.round.opens_at, closes_at=world.round.closes_at,
            review_closes_at=world.round.review_closes_at,
        )  # fmt: skip
        assert open_round(world.framework, six, actor=world.chawi) == Opened(made=2, done=2, of=2)
        assert open_round(world.framework, six, actor=world.chawi) == Opened(made=0, done=2, of=2)
        assert Scorecard.objects.filter(round=six).count() == 2

    def test_opening_goes_on_where_it_was_cut_off(self, world, given):
        six = Round.objects.create(
            year=world.framework.year, months=6, opens_at=world.round.opens_at, closes_at=world.round.closes_at,
            review_closes_at=world.round.review_closes_at,
        )  # fmt: skip
        assert open_round(world.framework, six, actor=world.chawi, seconds=1e-9) == Opened(
            made=0, done=0, of=2
        )
        browser = Client()
        browser.force_login(world.chawi)
        Scorecard.objects.filter(round=six).delete()
        answer = browser.post(reverse("open_scorecards", args=[world.framework.pk, 6]), follow=True)
        assert "เปิดรายงานครบแล้ว" in answer.content.decode()
        assert Scorecard.objects.filter(round=six).count() == 2

    def test_by_kind_and_ministry(self, world):
        assert set(agencies_for(kind="office")) == {
            world.agencies["ict"],
            world.agencies["policy"],
        }
        assert agencies_for(kind="department") == []
        assert len(agencies_for(ministry="interior")) == 2


class TestTailored:
    """Pure: the year's form as an agency has it."""

    @pytest.fixture
    def document(self, world):
        return export_framework(world.framework)

    def parts(self, document):
        return {
            one["code"]: one
            for component in document["components"]
            for one in component.get("indicators", [])
        }

    def test_nothing_of_its_own_is_the_same_form(self, document):
        assert tailored(document, {}) == document

    def test_chosen_and_compulsory_indicators_stay(self, document):
        found = self.parts(tailored(document, {"chosen": ["4.3"]}))
        assert "4.3" in found
        assert set(document["compulsory"]) <= set(found)
        assert "1.5" not in found

    def test_a_component_that_does_not_apply_is_absent(self, document):
        found = tailored(document, {"without": ["2"]})
        assert next(one for one in found["components"] if one["code"] == "2")["indicators"] == []

    def test_own_weights_targets_and_levels(self, document):
        own = {"weights": {"4.2": "7"}, "targets": {"4.2": {"th": "ร้อยละ 96"}}}
        found = self.parts(tailored(document, own))
        assert (found["4.2"]["weight"], found["4.2"]["target"]) == ("7", {"th": "ร้อยละ 96"})
        assert self.parts(document)["4.2"]["weight"] != "7"

    def test_weights_that_do_not_add_up_and_unknown_codes_are_named(self, document):
        document.pop("extract", None)
        said = " ".join(tailoring_problems(document, {"weights": {"4.2": "70", "9.9": "1"}}))
        assert "9.9" in said
        assert check_framework(document) == [] or "100" in said


class TestTailoring:
    def test_the_agency_gets_a_form_of_its_own(self, world, given):
        tailor(given, {"targets": {"4.2": {"th": "ร้อยละ 99"}}}, version=0, actor=world.chawi)
        given.refresh_from_db()
        world.card.refresh_from_db()
        for who, status in (("chawi", 200), ("duangjai", 404), ("kamon", 404)):
            browser = Client()
            browser.force_login(getattr(world, who))
            assert browser.get(reverse("framework", args=[given.form_id])).status_code == status
            assert given.form.code not in browser.get(reverse("frameworks")).content.decode()
        assert given.form.variant_of == world.framework
        assert world.card.framework == given.form
        assert (
            world.card.entries.filter(indicator__framework=given.form).count() == world.card.entries.count()
        )
        world.other.refresh_from_db()
        assert world.other.framework == world.framework
        assert Event.objects.filter(agency=given.agency, action="tailor").exists()

    def test_the_same_again_changes_nothing(self, world, given):
        own = {"targets": {"4.2": {"th": "ร้อยละ 99"}}}
        tailor(given, own, version=0, actor=world.chawi)
        again = tailor(given, own, version=1, actor=world.chawi)
        assert again.version == 1
        assert Framework.objects.filter(variant_of=world.framework).count() == 1

    def test_changing_it_again_needs_a_reason(self, world, given):
        tailor(given, {"targets": {"4.2": {"th": "ก"}}}, version=0, actor=world.chawi)
        with pytest.raises(Refused, match="เหตุผล"):
            tailor(given, {"targets": {"4.2": {"th": "ข"}}}, version=1, actor=world.chawi)
        tailor(
            given,
            {"targets": {"4.2": {"th": "ข"}}},
            version=1,
            reason="มติ อ.ก.พ.ร. 3/2562",
            actor=world.chawi,
        )
        given.refresh_from_db()
        assert given.form.version == 2
        assert given.form.head["resolution"]["number"] == "มติ อ.ก.พ.ร. 3/2562"

    def test_a_colleagues_tailoring_is_not_written_over(self, world, given):
        tailor(given, {"targets": {"4.2": {"th": "ก"}}}, version=0, actor=world.chawi)
        with pytest.raises(Refused, match="ระหว่างนี้"):
            tailor(given, {}, version=0, actor=world.chawi)

    def test_answers_stay_with_their_criteria(self, world, given):
        entry = world.card.entries.get(indicator__code="4.2")
        key = entry.indicator.rubric["key"]
        change = workflow.AnswerChange({"value": "50"}, version=0)
        workflow.save_entry(
            entry, actor=world.arun, changes=workflow.EntryChanges(answers={key: change}, narrative={})
        )
        tailor(given, {"weights": {"4.2": "2", "4.3": "8"}}, version=0, actor=world.chawi)
        world.card.refresh_from_db()
        assert find_indicator(score_scorecard(world.card), "4.2")["weight"] == "2"
        assert world.card.entries.get(indicator__code="4.2").answers.get().content == {"value": "50"}


class TestMoving:
    @pytest.fixture
    def world(self, db):
        return make_world()

    @pytest.fixture
    def second(self, world):
        """Version 2: the third step is gone."""
        fill(world)
        draft = successors.new_version(world.framework, actor=world.chawi)
        place = Place(draft.indicators.get(code="4").pk, "step3")
        editing.remove(draft, place, actor=world.chawi)
        resolution = {"number": "มติที่ 1/2556", "date": "2556-03-01", "reason": {"th": "ยกเลิกขั้นตอนที่ 3"}}
        editing.change(draft, Place(), {"resolution": resolution}, actor=world.chawi)
        draft.refresh_from_db()
        return publish(draft, actor=world.chawi)

    def test_first_what_changes_is_shown_and_nothing_is_written(self, world, second):
        (moved,) = preview_move(world.card, second)
        assert (moved.code, moved.old, moved.new, moved.lost) == ("4", "3.0000", "2.0000", ("step3",))
        world.card.refresh_from_db()
        assert world.card.framework == world.framework

    def test_then_it_moves_and_the_event_keeps_what_found_no_place(self, world, second):
        move_to_form(world.card, second, actor=world.chawi, reason="มติที่ 1/2556")
        world.card.refresh_from_db()
        assert world.card.framework == second
        assert score_scorecard(world.card)["score_shown"] == "2.0000"
        assert not world.card.entries.get().answers.filter(criterion_key="step3").exists()
        event = Event.objects.filter(action="move").get()
        assert event.after["without_a_place"]["4"]["answers"] == {"step3": {"value": "yes"}}
        assert event.after["changed"] == {"4": ["3.0000", "2.0000", ["step3"]]}
        assert verify(world.agencies["ict"]) == []

    def test_not_without_a_reason(self, world, second):
        with pytest.raises(Refused, match="มติ"):
            move_to_form(world.card, second, actor=world.chawi, reason=" ")

    def test_not_after_sending(self, world, second):
        walk(world, ScorecardState.SUBMITTED)
        assign(world.framework, [world.agencies["ict"]], actor=world.chawi)
        with pytest.raises(Refused, match="12 เดือน"):
            tailor(Assignment.objects.get(), {"targets": {"4": {"th": "x"}}}, version=0, actor=world.chawi)
        with pytest.raises(Refused, match="ส่งกลับ"):
            move_to_form(world.card, second, actor=world.chawi, reason="มติ")


class TestPages:
    @pytest.fixture
    def desk(self, world):
        browser = Client()
        browser.force_login(world.chawi)
        return browser

    def page(self, desk, given):
        return reverse("assignment", args=[given.pk]), desk.get(
            reverse("assignment", args=[given.pk])
        ).content.decode()

    def test_assigning_ticked_agencies_and_opening_a_round(self, world, desk):
        ticked = [agency.pk for agency in (world.agencies["ict"], world.agencies["policy"])]
        desk.post(reverse("assign_agencies", args=[world.framework.pk]), {"agency": ticked})
        answer = desk.post(reverse("open_scorecards", args=[world.framework.pk, 12]), follow=True)
        assert "มี 2 หน่วยงานใช้แบบนี้" in answer.content.decode()
        assert "เปิดรายงานครบแล้ว 2 หน่วยงาน" in answer.content.decode()

    def test_names_stand_in_one_line_whether_their_agency_has_the_form_or_could_have_it(self, world, desk):
        """The tick stands in a column of its own."""
        Assignment.objects.filter(agency=world.agencies["policy"]).delete()
        page = desk.get(reverse("assignments", args=[world.framework.pk])).content.decode()
        cells = re.findall(r'<td class="tick-cell">(.*?)</td>\s*<td class="name[^"]*">(.*?)</td>', page, re.S)
        assert len(cells) == 2
        assert not any("<input" in name for _tick, name in cells)
        assert sum("<input" in tick for tick, _name in cells) + sum("✓" in tick for tick, _name in cells) == 2

    def test_all_that_the_list_shows_are_given_the_form_at_once(self, world, desk):
        path = reverse("assignments", args=[world.framework.pk])
        page = desk.get(path, {"q": "นโยบาย"}).content.decode()
        assert "ศูนย์เทคโนโลยีสารสนเทศ" not in page
        shown = fields_in(page) | {"all": "on"}
        give = re.search(r'<form method="post" action="([^"]+assign[?][^"]*)"', page)[1]
        answer = desk.post(html.unescape(give), shown)
        assert [one.agency for one in Assignment.objects.all()] == [world.agencies["policy"]]
        assert desk.get(answer.url).context["chosen"]["q"] == "นโยบาย"

    def test_the_list_says_how_many_reports_of_a_round_are_open(self, world, given, desk):
        path = reverse("assignments", args=[world.framework.pk])
        assert [n for _round, n in desk.get(path).context["rounds"]] == [2]
        assert (
            reverse("open_scorecards", args=[world.framework.pk, 12]) not in desk.get(path).content.decode()
        )
        new = Agency.objects.create(code="new", name_th="ใหม่", kind="office", ministry=given.agency.ministry)
        assign(world.framework, [new], actor=world.chawi)
        opening = reverse("open_scorecards", args=[world.framework.pk, 12])
        assert opening in desk.get(path).content.decode()

    def test_in_a_closed_round_nothing_is_opened_any_more(self, world, given, desk):
        new = Agency.objects.create(code="new", name_th="ใหม่", kind="office", ministry=given.agency.ministry)
        assign(world.framework, [new], actor=world.chawi)
        world.round.closes_at = timezone.now() - timezone.timedelta(days=1)
        world.round.save()
        path = reverse("assignments", args=[world.framework.pk])
        opening = reverse("open_scorecards", args=[world.framework.pk, 12])
        assert opening not in desk.get(path).content.decode()
        assert desk.post(opening)["Location"] == path
        assert not new.scorecards.exists()

    def test_a_page_that_is_sent_as_it_stands_keeps_the_years_form(self, world, given, desk):
        url, page = self.page(desk, given)
        desk.post(url, fields_in(page))
        given.refresh_from_db()
        assert (given.form, given.tailoring) == (world.framework, {})

    def test_different_weights_at_two_agencies(self, world, given, desk):
        other = Assignment.objects.get(agency=world.agencies["policy"])
        for one, weights in ((given, ("2", "8")), (other, ("๘", "2"))):
            url, page = self.page(desk, one)
            answer = desk.post(url, fields_in(page) | {"weight.4.2": weights[0], "weight.4.3": weights[1]})
            assert answer.status_code == 302, answer.content.decode()
        given.refresh_from_db()
        other.refresh_from_db()
        assert given.tailoring == {"weights": {"4.2": "2", "4.3": "8"}}
        assert other.tailoring == {"weights": {"4.2": "8", "4.3": "2"}}
        assert given.form != other.form
        assert "สิ่งที่แตกต่าง" in self.page(desk, given)[1]

    def test_weights_that_do_not_add_up_are_refused_and_stay_on_the_page(self, world, given, desk):
        url, page = self.page(desk, given)
        answer = desk.post(url, fields_in(page) | {"weight.4.2": "77"})
        assert answer.status_code == 409
        assert 'value="77"' in answer.content.decode()
        assert "100" in answer.content.decode()

    def test_a_number_that_is_none_is_marked(self, world, given, desk):
        url, page = self.page(desk, given)
        answer = desk.post(url, fields_in(page) | {"weight.4.2": "มาก"})
        assert answer.status_code == 409
        assert "“มาก” ไม่ใช่ตัวเลข" in answer.content.decode()
        assert any("4.2: " in str(one) for one in answer.context["refused"])  # on top it says where to look

    def test_own_levels_and_a_component_that_does_not_apply(self, world, given, desk):
        url, page = self.page(desk, given)
        fields = fields_in(page)
        name = next(one for one in fields if one.startswith("at.4.2."))
        answer = desk.post(url, fields | {name: "97", "without.3": "on"})
        given.refresh_from_db()
        assert answer.status_code == 302, answer.content.decode()
        assert given.tailoring["without"] == ["3"]
        assert given.tailoring["levels"]["4.2"]

    def test_people_responsible_are_added_changed_and_removed(self, world, given, desk):
        url = reverse("assignment_owners", args=[given.pk])
        first = {"owners-TOTAL_FORMS": "1", "owners-INITIAL_FORMS": "0", "owners-0-indicator_code": "4.2",
                 "owners-0-duty": "collector", "owners-0-name": "กมล ตัวอย่าง"}  # fmt: skip
        refused = desk.post(url, first | {"owners-0-email": "ไม่ใช่อีเมล"})
        assert refused.status_code == 409
        assert "กมล ตัวอย่าง" in refused.content.decode()
        desk.post(url, first)
        (owner,) = given.owners.all()
        assert (owner.indicator_code, owner.name) == ("4.2", "กมล ตัวอย่าง")
        kept = first | {"owners-INITIAL_FORMS": "1", "owners-0-id": owner.pk, "owners-0-DELETE": "on"}
        desk.post(url, kept)
        assert not given.owners.exists()

    def test_what_moving_would_change_is_shown_first(self, world, given, desk):
        tailor(given, {"weights": {"4.2": "2", "4.3": "8"}}, version=0, actor=world.chawi)
        page = desk.get(reverse("move_form", args=[world.other.pk, given.form_id])).content.decode()
        assert "คะแนนหลังย้าย" in page

    @pytest.mark.parametrize("who", ["arun", "kamon", "cho"])
    def test_for_administrators_only(self, world, given, who):
        browser = Client()
        browser.force_login(getattr(world, who))
        for name, arguments in [("assignments", [world.framework.pk]), ("assignment", [given.pk]),
                                ("move_form", [world.card.pk, world.framework.pk])]:  # fmt: skip
            assert browser.get(reverse(name, args=arguments)).status_code == 404, name
        for name, arguments in [("assign_agencies", [world.framework.pk]), ("unassign_agency", [given.pk]),
                                ("open_scorecards", [world.framework.pk, 12])]:  # fmt: skip
            assert browser.post(reverse(name, args=arguments)).status_code == 404, name


class TestVersionsInTheBrowser:
    def test_a_tailored_agency_moves_to_its_own_form_of_the_new_version(self, db):
        world = make_world("sdo-2562")
        browser = Client()
        browser.force_login(world.chawi)
        assign(world.framework, [world.agencies["ict"]], actor=world.chawi)
        own = {"weights": {"4.2": "2", "4.3": "8"}}
        tailor(Assignment.objects.get(), own, version=0, actor=world.chawi)
        draft = successors.new_version(world.framework, actor=world.chawi)
        resolution = {"number": "มติที่ 2/2562", "date": "2562-03-01", "reason": {"th": "ปรับเกณฑ์"}}
        editing.change(draft, Place(), {"resolution": resolution}, actor=world.chawi)
        second = publish(draft, actor=world.chawi)
        assign(second, [world.agencies["ict"]], actor=world.chawi)
        new = Assignment.objects.get(framework=second)
        tailor(new, own, version=0, reason="มติที่ 2/2562", actor=world.chawi)
        new.refresh_from_db()
        page = browser.get(reverse("assignment", args=[new.pk])).content.decode()
        move = reverse("move_form", args=[world.card.pk, new.form_id])
        assert move in page
        answer = browser.post(move, {"reason": "มติที่ 2/2562"})
        assert answer.url == reverse("assignments", args=[world.framework.pk])  # where the others wait
        world.card.refresh_from_db()
        assert world.card.framework == new.form
        assert open_round(world.framework, world.round, actor=world.chawi).made == 0
        assert open_round(second, world.round, actor=world.chawi).made == 0
        assert Scorecard.objects.filter(agency=world.agencies["ict"]).count() == 1

    def test_all_running_reports_move_at_once_and_what_was_sent_stays(self, db):
        world = make_world()
        browser = Client()
        browser.force_login(world.chawi)
        assign(world.framework, [world.agencies["ict"], world.agencies["policy"]], actor=world.chawi)
        walk(world, ScorecardState.SUBMITTED)
        fill(world, world.other, collector=world.duangjai)
        draft = successors.new_version(world.framework, actor=world.chawi)
        resolution = {"number": "มติที่ 2/2556", "date": "2556-03-01", "reason": {"th": "ปรับเกณฑ์"}}
        editing.change(draft, Place(), {"resolution": resolution}, actor=world.chawi)
        second = publish(draft, actor=world.chawi)
        path = reverse("move_all", args=[world.framework.pk, second.pk])
        assert path in browser.get(reverse("assignments", args=[world.framework.pk])).content.decode()
        browser.post(path, {"reason": " "})
        assert not Scorecard.objects.filter(framework=second).exists()
        browser.post(path, {"reason": "มติที่ 2/2556"})
        assert list(Scorecard.objects.filter(framework=second)) == [world.other]
        assert world.other.entries.first().answers.count() == 5
        assert Assignment.objects.filter(framework=second).get().agency == world.agencies["policy"]
        back = reverse("move_all", args=[second.pk, world.framework.pk])
        assert browser.post(back, {"reason": "กลับ"}).status_code == 404


class TestHistory:
    def test_results_follow_an_indicator_that_was_renumbered_and_tailored(self, db):
        world = make_world()
        walk(world, ScorecardState.PUBLISHED)
        draft = successors.next_year(world.framework, code="moi-ict-2557", actor=world.chawi)
        editing.change(draft, Place(draft.indicators.get(code="4").pk), {"code": "7"}, actor=world.chawi)
        draft.refresh_from_db()
        form = publish(draft, actor=world.chawi)
        assign(form, [world.agencies["ict"]], actor=world.chawi)
        assignment = Assignment.objects.get()
        tailor(assignment, {"targets": {"7": {"th": "ระดับ 5"}}}, version=0, actor=world.chawi)
        assignment.refresh_from_db()
        assert past_results(world.agencies["ict"], assignment.form)["7"][2556] == "3.0000"
        assert 2556 not in past_results(world.agencies["ict"], world.framework).get("4", {})
        assert past_results(world.agencies["policy"], form).get("7", {}).get(2556) is None
