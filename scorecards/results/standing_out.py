"""What the committee should look at before it approves: differences, outliers, reasons that say too little, agreement
in spite of a file that was not accepted, second reviewers who ruled otherwise. Reads only."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title
from indicators.frozen import framework_tree, rubric_tree
from indicators.models import Indicator
from indicators.scoring import format_fixed
from scorecards.models import FileRuling, Ruling, Scorecard, SecondRuling, Submission
from scorecards.results.outliers import Fences, fences
from scorecards.scoring import signed
from scorecards.states import RULED, Decision

# Letters and digits of a reason; fewer tell an agency nothing ("-", "ok", "ตามเกณฑ์" is 7).
SHORTEST_REASON = 10
WHOLE = ""
# Of one thing that stands out: submission, kind, codes of the indicator and of the criterion, sentence.
Found = tuple[int, "Kind", str, str, str]


class Kind(StrEnum):
    """What makes a ruling stand out."""

    DIFFERENCE = "difference"
    OUTLIER = "outlier"
    REASON = "reason"
    FILE = "file"
    SECOND = "second"


@dataclass(frozen=True)
class Finding:
    """One thing to look at; `code` is its indicator ("" is the whole scorecard). str() is the sentence."""

    kind: Kind
    code: str
    sentence: str
    url: str

    def __str__(self) -> str:
        return self.sentence


def concluded_scores(card: Scorecard) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    """{indicator code: (self score, official score)} as concluded; "" is the whole scorecard."""
    return {code: (_number(own), _number(held)) for code, (own, held) in card.concluded_scores.items()}


def whole_figures(card: Scorecard) -> dict[str, str]:
    """The scores of a whole scorecard as concluded, and what moved between them, as they are printed."""
    own, held = concluded_scores(card).get(WHOLE, (None, None))
    places = framework_tree(card.framework).places
    moved = Fraction(0) if own is None or held is None else held - own
    shown = {"own": own, "official": held}
    return {name: format_fixed(one, places) for name, one in shown.items()} | {
        "difference": signed(moved, places)
    }


def fences_among(form: str, *, year: int, months: int) -> dict[str, Fences]:
    """{indicator code: the fences of the official scores} of every concluded review of a form and round."""
    rows = Scorecard.objects.of_form(form).filter(
        round__year__year=year, round__months=months, state__in=RULED
    )
    scores: dict[str, list[Fraction]] = defaultdict(list)
    for concluded in rows.order_by().values_list("concluded_scores", flat=True):
        for code, (_own, held) in concluded.items():
            if held is not None:
                scores[code].append(Fraction(held))
    found = {code: fences(values) for code, values in scores.items()}
    return {code: one for code, one in found.items() if one is not None}


def findings_of(cards: Collection[Scorecard], among: dict[str, Fences]) -> dict[int, list[Finding]]:
    """{scorecard: what stands out}, the largest differences first, for cards with their `latest` submission's key."""
    found: dict[int, list[Finding]] = {card.pk: _of_scores(card, among) for card in cards}
    latest = {one.pk: one.scorecard_id for one in _latest(cards)}
    known = {card.pk: card for card in cards}
    for by_row in (_thin_reasons, _files_not_accepted, _other_second_rulings):
        for submission, kind, code, key, sentence in by_row(latest):
            card = known[latest[submission]]
            found[card.pk].append(Finding(kind, code, sentence, _place(card, code, key)))
    return found


def _latest(cards: Iterable[Scorecard]) -> Collection[Submission]:
    rows = (
        Submission.objects.filter(scorecard__in=cards)
        .order_by("scorecard", "-number")
        .only("pk", "scorecard")
    )
    newest: dict[int, Submission] = {}
    for one in rows:
        newest.setdefault(one.scorecard_id, one)
    return newest.values()


def _of_scores(card: Scorecard, among: dict[str, Fences]) -> list[Finding]:
    scores, places = concluded_scores(card), framework_tree(card.framework).places
    moved = [(code, own, held) for code, (own, held) in scores.items() if code != WHOLE and own != held]
    moved.sort(key=lambda one: abs(Fraction(one[2] or 0) - Fraction(one[1] or 0)), reverse=True)
    found = [
        Finding(Kind.DIFFERENCE, code, _difference(code, own, held, places), _place(card, code))
        for code, own, held in moved
    ]
    for code, (_own, held) in scores.items():
        if code in among and held is not None and not among[code].holds(held):
            sentence = _outlier(code, held, among[code].middle, places)
            found.append(Finding(Kind.OUTLIER, code, sentence, _place(card, code)))
    return found


