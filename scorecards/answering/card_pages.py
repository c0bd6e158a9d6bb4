"""What the SAR card shows: the official table of a scorecard, with the rounds before it."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User

from indicators.frozen import indicators_of
from indicators.thai_order import thai_order
from scorecards.calibrating.reasons import form_code
from scorecards.clock import database_now
from scorecards.delegation import belongs_to, holds, name_of
from scorecards.models import Appeal, Entry, Publication, Round, Scorecard, Submission
from scorecards.permissions import may
from scorecards.prepared import prepared
from scorecards.results.appealing import closes_at
from scorecards.results.past_results import past_results
from scorecards.scoring import answers_by_indicator, misses_by_rounding, score_scorecard, told_result
from scorecards.states import AGENCY_WORKS, SENDING_ROLES, Action, ScorecardState
from scorecards.time_requests import last_request


def own_result(card, *, is_own: bool, entries=None) -> dict:
    """The agency's own result: live while it works (to its own people only), from the record once it was sent.
    `entries` are the scorecard's, where they are known."""
    if is_own and card.state in AGENCY_WORKS:
        return score_scorecard(card, answers_by_indicator(entries) if entries is not None else None)
    return card.submissions.defer("content").latest("number").scored


def publication_of(card) -> Publication | None:
    """The official record, once it is published."""
    return card.publications.first() if card.state == ScorecardState.PUBLISHED else None


def senders_of(card, user) -> list[str]:
    """The names of those who send the agency's report, for a colleague who does not; of whoever does, nobody."""
    if holds(user, SENDING_ROLES, agency=card.agency_id):
        return []
    rows = User.objects.filter(
        memberships__agency=card.agency_id, memberships__role__in=SENDING_ROLES, is_active=True
    )
    return sorted({name_of(one) for one in rows}, key=thai_order)


@dataclass(frozen=True)
class Column:
    """One round of the card: its scorecard with the agency's own and the official result."""

    card: Scorecard
    own: dict
    official: dict | None

    @cached_property
    def nodes(self) -> list[dict]:
        """{(kind, key): node} of the own and of the official result: components and indicators, not their rubrics."""
        return [
            {(one["kind"], one["key"]): one for one in _groups(result)}
            for result in (self.own, self.official)
        ]

    def cell(self, code: str) -> dict:
        """An indicator in this round: result, own and official score, weighted score."""
        own, official = (nodes.get(("indicator", code)) for nodes in self.nodes)
        if own is None or own["state"] == "absent":
            return {"absent": True}
        return {
            "node": own,
            "official": official,
            "result": told_result(own),
            "weighted": (official or own)["weighted_shown"],
        }

    def part(self, node: dict) -> dict:
        """The same component in this round."""
        own, official = (nodes.get((node["kind"], node["key"])) for nodes in self.nodes)
        own = own or {}
        return {"node": own, "official": official, "weighted": (official or own).get("weighted_shown", "")}


def scorecard_page(card, user, *, all_rounds: bool = False) -> dict:
    """The SAR card: lines by component, totals, what may be done; with `all_rounds` the rounds before it, too."""
    is_own = belongs_to(user, card.agency_id)
    earlier = earlier_rounds(card, user)
    indicators = indicators_of(card.framework)
    entries = entries_of(card, indicators)
    columns = [column_of(one, is_own=is_own) for one in (earlier if all_rounds else ())]
    columns.append(here := column_of(card, is_own=is_own, entries=entries))
    publication = publication_of(card)
    return {
        "scorecard": card,
        "framework": card.framework,
        "own": here.own,
        "official": here.official,
        "columns": columns,
        "earlier": earlier,
        "all_rounds": all_rounds and bool(earlier),
        "groups": card_groups(card, columns, entries=entries, indicators=indicators.values()),
        "years": [card.framework.year.year - 2, card.framework.year.year - 1],
        "footnote": misses_by_rounding(here.official or here.own),
        "publication": publication,
        **(appeals_page(publication, user, entries) if publication and is_own else {}),
        "submission": next(iter(_submissions(scorecard=card.pk)), None),
        "sending": may(user, Action.SUBMIT, card),
        "recalling": may(user, Action.RECALL, card),
        "is_own": is_own,
        "works": card.state in AGENCY_WORKS,
        "extension": extension_of(card),
        "asking": may(user, Action.ASK_TIME, card),
        "asked": last_request(card) if is_own else None,
        "returned": last_return(card) if card.state == ScorecardState.RETURNED else None,
    }


