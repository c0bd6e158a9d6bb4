"""Moving a running scorecard to another version of its form: first what changes, then the change."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from indicators.frozen import framework_tree, leaf_groups, rubrics_of
from indicators.models import Framework
from indicators.permissions import require_configurer
from indicators.refusals import Refused
from indicators.scoring import fits, node_document, score_framework, walk_document
from scorecards.events import record_scorecard
from scorecards.models import NARRATIVE, Entry, Scorecard
from scorecards.rounds.opening import open_scorecard
from scorecards.scoring import answers_of_scorecard, score_scorecard
from scorecards.states import AGENCY_WORKS


@dataclass(frozen=True)
class Moved:
    """One indicator before and after: its scores as published, and the answers that find no place in the new form."""

    code: str
    old: str
    new: str
    lost: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return self.old != self.new or bool(self.lost)


def codes_between(old: Framework, new: Framework) -> dict[str, str]:
    """{code in the old form: code in the new}, by the new form's `continues`."""
    renamed = {one["old"]: one["new"] for one in (new.head.get("continues") or {}).get("codes") or ()}
    return {code: renamed.get(code, code) for code in leaf_groups(framework_tree(old))}


def preview_move(scorecard: Scorecard, form: Framework) -> list[Moved]:
    """What moving to `form` would do to each indicator's score and answers. Writes nothing."""
    answers = answers_of_scorecard(scorecard)
    names = codes_between(scorecard.framework, form)
    kept, lost = _fitting(form, {names.get(code, code): one for code, one in answers.items()})
    old = _shown(score_scorecard(scorecard, answers))
    new = _shown(node_document(score_framework(framework_tree(form), kept, round=scorecard.round.months)))
    found = [
        Moved(names[code], old.get(code, ""), new.get(names[code], "–"), lost.get(names[code], ()))
        for code in names
    ]
    added = [Moved(code, "–", score) for code, score in new.items() if code not in names.values()]
    return [*found, *added]


def _fitting(form: Framework, answers: dict[str, dict]) -> tuple[dict[str, dict], dict[str, tuple[str, ...]]]:
    rubrics = rubrics_of(framework_tree(form))
    kept: dict[str, dict] = {}
    lost: dict[str, tuple[str, ...]] = {}
    for code, key, content in (
        (code, key, one) for code, given in answers.items() for key, one in given.items()
    ):
        if code in rubrics and fits(rubrics[code], key, content):
            kept.setdefault(code, {})[key] = content
        else:
            lost[code] = (*lost.get(code, ()), key)
    return kept, lost


def _shown(document: dict[str, Any]) -> dict[str, str]:
    leaves = [node for node in walk_document(document) if node["kind"] == "indicator"]
    return {node["key"]: node["score_shown"] or "–" for node in leaves if node["state"] != "absent"}


@transaction.atomic
def move_to_form(scorecard: Scorecard, form: Framework, *, actor: User, reason: str) -> Scorecard:
    """Let a running scorecard go on under `form`. Answers stay with their criteria; those without a place there are
    kept in the event. Refused after sending, without a reason, and for a form of another year."""
    require_configurer(actor)
    scorecard = Scorecard.objects.select_for_update().get(pk=scorecard.pk)
    _require_movable(scorecard, form, reason)
    moved = preview_move(scorecard, form)
    before = {"form": scorecard.framework.code, "hash": scorecard.framework.content_hash}
    lost = _move_entries(scorecard, form, moved)
    scorecard.refresh_from_db()
    open_scorecard(scorecard.agency, form, scorecard.round, actor=actor)
    record_scorecard(
        scorecard,
        actor=actor,
        action="move",
        before=before,
        reason=reason,
        after={
            "form": form.code,
            "hash": form.content_hash,
            "without_a_place": lost,
            "changed": {one.code: [one.old, one.new, list(one.lost)] for one in moved if one.differs},
        },
    )
    return scorecard


def _require_movable(scorecard: Scorecard, form: Framework, reason: str) -> None:
    if scorecard.state not in AGENCY_WORKS:
        raise Refused(
            [_("What was sent stays under the form it was sent with. Return it for correction first.")]
        )
    if not reason.strip():
        raise Refused([_("Say why: the resolution that changes the form.")])
    if form.is_draft or form.year_id != scorecard.framework.year_id:
        raise Refused([_("A scorecard moves only to a published form of its own year.")])


def _move_entries(scorecard: Scorecard, form: Framework, moved: list[Moved]) -> dict[str, dict]:
    """Put every indicator's work under its row of the new form; returns what found no place there, by code."""
    names = codes_between(scorecard.framework, form)
    targets = {row.code: row for row in form.indicators.all() if row.is_leaf}
    without = {one.code: one.lost for one in moved}
    lost = {}
    entries = list(scorecard.entries.select_related("indicator"))
    Scorecard.objects.filter(pk=scorecard.pk).update(framework=form)
    for entry in entries:
        row = targets.get(names.get(entry.indicator.code, entry.indicator.code))
        if row is None:
            lost[entry.indicator.code] = _let_go(entry)
            continue
        entry.indicator = row
        entry.save(update_fields=["indicator"])
        if homeless := entry.answers.filter(criterion_key__in=without.get(row.code, ())):
            lost[row.code] = {"answers": {answer.criterion_key: answer.content for answer in homeless}}
            homeless.delete()
    return lost


def _let_go(entry: Entry) -> dict:
    """Remove the work on an indicator that the new form does not have; what was written goes into the event. Refused
    where files prove it: those stay for ever."""
    answers = {answer.criterion_key: answer.content for answer in entry.answers.all()}
    kept = {"answers": answers} | {name: getattr(entry, name) for name in NARRATIVE}
    try:
        entry.answers.all().delete()
        entry.delete()
    except ProtectedError:
        sentence = _(
            "Indicator %(code)s has files: end it by its rounds instead of leaving it out of the form."
        )
        raise Refused([sentence % {"code": entry.indicator.code}]) from None
    return kept
