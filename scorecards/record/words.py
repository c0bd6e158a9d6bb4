"""What an event changed, in words: one teller for each kind that needs one, a table of field names for the others."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from indicators.explaining import criterion_title
from indicators.frozen import rubric_tree
from scorecards.answering.outcomes import ruling_words
from scorecards.models import NARRATIVE, Appeal, Entry, Event, FileRuling, TimeRequest
from scorecards.presenting.answer_words import in_words, narrative_label
from scorecards.presenting.dates import day_and_time
from scorecards.record.field_history import OTHER
from scorecards.states import Action, Decision, EntryState, ScorecardState

SHORT = 12  # characters of a hash, enough to compare by eye
LABELS = OTHER | {
    "open": gettext_lazy("scorecard opened"),
    "move": gettext_lazy("moved to another version of the form"),
    "change_round": gettext_lazy("dates of the round changed"),
    "comment": gettext_lazy("comment"),
    "judge_file": gettext_lazy("file accepted or not"),
    "carry_over": gettext_lazy("earlier rulings that still hold"),
    "scan_evidence": gettext_lazy("file scanned for viruses"),
    "read_evidence": gettext_lazy("file read"),
    "export_report": gettext_lazy("report downloaded"),
    "export_tables": gettext_lazy("tables downloaded"),
    "make_again": gettext_lazy("failed report made again"),
    "evidence_altered": gettext_lazy("file found altered"),
    "order_publishing": gettext_lazy("publication ordered"),
    "cancel_publishing": gettext_lazy("ordered publication cancelled"),
    "answer_time": gettext_lazy("request for more time answered"),
    "end_time_request": gettext_lazy("request for more time ended"),
}
FIELDS = {
    "state": pgettext_lazy("of work", "State"),
    "opens_at": gettext_lazy("Opening"),
    "closes_at": gettext_lazy("Closing"),
    "review_closes_at": gettext_lazy("End of the review"),
    "due_at": gettext_lazy("To be corrected until"),
    "submission": gettext_lazy("What was sent (hash)"),
    "publication": gettext_lazy("What was published (hash)"),
    "at": gettext_lazy("At"),
    "form": gettext_lazy("Form"),
    "name": gettext_lazy("File"),
    "title": gettext_lazy("Page"),
    "sha256": gettext_lazy("Hash"),
    "pages": gettext_lazy("Page or clause"),
    "covers_from": gettext_lazy("Covers from"),
    "covers_to": gettext_lazy("Covers until"),
    "secrecy": gettext_lazy("Secrecy class"),
    "outcome": gettext_lazy("Decision"),
    "until": gettext_lazy("More time until"),
    "reviewers": gettext_lazy("Reviewers"),
    "seed": gettext_lazy("Seed"),
    "indicators": gettext_lazy("Indicators"),
}
MOMENTS = {"opens_at", "closes_at", "review_closes_at", "due_at", "at", "until"}
HASHES = {"submission", "publication", "sha256"}
WORDS = {
    **dict(EntryState.choices), **dict(ScorecardState.choices), **dict(Appeal.Outcome.choices),
    **dict(TimeRequest.Outcome.choices),
    "ordinary": gettext_lazy("Ordinary"), "confidential": gettext_lazy("Confidential (lap)"),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One field: what it is called, what it was and became."""

    label: str
    was: str = ""
    now: str = ""


@dataclass
class Forms:
    """The indicators of a scorecard, with the titles of their criteria read when they are first asked for."""

    entries: dict[str, Entry]
    _criteria: dict[str, dict] = field(default_factory=dict)

    def entry_of(self, pk: object) -> Entry | None:
        return next((one for one in self.entries.values() if str(one.pk) == str(pk)), None)

    def named(self, code: str, key: str) -> tuple[str, dict | None]:
        """What the form calls a criterion or a field of the report, and the criterion's document."""
        if key in NARRATIVE:
            return narrative_label(key), None
        if code not in self._criteria:
            known = self.entries.get(code)
            nodes = rubric_tree(known.indicator).walk() if known else ()
            self._criteria[code] = {node.key: node for node in nodes}
        node = self._criteria[code].get(key)
        return (criterion_title(node), node.document) if node else (key, None)


def label_of(event: Event) -> str:
    """What was done, in a few words."""
    if event.action in LABELS:
        return str(LABELS[event.action])
    return str(Action(event.action).label) if event.action in Action.values else event.action


def code_of(event: Event, forms: Forms) -> str:
    """The code of the indicator that an event is about; "" for one about the whole scorecard."""
    kind, _colon, rest = event.subject.partition(":")
    facts = {**event.before, **event.after}
    if event.action in (Action.ASK, Action.CLARIFY):
        return next(iter(event.after), "").partition("/")[0]
    if "indicator" in facts:
        return str(facts["indicator"])
    if kind in ("submission", "second"):
        return rest.partition("/")[2]
    entry = forms.entry_of(rest if kind == "entry" else facts.get("entry"))
    return entry.indicator.code if entry else ""


