"""Doctor's question to the accounts."""

from django.contrib.auth.models import User
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from config.operations.findings import Finding, note, well


def addresses() -> Finding:
    """One address at several open accounts: all get the link for a new password, single sign-on knows none."""
    held = User.objects.filter(is_active=True).exclude(email="").annotate(folded=Lower("email"))
    shared = held.order_by().values("folded").annotate(n=Count("pk")).filter(n__gt=1).values("folded")
    names = held.filter(folded__in=shared).order_by("folded", "username").values_list("username", flat=True)
    if names:
        return note(
            _("Accounts that share an e-mail address: %(names)s") % {"names": ", ".join(names)},
            _("Give each its own: an administrator corrects it on the page of the person."),
        )
    return well(_("No two accounts share an e-mail address"))
