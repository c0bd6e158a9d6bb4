"""The head of every page: drawn once for each list of links, filled in with who reads and where they are."""

from django import template

from scorecards.delegation import name_of
from scorecards.presenting.patterns import filled

register = template.Library()
register.simple_tag(filled, name="once")  # what is the same on every page


@register.simple_tag(takes_context=True)
def page_header(context):
    """Where this person may go, in which language, and who they are."""
    user, request, token = (context.get(name) for name in ("user", "request", "csrf_token"))
    memberships = context.get("memberships", [])
    links = {name: context.get(name, []) for name in ("navigation", "own_pages")}
    facts = {
        "is_known": bool(user and user.is_authenticated),
        "has_role": bool(memberships),
        "has_token": bool(token) and token != "NOTPROVIDED",
    }
    marked = ((name, one["url"], one["here"]) for name, found in links.items() for one in found)
    return filled(
        "_header.html",
        once=(*facts.values(), *marked),
        facts=lambda: facts | links,
        csrf_token=token or "",
        path=request.get_full_path() if request else "",
        name=name_of(user) if facts["is_known"] else "",
        role=memberships[0].get_role_display() if memberships else "",
        roles=", ".join(f"{one.get_role_display()} · {one.agency}" for one in memberships),
    )
