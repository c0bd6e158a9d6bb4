"""What a ruling on a criterion is, whether it may stand, and how it is written. The verbs are in review.py."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title, describe_answer_error, shortened
from indicators.frozen import rubric_tree
from indicators.models import Indicator
from indicators.refusals import Blocker, Stale
from indicators.scoring import AnswerError, check_answer
from scorecards.fields import check_fields
from scorecards.models import Resolution, Ruling, Submission
from scorecards.presenting.dates import day_of
from scorecards.states import Decision


@dataclass(frozen=True)
class RulingChange:
    """A ruling on one criterion: the decision, the answer that then holds, the reason, and the version seen."""

    criterion_key: str
    decision: str
    content: dict = field(default_factory=dict)
    reason: str = ""
    version: int = 0


def misfits_of(change: RulingChange, *, indicator: Indicator, said: dict[str, Any] | None) -> list[Blocker]:
    """Why a ruling cannot stand on this indicator, given what the agency `said` there; [] when it can. Each leads to
    the criterion's line on the page of rulings."""
    return [at_its_line(reason, change.criterion_key) for reason in _misfits(change, indicator, said)]


def at_its_line(reason: str, key: str) -> Blocker:
    """A refusal that leads to the line of its criterion, on whichever page it is refused."""
    return Blocker(reason, place=key, url=f"#criterion-{key}")


def _misfits(change: RulingChange, indicator: Indicator, said: dict[str, Any] | None) -> list[str]:
    rubric = rubric_tree(indicator)
    criterion = next((node for node in rubric.walk() if node.key == change.criterion_key), None)
    title = criterion_title(criterion) if criterion else change.criterion_key
    reasons = []
    if change.decision != Decision.AGREE and not change.reason.strip():
        reasons.append(_("“%(criterion)s”: say why the ruling differs.") % {"criterion": title})
    elif change.content.get("deductions") and not change.reason.strip():
        reasons.append(_("“%(criterion)s”: say why points are deducted.") % {"criterion": title})
    if change.decision == Decision.AGREE and criterion and criterion.kind == "rating":
        reasons.append(_("“%(criterion)s”: choose a rating and say why.") % {"criterion": title})
    if change.decision == Decision.CHANGE and _is_empty(change.content):
        reasons.append(_("“%(criterion)s”: write the answer that holds instead.") % {"criterion": title})
    if change.decision == Decision.CHANGE and said and change.content == said:
        reasons.append(
            _("“%(criterion)s”: the changed answer is the agency's own. Agree instead.")
            % {"criterion": title}
        )
    content = {"na": change.reason or "-"} if change.decision == Decision.NA else change.content
    try:
        check_answer(rubric, change.criterion_key, content)
    except AnswerError as error:
        reasons.append(describe_answer_error(error))
    return reasons


def misfits_among(
    changes: Iterable[RulingChange], *, submission: Submission, indicator: Indicator
) -> list[Blocker]:
    """All reasons why these rulings on an indicator of a submission cannot stand; [] when they can."""
    said = submission.content["answers"].get(indicator.code, {})
    return [
        reason
        for change in changes
        for reason in misfits_of(change, indicator=indicator, said=said.get(change.criterion_key))
    ]


def _is_empty(content: dict) -> bool:
    return not any(content.get(name) for name in ("value", "option", "inputs", "deductions"))


def refuse_stale(known: dict[str, Ruling], rulings: Iterable[RulingChange]) -> None:
    """Raise Stale with both rulings where somebody ruled since the version that was seen."""
    mine, theirs = {}, {}
    for change in rulings:
        ruling = known.get(change.criterion_key)
        if ruling and ruling.version != change.version and not is_same(ruling, change):
            mine[change.criterion_key] = {
                "decision": change.decision,
                "content": change.content,
                "reason": change.reason,
            }
            theirs[change.criterion_key] = facts_of(ruling)
    if mine:
        reason = _("Another reviewer ruled on this meanwhile: %(keys)s. Choose which ruling holds.")
        titles = ", ".join(f"“{shortened(title_in(known[key].indicator, key))}”" for key in mine)
        raise Stale([reason % {"keys": titles}], mine=mine, theirs=theirs)


def title_in(indicator: Indicator, key: str) -> str:
    """What the form calls a criterion of this indicator; the key where there is none."""
    criterion = next((node for node in rubric_tree(indicator).walk() if node.key == key), None)
    return criterion_title(criterion) if criterion else key


def is_same(ruling: Ruling, change: RulingChange) -> bool:
    """Whether the ruling on record says what the change says."""
    return (ruling.decision, ruling.content, ruling.reason) == (
        change.decision,
        change.content,
        change.reason.strip(),
    )


def facts_of(ruling: Ruling) -> dict:
    """What an event and a publication say of a ruling; {} of one that is not given yet."""
    if not ruling.decision:
        return {}
    return {"decision": ruling.decision, "content": ruling.content, "reason": ruling.reason}


def write_rulings(
    submission: Submission,
    rulings: Iterable[RulingChange],
    *,
    indicator: Indicator,
    known: dict[str, Ruling],
    actor: User,
    resolution: Resolution | None = None,
) -> tuple[dict, dict]:
    """Write the rulings that differ from the `known` ones ({criterion key: ruling}); (facts before, facts after) by
    criterion. Call inside a verb's transaction."""
    before: dict[str, dict] = {}
    after: dict[str, dict] = {}
    for change in rulings:
        key = change.criterion_key
        ruling = known.get(key) or Ruling(submission=submission, indicator=indicator, criterion_key=key)
        if ruling.pk and is_same(ruling, change):
            continue
        before[key] = facts_of(ruling)
        ruling.decision, ruling.content, ruling.reason = (
            change.decision,
            change.content,
            change.reason.strip(),
        )
        ruling.reviewer, ruling.resolution = actor, resolution
        ruling.version += 1
        check_fields(ruling)
        ruling.save()
        after[key] = facts_of(ruling)
    return before, after


def resolution_facts(resolution: Resolution) -> dict:
    """What an event and a publication say of a resolution of the committee."""
    return {
        "number": resolution.number,
        "held_on": resolution.held_on.isoformat(),
        "reason": resolution.reason,
    }


def resolution_words(ruling: dict) -> str:
    """“resolution 3/2563 of 20 Nov 2563” of a ruling as a publication holds it; "" where a reviewer ruled."""
    facts = ruling.get("resolution")
    if not facts:
        return ""
    day = day_of(dt.date.fromisoformat(facts["held_on"]))
    return _("resolution %(number)s of the committee, %(day)s") % {"number": facts["number"], "day": day}
