"""The agency's verbs. Each reads alike: lock the row, require, refuse with all reasons, write named fields, record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title, describe_answer_error, shortened
from indicators.frozen import rubric_tree
from indicators.refusals import Refused, Stale
from indicators.scoring import AnswerError, check_answer
from scorecards.blockers import entry_blockers, submission_blockers
from scorecards.clock import database_now
from scorecards.corrections import corrections_of, open_criteria
from scorecards.events import already_done, record_entry, record_scorecard
from scorecards.fields import check_fields
from scorecards.models import NARRATIVE, Answer, Entry, Scorecard, Submission
from scorecards.permissions import require
from scorecards.prepared import prepared
from scorecards.presenting.answer_words import narrative_label
from scorecards.request_keys import saved_from
from scorecards.scoring import read_answers
from scorecards.sharing import give_to_guests
from scorecards.signals import submitted
from scorecards.snapshots import freeze_submission
from scorecards.states import TRANSITIONS, Action
from scorecards.time_requests import Outcome, end_request


@dataclass(frozen=True)
class AnswerChange:
    """A new answer of one criterion: the long form `content`, the text as `typed`, a note, and the version seen."""

    content: dict
    typed: dict = field(default_factory=dict)
    note: str = ""
    version: int = 0


@dataclass(frozen=True)
class EntryChanges:
    """What changed on an indicator's page: answers by criterion key, narrative by field, the entry's version that each
    field was `seen` at (without one: `version`), and the `page` that saves them while somebody types."""

    answers: dict[str, AnswerChange] = field(default_factory=dict)
    narrative: dict[str, str] = field(default_factory=dict)
    version: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    page: str = ""


@transaction.atomic
def save_entry(entry: Entry, *, actor: User, changes: EntryChanges, request_key: str = "") -> Entry:
    """Save answers and narrative. Raises Stale with both values when somebody changed the same field meanwhile,
    Refused when it may not be changed or an answer does not fit its criterion. Nothing is saved then."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.ANSWER, entry)
    _refuse_misfits(entry, changes)
    _refuse_closed(entry, changes)
    read_answers([entry])
    known = {answer.criterion_key: answer for answer in entry.answers.all()}
    _refuse_stale(entry, known, changes)
    before, after = {}, {}
    for key, change in changes.answers.items():
        answer = known.get(key) or Answer(entry=entry, criterion_key=key)
        if (
            answer.pk
            and not answer.taken_from
            and (answer.content, answer.note) == (change.content, change.note)
        ):
            continue
        before[key], after[key] = answer.content, change.content
        _write_answer(answer, change, actor)
    _write_narrative(entry, changes.narrative, before, after)
    if after:
        entry.version += 1
        entry.updated_by = actor
        entry.save(update_fields=[*NARRATIVE, "version", "updated_by", "updated_at"])
        key = request_key or saved_from(changes.page)
        record_entry(entry, actor=actor, action=Action.ANSWER, before=before, after=after, request_key=key)
    return entry


@transaction.atomic
def propose(entry: Entry, *, actor: User, request_key: str = "") -> Entry:
    """The collector proposes the indicator to the KPI supervisor; refused while anything of it is missing."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.PROPOSE, entry)
    if blockers := entry_blockers(entry):
        raise Refused(blockers)
    entry.proposed_by, entry.endorsed_by = actor, None
    return _move(entry, Action.PROPOSE, actor, fields=["proposed_by", "endorsed_by"], request_key=request_key)


@transaction.atomic
def take_back(entry: Entry, *, actor: User, request_key: str = "") -> Entry:
    """A collector takes the proposal back and works on, as long as the KPI supervisor has not decided."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.TAKE_BACK, entry)
    return _move(entry, Action.TAKE_BACK, actor, fields=[], request_key=request_key)


