"""Who may configure frameworks. Who somebody is, a higher app knows: it appends its check to `CONFIGURERS`."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _

from indicators.refusals import Refused

CONFIGURERS: list[Callable[[Any], bool]] = []


def may_configure(user: User | AnonymousUser) -> bool:
    """Whether this person may make, change and publish frameworks."""
    return user.is_authenticated and any(check(user) for check in CONFIGURERS)


def require_configurer(user: User | AnonymousUser) -> None:
    """Raise Refused unless `may_configure`."""
    if not may_configure(user):
        raise Refused([_("Frameworks are configured by administrators. Ask one of them.")])
