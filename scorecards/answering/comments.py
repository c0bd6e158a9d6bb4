"""The thread of comments on a criterion: the agency's people among themselves. Never sent, never changed."""

from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from indicators.refusals import Refused
from scorecards.delegation import roles_held
from scorecards.events import already_done, lock_chains, record_entry
from scorecards.fields import check_fields
from scorecards.models import Comment, Entry
from scorecards.prepared import prepared
from scorecards.states import AGENCY_ROLES

LONGEST = 4000
SHOWN = 10  # of a thread, until the earlier ones are asked for


@dataclass
class Thread:
    """What was said last on a criterion, oldest first, and how much in all."""

    shown: list[Comment] = field(default_factory=list)
    number: int = 0

    @property
    def earlier(self) -> int:
        """How many comments stand before those that are shown."""
        return self.number - len(self.shown)


@prepared
def _latest(entry: int, whole: str) -> QuerySet[Comment]:
    of_criterion = F("criterion_key")
    rows = Comment.objects.filter(entry=entry).select_related("author")
    rows = rows.annotate(
        back=Window(RowNumber(), partition_by=of_criterion, order_by=[F("at").desc(), F("pk").desc()]),
        number=Window(Count("pk"), partition_by=of_criterion),
    )
    return rows.filter(Q(back__lte=SHOWN) | Q(criterion_key=whole))


def comments_of(entry: Entry, *, whole: str = "") -> dict[str, Thread]:
    """{criterion key: its latest comments} of an indicator, in one query; all of them of the criterion `whole`."""
    found: dict[str, Thread] = {}
    for comment in _latest(entry=entry.pk, whole=whole):
        thread = found.setdefault(comment.criterion_key, Thread(number=comment.number))
        thread.shown.append(comment)
    return found


@transaction.atomic
def comment(entry: Entry, criterion_key: str, text: str, *, actor: User, request_key: str = "") -> None:
    """Say something on a criterion. In every state: people may talk about what was sent, too. Refused with all
    reasons."""
    lock_chains([entry.scorecard.agency_id])
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
