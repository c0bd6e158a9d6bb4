"""The small forms around an indicator: a comment, parts, delegation, more time."""

from collections import Counter

from django import forms
from django.utils.translation import gettext_lazy as _

from scorecards.answering.comments import LONGEST
from scorecards.answering.forms import ProseField
from scorecards.answering.parts import collectors_of
from scorecards.delegation import name_of, roles_held
from scorecards.models import Delegation, Membership
from scorecards.presenting.date_fields import DayField, end_of, start_of
from scorecards.presenting.quick_select import QuickSelect
from scorecards.states import AGENCY_ROLES, Role

MOST_CHOICES = 1_000  # criteria by people; beyond it a page would be megabytes of the same names


class CommentForm(forms.Form):
    """What somebody says on a criterion."""

    text = ProseField(label=_("Comment"), rows=1)

    def clean_text(self):
        """Too long a comment is refused by the verb; what no comment can hold (NUL) by the field."""
        return self.cleaned_data["text"][: LONGEST + 1]


class PartsForm(forms.Form):
    """Who answers which criterion: a choice of `part.<criterion>` for each. Where that would be very many choices, each
    is typed and suggested from one list of names instead (`is_typed`)."""

    def __init__(self, data=None, *, entry, criteria, parts=None):
        super().__init__(data, label_suffix="")
        people = collectors_of(entry.scorecard.agency)
        self.is_typed = len(people) * len(criteria) > MOST_CHOICES
        self.people = named_apart(people) if self.is_typed else {str(one.pk): one for one in people}
        value_of = {person.pk: value for value, person in self.people.items()}
        held = {
            part.criterion_key: part.collector_id for part in (entry.parts.all() if parts is None else parts)
        }
        choices = [("", _("everybody"))]
        choices += [(value, value if self.is_typed else name_of(one)) for value, one in self.people.items()]
        for key, title in criteria:
            self.fields[f"part.{key}"] = forms.ChoiceField(
                label=title,
                choices=choices,
                required=False,
                initial=value_of.get(held.get(key), ""),
                widget=self._widget(),
            )

    def _widget(self):
        if not self.is_typed:
            return QuickSelect(attrs={"class": "form-select"})
        suggested = {"list": "collectors", "placeholder": _("everybody"), "autocomplete": "off"}
        return forms.TextInput(attrs={"class": "form-control", **suggested})

    def parts(self) -> dict:
        """{criterion key: person}"""
        said = {name.removeprefix("part."): value for name, value in self.cleaned_data.items() if value}
        return {key: self.people[value] for key, value in said.items()}


def named_apart(people) -> dict:
    """{name: person}; those of the same name with their user names."""
    counted = Counter(name_of(one) for one in people)
    return {
        name_of(one) if counted[name_of(one)] == 1 else f"{name_of(one)} ({one.get_username()})": one
        for one in people
    }


class DelegationForm(forms.Form):
    """Who is away from when to when, in which role, and who acts."""

    away = forms.ChoiceField(
        label=_("Who is away, in which role"), widget=forms.Select(attrs={"class": "form-select"})
    )
    deputy = forms.ChoiceField(label=_("Who acts"), widget=QuickSelect(attrs={"class": "form-select"}))
    first_day = DayField(label=_("First day"), required=True)
    last_day = DayField(label=_("Last day"), required=True)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.TextInput(attrs={"class": "form-control"})
    )

    def __init__(self, data=None, *, user):
        super().__init__(data, label_suffix="")
        self.members = members_for(user)
        led = {one.agency_id for one in self.members if one.user_id == user.pk and one.role == Role.HEAD}
        away = [one for one in self.members if one.user_id == user.pk or one.agency_id in led]
        self.fields["away"].choices = [(str(one.pk), _label(one)) for one in away]
        people = {
            str(one.user_id): name_of(one.user) for one in self.members if led or one.user_id != user.pk
        }
        # Nobody yet: the list of the head begins with the one who stands first in the list of those away, too.
        self.fields["deputy"].choices = [("", "–"), *people.items()]

    def delegation(self) -> Delegation:
        """What was typed, unsaved."""
        said = self.cleaned_data
        away = next(one for one in self.members if str(one.pk) == said["away"])
        return Delegation(
            agency=away.agency,
            role=away.role,
            giver=away.user,
            deputy_id=int(said["deputy"]),
            reason=said["reason"],
            starts_at=start_of(said["first_day"]),
            ends_at=end_of(said["last_day"]),
        )


def members_for(user) -> list[Membership]:
    """The people in the agencies where this person has a role of the agency's side."""
    agencies = {agency for agency, role in roles_held(user) if role in AGENCY_ROLES}
    rows = Membership.objects.filter(agency__in=agencies, role__in=AGENCY_ROLES, user__is_active=True)
    return list(rows.select_related("user", "agency").order_by("user__first_name", "role"))


def _label(member) -> str:
    return f"{name_of(member.user)} · {member.get_role_display()}"


class ExtensionForm(forms.Form):
    """Until when, and why."""

    until = DayField(label=_("New last day"), required=True)
    reason = ProseField(label=_("Reason"), rows=1)


class NotGrantedForm(forms.Form):
    """Why more time is not granted."""

    answer = ProseField(label=_("Why more time is not granted"), rows=1)
