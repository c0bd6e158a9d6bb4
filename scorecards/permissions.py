"""Who may do what: one table, read by views, buttons, verbs and tests alike.

`may` checks, in this order: the role, the extra rule, the state (states.py) and the round's dates. It never writes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.corrections import corrections_of, is_open_again, open_criteria
from scorecards.delegation import belongs_to, holds, roles_held
from scorecards.events import last_change
from scorecards.models import Correction, Entry, Ruling, Scorecard
from scorecards.prepared import prepared
from scorecards.presenting.dates import day_and_time
from scorecards.reviewers import gave_up, taken_from
from scorecards.states import (
    AGENCY_ROLES,
    AGENCY_WORKS,
    OVERSEEING_ROLES,
    SCORECARD_TRANSITIONS,
    SENDING_ROLES,
    TRANSITIONS,
    Action,
    EntryState,
    Role,
    ScorecardState,
)


@dataclass(frozen=True)
class Allowed:
    """A yes: true."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """A no that carries its reason: false, and str() is the sentence."""

    reason: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return str(self.reason)


@dataclass(frozen=True)
class Rule:
    """The roles an action takes, and the named extra rules that must hold."""

    roles: frozenset
    extras: tuple = ()


Extra = Callable[
    [User, Any, Scorecard], str
]  # given who, what (an Entry or a Scorecard) and the scorecard; "" is a yes


def _own_agency(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    return "" if _belongs(user, scorecard) else _("This is another agency's scorecard.")


@prepared
def _reviews(scorecard: int, user: int) -> QuerySet[Any, tuple[int]]:
    return Scorecard.reviewers.through.objects.filter(scorecard=scorecard, user=user).values_list("pk")[:1]


def _assigned(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    if _reviews(scorecard=scorecard.pk, user=user.pk):
        return ""
    return _("This scorecard is assigned to other reviewers. Ask the chief reviewer to assign it to you.")


def _assigned_here(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    """A reviewer of the whole scorecard, or of the one indicator that is asked about."""
    elsewhere = _assigned(user, subject, scorecard)
    if elsewhere and isinstance(subject, Entry) and subject.review_assignments.filter(reviewer=user).exists():
        return ""
    return elsewhere


def _assigned_in_part(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    """A reviewer of the whole scorecard or of any of its indicators."""
    if Scorecard.objects.filter(pk=scorecard.pk).assigned_to(user).exists():
        return ""
    return _("You do not review this scorecard: there is nothing to hand over.")


def _not_handed_over(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    if not gave_up(user, scorecard):
        return ""
    return _("You handed this scorecard over: somebody else reviews it.")


def _not_taken_off(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    """Also before anything was sent: the reason for it stands nowhere, and may be an interest."""
    if not taken_from(user, [scorecard]):
        return ""
    return _("This review was once yours and was taken from you: somebody who never had it reviews it again.")


def _no_interest(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    """Who handed it over for an interest does not come back to it as a chief."""
    if not gave_up(user, scorecard):
        return ""
    return _(
        "You handed this scorecard over, so nothing about its result is yours to decide: "
        "another chief reviewer does it."
    )


def _not_of_the_agency(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    if not _belongs(user, scorecard):
        return ""
    return _("You belong to this agency: nobody reviews the agency they belong to.")


def _not_proposer(user: User, subject: Entry, scorecard: Scorecard) -> str:
    if subject.proposed_by_id != user.pk:
        return ""
    return _("You proposed this yourself: somebody else must endorse it.")


def _sent_it_back(user: User, subject: Entry, scorecard: Scorecard) -> str:
    """Whoever sent it back, while nothing has changed: then it is what was proposed."""
    if subject.state != EntryState.RETURNED:
        return ""
    last = last_change(subject)
    if last and (last.action, last.actor_id) == (Action.SEND_BACK, user.pk):
        return ""
    return _(
        "Only whoever sent it back cancels that, and only while nothing has changed in it since: it waits for you "
        "again once it is proposed."
    )


def _not_concluder(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    if scorecard.concluded_by_id != user.pk:
        return ""
    return _("You concluded this review yourself: somebody else must approve it.")


def _not_approver(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    if scorecard.approved_by_id != user.pk:
        return ""
    return _("You approved this yourself: publishing takes a second person.")


def _knows_no_ruling(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    """A second review is blind: who oversees all, is assigned here or ruled here knows the first rulings."""
    overseeing = any(role in OVERSEEING_ROLES for _agency, role in roles_held(user))
    assigned = Scorecard.objects.filter(pk=scorecard.pk).assigned_to(user).exists()
    if not overseeing and not assigned and not _has_ruled(user, scorecard):
        return ""
    return _(
        "You may read the first rulings of this scorecard: somebody who does not know them reviews it again."
    )


def _has_ruled(user: User, scorecard: Scorecard) -> bool:
    return Ruling.objects.filter(submission__scorecard=scorecard, reviewer=user).exists()


def _not_hosted(user: User, subject: Entry, scorecard: Scorecard) -> str:
    if not subject.host_id:
        return ""
    return _("This indicator is shared: its result comes from %(agency)s.") % {"agency": subject.host}


def _no_correction(user: User, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    """Taken back, a correction would open what the reviewer did not ask for."""
    if not Correction.objects.filter(submission__scorecard=scorecard.pk).exists():
        return ""
    return _("This report corrects what a reviewer returned: ask the reviewer to return it once more.")


def _rule(*roles: Role, extras: tuple[Extra, ...] = ()) -> Rule:
    return Rule(frozenset(roles), extras)


OWN, OUTSIDE = (_own_agency,), (_not_of_the_agency,)
WORKING = (_own_agency, _not_hosted)
REVIEWING = (_assigned, _not_of_the_agency)
BLIND = (_knows_no_ruling, _not_handed_over, _not_taken_off, _not_of_the_agency)
DECIDING = (_not_of_the_agency, _no_interest)

POLICY = {
    Action.ANSWER: _rule(Role.COLLECTOR, Role.SUPERVISOR, extras=WORKING),
    Action.PROPOSE: _rule(Role.COLLECTOR, Role.SUPERVISOR, extras=WORKING),
    Action.TAKE_BACK: _rule(Role.COLLECTOR, extras=WORKING),
    Action.ENDORSE: _rule(Role.SUPERVISOR, extras=(*WORKING, _not_proposer)),
    Action.WITHDRAW_ENDORSEMENT: _rule(Role.SUPERVISOR, extras=(*WORKING, _not_proposer)),
    Action.SEND_BACK: _rule(Role.SUPERVISOR, Role.HEAD, extras=WORKING),
    Action.CANCEL_SEND_BACK: _rule(Role.SUPERVISOR, Role.HEAD, extras=(*WORKING, _sent_it_back)),
    Action.SUBMIT: _rule(*SENDING_ROLES, extras=OWN),
    Action.RECALL: _rule(*SENDING_ROLES, extras=(*OWN, _no_correction)),
    Action.ASK_TIME: _rule(*SENDING_ROLES, extras=OWN),
    Action.EXTEND: _rule(Role.CHIEF, Role.ADMINISTRATOR, extras=OUTSIDE),
    Action.ASSIGN: _rule(Role.CHIEF, Role.ADMINISTRATOR, extras=OUTSIDE),
    Action.HAND_OVER: _rule(Role.REVIEWER, extras=(_assigned_in_part,)),
    Action.BEGIN_REVIEW: _rule(Role.REVIEWER, extras=REVIEWING),
    Action.RULE: _rule(Role.REVIEWER, extras=(_assigned_here, _not_of_the_agency)),
    Action.ASK: _rule(Role.REVIEWER, extras=(_assigned_here, _not_of_the_agency)),
    Action.CLARIFY: _rule(*AGENCY_ROLES, extras=OWN),
    Action.RETURN: _rule(Role.REVIEWER, extras=REVIEWING),
    Action.CONCLUDE: _rule(Role.REVIEWER, extras=REVIEWING),
    Action.REOPEN_REVIEW: _rule(Role.CHIEF, extras=DECIDING),
    Action.AMEND: _rule(Role.CHIEF, extras=DECIDING),
    Action.APPROVE: _rule(Role.CHIEF, extras=(*DECIDING, _not_concluder)),
    Action.PUBLISH: _rule(Role.CHIEF, Role.ADMINISTRATOR, extras=(*DECIDING, _not_approver)),
    Action.APPEAL: _rule(*SENDING_ROLES, extras=OWN),
    Action.DECIDE_APPEAL: _rule(Role.REVIEWER, Role.CHIEF, extras=DECIDING),
    Action.PUBLISH_REVISION: _rule(Role.CHIEF, Role.ADMINISTRATOR, extras=DECIDING),
    Action.SAMPLE: _rule(Role.CHIEF, extras=OUTSIDE),
    Action.RULE_AGAIN: _rule(Role.REVIEWER, extras=BLIND),
}
# What the agency does is bound to the round's dates, but for asking to work longer; the assessing side's work is not.
DATED = {
    Action.ANSWER, Action.PROPOSE, Action.TAKE_BACK, Action.ENDORSE, Action.WITHDRAW_ENDORSEMENT, Action.SEND_BACK,
    Action.CANCEL_SEND_BACK, Action.SUBMIT, Action.RECALL,
}  # fmt: skip
# The supervisor was quicker than the collector who wanted to take it back.
TOO_LATE = Action.TAKE_BACK, EntryState.ENDORSED
AGENCY_SIDE = DATED | {Action.ASK_TIME, Action.CLARIFY, Action.APPEAL}


def may(
    user: User | AnonymousUser, action: Action, subject: Entry | Scorecard, *, criterion: str = ""
) -> Allowed | Denied:
    """Whether this person may do `action` to an Entry (or to one `criterion` of it) or a Scorecard now. A Denied says
    why and what to do."""
    scorecard = subject.scorecard if isinstance(subject, Entry) else subject
    rule = POLICY[action]
    if not user.is_authenticated or not _takes_role(user, rule, scorecard, action):
        return Denied(_no_role(action, rule))
    for extra in rule.extras:
        if reason := extra(user, subject, scorecard):
            return Denied(reason)
    if reason := _wrong_state(action, subject, scorecard) or _not_to_be_mended(subject, criterion):
        return Denied(reason)
    if action in DATED and (reason := _wrong_time(scorecard)):
        return Denied(reason)
    return Allowed()


def has_role_for(user: User, action: Action) -> Allowed | Denied:
    """Whether this person has a role that takes the action anywhere, before there is something to do it to."""
    rule = POLICY[action]
    if rule.roles & {role for _agency, role in roles_held(user)}:
        return Allowed()
    return Denied(_no_role(action, rule))


def _belongs(user: User, scorecard: Scorecard) -> bool:
    return belongs_to(user, scorecard.agency_id) or any(
        agency == scorecard.agency_id for agency, _role in roles_held(user)
    )


def is_administrator(user: User) -> bool:
    """Whether this person configures the frameworks (indicators/permissions.py asks)."""
    return any(role == Role.ADMINISTRATOR for _agency, role in roles_held(user))


def may_manage_people(user: User) -> bool:
    """Whether this person invites people and ends memberships; the first administrator is made by who installs."""
    return user.is_active and (user.is_superuser or is_administrator(user))


def _takes_role(user: User, rule: Rule, scorecard: Scorecard, action: Action) -> bool:
    """Roles of the agency's side count only at that agency; those of the assessing side count everywhere."""
    agency = scorecard.agency_id if action in AGENCY_SIDE else None
    return holds(user, rule.roles, agency=agency)