@transaction.atomic
def endorse(entry: Entry, *, actor: User, seen: int | None = None, request_key: str = "") -> Entry:
    """The KPI supervisor stands behind the indicator. Refused where it is no longer the version that was `seen`: it
    may have been taken back, changed and proposed again meanwhile."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.ENDORSE, entry)
    if seen not in (None, entry.version):
        raise Refused([_("It was changed after you opened it: read it as it stands now, then endorse it.")])
    entry.endorsed_by, entry.remark = actor, ""
    entry = _move(entry, Action.ENDORSE, actor, fields=["endorsed_by", "remark"], request_key=request_key)
    give_to_guests(entry, actor=actor)
    return entry


@transaction.atomic
def withdraw_endorsement(
    entry: Entry, *, actor: User, seen: int | None = None, request_key: str = ""
) -> Entry:
    """A KPI supervisor takes an endorsement back, as long as the report is not sent: the indicator awaits endorsement
    as it stands, and the collector need not propose it again. What guests took over stays until it is endorsed anew."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.WITHDRAW_ENDORSEMENT, entry)
    if seen not in (None, entry.version):
        raise Refused([_("It was endorsed anew after you opened it: read it as it stands now.")])
    entry.endorsed_by = None
    return _move(entry, Action.WITHDRAW_ENDORSEMENT, actor, fields=["endorsed_by"], request_key=request_key)


@transaction.atomic
def send_back(entry: Entry, *, actor: User, remark: str, request_key: str = "") -> Entry:
    """Back to the collector, with a compulsory remark on what to mend."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.SEND_BACK, entry)
    if not remark.strip():
        raise Refused([_("Write what is to be mended: a remark is compulsory.")])
    entry.remark, entry.endorsed_by = remark.strip(), None
    return _move(
        entry,
        Action.SEND_BACK,
        actor,
        fields=["remark", "endorsed_by"],
        reason=remark,
        request_key=request_key,
    )


@transaction.atomic
def cancel_send_back(entry: Entry, *, actor: User, request_key: str = "") -> Entry:
    """Whoever sent the indicator back cancels that while nothing has changed in it: it awaits endorsement again."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return entry
    require(actor, Action.CANCEL_SEND_BACK, entry)
    if blockers := entry_blockers(entry):  # the form may have moved to another version meanwhile
        raise Refused(blockers)
    entry.remark = ""
    return _move(entry, Action.CANCEL_SEND_BACK, actor, fields=["remark"], request_key=request_key)


@transaction.atomic
def submit(scorecard: Scorecard, *, actor: User, declared: bool, request_key: str = "") -> Submission:
    """Send the scorecard: everything complete and endorsed, declared true. What was sent is frozen with its hash."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard.submissions.latest("number")
    # before the deadline is looked at: what was in time must not bear a later moment
    asked_at = database_now()
    require(actor, Action.SUBMIT, scorecard)
    reasons: list = list(submission_blockers(scorecard))
    if not declared:
        reasons.append(_("Tick the declaration that the results and the evidence are true."))
    if reasons:
        raise Refused(reasons)
    submission = freeze_submission(scorecard, actor, at=asked_at)
    move_scorecard(
        scorecard,
        action=Action.SUBMIT,
        actor=actor,
        after={
            "submission": submission.content_hash,
            "closes_at": scorecard.closes_at.isoformat(),  # the round's dates may be moved later
        },
        request_key=request_key,
    )
    end_request(scorecard, Outcome.SENT, actor=actor)
    submitted.send(sender=Submission, submission=submission)
    return submission


@transaction.atomic
def recall(scorecard: Scorecard, *, actor: User, reason: str = "", request_key: str = "") -> Scorecard:
    """Take the scorecard back before the review begins. The submission stays on record."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard
    require(actor, Action.RECALL, scorecard)
    return move_scorecard(
        scorecard, action=Action.RECALL, actor=actor, reason=reason, request_key=request_key
    )


# ── what the verbs share ──────────────────────────────────────────────────────────────────────────────────────────

WITH_A_SCORECARD = ("agency", "framework__year", "round__year")


def locked_scorecard(scorecard: Scorecard) -> Scorecard:
    """The row as it is now, locked until the transaction ends."""
    (found,) = _locked_scorecard(pk=scorecard.pk)
    return found


@prepared
def _locked_scorecard(pk: int) -> QuerySet[Scorecard]:
    rows = Scorecard.objects.select_for_update(of=("self",)).select_related(*WITH_A_SCORECARD)
    return rows.defer("framework__document").filter(pk=pk)


def locked_entry(entry: Entry) -> Entry:
    """The entry as it is now, locked after its scorecard, so that nothing changes while a scorecard is being sent: one
    statement locks its tables in the order in which they are named."""
    (found,) = _locked_entry(pk=entry.pk)
    return found


@prepared
def _locked_entry(pk: int) -> QuerySet[Entry]:
    of_card = [f"scorecard__{one}" for one in WITH_A_SCORECARD]
    rows = Entry.objects.select_for_update(of=("scorecard", "self")).select_related("indicator", *of_card)
    return rows.defer("scorecard__framework__document").filter(pk=pk)


