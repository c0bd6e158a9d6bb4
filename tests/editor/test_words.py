"""A field's value beside another's is told in words, not as the file has it."""

from django.utils.translation import override

from indicators.editor_pages import in_words


def test_a_flag_and_the_fields_of_a_group_are_told_in_words():
    with override("en"):
        assert in_words(True) == "yes"
        assert in_words(["department", "public_organisation"]) == "Department; Public organisation"
        assert in_words([{"key": "a", "optional": False}]) == "Key a, May be absent (if any) no"
