"""Markup that is drawn once and filled in many times is what its template makes of the same values."""

from uuid import uuid4

from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from scorecards.patterns import filled

DROP = "evidence/_drop.html"


def values(**given):
    names = ("begin", "upload", "more", "criterion_key", "accept")
    found = {name: f"<{name}>&\"ก'" for name in names}
    return found | {"request_key": uuid4(), "said": mark_safe("<p>ห้อง</p>")} | given


def test_it_is_what_the_template_makes_in_both_languages():
    for language in ("th", "en", "th"):
        with translation.override(language):
            given = values()
            assert filled(DROP, **given) == render_to_string(DROP, given)


def test_each_filling_stands_for_itself():
    first, second = (filled(DROP, **values(criterion_key=key)) for key in ("k1", "k2"))
    assert "k1" in first
    assert "k1" not in second
    assert "k2" in second


def test_a_field_that_a_form_does_not_have_is_no_fault():
    assert (
        Template("{% load scorecard_tags %}{% labelled fields.note %}").render(Context({"fields": {}})) == ""
    )
