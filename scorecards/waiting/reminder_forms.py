"""The form of a person's reminders."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from scorecards.models import Occasion


class ReminderForm(forms.Form):
    """The occasions on which a mail is wanted, and its language."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me an e-mail"),
        choices=Occasion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=_("Language of the mails"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data=None, *, choice):
        wanted = [occasion for occasion in Occasion.values if occasion not in choice.unwanted]
        super().__init__(data, label_suffix="", initial={"wanted": wanted, "language": choice.language})
