"""Forms about people: an invitation, a member, joining."""

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from indicators.readable_text import plain_text
from scorecards.delegation import name_of
from scorecards.models import Agency
from scorecards.people.account_details import FIELDS
from scorecards.people.leaving import successors_of
from scorecards.states import AGENCY_ROLES, Role


def _text(label, **options):
    widget = options.pop("widget", None) or forms.TextInput()
    widget.attrs |= {"class": "form-control"} | options.pop("attrs", {})
    return forms.CharField(label=label, widget=widget, **options)


def _choice(label, choices=(), **options):
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, widget=widget, **options)


def _email(**options):
    longest = User._meta.get_field("email").max_length  # an invitation's is no shorter
    widget = forms.EmailInput(attrs={"class": "form-control"})
    return forms.EmailField(label=_("E-mail"), max_length=longest, widget=widget, **options)


def roles_at(agency) -> list[tuple[str, str]]:
    """The roles that exist at an agency."""
    is_central = agency.kind == Agency.Kind.CENTRAL
    return [(role.value, role.label) for role in Role if (role in AGENCY_ROLES) != is_central]


class InvitationForm(forms.Form):
    """Whom to invite, in which role."""

    email = _email()
    role = _choice(_("Role"))

    def __init__(self, data=None, *, agency):
        # The assessing office begins with its administrator; nobody else goes on from there.
        alone = agency.kind == Agency.Kind.CENTRAL and not agency.memberships.exists()
        super().__init__(data, initial={"role": Role.ADMINISTRATOR} if alone else None, label_suffix="")
        self.fields["role"].choices = roles_at(agency)


class MemberForm(forms.Form):
    """What becomes of a member, and why."""

    role = _choice(_("New role"), required=False)
    successor = _choice(_("Who takes over the open work"), required=False)
    reason = _text(_("Reason"), max_length=300, required=False)

    def __init__(self, data=None, *, membership):
        super().__init__(data, label_suffix="")
        roles = [one for one in roles_at(membership.agency) if one[0] != membership.role]
        self.people = {str(one.pk): one for one in successors_of(membership)}
        self.fields["role"].choices = [
            ("", "–"),
            *roles,
        ]  # the Enter key in the reason must not change a role
        self.fields["successor"].choices = [
            ("", _("nobody in particular")),
            *((key, name_of(one)) for key, one in self.people.items()),
        ]

    def chosen_successor(self):
        """The person chosen, or None."""
        return self.people.get(self.cleaned_data["successor"])


class PersonForm(forms.Form):
    """What somebody is called and where their mails go, and why it is corrected."""

    first_name = _text(_("First name"), max_length=150)
    last_name = _text(_("Family name"), max_length=150, required=False)
    email = _email(required=False)
    reason = _text(_("Reason"), max_length=300, required=False)

    def __init__(self, data=None, *, person):
        super().__init__(data, label_suffix="", initial={name: getattr(person, name) for name in FIELDS})

    def clean(self):
        return {name: plain_text(one) for name, one in super().clean().items()}

    def details(self) -> dict:
        """What was typed of the account."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class JoiningForm(forms.Form):
    """A new account: name and password; for an account that was closed the password only."""

    username = _text(_("User name"), max_length=150, attrs={"autocomplete": "username"})
    first_name = _text(_("First name"), max_length=150, attrs={"autocomplete": "given-name"})
    last_name = _text(_("Family name"), max_length=150, attrs={"autocomplete": "family-name"})
    password = _text(
        _("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    again = _text(
        _("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data=None, *, person, email):
        super().__init__(data, label_suffix="")
        self.person = person or User(email=email)
        if person is not None:
            for name in ("username", "first_name", "last_name"):
                del self.fields[name]

    def clean_username(self):
        """A name that nobody has, however it is written; the model's own rule says which letters it may have."""
        name = User.normalize_username(self.cleaned_data["username"])
        User._meta.get_field("username").run_validators(name)
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("Somebody has this user name already: choose another."))
        return name

    def clean(self):
        said = super().clean()
        for name in ("username", "first_name", "last_name"):
            if name in said:
                setattr(self.person, name, said[name])
        if said.get("password") and said.get("again") and said["password"] != said["again"]:
            self.add_error("again", _("The two passwords differ."))
        if said.get("password"):
            try:
                validate_password(said["password"], self.person)
            except forms.ValidationError as refused:
                self.add_error("password", refused)
        return said

    def account(self) -> User:
        """The person with the password typed, unsaved."""
        self.person.set_password(self.cleaned_data["password"])
        return self.person
