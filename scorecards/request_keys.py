"""The key by which a form that comes twice is done once."""

import hashlib


def key_of(request, *names: str) -> str:
    """The key that came with a form, under the first of these names that has one (`request_key`); "" for none.

    It counts for this person at this address alone: nobody can use up another's key, or one that the system makes for
    its own work (`publish-order:7`)."""
    given = next(filter(None, (request.POST.get(name) for name in names or ("request_key",))), "")
    told = f"{request.user.pk}\n{request.path}\n{given}"
    return hashlib.sha256(told.encode()).hexdigest()[:40] if given else ""
