"""The editor's pages: what they say and offer around the form of a part."""

import re

from django.urls import reverse

from indicators import editing
from indicators.editing import Place
from indicators.editor_pages import part_form, place_url
from tests.editor.forms import posted


def undone(page: str) -> str:
    """What the button says that it takes back."""
    return re.search(r'<small id="undone"[^>]*>(.*?)</small>', page)[1]


def test_a_long_part_begins_with_links_to_its_sections_and_to_the_trial(draft, fourteen, desk):
    page = desk.get(place_url(draft, fourteen)).content.decode()
    contents = re.search(r'<nav class="contents".*?</nav>', page, re.S)[0]
    leads = re.findall(r'href="#([^"]+)"', contents)
    assert len(leads) == 3
    assert leads[-1] == "try"
    assert all(page.count(f'id="{one}"') == 1 for one in leads)


class TestUndo:
    def test_the_button_names_what_it_takes_back(self, draft, fourteen, people, desk):
        url = place_url(draft, fourteen)
        assert undone(desk.get(url).content.decode()) == ""
        editing.change(draft, fourteen, {"weight": "5"}, actor=people.chawi)
        assert undone(desk.get(url).content.decode()).startswith("แก้ไข 14 ")
        desk.post(reverse("undo_edit", args=[draft.pk]))
        assert undone(desk.get(url).content.decode()) == ""

    def test_saving_on_the_way_names_the_change_just_saved(self, draft, fourteen, people, desk):
        editing.add(draft, Place(), "component", actor=people.chawi)
        data = posted(part_form(draft, fourteen)) | {"weight": "5"}
        answer = desk.post(place_url(draft, fourteen), data, headers={"HX-Request": "true"}).content.decode()
        assert undone(answer).startswith("แก้ไข 14 ")
        assert 'id="undone" hx-swap-oob="true"' in answer
