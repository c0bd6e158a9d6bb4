"""What the pages of the second review show: the samples, one line without its first ruling, and the agreement."""

from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Count
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title
from indicators.frozen import rubric_document, rubric_tree
from indicators.scoring import format_fixed
from indicators.thai_order import thai_order
from scorecards.answering.rubric_lines import rubric_lines
from scorecards.calibrating.agreement import Undefined, agreement
from scorecards.calibrating.pages import score_one
from scorecards.calibrating.sampling import lines_to_review
from scorecards.calibrating.sampling_forms import DrawForm
from scorecards.calibrating.second_reviewers import lines_for_nobody
from scorecards.delegation import name_of, oversees
from scorecards.models import Ruling, Sample, Scorecard, SecondRuling
from scorecards.permissions import has_role_for, may, may_manage_people
from scorecards.presenting.answer_words import in_words, numbers_in
from scorecards.presenting.paging import ON_A_PAGE, page_of
from scorecards.reviewing.forms import RulingForm
from scorecards.scoring import find_indicator
from scorecards.states import Action, Decision


def samples_page(user, form=None, *, page=None) -> dict:
    """The drawn samples for those who oversee, with the lines that no reviewer may take, and the lines that wait for
    this person, a page of them."""
    lines = lines_to_review(user).select_related(
        "submission__scorecard__agency", "submission__scorecard__round__year", "indicator"
    )
    samples = Sample.objects.select_related("framework", "round__year", "drawn_by")
    counted = samples.annotate(of=Count("lines"), done=Count("lines__done_at"))
    may_draw = has_role_for(user, Action.SAMPLE)
    return {
        "page": page_of(lines.filter(done_at=None), page),
        "given": lines.exclude(done_at=None).order_by("-done_at", "-pk")[:ON_A_PAGE],
        "samples": counted if oversees(user) else None,
        "for_nobody": lines_for_nobody(user) if oversees(user) else [],
        "may_invite": may_manage_people(user),
        "form": (form or DrawForm(user=user)) if may_draw else None,
    }


# ── the blind page ────────────────────────────────────────────────────────────────────────────────────────────────


def second_page(line, user, form=None) -> dict:
    """One line: what the agency sent, and an empty form. Nothing here reads the first rulings."""
    submission, indicator = line.submission, line.indicator
    form = form or RulingForm(submission=submission, indicator=indicator, known={})
    own = find_indicator(submission.scored, indicator.code)
    said = submission.content["answers"].get(indicator.code, {})
    notes = submission.content["notes"].get(indicator.code, {})
    asked = {criterion.key for criterion in form.criteria}
    given = {one.criterion_key: one for one in line.rulings.all()}
    return {
        "sampled": line,
        "submission": submission,
        "scorecard": submission.scorecard,
        "framework": submission.scorecard.framework,
        "indicator": indicator,
        "own": own,
        "form": form,
        "allowed": not line.done_at and may(user, Action.RULE_AGAIN, submission.scorecard),
        "narrative": submission.content["narrative"].get(indicator.code, {}),
        "lines": [
            {
                "line": one,
                "said": said.get(one.key),
                "words": in_words(said.get(one.key), one.document),
                "numbers": numbers_in(said.get(one.key), one.document),
                "note": notes.get(one.key, ""),
                "is_ruled": one.key in asked,
                "given": ruling_words(given.get(one.key), one.document),
            }
            for one in rubric_lines(rubric_document(indicator), own["children"][0])
        ],
    }


def ruling_words(ruling, document: dict) -> str:
    """A first or second ruling on the criterion of this document in words, without its reason; "" for none."""
    if ruling is None:
        return ""
    deducted = ruling.content.get("deductions") or {}
    less = "".join(f" · {name} −{count}" for name, count in deducted.items())
    if ruling.decision == Decision.CHANGE:
        return f"{_('Change')} → {in_words(ruling.content, document)}{less}"
    return (_("N/A") if ruling.decision == Decision.NA else _("Agree")) + less


# ── the agreement ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Tally:
    """The pairs of scores and of rulings of one indicator, of one pair of reviewers, or of all."""

    label: str
    scores: list = field(default_factory=list)
    rulings: int = 0
    equal: int = 0

    def add(self, compared):
        self.scores += [compared.scores] if compared.scores else []
        self.rulings += len(compared.rulings)
        self.equal += sum(same for _title, _said, _first, _second, same in compared.rulings)

    @property
    def found(self):
        return agreement(self.scores)

    @property
    def rulings_equal(self) -> str:
        return _percent(Fraction(self.equal, self.rulings)) if self.rulings else "–"

    @property
    def scores_equal(self) -> str:
        return _percent(self.found.share) if self.scores else "–"

    @property
    def quadratic(self) -> str:
        return _kappa(self.found.quadratic)

    @property
    def linear(self) -> str:
        return _kappa(self.found.linear)