def _no_role(action: Action, rule: Rule) -> str:
    roles = ", ".join(str(role.label) for role in Role if role in rule.roles)
    return _("“%(action)s” is for: %(roles)s.") % {"action": Action(action).label, "roles": roles}


def _wrong_state(action: Action, subject: Entry | Scorecard, scorecard: Scorecard) -> str:
    starts, _leads_to = TRANSITIONS[action]
    if action in SCORECARD_TRANSITIONS:
        subject = scorecard  # RULE and ASSIGN are asked of one indicator, too
    if isinstance(subject, Entry) and scorecard.state not in AGENCY_WORKS:
        return _("The scorecard is “%(state)s”: its indicators cannot be changed now.") % {
            "state": ScorecardState(scorecard.state).label
        }
    if subject.state in starts:
        return ""
    if action in (Action.ANSWER, Action.PROPOSE) or (action, subject.state) == TOO_LATE:
        return _put_forward(subject)  # type: ignore[arg-type]
    if action in (Action.ENDORSE, Action.SEND_BACK) and subject.state == EntryState.DRAFT:
        return _(
            "It is not proposed now: the collector is working on it. It waits for you again once it is proposed."
        )
    return _("“%(action)s” is not possible while the state is “%(state)s”.") % {
        "action": Action(action).label,
        "state": subject.get_state_display(),
    }


