"""What the page of publishing shows: the approved scorecards by form and round, and what is ordered for them."""

from django.db.models import F, Prefetch
from django.db.models.functions import Coalesce

from indicators.models import in_language
from indicators.thai_order import thai_order
from scorecards.models import PublishOrder, Round, Scorecard
from scorecards.permissions import may
from scorecards.presenting.paging import page_of
from scorecards.presenting.ticks import NOBODY_TICKED
from scorecards.results.standing_out import whole_figures
from scorecards.states import Action, ScorecardState

PAGE = 100


def approved_for(user):
    """The approved scorecards before this person."""
    visible = Scorecard.objects.visible_to(user).filter(state=ScorecardState.APPROVED)
    return visible.exclude(agency__memberships__user=user)


def publish_page(user, *, group: str, page, ticks=NOBODY_TICKED) -> dict:
    """One form and round of the approved scorecards (`group`, otherwise the first), a page of it. What
    nobody saw yet is ticked."""
    groups, chosen = _groups_and_chosen(user, group)
    cards = sorted(_cards_of(user, chosen), key=lambda card: thai_order(card.agency.name)) if chosen else []
    part = page_of(cards, page, size=PAGE)
    lines = [_line(card, user) for card in part]
    for line in lines:
        ticked = ticks.holds(line["card"].pk, by_default=True)
        line |= whole_figures(line["card"]) | {"ticked": ticked}
    return {
        "groups": groups,
        "chosen": chosen,
        "page": part,
        "lines": lines,
        "is_any_free": any(line["is_free"] for line in lines),
        **ticks.page(
            [card.pk for card in part],
            [card.pk for card in cards],
            apart=approved_for(user).values_list("pk", flat=True),
        ),
    }


def publishable(user, *, group: str) -> list[int]:
    """The scorecards of one form and round, on every page, that this person may publish and nobody has ordered yet."""
    _groups, chosen = _groups_and_chosen(user, group)
    lines = [_line(card, user) for card in _cards_of(user, chosen)] if chosen else []
    return [line["card"].pk for line in lines if line["is_free"]]


def _groups_and_chosen(user, group):
    groups = groups_in(approved_for(user))
    return groups, next((one for one in groups if one["key"] == group), groups[0] if groups else None)


def groups_in(cards) -> list[dict]:
    """{key, form, name, year, months, round, count} of each form and round among these scorecards."""
    found: dict[str, dict] = {}
    rows = cards.order_by("round__year__year", "round__months", "framework__code", "pk")
    of_form = [
        Coalesce(f"framework__variant_of__{one}", F(f"framework__{one}"))
        for one in ("code", "name_th", "name_en")
    ]
    for _pk, form, th, en, year, months in rows.values_list(
        "pk", *of_form, "round__year__year", "round__months"
    ):
        key = f"{form}-{year}-{months}"
        facts = {
            "key": key,
            "form": form,
            "name": in_language(th, en),
            "year": year,
            "months": months,
            "count": 0,
        }
        facts["round"] = Round.Months(months).label
        found.setdefault(key, facts)["count"] += 1
    return list(found.values())


def in_group(cards, group):
    """Those of one form and round."""
    return cards.filter(round__year__year=group["year"], round__months=group["months"]).of_form(group["form"])


def _cards_of(user, group):
    orders = Prefetch("publish_orders", PublishOrder.objects.select_related("ordered_by"))
    rows = in_group(approved_for(user), group).select_related(
        "agency", "framework", "round__year", "approved_by"
    )
    return rows.prefetch_related(orders)


def _line(card, user) -> dict:
    """A scorecard with its waiting order, or with what the last order was refused for. It is free when this person may
    publish it and nobody has ordered that yet."""
    orders = list(card.publish_orders.all())
    order = next((one for one in orders if one.is_waiting), None)
    allowed = may(user, Action.PUBLISH, card)
    return {
        "card": card,
        "allowed": allowed,
        "is_free": bool(allowed) and not order,
        "order": order,
        "refusal": orders[0].refusal if orders and not order else "",
    }
