"""What the committee sees: the concluded reviews of a form and round, and what stands out in each."""

from fractions import Fraction

from indicators.thai_order import thai_order
from scorecards.models import Scorecard
from scorecards.permissions import may
from scorecards.presenting.paging import page_of
from scorecards.presenting.ticks import NOBODY_TICKED
from scorecards.results.publish_pages import groups_in, in_group
from scorecards.results.standing_out import WHOLE, concluded_scores, fences_among, findings_of, whole_figures
from scorecards.states import Action, ScorecardState

ORDERS = ("difference", "agency")


def concluded_for(user):
    """The concluded scorecards before this person."""
    visible = Scorecard.objects.visible_to(user).filter(state=ScorecardState.CONCLUDED)
    return visible.exclude(agency__memberships__user=user)


def committee_page(user, *, group: str, order: str, page, ticks=NOBODY_TICKED) -> dict:
    """One form and round of the concluded scorecards (`group`, otherwise the first), a page of it: those whose score
    moved most first, or by agency. Of those that nobody saw yet the ones are ticked in which nothing stands out."""
    concluded = concluded_for(user)
    groups = groups_in(concluded)
    chosen = next((one for one in groups if one["key"] == group), groups[0] if groups else None)
    order = order if order in ORDERS else ORDERS[0]
    facts = {"groups": groups, "chosen": chosen, "order": order}
    if chosen is None:
        return facts | {"lines": []}
    cards = in_group(concluded, chosen)
    cards = cards.select_related("agency", "framework", "round__year", "concluded_by")
    cards = sorted(cards, key=SORTED[order])
    part = page_of(cards, page)
    among = fences_among(chosen["form"], year=chosen["year"], months=chosen["months"])
    findings = findings_of(list(part), among)
    return facts | {
        "page": part,
        "lines": [
            _line(card, findings[card.pk], user)
            | {"ticked": ticks.holds(card.pk, by_default=not findings[card.pk])}
            for card in part
        ],
        **ticks.page(
            [card.pk for card in part],
            [card.pk for card in cards],
            apart=concluded.values_list("pk", flat=True),
        ),
    }


def findings_on(card) -> list:
    """What stands out in one scorecard that is concluded or further."""
    form = (card.framework.variant_of or card.framework).code
    among = fences_among(form, year=card.round.year.year, months=card.round.months)
    return findings_of([card], among)[card.pk]


def _moved(card) -> Fraction:
    own, held = concluded_scores(card).get(WHOLE, (None, None))
    return Fraction(0) if own is None or held is None else held - own


SORTED = {
    "agency": lambda card: thai_order(card.agency.name),
    "difference": lambda card: (-abs(_moved(card)), thai_order(card.agency.name)),
}


def _line(card, findings, user) -> dict:
    return whole_figures(card) | {
        "card": card,
        "findings": findings,
        "allowed": may(user, Action.APPROVE, card),
    }