def _put_forward(entry: Entry) -> str:
    """Why nothing is written any more in an indicator that was proposed, and who opens it again."""
    if entry.state == EntryState.PROPOSED:
        return _(
            "It was proposed and awaits endorsement. To change something, a collector takes the proposal back, or the "
            "KPI supervisor sends it back."
        )
    return _("It is endorsed. To change something, have the KPI supervisor or the head send it back.")


def _not_to_be_mended(subject: Entry | Scorecard, criterion: str) -> str:
    """In a returned scorecard only what the reviewer wants mended is open."""
    if not isinstance(subject, Entry) or subject.scorecard.state != ScorecardState.RETURNED:
        return ""
    wanted = corrections_of(subject.scorecard)
    open_ = open_criteria(subject, wanted)
    if is_open_again(subject, wanted) and (not criterion or open_ is None or criterion in open_):
        return ""
    return _("The reviewer wants nothing mended here: what was sent stays as it is.")


def _wrong_time(scorecard: Scorecard) -> str:
    round_, now = scorecard.round, database_now()
    if now < round_.opens_at:
        return _("This round opens on %(date)s.") % {"date": day_and_time(round_.opens_at)}
    if now >= scorecard.closes_at:
        closed = {"date": day_and_time(scorecard.closes_at)}
        return _("This round closed on %(date)s. Ask OPDC for an extension.") % closed
    return ""


def require(
    user: User | AnonymousUser, action: Action, subject: Entry | Scorecard, *, criterion: str = ""
) -> None:
    """Raise Refused with the reason unless `may`."""
    decision = may(user, action, subject, criterion=criterion)
    if not decision:
        raise Refused([str(decision)])
