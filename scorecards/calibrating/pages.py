"""What the page shows on which one indicator of many agencies stands in one table."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import OuterRef, Subquery
from django.http import Http404

from indicators.explaining import criterion_title
from indicators.frozen import rubric_tree
from indicators.models import Indicator
from indicators.thai_order import thai_order
from scorecards.calibrating.reasons import form_code, keeps_reasons, library_of, used_before
from scorecards.models import Publication, Round, Ruling, Scorecard, Submission
from scorecards.presenting.answer_words import in_words
from scorecards.presenting.paging import page_of
from scorecards.reviewing.pages import difference
from scorecards.reviewing.review import ruled_on
from scorecards.scoring import find_indicator, official_answers, score_answers
from scorecards.states import Decision, ScorecardState

CONCLUDED = {ScorecardState.CONCLUDED, ScorecardState.APPROVED}  # what was concluded holds there
LAST = Fraction(10**9)  # what has no score comes after everything that has one


@dataclass(frozen=True)
class Cell:
    """One criterion at one agency: its `document`, what was said, and the ruling on it (None: not yet)."""

    is_asked: bool
    document: dict
    said: str
    ruling: Ruling | None

    @property
    def instead(self) -> str:
        """The answer that holds by the ruling, in words."""
        if self.ruling is None or self.ruling.decision != Decision.CHANGE:
            return ""
        return in_words(self.ruling.content, self.document)


@dataclass(frozen=True)
class Line:
    """One agency."""

    scorecard: Scorecard
    own: dict | None
    official: dict | None
    cells: list[Cell]

    @property
    def difference(self) -> str:
        return difference(self.own, self.official)


# By the self and the official score of an indicator, exact or None.
ORDERS = {
    "agency": lambda own, held: 0,
    "score": lambda own, held: LAST if held is None else -held,
    "difference": lambda own, held: LAST if own is None or held is None else held - own,
}


def find_compared(user, pk, code, months) -> tuple[Indicator, list[Scorecard], list[tuple[int, str]]]:
    """An indicator of a form, the scorecards of a round on which this person may see it, and the rounds there are;
    Http404 where there are none. Without `months` it is the last round."""
    rows = Indicator.objects.select_related("framework__year", "framework__variant_of")
    indicator = rows.filter(framework=pk, code=code, rubric__isnull=False).first()
    if indicator is None:
        raise Http404
    cards = Scorecard.objects.to_compare(user).of_form(form_code(indicator.framework))
    cards = cards.filter(round__year=indicator.framework.year, entries__indicator__code=code)
    cards = list(cards.select_related("agency", "framework", "round__year").defer("framework__document"))
    rounds = sorted({card.round.months for card in cards})
    chosen = int(months) if months in [str(one) for one in rounds] else rounds[-1] if rounds else None
    if chosen is None or (months and str(chosen) != months):
        raise Http404
    labels = dict(Round.Months.choices)
    found = [card for card in cards if card.round.months == chosen]
    return indicator, found, [(one, labels[one], one == chosen) for one in rounds]


def calibration_page(user, indicator, cards, *, order, page=None) -> dict:
    """One line for each agency, a page of them, the criteria as columns, and below them the reasons: used before, and
    kept."""
    order = order if order in ORDERS else "agency"
    own = {one.framework_id: one for one in _same_indicators(indicator, cards)}
    shown = page_of(_in_order(cards, indicator, own, order), page)
    submissions = _latest(shown.object_list)
    rulings = _rulings(submissions, indicator.code)
    columns = _columns(indicator, submissions)
    published = _published(submissions)
    lines = [
        _line(one, own[one.scorecard.framework_id], rulings.get(one.pk, {}), published.get(one.pk), columns)
        for one in submissions
    ]
    used, kept = used_before(user, indicator), library_of(indicator)
    return {
        "indicator": indicator,
        "framework": indicator.framework,
        "columns": columns,
        "lines": lines,
        "page": shown,
        "order": order,
        "criteria": [(key, title, used.get(key, []), kept.get(key, [])) for key, title in columns],
        "kept_for_any": kept.get("", []),
        "keeps": keeps_reasons(user),
    }


def _name(card):
    return thai_order(card.agency.name)


def _in_order(cards, indicator, own, order) -> list[Scorecard]:
    """By name, or by the scores: those that were concluded stand with the scorecard, only the others are scored."""
    cards = sorted(cards, key=_name)
    if order == "agency":
        return cards
    known = {card.pk: card.concluded_scores.get(indicator.code) for card in cards if card.state in CONCLUDED}
    unknown = _latest([card for card in cards if not known.get(card.pk)])
    rulings, published = _rulings(unknown, indicator.code), _published(unknown)
    for one in unknown:
        line = _line(
            one, own[one.scorecard.framework_id], rulings.get(one.pk, {}), published.get(one.pk), columns=[]
        )
        known[one.scorecard_id] = [node["score"] if node else None for node in (line.own, line.official)]
    scores = {pk: [None if one is None else Fraction(one) for one in pair] for pk, pair in known.items()}
    return sorted(cards, key=lambda card: ORDERS[order](*scores[card.pk]))


def _published(submissions) -> dict[int, Publication]:
    """{submission: its last publication}."""
    rows = Publication.objects.filter(submission__in=submissions).order_by("number")
    return {one.submission_id: one for one in rows}


def _latest(cards) -> list[Submission]:
    newest = Submission.objects.filter(scorecard=OuterRef("scorecard")).order_by("-number").values("pk")[:1]
    rows = Submission.objects.filter(scorecard__in=cards, pk=Subquery(newest))
    by_pk = {card.pk: card for card in cards}
    found = {one.scorecard_id: one for one in rows}
    for pk, one in found.items():
        one.scorecard = by_pk[pk]
    return [found[card.pk] for card in cards]


def _rulings(submissions, code) -> dict[int, dict[str, Ruling]]:
    """{submission: {criterion key: ruling}} of an indicator."""
    found: dict[int, dict[str, Ruling]] = {}
    rows = Ruling.objects.filter(submission__in=submissions, indicator__code=code)
    for ruling in rows.select_related("indicator", "reviewer"):
        found.setdefault(ruling.submission_id, {})[ruling.criterion_key] = ruling
    return found


def _same_indicators(indicator, cards) -> list[Indicator]:
    forms = {card.framework_id for card in cards}
    return list(Indicator.objects.filter(framework__in=forms, code=indicator.code, rubric__isnull=False))


def _columns(indicator, submissions) -> list[tuple[str, str]]:
    """(key, title) of every criterion that is ruled on at one of these agencies at least, in the form's order."""
    asked = {node.key for one in submissions for node in ruled_on(one, indicator=indicator)}
    return [(node.key, criterion_title(node)) for node in rubric_tree(indicator).walk() if node.key in asked]


def _line(submission, indicator, rulings, publication, columns) -> Line:
    said = submission.content["answers"].get(indicator.code, {})
    asked = {node.key for node in ruled_on(submission, indicator=indicator)}
    known = {node.key: node.document for node in rubric_tree(indicator).walk()}
    official = publication.scored if publication else score_one(submission, indicator.code, rulings.values())
    return Line(
        scorecard=submission.scorecard,
        own=find_indicator(submission.scored, indicator.code),
        official=find_indicator(official, indicator.code),
        cells=[
            Cell(key in asked, known.get(key, {}), in_words(said.get(key), known.get(key)), rulings.get(key))
            for key, _title in columns
        ],
    )


def score_one(submission, code, rulings) -> dict:
    """A scorecard's node document with only this indicator answered: what else there is does not move its score."""
    answers = official_answers(submission, rulings)
    return score_answers(submission.scorecard, {code: answers.get(code, {})})
