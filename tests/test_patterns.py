"""Markup that is drawn once and filled in many times is what its template makes of the same values."""

from uuid import uuid4

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from indicators.models import Framework
from scorecards.presenting.patterns import filled, filled_area
from scorecards.templatetags.rubric_tags import choice, hidden, segments
from scorecards.templatetags.scorecard_tags import score

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


def test_what_follows_from_a_name_is_drawn_once_for_each_name():
    def comments(key, is_open):
        return filled(
            "scorecards/_comments.html",
            once=(is_open,),
            facts=lambda: {"is_open": is_open},
            key=key,
            csrf_token="t",
        )

    for key, is_open in (("k1", True), ("k2", False), ("k3", True)):
        assert comments(key, is_open) == render_to_string(
            "scorecards/_comments.html", {"key": key, "is_open": is_open, "csrf_token": "t"}
        )


class Answers(forms.Form):
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 1}), required=False, max_length=9)
    closed = forms.CharField(widget=forms.Textarea, disabled=True)
    line = forms.CharField()
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    value = forms.ChoiceField(choices=[("yes", "มี"), ("no", "<ไม่มี>")], widget=forms.RadioSelect)


TEXTS = ["", None, "a\n<b>&\"'ก", "ยาวเกินเก้าตัวอักษร", 'value"', "yes", "no"]


@pytest.mark.parametrize("is_bound", [False, True])
def test_fields_are_letter_for_letter_as_django_writes_them(is_bound):
    for text in [*TEXTS, *TEXTS]:
        said = dict.fromkeys(Answers.base_fields, text)
        form = Answers(said) if is_bound else Answers(initial=said)
        for name in ("note", "closed", "line"):
            assert filled_area(form[name]) == str(form[name])
        assert hidden(form["seen"]) == str(form["seen"])
        assert choice(form["value"]).strip() == str(form["value"])
        radios = (f"<label>{one.tag()}<span>{one.choice_label}</span></label>" for one in form["value"])
        assert segments(form["value"]) == "".join(radios).replace("<ไม่มี>", "&lt;ไม่มี&gt;")


def form_with_band(name, *, content_hash=""):
    bands = [{"from": "0", "name": {"th": name, "en": ""}, "color": 3}]
    return Framework(head={"bands": bands}, content_hash=content_hash)


NODE = {"score_shown": "3.0000", "score": "3", "minimum": "1", "maximum": "5"}


def test_a_score_is_drawn_anew_where_the_bands_of_a_draft_changed_or_the_form_is_another():
    assert "ดี" in score(NODE, form_with_band("ดี"))
    assert "พอใช้" in score(NODE, form_with_band("พอใช้"))
    assert "ดี" in score(NODE, form_with_band("ดี", content_hash="a" * 64))
    assert "พอใช้" in score(NODE, form_with_band("พอใช้", content_hash="b" * 64))


def test_a_score_kept_is_drawn_anew_for_another_figure_or_size():
    form = form_with_band("ดี", content_hash="c" * 64)
    first, large = score(NODE, form), score(NODE, form, large=True)
    other = score(NODE | {"score_shown": "4.0000", "score": "4"}, form)
    assert len({first, large, other}) == 3
    assert score(NODE, form) == first
