"""The forms of allauth where ours differ."""

from allauth.account.fields import EmailField
from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from scorecards.accounts import new_passwords
from scorecards.accounts.signing_in import KEPT, interrupt, kept_fields
from scorecards.models import PasswordRequest


class SignInForm(LoginForm):
    """allauth's, whose first field is called "username" as password managers know it; what was kept through the page is
    remembered as soon as the password was right, since a second factor may come between."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail")
        for name, known in (("login", "username"), ("password", "current-password")):
            widget = self.fields[name].widget
            widget.attrs = {"autocomplete": known}
        self.fields["password"].help_text = ""

    def add_prefix(self, field_name):
        return super().add_prefix("username" if field_name == "login" else field_name)

    def login(self, request, redirect_url=None):
        if kept := kept_fields(request.POST, prefix=KEPT):
            interrupt(request, self.user, path=request.POST.get("next", ""), kept=kept)
        return super().login(request, redirect_url)


class NewPasswordForm(ResetPasswordForm):
    """allauth's, which looks for no account: a worker does that, so that nobody learns of one (new_passwords.py)."""

    email = EmailField(required=True, max_length=PasswordRequest._meta.get_field("email").max_length)

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        self.fields["email"].run_validators(email)  # İ has two letters when it is small
        return email

    def save(self, request, **kwargs):
        new_passwords.ask(self.cleaned_data["email"], language=get_language())
        return self.cleaned_data["email"]


class AddKeyForm(AddWebAuthnForm):
    """allauth's, whose name of the key says what it is for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call this key")
