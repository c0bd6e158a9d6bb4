"""The closed lists and the one table of states: action → from-states → to-state. Everything reads this table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is at an agency: the first four at one that reports, the others at the central assessing office."""

    COLLECTOR = "collector", _("Data collector")
    SUPERVISOR = "supervisor", _("KPI supervisor")
    COORDINATOR = "coordinator", _("Coordinator")
    HEAD = "head", _("Head of agency")
    REVIEWER = "reviewer", _("Reviewer")
    CHIEF = "chief", _("Chief reviewer")
    ADMINISTRATOR = "administrator", _("Administrator")
    OBSERVER = "observer", _("Observer")


AGENCY_ROLES = {Role.COLLECTOR, Role.SUPERVISOR, Role.COORDINATOR, Role.HEAD}
# Those who send the report: the head, or whoever coordinates it in the head's name.
SENDING_ROLES = {Role.COORDINATOR, Role.HEAD}
OVERSEEING_ROLES = {Role.CHIEF, Role.ADMINISTRATOR, Role.OBSERVER}
ASSESSING_ROLES = {Role.REVIEWER, *OVERSEEING_ROLES}


class EntryState(models.TextChoices):
    """Where one indicator stands inside its agency."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Awaiting endorsement")
    ENDORSED = "endorsed", _("Endorsed")
    RETURNED = "returned", _("Sent back")


class ScorecardState(models.TextChoices):
    """Where the whole form of a round stands between the agency and the assessing office, in the order of the way."""

    OPEN = "open", _("Being filled in")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("Under review")
    RETURNED = "returned", _("Returned for correction")
    CONCLUDED = "concluded", _("Reviewed, awaiting approval")
    APPROVED = "approved", _("Approved, awaiting publication")
    PUBLISHED = "published", _("Published")


class Decision(models.TextChoices):
    """What a ruling says of the agency's answer to a criterion."""

    AGREE = "agree", _("Agree")
    CHANGE = "change", _("Change the answer")
    NA = "na", _("Not applicable")


class Action(models.TextChoices):
    """Everything a person can do to an entry or a scorecard. Labels are what buttons say."""

    ANSWER = "answer", _("Save answers")
    PROPOSE = "propose", _("Propose to the supervisor")
    TAKE_BACK = "take_back", _("Take the proposal back")
    ENDORSE = "endorse", _("Endorse")
    WITHDRAW_ENDORSEMENT = "withdraw_endorsement", _("Take the endorsement back")
    SEND_BACK = "send_back", _("Send back to the collector")
    CANCEL_SEND_BACK = "cancel_send_back", _("Cancel sending it back")
    SUBMIT = "submit", _("Send the report")
    RECALL = "recall", _("Recall")
    BEGIN_REVIEW = "begin_review", _("Begin review")
    RULE = "rule", _("Save rulings")
    ASK = "ask", _("Ask the agency")
    CLARIFY = "clarify", _("Answer the reviewer")
    RETURN = "return", _("Return for correction")
    CONCLUDE = "conclude", _("Conclude the review")
    ASK_TIME = "ask_time", _("Ask for more time")
    EXTEND = "extend", _("Extend the deadline")
    ASSIGN = "assign", _("Assign reviewers")
    HAND_OVER = "hand_over", _("Hand the review over")
    REOPEN_REVIEW = "reopen_review", _("Send back to the reviewer")
    AMEND = "amend", _("Change by resolution of the committee")
    APPROVE = "approve", _("Approve")
    PUBLISH = "publish", _("Publish")
    APPEAL = "appeal", _("Appeal")
    DECIDE_APPEAL = "decide_appeal", _("Decide the appeal")
    PUBLISH_REVISION = "publish_revision", _("Publish the revised result")
    SAMPLE = "sample", _("Draw a sample for a second review")
    RULE_AGAIN = "rule_again", _("Second review")


E, S = EntryState, ScorecardState
# The scorecard states in which every criterion has its ruling.
RULED = {S.CONCLUDED, S.APPROVED, S.PUBLISHED}

# action: (states it may start from, state it leads to; None: the state stays)
ENTRY_TRANSITIONS = {
    Action.ANSWER: ({E.DRAFT, E.RETURNED}, None),
    Action.PROPOSE: ({E.DRAFT, E.RETURNED}, E.PROPOSED),
    Action.TAKE_BACK: ({E.PROPOSED}, E.DRAFT),
    Action.ENDORSE: ({E.PROPOSED}, E.ENDORSED),
    Action.WITHDRAW_ENDORSEMENT: ({E.ENDORSED}, E.PROPOSED),
    Action.SEND_BACK: ({E.PROPOSED, E.ENDORSED}, E.RETURNED),
    Action.CANCEL_SEND_BACK: ({E.RETURNED}, E.PROPOSED),
}
SCORECARD_TRANSITIONS = {
    Action.SUBMIT: ({S.OPEN, S.RETURNED}, S.SUBMITTED),
    Action.RECALL: ({S.SUBMITTED}, S.OPEN),
    Action.ASK_TIME: ({S.OPEN, S.RETURNED}, None),
    Action.EXTEND: ({S.OPEN, S.RETURNED}, None),
    # Also once published: somebody other than the first reviewer decides an appeal.
    Action.ASSIGN: ({S.OPEN, S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.CONCLUDED, S.PUBLISHED}, None),
    Action.HAND_OVER: ({S.OPEN, S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.CONCLUDED}, None),
    Action.BEGIN_REVIEW: ({S.SUBMITTED}, S.IN_REVIEW),
    Action.RULE: ({S.IN_REVIEW}, None),
    Action.ASK: ({S.IN_REVIEW}, None),
    Action.CLARIFY: ({S.IN_REVIEW}, None),
    Action.RETURN: ({S.IN_REVIEW}, S.RETURNED),
    Action.CONCLUDE: ({S.IN_REVIEW}, S.CONCLUDED),
    Action.REOPEN_REVIEW: ({S.CONCLUDED}, S.IN_REVIEW),
    Action.AMEND: ({S.CONCLUDED}, None),
    Action.APPROVE: ({S.CONCLUDED}, S.APPROVED),
    Action.PUBLISH: ({S.APPROVED}, S.PUBLISHED),
    Action.APPEAL: ({S.PUBLISHED}, None),
    Action.DECIDE_APPEAL: ({S.PUBLISHED}, None),
    Action.PUBLISH_REVISION: ({S.PUBLISHED}, None),
    Action.SAMPLE: (RULED, None),
    Action.RULE_AGAIN: (RULED, None),
}
TRANSITIONS = ENTRY_TRANSITIONS | SCORECARD_TRANSITIONS

# The scorecard states in which the agency's entries may be worked on.
AGENCY_WORKS = {S.OPEN, S.RETURNED}
# The states in which an indicator waits for whoever has one of these roles.
WAITS_FOR = {Role.COLLECTOR: {E.DRAFT, E.RETURNED}, Role.SUPERVISOR: {E.PROPOSED}}