@dataclass(frozen=True)
class Compared:
    """One line with both reviews. `scores` are places on the indicator's scale from 0 to 1; None where one is missing.
    `rulings` are (criterion, what was said, first, second, whether they are equal)."""

    line: object
    first_reviewers: str
    second_reviewer: str
    first: dict
    second: dict
    scores: tuple | None
    rulings: list

    @property
    def differing(self) -> list:
        return [(title, said, one, two) for title, said, one, two, same in self.rulings if not same]


def agreement_page(user, sample) -> dict:
    """How far first and second reviewers agree, over all, by indicator and by pair, and where they do not."""
    cards = Scorecard.objects.to_compare(user)
    lines = sample.lines.filter(submission__scorecard__in=cards.order_by().values("pk"))
    both = lines.exclude(done_at=None).select_related(
        "submission__scorecard__agency",
        "submission__scorecard__framework",
        "submission__scorecard__round",
        "indicator",
        "reviewer",
    )
    done = _compared(list(both))
    return {
        "sample": sample,
        "of": lines.count(),
        "done": done,
        "total": _tally(_("All"), done),
        "by_indicator": _groups(done, lambda one: f"{one.line.indicator.code} {one.line.indicator.name}"),
        "by_pair": _groups(done, lambda one: f"{one.first_reviewers} – {one.second_reviewer}"),
        "differing": [one for one in done if one.differing],
    }


def _compared(lines) -> list[Compared]:
    firsts, seconds = {}, {}
    for ruling in Ruling.objects.filter(submission__in={line.submission_id for line in lines}).select_related(
        "indicator", "reviewer"
    ):
        key = ruling.submission_id, ruling.indicator_id
        firsts.setdefault(key, {})[ruling.criterion_key] = ruling
    for ruling in SecondRuling.objects.filter(line__in=lines).select_related("line__indicator"):
        seconds.setdefault(ruling.line_id, {})[ruling.criterion_key] = ruling
    return [
        _compare(one, firsts.get((one.submission_id, one.indicator_id), {}), seconds[one.pk]) for one in lines
    ]


def _compare(line, firsts, seconds) -> Compared:
    code, submission = line.indicator.code, line.submission
    first, second = (
        find_indicator(score_one(submission, code, rulings.values()), code) for rulings in (firsts, seconds)
    )
    said = submission.content["answers"].get(code, {})
    rulings = [
        (
            criterion_title(node),
            in_words(said.get(node.key), node.document),
            (ruling_words(firsts[node.key], node.document), firsts[node.key].reason),
            (ruling_words(seconds[node.key], node.document), seconds[node.key].reason),
            _same(firsts[node.key], seconds[node.key]),
        )
        for node in rubric_tree(line.indicator).walk()
        if node.key in firsts and node.key in seconds
    ]
    names = {name_of(ruling.reviewer) for ruling in firsts.values()}
    both = _place(first), _place(second)
    return Compared(
        line=line,
        first_reviewers=", ".join(sorted(names, key=thai_order)),
        second_reviewer=name_of(line.reviewer),
        first=first,
        second=second,
        scores=None if None in both else both,
        rulings=rulings,
    )


def _same(first, second) -> bool:
    return (first.decision, first.content) == (second.decision, second.content)


def _place(node) -> Fraction | None:
    """Where a score stands on the scale of its indicator, so that different scales can be taken together."""
    if node["score"] is None:
        return None
    low, high = Fraction(node["minimum"] or 0), Fraction(node["maximum"] or 0)
    return (Fraction(node["score"]) - low) / (high - low) if high > low else Fraction(node["score"])


def _groups(done, label_of) -> list[Tally]:
    labels = sorted({label_of(one) for one in done}, key=thai_order)
    return [_tally(label, [one for one in done if label_of(one) == label]) for label in labels]


def _tally(label, done) -> Tally:
    tally = Tally(label)
    for one in done:
        tally.add(one)
    return tally


def _percent(share) -> str:
    return f"{format_fixed(share * 100, 0)} %"


def _kappa(found) -> str:
    """A kappa with three decimals, or in words why there is none."""
    if found is Undefined.TOO_FEW:
        return _("not defined: fewer than two indicators with a score on both sides")
    if found is Undefined.ONE_CATEGORY:
        return _("not defined: all scores are the same, so chance would agree as well")
    return format_fixed(found, 3).replace("-", "−")
