"""The thread of comments on a criterion: the agency's people among themselves. Never sent, never changed."""

from django.db import transaction
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from indicators.refusals import Refused
from scorecards.delegation import roles_held
from scorecards.events import already_done, record_entry
from scorecards.fields import check_fields
from scorecards.models import Comment, Entry
from scorecards.states import AGENCY_ROLES

LONGEST = 4000


def comments_of(entry: Entry) -> dict[str, list[Comment]]:
    """{criterion key: comments, oldest first} of an indicator, in one query."""
    found: dict[str, list[Comment]] = {}
    for comment in entry.comments.select_related("author"):
        found.setdefault(comment.criterion_key, []).append(comment)
    return found


@transaction.atomic
def comment(entry: Entry, criterion_key: str, text: str, *, actor, request_key: str = "") -> None:
    """Say something on a criterion. In every state: people may talk about what was sent, too. Refused with all
    reasons."""
    if already_done(request_key):
        return
    reasons = []
    if not any(
        agency == entry.scorecard.agency_id and role in AGENCY_ROLES for agency, role in roles_held(actor)
    ):
        reasons.append(_("Only the agency's own people comment here."))
    if criterion_key not in {node.key for node in rubric_tree(entry.indicator).walk()}:
        reasons.append(_("There is no criterion “%(key)s” in this rubric.") % {"key": criterion_key})
    if not text.strip():
        reasons.append(_("Write the comment first."))
    if len(text) > LONGEST:
        reasons.append(_("A comment has at most %(most)s characters: shorten it.") % {"most": LONGEST})
    if reasons:
        raise Refused(reasons)
    said = Comment(entry=entry, criterion_key=criterion_key, author=actor, text=text.strip())
    check_fields(said)
    said.save(force_insert=True)
    record_entry(
        entry, actor=actor, action="comment", after={criterion_key: said.text}, request_key=request_key
    )
