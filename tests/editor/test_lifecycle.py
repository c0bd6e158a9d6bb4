"""How a form begins, goes on and is published, in the browser of an administrator; what others see of it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators import editing, successors
from indicators.documents import read_framework_file, write_document
from indicators.editing import Place
from indicators.editor_pages import editor_page, part_form, place_url
from indicators.models import Framework
from indicators.publishing import export_framework, load_framework, publish
from indicators.refusals import Refused
from tests.editor.forms import posted
from tests.shipped import document_hash, framework_codes


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def published(draft, people):
    return publish(draft, actor=people.chawi)


class TestWho:
    @pytest.mark.parametrize("who", ["arun", "cho"])
    def test_a_draft_is_there_for_administrators_only(self, draft, fourteen, people, who):
        browser = Client()
        browser.force_login(getattr(people, who))
        for path in (place_url(draft, Place()), place_url(draft, fourteen), reverse("framework", args=[draft.pk]),
                     reverse("framework_file", args=[draft.pk]), reverse("framework_workbook", args=[draft.pk]),
                     reverse("framework_differences", args=[draft.pk, draft.pk])):  # fmt: skip
            assert browser.get(path).status_code == 404, path
        for name, arguments in [("edit_part", []), ("undo_edit", []), ("publish_framework", []), ("try_part", []),
                                ("begin_version", []), ("begin_next_year", []), ("discard_framework", []),
                                ("edit_tree", ["remove"]), ("settle_example", [0, "drop"])]:  # fmt: skip
            assert browser.post(reverse(name, args=[draft.pk, *arguments])).status_code == 404, name
        for name in ("begin_framework", "upload_framework"):
            assert browser.post(reverse(name)).status_code == 404, name
        assert draft.code not in text(browser.get(reverse("frameworks")))

    def test_the_administrator_finds_it_in_the_list(self, draft, desk):
        assert "ict-2550" in text(desk.get(reverse("frameworks")))
        assert desk.get(reverse("framework", args=[draft.pk])).url == reverse("edit_part", args=[draft.pk])


class TestEditingInTheBrowser:
    def test_saving_without_javascript(self, draft, fourteen, desk):
        data = posted(editor_page(draft, fourteen)["form"])
        data["weight"] = "๕"
        assert desk.post(place_url(draft, fourteen), data).status_code == 302
        assert draft.indicators.get(pk=fourteen.row).card["weight"] == "5"

    def test_both_values_are_shown_when_a_colleague_was_first(self, draft, fourteen, people, desk):
        data = posted(editor_page(draft, fourteen)["form"])
        editing.change(draft, fourteen, {"weight": "7"}, actor=people.chat)
        data["weight"] = "6"
        answer = desk.post(place_url(draft, fourteen), data)
        assert answer.status_code == 409
        assert "ผู้อื่นเขียนว่า: <b>7</b>" in text(answer)
        assert 'value="6"' in text(answer)
        again = posted(editor_page(draft, fourteen)["form"])
        again["weight"] = "6"
        kept = desk.post(place_url(draft, fourteen), again | {"take.weight": "on"})
        assert kept.status_code == 302
        assert draft.indicators.get(pk=fourteen.row).card["weight"] == "7"
        assert desk.post(place_url(draft, fourteen), again).status_code == 302
        assert draft.indicators.get(pk=fourteen.row).card["weight"] == "6"

    def test_a_new_key_leads_to_its_new_address(self, draft, fourteen, desk):
        plan = Place(fourteen.row, "plan")
        data = posted(editor_page(draft, plan)["form"])
        data["key"] = "action-plan"
        assert desk.post(place_url(draft, plan), data).url.endswith("/action-plan/")
        assert desk.get(place_url(draft, plan)).url == reverse("edit_part", args=[draft.pk])

    def test_a_code_that_is_taken_is_refused_and_what_was_typed_stays(self, draft, fourteen, desk):
        plan = Place(fourteen.row, "plan")
        data = posted(editor_page(draft, plan)["form"])
        data["key"], data["points"] = "review", "8"
        answer = desk.post(place_url(draft, plan), data)
        assert answer.status_code == 409
        assert "มีรหัส “review” อยู่แล้ว" in text(answer)

    def test_the_tree_by_buttons(self, draft, fourteen, desk):
        here = {"row": fourteen.row, "key": "quality"}
        added = desk.post(reverse("edit_tree", args=[draft.pk, "add"]), here | {"kind": "check"})
        assert added.url.endswith("/check/")
        desk.post(
            reverse("edit_tree", args=[draft.pk, "move"]),
            {"row": fourteen.row, "key": "check", "direction": "up"},
        )
        new = {"row": fourteen.row, "key": "check"}
        under = {"under_row": fourteen.row, "under_key": "plan"}
        desk.post(reverse("edit_tree", args=[draft.pk, "drop"]), new | under)
        plan = editing.find_row(draft, fourteen).rubric["children"][1]
        assert plan["children"][-1]["key"] == "check"
        desk.post(reverse("edit_tree", args=[draft.pk, "remove"]), {"row": fourteen.row, "key": "plan"})
        desk.post(reverse("undo_edit", args=[draft.pk]))
        assert editing.find_row(draft, fourteen).rubric["children"][1] == plan

    def test_a_pasted_list_becomes_criteria_by_one_edit(self, draft, fourteen, desk):
        before = editing.find_row(draft, fourteen).rubric
        here = {"row": fourteen.row, "key": "quality"}
        pasted = {"kind": "check", "titles": "1. มีคำสั่ง\r\n\r\n 2. มีแผน \r\n3. มีรายงาน"}
        answer = desk.post(reverse("edit_tree", args=[draft.pk, "add"]), here | pasted)
        assert answer.url == place_url(draft, Place(fourteen.row, "quality"))
        added = editing.find_row(draft, fourteen).rubric["children"][-3:]
        assert [one["title"]["th"] for one in added] == ["1. มีคำสั่ง", "2. มีแผน", "3. มีรายงาน"]
        desk.post(reverse("undo_edit", args=[draft.pk]), here)
        assert editing.find_row(draft, fourteen).rubric == before

    def test_a_pasted_list_becomes_components_by_one_edit(self, draft, desk):
        before = list(draft.indicators.values_list("pk", flat=True))
        desk.post(
            reverse("edit_tree", args=[draft.pk, "add"]), {"kind": "component", "titles": "มิติที่ 1\nมิติที่ 2"}
        )
        assert list(draft.indicators.values_list("name_th", flat=True))[-2:] == ["มิติที่ 1", "มิติที่ 2"]
        desk.post(reverse("undo_edit", args=[draft.pk]))
        assert list(draft.indicators.values_list("pk", flat=True)) == before

    def test_a_kind_that_does_not_exist_is_refused(self, draft, fourteen, desk):
        here = {"row": fourteen.row, "key": "quality", "kind": "made-up"}
        assert desk.post(reverse("edit_tree", args=[draft.pk, "add"]), here).status_code == 302

    def test_undo_stays_at_the_part_that_is_open(self, draft, fourteen, people, desk):
        editing.change(draft, fourteen, {"weight": "7"}, actor=people.chawi)
        undo, here = reverse("undo_edit", args=[draft.pk]), {"row": fourteen.row, "key": "review"}
        assert desk.post(undo, here).url == place_url(draft, Place(fourteen.row, "review"))
        added = editing.add(draft, Place(fourteen.row, "quality"), "check", actor=people.chawi)
        gone = desk.post(undo, {"row": added.row, "key": added.key})
        assert gone.url == place_url(draft, Place())

    def test_what_is_refused_is_said_and_leads_back(self, draft, fourteen, desk):
        answer = desk.post(
            reverse("edit_tree", args=[draft.pk, "add"]),
            {"row": fourteen.row, "kind": "indicator"},
            follow=True,
        )
        assert "มีเกณฑ์การให้คะแนนของตัวเอง" in text(answer)


class TestFiles:
    @pytest.mark.parametrize("code", framework_codes())
    def test_a_file_goes_through_the_editor_unchanged(self, people, desk, code):
        source = read_framework_file(code)
        upload = SimpleUploadedFile("แบบประเมิน.yaml", write_document(source).encode())
        desk.post(reverse("upload_framework"), {"file": upload})
        draft = Framework.objects.get(code=code)
        assert document_hash(export_framework(draft)) == document_hash(source)
        file = desk.get(reverse("framework_file", args=[draft.pk]))
        again = SimpleUploadedFile("again.yaml", file.content)
        desk.post(reverse("upload_framework"), {"file": again})
        assert document_hash(export_framework(draft)) == document_hash(source)
        assert not draft.edits.exists()  # the same file twice changes nothing

    def test_another_file_for_a_draft_can_be_taken_back(self, draft, people, desk):
        before = document_hash(export_framework(draft))
        document = read_framework_file("ict-2550")
        del document["components"][0]["indicators"][0]["rubric"]["children"][0]
        document["name"] = {"th": "แบบจากไฟล์"}
        load_framework(document, actor=people.chat)
        assert draft.edits.get().action == "import"
        desk.post(reverse("undo_edit", args=[draft.pk]))
        draft.refresh_from_db()
        assert document_hash(export_framework(draft)) == before

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"\xff\xfe", "UTF-8"),
            (b"a: [", "YAML"),
            (b"hello", "format"),
            (b"format: kpi-framework/1\n", "code"),
        ],
    )
    def test_a_broken_file_is_refused_whole(self, people, desk, content, said):
        answer = desk.post(reverse("upload_framework"), {"file": SimpleUploadedFile("x.yaml", content)})
        assert answer.status_code == 409
        assert said in text(answer)
        assert not Framework.objects.exists()

    @pytest.mark.parametrize("of", ["framework", "indicator"])
    def test_a_name_that_no_column_holds_is_refused_in_words(self, people, desk, of):
        document = read_framework_file("ict-2550")
        part = document if of == "framework" else document["components"][0]["indicators"][0]
        part["name"] = {"th": "ก" * 1001}
        file = SimpleUploadedFile("x.yaml", write_document(document).encode())
        answer = desk.post(reverse("upload_framework"), {"file": file})
        assert answer.status_code == 409
        assert "1001" in text(answer)
        assert not Framework.objects.exists()

    def test_a_name_that_no_column_holds_stays_on_the_page_of_the_part(self, draft, fourteen, desk):
        data = posted(editor_page(draft, fourteen)["form"])
        data["name.th"] = "ก" * 1001
        answer = desk.post(place_url(draft, fourteen), data)
        assert answer.status_code == 409
        assert "ก" * 1001 in text(answer)

    def test_no_file_at_all(self, people, desk):
        assert "โปรดเลือกไฟล์ก่อน" in text(desk.post(reverse("upload_framework")))


class TestGoingOn:
    def test_an_empty_form(self, people, desk):
        answer = desk.post(reverse("begin_framework"), {"code": "new-2570", "year": "2570", "name": "แบบใหม่"})
        assert answer.status_code == 302
        assert "ประกาศใช้ไม่ได้" in text(desk.get(answer.url))

    @pytest.mark.parametrize(
        "said", [{"code": "ก", "year": "2570", "name": "x"}, {"code": "a", "year": "2027", "name": "x"}, {}]
    )
    def test_an_empty_form_with_a_bad_code_or_year_says_so(self, people, desk, said):
        answer = desk.post(reverse("begin_framework"), said | {"name": "แบบ"})
        assert answer.status_code == 409
        assert "error" in text(answer)

    def test_publishing_with_problems_names_them(self, draft, fourteen, people, desk):
        editing.change(draft, fourteen, {"name": None}, actor=people.chawi)
        answer = desk.post(reverse("publish_framework", args=[draft.pk]), follow=True)
        assert "ยังไม่ได้ประกาศใช้" in text(answer)
        draft.refresh_from_db()
        assert draft.is_draft

    def test_before_publishing_a_page_says_what_it_means_and_what_is_missing(
        self, draft, fourteen, people, desk
    ):
        path = reverse("publish_framework", args=[draft.pk])
        assert path in text(desk.get(place_url(draft, Place())))
        assert " disabled>" not in text(desk.get(path))
        draft.refresh_from_db()
        assert draft.is_draft  # looking publishes nothing
        editing.change(draft, fourteen, {"name": None}, actor=people.chawi)
        page = text(desk.get(path))
        assert " disabled>" in page
        assert f"{place_url(draft, fourteen)}#part-name" in page

    def test_publishing_freezes(self, draft, people, desk):
        answer = desk.post(reverse("publish_framework", args=[draft.pk]), follow=True)
        draft.refresh_from_db()
        assert draft.published_by == people.chawi
        assert draft.content_hash[:12] in text(answer)
        assert desk.get(place_url(draft, Place())).status_code == 404

    def test_next_year_from_this_year_once(self, published, people, desk):
        first = desk.post(reverse("begin_next_year", args=[published.pk]), {"code": "ict-2551"})
        again = desk.post(reverse("begin_next_year", args=[published.pk]), {"code": "ict-2551"})
        assert first.url == again.url
        draft = Framework.objects.get(code="ict-2551")
        assert (draft.year.year, draft.based_on, draft.version) == (2551, published, 1)
        assert draft.head["continues"] == {"code": "ict-2550", "version": 1}
        assert "สิ่งที่แตกต่าง" in text(desk.get(first.url))

    def test_next_years_name_says_next_year(self, published, people):
        draft = successors.next_year(published, code="ict-2551", actor=people.chawi)
        assert "2550" in published.name_th
        assert draft.name_th == published.name_th.replace("2550", "2551")
        assert successors.following("ปีงบประมาณ พ.ศ. ๒๕๕๖", 2556) == "ปีงบประมาณ พ.ศ. ๒๕๕๗"

    def test_a_renamed_indicator_keeps_its_thread(self, published, people):
        draft = successors.next_year(published, code="ict-2551", actor=people.chawi)
        place = Place(draft.indicators.get(code="14").pk)
        editing.change(draft, place, {"code": "12"}, actor=people.chawi)
        draft.refresh_from_db()
        assert draft.head["continues"]["codes"] == [{"new": "12", "old": "14"}]
        editing.change(draft, place, {"code": "9"}, actor=people.chawi)
        draft.refresh_from_db()
        assert draft.head["continues"]["codes"] == [{"new": "9", "old": "14"}]

    def test_a_version_in_mid_year_needs_its_resolution(self, published, people, desk):
        draft = successors.new_version(published, actor=people.chawi)
        assert successors.new_version(published, actor=people.chawi) == draft
        assert (draft.code, draft.version) == ("ict-2550", 2)
        with pytest.raises(Refused, match="มติ"):
            publish(draft, actor=people.chawi)
        resolution = {"number": "นร 1200/ว 5", "date": "2550-04-01", "reason": {"th": "เปลี่ยนเกณฑ์"}}
        editing.change(draft, Place(), {"resolution": resolution}, actor=people.chawi)
        assert not publish(draft, actor=people.chawi).is_draft
        published.refresh_from_db()
        assert published.content_hash != Framework.objects.get(pk=draft.pk).content_hash

    def test_discarding_takes_drafts_only(self, draft, people, desk):
        other = successors.begin("scrap", 2570, "ทิ้ง", actor=people.chawi)
        assert reverse("discard_framework", args=[other.pk]) in text(desk.get(place_url(other, Place())))
        desk.post(reverse("discard_framework", args=[other.pk]))
        publish(draft, actor=people.chawi)
        desk.post(reverse("discard_framework", args=[draft.pk]))
        assert list(Framework.objects.values_list("code", flat=True)) == ["ict-2550"]


class TestDifferences:
    def test_what_was_added_removed_and_changed_stands_side_by_side(self, published, people, desk):
        draft = successors.next_year(published, code="ict-2551", actor=people.chawi)
        row = draft.indicators.get(code="14").pk
        editing.change(draft, Place(row), {"weight": "6", "code": "12"}, actor=people.chawi)
        editing.change(draft, Place(row, "progress"), {"floor": "0"}, actor=people.chawi)
        editing.remove(draft, Place(row, "plan"), actor=people.chawi)
        editing.add(draft, Place(row, "quality"), "check", actor=people.chawi)
        page = text(desk.get(reverse("framework_differences", args=[draft.pk, published.pk])))
        for expected in ("น้ำหนัก", "12 › progress", "+ เพิ่ม", "− ถอดออก"):
            assert expected in page, expected
        sides = re.findall(r'<td class="before[^>]*>(.*?)</td>\s*<td class="after[^>]*>(.*?)</td>', page)
        assert {("4", "6"), ("14", "12")} <= {*sides}

    def test_the_form_itself_is_named_in_words(self, published, people, desk):
        draft = successors.next_year(published, code="ict-2551", actor=people.chawi)
        editing.change(draft, Place(), {"resolution": "ครั้งที่ 2/2556"}, actor=people.chawi)
        page = text(desk.get(reverse("framework_differences", args=[draft.pk, published.pk])))
        assert '<span class="soft">แบบประเมิน</span>' in page

    def test_an_assumption_names_its_place_in_words_and_one_that_stays_is_no_difference(
        self, published, people, desk
    ):
        draft = successors.next_year(published, code="ict-2551", actor=people.chawi)
        said = published.head["assumptions"]
        more = [
            {"place": "14/progress", "text": {"th": "ใช้ค่าของปีก่อน"}, "confirmed": {"th": "มติ อ.ก.พ.ร."}},
            {"place": "bands", "text": {"th": "ใช้ห้าช่วง"}},
        ]
        editing.change(draft, Place(), {"assumptions": [*said[1:], *more]}, actor=people.chawi)
        page = text(desk.get(reverse("framework_differences", args=[draft.pk, published.pk])))
        progress = next(
            one for one in published.indicators.get(code="14").rubric["children"] if one["key"] == "progress"
        )
        after = page.partition("ใช้ค่าของปีก่อน")
        after = (after[0].rpartition(">")[2] + "".join(after[1:])).partition("</td>")[0].split("<br>")
        assert after[0] == f"• 14 › {progress['title']['th']}: ใช้ค่าของปีก่อน (มติ อ.ก.พ.ร.)"
        assert after[1] == "• ช่วงผลการประเมิน: ใช้ห้าช่วง"
        assert len(after) == 2
        assert "14/" not in page

    def test_nothing_different_says_so(self, published, people, desk):
        draft = successors.new_version(published, actor=people.chawi)
        assert "ไม่มีสิ่งใดต่างกัน" in text(
            desk.get(reverse("framework_differences", args=[draft.pk, published.pk]))
        )


class TestLargeForms:
    """Queries do not grow with the size of a form; only the way to the open part is unfolded."""

    @pytest.fixture
    def large(self, people):
        document = read_framework_file("sdo-2562")
        one = document["components"][3]["indicators"][1]
        document["components"][3]["indicators"] += [one | {"code": f"4.{number}"} for number in range(5, 205)]
        return load_framework(document)

    @pytest.fixture
    def small(self, people):
        return load_framework(read_framework_file("ict-2550"))

    def test_opening_and_saving_take_the_same_queries(self, small, large, desk):
        counts = []
        for draft in (small, large):
            place = Place(draft.indicators.filter(rubric__isnull=False).first().pk)
            desk.get(place_url(draft, place))
            with CaptureQueriesContext(connection) as opening:
                desk.get(place_url(draft, place))
            data = posted(part_form(draft, place)) | {"weight": "9"}
            with CaptureQueriesContext(connection) as saving:
                desk.post(place_url(draft, place), data, headers={"hx-request": "true"})
            counts.append((len(opening), len(saving)))
        assert counts[0] == counts[1]

    def test_only_the_way_to_the_open_part_is_unfolded(self, large, desk):
        def tree(place):
            return text(desk.get(place_url(large, place))).partition('id="tree"')[2].partition("</nav>")[0]

        assert "<b>4.150</b>" not in tree(Place())
        assert "<b>4.150</b>" in tree(Place(large.indicators.get(code="4.150").pk))