def move_scorecard(
    scorecard: Scorecard, *, action: Action, actor: User, fields: Iterable[str] = (), **facts: Any
) -> Scorecard:
    """Write the state that `action` leads to, with `fields`, and record the event."""
    before = scorecard.state
    scorecard.state = TRANSITIONS[action][1]  # type: ignore[assignment]
    scorecard.version += 1
    check_fields(scorecard)
    scorecard.save(update_fields=["state", "version", "updated_at", *fields])
    facts["after"] = {"state": scorecard.state} | facts.get("after", {})
    record_scorecard(scorecard, actor=actor, action=action, before={"state": before}, **facts)
    return scorecard


def _move(entry: Entry, action: Action, actor: User, *, fields: Iterable[str], **facts: Any) -> Entry:
    before = entry.state
    entry.state = TRANSITIONS[action][1]  # type: ignore[assignment]
    entry.version += 1
    check_fields(entry)
    entry.save(update_fields=["state", "version", "updated_at", *fields])
    after = {"state": entry.state}
    record_entry(entry, actor=actor, action=action, before={"state": before}, after=after, **facts)
    return entry


def _refuse_misfits(entry: Entry, changes: EntryChanges) -> None:
    rubric = rubric_tree(entry.indicator)
    reasons = []
    for key, change in changes.answers.items():
        try:
            check_answer(
                rubric, key, {name: value for name, value in change.content.items() if name != "deductions"}
            )
        except AnswerError as error:
            reasons.append(describe_answer_error(error))
    if reasons:
        raise Refused(reasons)


def _refuse_closed(entry: Entry, changes: EntryChanges) -> None:
    open_ = open_criteria(entry, corrections_of(entry.scorecard))
    closed = [] if open_ is None else [key for key in changes.answers if key not in open_]
    if closed:
        sentence = _("The reviewer wants nothing mended here, so it stays as it was sent: %(keys)s.")
        raise Refused([sentence % {"keys": _titles(entry, closed)}])


def _refuse_stale(entry: Entry, known: dict[str, Answer], changes: EntryChanges) -> None:
    mine: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for key, change in changes.answers.items():
        answer = known.get(key)
        if answer and answer.version != change.version and _said(answer) != _said(change):
            both = answer.note != change.note
            mine[key], theirs[key] = _said(change, note=both), _said(answer, note=both)
    for name, text in changes.narrative.items():
        current = getattr(entry, name)
        version = changes.seen.get(name, changes.version)
        if current in ("", text) or entry.version == version:
            continue
        if _changed_since(entry, name, version):
            mine[name], theirs[name] = text, current
    if mine:
        reason = _("Somebody else changed this meanwhile: %(fields)s. Choose which value holds.")
        raise Stale([reason % {"fields": _titles(entry, mine)}], mine=mine, theirs=theirs)


def _said(answer: Answer | AnswerChange, *, note: bool = True) -> dict:
    return answer.content | ({"note": answer.note} if note else {})


def _titles(entry: Entry, names: Iterable[str]) -> str:
    nodes = rubric_tree(entry.indicator).walk()
    titles = {node.key: criterion_title(node) for node in nodes}
    titles |= {name: narrative_label(name) for name in NARRATIVE}
    return ", ".join(shortened(titles[name]) for name in names)


def _changed_since(entry: Entry, name: str, version: int) -> bool:
    """Whether the narrative field was written after the version the person saw (each save is one event)."""
    later = entry.scorecard.events.filter(subject=f"entry:{entry.pk}", action=Action.ANSWER).order_by(
        "-number"
    )
    return any(name in event.after for event in later[: max(entry.version - version, 0)])


def _write_answer(answer: Answer, change: AnswerChange, actor: User) -> None:
    answer.content, answer.typed, answer.note = change.content, change.typed, change.note
    answer.version += 1
    answer.updated_by, answer.taken_from = actor, None
    check_fields(answer)
    # saved, and the answers are read anew by whoever asks for them next
    answer.entry.answers.add(answer, bulk=False)


def _write_narrative(
    entry: Entry, narrative: dict[str, str], before: dict[str, Any], after: dict[str, Any]
) -> None:
    for name, text in narrative.items():
        if name in NARRATIVE and getattr(entry, name) != text:
            before[name], after[name] = getattr(entry, name), text
            setattr(entry, name, text)
