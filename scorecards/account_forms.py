"""The forms of allauth where ours differ."""

from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _

from scorecards.signing_in import KEPT, interrupt, kept_fields


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


class AddKeyForm(AddWebAuthnForm):
    """allauth's, whose name of the key says what it is for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call this key")
