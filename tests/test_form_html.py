"""Widgets made in Python are letter for letter what Django's templates make."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from config.form_html import WRITERS, Renderer

CHOICES = [("yes", _("Yes")), (1, 1234.5), ("ก&", [("x", "X<"), ("y", mark_safe("<i>y</i>"))])]


class Every(forms.Form):
    text = forms.CharField(
        initial="<\"&'ก>",
        widget=forms.TextInput(
            attrs={"class": "x&y", "on": True, "off": False, "n": 5, "safe": mark_safe("<b>")}
        ),
    )
    prose = forms.CharField(widget=forms.Textarea, initial="a\n<b>\n")
    closed = forms.CharField(widget=forms.Textarea, max_length=3, disabled=True)
    hidden = forms.CharField(widget=forms.HiddenInput, initial=7)
    number = forms.IntegerField(initial=0, min_value=0)
    mail = forms.EmailField()
    box = forms.BooleanField(initial=True)
    radio = forms.ChoiceField(widget=forms.RadioSelect, choices=CHOICES, initial="yes")
    boxes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=CHOICES, initial=["yes"])
    choice = forms.ChoiceField(choices=[("", "–"), *CHOICES], initial=1)
    file = forms.FileField()


SENT = {"text": "</x>", "prose": "", "radio": "1", "choice": "y", "number": "๑,๐๐๐", "boxes": ["x", "yes"]}


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("data", [None, {}, SENT], ids=["fresh", "empty", "sent"])
def test_every_widget_is_as_its_template_makes_it(language, data):
    with translation.override(language):
        ours, theirs = (Every(data, renderer=renderer()) for renderer in (Renderer, TemplatesSetting))
        for name in ours.fields:
            assert str(ours[name]) == str(theirs[name])
        for name in ("radio", "boxes"):
            assert [one.tag() for one in ours[name]] == [one.tag() for one in theirs[name]]


def test_every_writer_stands_for_a_template_of_djangos():
    for template in WRITERS:
        assert TemplatesSetting().get_template(template)
