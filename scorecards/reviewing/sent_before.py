"""What a review tells of the submission before the one that is ruled on: what differs, and what had been asked. Reads
only."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.models import Indicator
from scorecards.models import Submission
from scorecards.presenting.answer_words import in_words
from scorecards.reviewing.carrying_over import changed_criteria, previous_of
from scorecards.states import Action

if TYPE_CHECKING:
    from scorecards.answering.rubric_lines import Line


@dataclass(frozen=True)
class Before:
    """The earlier submission of one indicator, with the remarks under which it was returned ({criterion key: text})."""

    submission: Submission
    indicator: Indicator
    changed: set[str]
    remarks: dict[str, str]

    @property
    def remark(self) -> str:
        """What was asked of the whole scorecard and of the whole indicator."""
        returns = self.submission.scorecard.events.filter(action=Action.RETURN)
        since = returns.filter(at__gte=self.submission.submitted_at).order_by("number")
        said = since.values_list("reason", flat=True).first() or ""
        return "\n".join(filter(None, [said, self.remarks.get("", "")]))

    @property
    def files(self) -> set[str]:
        """The hashes and addresses of what proved the indicator then."""
        sent = self.submission.content.get("evidence", [])
        return {one.get("sha256") or one["url"] for one in sent if one["indicator"] == self.indicator.code}

    def line(self, line: "Line") -> dict:
        """Of one criterion: whether it differs, what the answer was, what was asked."""
        code, key = self.indicator.code, line.key
        said = self.submission.content["answers"].get(code, {}).get(key) or {}
        if note := self.submission.content["notes"].get(code, {}).get(key, ""):
            said = said | {"note": note}
        words = in_words(said, line.document)
        return {"changed": key in self.changed, "words": words, "asked": self.remarks.get(key, "")}


def sent_before(submission: Submission, indicator: Indicator) -> Before | None:
    """None of a first submission."""
    earlier = previous_of(submission)
    if earlier is None:
        return None
    asked = earlier.corrections.filter(indicator=indicator).values_list("criterion_key", "remark")
    return Before(earlier, indicator, changed_criteria(earlier, submission, indicator.code), dict(asked))