def changes_of(event: Event, forms: Forms) -> list[Change]:
    """Every field that an event changed, in words."""
    tell = TELLERS.get(event.action)
    return list(tell(event, forms)) if tell else list(_facts(event))


def _answers(event: Event, forms: Forms) -> Iterator[Change]:
    code = code_of(event, forms)
    for key in {**event.before, **event.after}:
        label, document = forms.named(code, key)
        was, now = (
            in_words(facts[key], document) if key in facts else "" for facts in (event.before, event.after)
        )
        yield Change(label, was, now)


def _rulings(event: Event, forms: Forms) -> Iterator[Change]:
    code = code_of(event, forms)
    if resolution := event.after.get("resolution"):
        yield Change(_("Resolution"), now=" · ".join(str(one) for one in resolution.values() if one))
    for key, ruling in event.after.items():
        if key == "resolution":  # the committee's, beside the rulings that it changed
            continue
        label, document = forms.named(code, key)
        yield Change(label, _ruling(event.before.get(key), document), _ruling(ruling, document))


def _ruling(facts: dict[str, Any] | None, document: dict[str, Any] | None) -> str:
    facts = facts or {}
    return ruling_words(facts, document) + (f" · “{facts['reason']}”" if facts.get("reason") else "")


def _carried(event: Event, forms: Forms) -> Iterator[Change]:
    for place, decision in event.after.items():
        code, _slash, key = place.partition("/")
        yield Change(f"{code} · {forms.named(code, key)[0]}", now=str(Decision(decision).label))


def _texts(event: Event, forms: Forms) -> Iterator[Change]:
    for place, text in event.after.items():
        code, slash, key = place.partition("/")
        label = forms.named(code, key)[0] if slash else forms.named(code_of(event, forms), place)[0]
        yield Change(label, now=text)


def _returned(event: Event, forms: Forms) -> Iterator[Change]:
    yield from _facts(event)
    for code, key, remark in event.after.get("corrections", []):
        title = forms.named(code, key)[0] if key else _("the whole indicator")
        yield Change(f"{code} · {title}", now=remark)


def _judged(event: Event, forms: Forms) -> Iterator[Change]:
    was, now = (_verdict(facts) for facts in (event.before, event.after))
    yield Change(event.after.get("name", ""), was, now)


def _verdict(facts: dict[str, Any]) -> str:
    if not facts.get("verdict"):
        return ""
    said = str(FileRuling.Verdict(facts["verdict"]).label)
    return f"{said} · “{facts['remark']}”" if facts.get("remark") else said


def _assigned(event: Event, forms: Forms) -> Iterator[Change]:
    for key in event.after:
        label = FIELDS["reviewers"] if key == "reviewers" else f"{FIELDS['reviewers']} · {key}"
        yield Change(str(label), ", ".join(event.before.get(key, [])), ", ".join(event.after[key]))


def _brought(event: Event, forms: Forms) -> Iterator[Change]:
    for file in event.after.get("files", []):
        proof = file.get("sha256", "")[:SHORT] or file.get("url", "")
        yield Change(_("New evidence"), now=f"{file['name']} · {proof}")


def _nothing(event: Event, forms: Forms) -> Iterator[Change]:
    """What has no words of its own: a plan's figures stand on its page, parts and moves in the label."""
    yield from ()


Teller = Callable[[Event, Forms], Iterator[Change]]
TELLERS: dict[str, Teller] = {
    **dict.fromkeys([Action.ANSWER, "prefill", "take_over"], _answers),
    Action.RULE: _rulings,
    Action.AMEND: _rulings,
    Action.RULE_AGAIN: _rulings,
    "carry_over": _carried,
    **dict.fromkeys([Action.ASK, Action.CLARIFY, "comment"], _texts),
    Action.RETURN: _returned,
    "judge_file": _judged,
    **dict.fromkeys([Action.ASSIGN, Action.HAND_OVER], _assigned),
    Action.APPEAL: _brought,
    **dict.fromkeys(["plan", "share_out", "finish_parts"], _nothing),
}


def _facts(event: Event) -> Iterator[Change]:
    for name, label in FIELDS.items():
        was, now = (_value(name, facts.get(name)) for facts in (event.before, event.after))
        if was != now:
            yield Change(str(label), was, now)


def _value(name: str, value: Any) -> str:
    if not value:
        return ""
    if name in MOMENTS:
        return day_and_time(dt.datetime.fromisoformat(value))
    if name in HASHES:
        return str(value)[:SHORT]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(WORDS.get(value, value))
