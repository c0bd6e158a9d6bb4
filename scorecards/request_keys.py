"""The key by which a form that comes twice is done once, and the page from which somebody saves while they type."""

import hashlib
import re
import secrets

from django.http import HttpRequest

PAGE = re.compile(r"[0-9a-f]{32}")


def key_of(request: HttpRequest, *names: str) -> str:
    """The key that came with a form, under the first of these names that has one (`request_key`); "" for none.

    It counts for this person at this address alone: nobody can use up another's key, or one that the system makes for
    its own work (`publish-order:7`)."""
    given = next(filter(None, (request.POST.get(name) for name in names or ("request_key",))), "")
    return key_for(request.user.pk, request.path, given)


def key_for(person: int | None, address: str, given: str) -> str:
    """The key under which a form with this key counts, of the account `person` at this address; "" for none."""
    told = f"{person}\n{address}\n{given}"
    return hashlib.sha256(told.encode()).hexdigest()[:40] if given else ""


def page_key_of(request: HttpRequest) -> str:
    """The page that this form says it stands on (static/drafts.js), as this person's and nobody else's; "" for none."""
    page = request.POST.get("page", "")
    return key_for(request.user.pk, "page", page)[:32] if PAGE.fullmatch(page) else ""


def saved_from(page: str) -> str:
    """A key, never the same, for what is saved from this page while somebody types; "" for no page."""
    return f"{page}+{secrets.token_hex(8)}" if page else ""
