"""What the editor and the entry page say in words: the values of fields, the lines of a derivation."""

from django.utils.translation import override

from indicators.editor_pages import in_words
from indicators.explaining import explain


def test_a_flag_and_the_fields_of_a_group_are_told_in_words():
    with override("en"):
        assert in_words(True) == "yes"
        assert in_words(["department", "public_organisation"]) == "Department; Public organisation"
        assert in_words([{"key": "a", "optional": False}]) == "Key a, May be absent (if any) no"


def test_what_is_still_to_answer_is_named_for_the_first_ten_and_counted():
    def said(code):
        children = [{"key": f"c{number}", "title": f"ข้อ {number}"} for number in range(1, 201)]
        keys = ", ".join(child["key"] for child in children)
        reasons = [{"code": code, "facts": {"keys": keys}}]
        node = {"children": children, "reasons": reasons, "score_shown": "", "so_far_shown": ""}
        return explain(node)[0]

    assert said("parts_missing").endswith("ข้อ 9, ข้อ 10, อีก 190 ข้อ")
    assert said("na_children_fixed").endswith("ข้อ 199, ข้อ 200")