def _difference(code: str, own: Fraction | None, held: Fraction | None, places: int) -> str:
    if own is None or held is None:
        return _("%(code)s: a score on one side only.") % {"code": code}
    facts = {"own": format_fixed(own, places), "official": format_fixed(held, places)}
    facts |= {"code": code, "difference": signed(held - own, places)}
    return _("%(code)s: %(difference)s (self %(own)s, official %(official)s).") % facts


def _outlier(code: str, held: Fraction, middle: Fraction, places: int) -> str:
    facts = {"score": format_fixed(held, places), "middle": format_fixed(middle, places)}
    if code == WHOLE:
        return _("The whole: %(score)s lies far from the others, whose median is %(middle)s.") % facts
    sentence = _("%(code)s: %(score)s lies far from the others, whose median is %(middle)s.")
    return sentence % (facts | {"code": code})


def _thin_reasons(latest: Iterable[int]) -> Iterator[Found]:
    rows = (
        Ruling.objects.filter(submission__in=latest)
        .exclude(decision=Decision.AGREE)
        .select_related("indicator")
    )
    for one in rows.order_by("indicator__position", "pk"):
        if len(re.findall(r"\w", one.reason)) < SHORTEST_REASON:
            facts = {"code": one.indicator.code, "criterion": _title(one), "reason": one.reason}
            sentence = _("%(code)s: the reason at “%(criterion)s” says little: “%(reason)s”.") % facts
            yield one.submission_id, Kind.REASON, one.indicator.code, one.criterion_key, sentence


def _files_not_accepted(latest: Iterable[int]) -> Iterator[Found]:
    """A file that was not accepted, and yet the answer that it was to prove holds."""
    rows = FileRuling.objects.filter(submission__in=latest, verdict=FileRuling.Verdict.REJECT)
    rejected = list(rows.select_related("submission").order_by("pk"))
    agreed = set(
        Ruling.objects.filter(
            submission__in={one.submission_id for one in rejected}, decision=Decision.AGREE
        ).values_list("submission", "indicator__code", "criterion_key")
    )
    for one in rejected:
        file = next(file for file in one.submission.content["evidence"] if file["id"] == one.file_id)
        code, key = file["indicator"], file["criterion_key"]
        if (one.submission_id, code, key) in agreed:
            sentence = _("%(code)s: “%(file)s” was not accepted, and yet its answer holds.")
            yield one.submission_id, Kind.FILE, code, key, sentence % {"code": code, "file": file["name"]}


def _other_second_rulings(latest: Iterable[int]) -> Iterator[Found]:
    rows = SecondRuling.objects.filter(line__submission__in=latest).select_related("line__indicator")
    firsts = {
        (one.submission_id, one.indicator_id, one.criterion_key): one
        for one in Ruling.objects.filter(submission__in=latest, indicator__in=rows.values("line__indicator"))
    }
    for second in rows.order_by("pk"):
        line = second.line
        first = firsts.get((line.submission_id, line.indicator_id, second.criterion_key))
        if first and (first.decision, first.content) != (second.decision, second.content):
            facts = {"code": line.indicator.code, "criterion": _title(second, line.indicator)}
            sentence = _("%(code)s: the second reviewer ruled otherwise on “%(criterion)s”.") % facts
            yield line.submission_id, Kind.SECOND, line.indicator.code, second.criterion_key, sentence


def _title(ruling: Ruling | SecondRuling, indicator: Indicator | None = None) -> str:
    nodes = rubric_tree(indicator or ruling.indicator).walk()
    found = next((node for node in nodes if node.key == ruling.criterion_key), None)
    return criterion_title(found) if found else ruling.criterion_key


def _place(card: Scorecard, code: str, key: str = "") -> str:
    if code == WHOLE:
        return reverse("decide", args=[card.pk])
    return reverse("review", args=[card.pk, code]) + (f"#criterion-{key}" if key else "")


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