@prepared
def _submissions(scorecard):
    return Submission.objects.filter(scorecard=scorecard).defer("content", "scored")[:1]


def extension_of(card):
    """The event by which the agency was given more time last, with the reason; None without one."""
    if not card.extended_to:
        return None
    return card.events.filter(action=Action.EXTEND).order_by("-number").first()


def appeals_page(publication, user, entries) -> dict:
    """What the agency's people read of appeals above their table: until when one may be made by this person (None where
    they may not, or no more), and how each that was made stands."""
    closes, card = closes_at(publication), publication.scorecard
    is_open = may(user, Action.APPEAL, card) and database_now() < closes
    made = Appeal.objects.filter(publication__scorecard=card).select_related("indicator")
    by_code = {entry.indicator.code: entry for entry in entries}
    rows = [(by_code[one.indicator.code], one) for one in made.order_by("opened_at", "pk")]
    return {"appeal_until": closes if is_open else None, "appeals": rows}


def last_return(card):
    """The event by which the scorecard was last returned, with the remark."""
    return card.events.filter(action=Action.RETURN).order_by("-number").first()


@prepared
def _entries(scorecard):
    return Entry.objects.filter(scorecard=scorecard).select_related("updated_by")


def entries_of(card, indicators) -> list[Entry]:
    """The entries of the scorecard in order, with these indicators of its form ({pk: indicator}) and who wrote last."""
    entries = _entries(scorecard=card.pk)
    for entry in entries:
        entry.scorecard, entry.indicator = card, indicators[entry.indicator_id]
    return entries


def column_of(card, *, is_own: bool, entries=None) -> Column:
    """The column of this round."""
    publication = publication_of(card)
    own = own_result(card, is_own=is_own, entries=entries)
    return Column(card, own, publication.scored if publication else None)


def earlier_rounds(card, user) -> list[Scorecard]:
    """This year's rounds before this one, under the same form in any version, as far as this person may see them."""
    if card.round.months == Round.Months.SIX:
        return []
    found = _rounds_before(
        agency=card.agency_id,
        form=form_code(card.framework),
        year=card.framework.year_id,
        year_of_round=card.round.year_id,
        months=card.round.months,
    )
    if not found or belongs_to(user, card.agency_id):
        return found
    seen = set(
        Scorecard.objects.visible_to(user)
        .filter(pk__in=[one.pk for one in found])
        .values_list("pk", flat=True)
    )
    return [one for one in found if one.pk in seen]


@prepared
def _rounds_before(agency, form, year, year_of_round, months):
    rows = Scorecard.objects.of_form(form).filter(
        agency=agency, framework__year=year, round__year=year_of_round, round__months__lt=months
    )
    return rows.select_related("framework__year", "round__year").order_by("round__months")


def card_groups(card, columns: list[Column], *, entries, indicators) -> list[dict]:
    """The components in the order of the form, each with its lines; indicators of other rounds are there, as absent."""
    by_code = {entry.indicator.code: entry for entry in entries}
    rows = {row.code: row for row in indicators if row.is_leaf}
    results = past_results(card.agency, card.framework, rows.values())
    groups: list[dict] = []
    _gather(columns[-1].own, columns, (by_code, rows, results), groups)
    return [group for group in groups if group["lines"]]


def _gather(node, columns, known, groups):
    for child in node["children"]:
        if child["kind"] == "component":
            groups.append({"node": child, "lines": [], "columns": [one.part(child) for one in columns]})
            _gather(child, columns, known, groups)
        elif child["kind"] == "indicator" and child["key"] in known[1]:
            if not groups:
                groups.append({"node": node, "lines": [], "columns": [one.part(node) for one in columns]})
            groups[-1]["lines"].append(_card_line(child, columns, known))
        elif child["kind"] == "indicator":
            _gather(child, columns, known, groups)


def _groups(result):
    """A result and the components and indicators in it, from the top down."""
    if result:
        yield result
        for child in result["children"]:
            if child["kind"] in ("component", "indicator"):
                yield from _groups(child)


def _card_line(node, columns, known) -> dict:
    entries, rows, results = known
    indicator = rows[node["key"]]
    year = columns[-1].card.framework.year.year
    return {
        "entry": entries.get(indicator.code),
        "indicator": indicator,
        "node": node,
        "history": [results.get(indicator.code, {}).get(one, "") for one in (year - 2, year - 1)],
        "columns": [column.cell(indicator.code) for column in columns],
    }
