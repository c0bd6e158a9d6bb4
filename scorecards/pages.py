"""What the agency's pages show: gathered here once, printed by the templates, never stored."""

from fractions import Fraction

from indicators.explaining import derivation, words
from indicators.frozen import rubric_document
from indicators.scoring import format_fixed, walk_document
from indicators.scoring.numbers import grouped
from scorecards.blockers import entry_blockers
from scorecards.forms import RemarkForm
from scorecards.models import Owner, Publication
from scorecards.past_results import past_results
from scorecards.permissions import may
from scorecards.rubric_lines import rubric_lines
from scorecards.scoring import answers_of, find_indicator, result_of, score_entry, score_scorecard
from scorecards.states import AGENCY_WORKS, Action, ScorecardState

CARD_FIELDS = (
    "definition",
    "formula_text",
    "target",
    "conditions",
    "guidance",
    "data_source",
    "reference",
    "objective",
)


def own_result(card, *, is_own: bool) -> dict:
    """The agency's own result: live while it works (to its own people only), from the record once it was sent."""
    if is_own and card.state in AGENCY_WORKS:
        return score_scorecard(card)
    return card.submissions.latest("number").scored


def publication_of(card) -> Publication | None:
    """The official record, once it is published."""
    return card.publications.first() if card.state == ScorecardState.PUBLISHED else None


def scorecard_page(card, user) -> dict:
    """The SAR card: lines by component, totals, what may be done."""
    is_own = user.memberships.filter(agency_id=card.agency_id).exists()
    own, publication = own_result(card, is_own=is_own), publication_of(card)
    official = publication.scored if publication else None
    return {
        "scorecard": card,
        "framework": card.framework,
        "own": own,
        "official": official,
        "groups": card_groups(card, own, official),
        "years": [card.framework.year.year - 2, card.framework.year.year - 1],
        "footnote": misses_by_rounding(official or own),
        "publication": publication,
        "submission": card.submissions.first(),
        "sending": may(user, Action.SUBMIT, card),
        "recalling": may(user, Action.RECALL, card),
        "is_own": is_own,
        "works": card.state in AGENCY_WORKS,
    }


def card_groups(card, own, official) -> list[dict]:
    """The components in the order of the form, each with its lines."""
    entries = {entry.indicator.code: entry for entry in card.entries.select_related("indicator")}
    for entry in entries.values():
        entry.scorecard = card
    results = past_results(card.agency, card.framework)
    groups: list[dict] = []
    _gather(own, official, entries, results, groups)
    return [group for group in groups if group["lines"]]


def _gather(node, official, entries, results, groups):
    for child in node["children"]:
        if child["kind"] == "component":
            group = {"node": child, "lines": [], "official": _twin(official, child)}
            groups.append(group)
            _gather(child, official, entries, results, groups)
        elif child["kind"] == "indicator" and child["key"] in entries:
            if not groups:
                groups.append({"node": node, "lines": [], "official": official})
            groups[-1]["lines"].append(_card_line(child, official, entries[child["key"]], results))
        elif child["kind"] == "indicator":
            _gather(child, official, entries, results, groups)


def _twin(official, node):
    """The same component in the official record."""
    nodes = walk_document(official) if official else []
    return next((one for one in nodes if (one["kind"], one["key"]) == (node["kind"], node["key"])), None)


def _card_line(node, official, entry, results) -> dict:
    year = entry.scorecard.framework.year.year
    return {
        "entry": entry,
        "indicator": entry.indicator,
        "node": node,
        "official": find_indicator(official, node["key"]) if official else None,
        "history": [results.get(entry.indicator.code, {}).get(one, "") for one in (year - 2, year - 1)],
        "result": grouped(result_of(node)),
    }


def misses_by_rounding(total) -> bool:
    """Whether the printed column of weighted scores misses its printed total in the last place."""
    printed = [node["weighted_shown"] for node in _leaves(total) if node["weighted_shown"]]
    if not printed:
        return False
    places = len(total["weighted_shown"].partition(".")[2])
    return format_fixed(sum(map(Fraction, printed), Fraction(0)), places) != total["weighted_shown"]


def _leaves(node):
    below = [child for child in node["children"] if child["kind"] in ("component", "indicator")]
    return [node] if not below else [leaf for child in below for leaf in _leaves(child)]


def entry_page(entry, form, user) -> dict:
    """One indicator: the form with its result so far, the score panel, the card's prose, history, what may be done."""
    card = entry.scorecard
    publication = publication_of(card)
    submission = None if card.state in AGENCY_WORKS else card.submissions.latest("number")
    siblings = list(card.entries.values_list("pk", flat=True))
    here = siblings.index(entry.pk)
    panel = score_panel(entry, form, submission)
    official = find_indicator(publication.scored, entry.indicator.code) if publication else None
    return panel | {
        "scorecard": card,
        "form": form,
        "prose": [(name, entry.indicator.text(name)) for name in CARD_FIELDS if entry.indicator.text(name)],
        "owners": Owner.objects.filter(
            assignment__agency=card.agency_id,
            assignment__form=card.framework_id,
            indicator_code=entry.indicator.code,
        ),
        "history": past_results(card.agency, card.framework).get(entry.indicator.code, {}),
        "may_answer": may(user, Action.ANSWER, entry),
        "may_propose": may(user, Action.PROPOSE, entry),
        "may_endorse": may(user, Action.ENDORSE, entry),
        "may_send_back": may(user, Action.SEND_BACK, entry),
        "blockers": entry_blockers(entry) if card.state in AGENCY_WORKS else [],
        "remark_form": RemarkForm(),
        "rulings": publication.content["rulings"].get(entry.indicator.code, {}) if publication else {},
        "official": official,
        "official_derivation": derivation(official, rubric_document(entry.indicator)) if official else [],
        "previous": siblings[here - 1] if here else None,
        "next": siblings[here + 1] if here + 1 < len(siblings) else None,
    }


def score_panel(entry, form, submission=None) -> dict:
    """The score of what stands in the form (or of what was sent) and how it comes about."""
    if submission is not None:
        node = find_indicator(submission.scored, entry.indicator.code)
    else:
        node = score_entry(entry, form.answers() if form.is_bound else answers_of(entry))
    rubric = rubric_document(entry.indicator)
    return {
        "entry": entry,
        "framework": entry.scorecard.framework,
        "node": node,
        "is_sent": submission is not None,
        "lines": rubric_lines(rubric, node["children"][0]) if node["children"] else [],
        "derivation": derivation(node, rubric),
        "faults": form.errors if form.is_bound else {},
        "unit": words(entry.indicator.card.get("unit")),
    }
