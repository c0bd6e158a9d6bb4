"""Who may read which kind of event on a scorecard's record, and from when on: one table. Reads only.

The agency's drafts are its own; drafts of rulings, who reviews what, the blind second review and what the assessing
side says to itself are not the agency's. What stands in no line here is read by nobody.
"""

from dataclasses import dataclass
from enum import Enum

from django.contrib.auth.models import User
from django.db.models import Max, Q, QuerySet

from scorecards.delegation import belongs_to, oversees
from scorecards.models import Event, Scorecard
from scorecards.states import AGENCY_ROLES, ASSESSING_ROLES, Action, ScorecardState


class When(Enum):
    """From when on one side may read a kind of event."""

    ALWAYS = "always"
    ENDED = "once the review that it belongs to has ended in a return or a publication"
    PUBLISHED = "once the result is published"
    OWN = "what people of this side did themselves"
    OVERSEERS = "those who oversee all reviews"
    NEVER = "never"


@dataclass(frozen=True)
class Kind:
    """A line of the table. `is_assessors`: done by the assessing side, whose people the agency knows by name once the
    result is published."""

    agency: When
    assessing: When
    is_assessors: bool = False


A, W = Action, When
AGENCYS_OWN = Kind(W.ALWAYS, W.NEVER)
OPEN = Kind(W.ALWAYS, W.ALWAYS)
OPEN_OF_ASSESSORS = Kind(W.ALWAYS, W.ALWAYS, is_assessors=True)
RULINGS = Kind(W.PUBLISHED, W.ALWAYS, is_assessors=True)
INTERNAL = Kind(W.NEVER, W.ALWAYS, is_assessors=True)
BLIND = Kind(W.NEVER, W.OVERSEERS, is_assessors=True)

KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        [
            A.ANSWER, A.PROPOSE, A.TAKE_BACK, A.ENDORSE, A.WITHDRAW_ENDORSEMENT, A.SEND_BACK, A.CANCEL_SEND_BACK,
            "comment", "plan", "share_out", "finish_parts", "prefill", "take_over", "attach_evidence",
            "withdraw_evidence", "use_evidence", "replace_evidence", "describe_evidence", "add_link", "withdraw_link",
            "scan_evidence", "hold_evidence", "evidence_altered",
        ],
        AGENCYS_OWN,
    ),
    **dict.fromkeys(["open", "move", A.SUBMIT, A.RECALL, A.CLARIFY, A.APPEAL, A.ASK_TIME, "end_time_request"], OPEN),
    **dict.fromkeys(
        [
            A.EXTEND, "answer_time", A.BEGIN_REVIEW, A.ASK, A.RETURN, A.CONCLUDE, A.APPROVE, A.PUBLISH, A.DECIDE_APPEAL,
            A.PUBLISH_REVISION, "change_round",
        ],
        OPEN_OF_ASSESSORS,
    ),
    "judge_file": Kind(W.ENDED, W.ALWAYS, is_assessors=True),
    **dict.fromkeys([A.RULE, A.AMEND, "carry_over"], RULINGS),
    **dict.fromkeys([A.ASSIGN, A.HAND_OVER, A.REOPEN_REVIEW, "order_publishing", "cancel_publishing"], INTERNAL),
    **dict.fromkeys([A.SAMPLE, A.RULE_AGAIN], BLIND),
    **dict.fromkeys(["read_evidence", "export_report", "export_tables", "make_again"], Kind(W.OWN, W.OWN)),
}  # fmt: skip


def is_of_agency(user: User, scorecard: Scorecard) -> bool:
    """Whether this person reads as one of the agency's. Whoever belongs to it never reads as an assessor."""
    return belongs_to(user, scorecard.agency_id)


def readable_events(scorecard: Scorecard, user: User) -> QuerySet[Event]:
    """The events of a scorecard that this person may read. Whether they may open the scorecard is asked before."""
    if is_of_agency(user, scorecard):
        return scorecard.events.filter(_of_the_agency(scorecard))
    return scorecard.events.filter(_of_the_assessors(user))


def kinds(side: str, *whens: When) -> list[str]:
    """The kinds that a side ("agency" or "assessing") may read at these times."""
    return [str(name) for name, kind in KINDS.items() if getattr(kind, side) in whens]


def names_assessors(scorecard: Scorecard, *, to_agency: bool) -> bool:
    """Whether the reader may know which person of the assessing side did something."""
    return not to_agency or scorecard.state == ScorecardState.PUBLISHED


def _of_the_agency(scorecard: Scorecard) -> Q:
    people = User.objects.filter(memberships__agency=scorecard.agency_id, memberships__role__in=AGENCY_ROLES)
    own = Q(action__in=kinds("agency", When.OWN), actor__in=people)
    if scorecard.state == ScorecardState.PUBLISHED:
        return own | Q(action__in=kinds("agency", When.ALWAYS, When.ENDED, When.PUBLISHED))
    returned = scorecard.events.filter(action=Action.RETURN).aggregate(last=Max("number"))["last"] or 0
    ended = Q(action__in=kinds("agency", When.ENDED), number__lt=returned)
    return own | ended | Q(action__in=kinds("agency", When.ALWAYS))


def _of_the_assessors(user: User) -> Q:
    whens = [When.ALWAYS]
    if oversees(user):
        whens.append(When.OVERSEERS)
    people = User.objects.filter(memberships__role__in=ASSESSING_ROLES)
    own = Q(action__in=kinds("assessing", When.OWN), actor__in=people)
    return own | Q(action__in=kinds("assessing", *whens))
