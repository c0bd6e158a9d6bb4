"""Who may do what: one table, read by views, buttons, verbs and tests alike.

`may` checks, in this order: the role, the extra rule, the state (states.py) and the round's dates. It never writes.
"""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.clock import database_now
from scorecards.models import Entry
from scorecards.states import AGENCY_WORKS, TRANSITIONS, Action, Role, ScorecardState


@dataclass(frozen=True)
class Allowed:
    def __bool__(self):
        return True


@dataclass(frozen=True)
class Denied:
    """A no that carries its reason: false, and str() is the sentence."""

    reason: str

    def __bool__(self):
        return False

    def __str__(self):
        return str(self.reason)


@dataclass(frozen=True)
class Rule:
    """The roles an action takes, and the named extra rules that must hold."""

    roles: frozenset
    extras: tuple = ()


def _own_agency(user, subject, scorecard):
    return "" if scorecard.agency_id in _agencies(user) else _("This is another agency's scorecard.")


def _assigned(user, subject, scorecard):
    if scorecard.reviewers.filter(pk=user.pk).exists():
        return ""
    return _("This scorecard is assigned to other reviewers. Ask the chief reviewer to assign it to you.")


def _not_of_the_agency(user, subject, scorecard):
    if scorecard.agency_id not in _agencies(user):
        return ""
    return _("You belong to this agency: nobody reviews the agency they belong to.")


def _not_proposer(user, subject, scorecard):
    if subject.proposed_by_id != user.pk:
        return ""
    return _("You proposed this yourself: somebody else must endorse it.")


def _not_concluder(user, subject, scorecard):
    if scorecard.concluded_by_id != user.pk:
        return ""
    return _("You concluded this review yourself: somebody else must approve it.")


def _not_approver(user, subject, scorecard):
    if scorecard.approved_by_id != user.pk:
        return ""
    return _("You approved this yourself: publishing takes a second person.")


def _not_hosted(user, subject, scorecard):
    if not subject.host_id:
        return ""
    return _("This indicator is shared: its result comes from %(agency)s.") % {"agency": subject.host}


def _rule(*roles, extras=()):
    return Rule(frozenset(roles), extras)


OWN, OUTSIDE = (_own_agency,), (_not_of_the_agency,)
WORKING = (_own_agency, _not_hosted)
REVIEWING = (_assigned, _not_of_the_agency)

POLICY = {
    Action.ANSWER: _rule(Role.COLLECTOR, Role.SUPERVISOR, extras=WORKING),
    Action.PROPOSE: _rule(Role.COLLECTOR, Role.SUPERVISOR, extras=WORKING),
    Action.ENDORSE: _rule(Role.SUPERVISOR, extras=(*WORKING, _not_proposer)),
    Action.SEND_BACK: _rule(Role.SUPERVISOR, Role.HEAD, extras=WORKING),
    Action.SUBMIT: _rule(Role.HEAD, extras=OWN),
    Action.RECALL: _rule(Role.HEAD, extras=OWN),
    Action.BEGIN_REVIEW: _rule(Role.REVIEWER, extras=REVIEWING),
    Action.RULE: _rule(Role.REVIEWER, extras=REVIEWING),
    Action.RETURN: _rule(Role.REVIEWER, extras=REVIEWING),
    Action.CONCLUDE: _rule(Role.REVIEWER, extras=REVIEWING),
    Action.REOPEN_REVIEW: _rule(Role.CHIEF, extras=OUTSIDE),
    Action.APPROVE: _rule(Role.CHIEF, extras=(*OUTSIDE, _not_concluder)),
    Action.PUBLISH: _rule(Role.CHIEF, Role.ADMINISTRATOR, extras=(*OUTSIDE, _not_approver)),
}
# What the agency does is bound to the round's dates; the assessing side's work is not.
DATED = {Action.ANSWER, Action.PROPOSE, Action.ENDORSE, Action.SEND_BACK, Action.SUBMIT, Action.RECALL}
AGENCY_SIDE = DATED


def may(user, action, subject) -> Allowed | Denied:
    """Whether this person may do `action` to an Entry or a Scorecard now. A Denied says why and what to do."""
    scorecard = subject.scorecard if isinstance(subject, Entry) else subject
    rule = POLICY[action]
    if not user.is_authenticated or not rule.roles & _roles(user, scorecard, action):
        return Denied(_no_role(action, rule))
    for extra in rule.extras:
        if reason := extra(user, subject, scorecard):
            return Denied(reason)
    if reason := _wrong_state(action, subject, scorecard):
        return Denied(reason)
    if action in DATED and (reason := _wrong_time(scorecard)):
        return Denied(reason)
    return Allowed()


def _memberships(user):
    if not hasattr(user, "_known_memberships"):
        user._known_memberships = list(user.memberships.values_list("agency_id", "role"))
    return user._known_memberships


def _agencies(user) -> set[int]:
    return {agency for agency, _role in _memberships(user)}


def is_administrator(user) -> bool:
    """Whether this person configures the frameworks (indicators/permissions.py asks)."""
    return any(role == Role.ADMINISTRATOR for _agency, role in _memberships(user))


def _roles(user, scorecard, action) -> set[str]:
    """Roles of the agency's side count only at that agency; those of the assessing side count everywhere."""
    if action in AGENCY_SIDE:
        return {role for agency, role in _memberships(user) if agency == scorecard.agency_id}
    return {role for _agency, role in _memberships(user)}


def _no_role(action, rule):
    roles = ", ".join(str(role.label) for role in Role if role in rule.roles)
    return _("“%(action)s” is for: %(roles)s.") % {"action": Action(action).label, "roles": roles}


def _wrong_state(action, subject, scorecard):
    starts, _leads_to = TRANSITIONS[action]
    if isinstance(subject, Entry) and scorecard.state not in AGENCY_WORKS:
        return _("The scorecard is “%(state)s”: its indicators cannot be changed now.") % {
            "state": ScorecardState(scorecard.state).label
        }
    if subject.state in starts:
        return ""
    return _("“%(action)s” is not possible while the state is “%(state)s”.") % {
        "action": Action(action).label,
        "state": subject.get_state_display(),
    }


def _wrong_time(scorecard):
    round_, now = scorecard.round, database_now()
    if now < round_.opens_at:
        return _("This round opens on %(date)s.") % {"date": _day(round_.opens_at)}
    closes = round_.review_closes_at if scorecard.state == ScorecardState.RETURNED else round_.closes_at
    if now >= closes:
        return _("This round closed on %(date)s. Ask OPDC for an extension.") % {"date": _day(closes)}
    return ""


def _day(moment) -> str:
    local = localtime(moment)
    return f"{date_format(local, 'j M')} {local.year + 543} {local:%H:%M}"


def require(user, action, subject) -> None:
    """Raise Refused with the reason unless `may`."""
    decision = may(user, action, subject)
    if not decision:
        raise Refused([str(decision)])
