"""Publishing at a set time: order it, cancel it, carry it out once; and many scorecards at a time."""

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.refusals import Blocker, Refused
from scorecards.clock import database_now
from scorecards.events import already_done, record_scorecard
from scorecards.fields import check_fields
from scorecards.models import PublishOrder, Scorecard
from scorecards.permissions import require
from scorecards.presenting.dates import day_and_time
from scorecards.reviewing import review
from scorecards.rounds.last_days import last_ahead, why_too_late
from scorecards.states import Action
from scorecards.workflow import locked_scorecard

logger = logging.getLogger(__name__)


@transaction.atomic
def order_publishing(
    scorecard: Scorecard, *, at: dt.datetime, actor: User, request_key: str = ""
) -> PublishOrder:
    """Have an approved scorecard published at a later moment. Whoever orders it is the second person, so they must be
    somebody who may publish it now; at the moment that is checked again."""
    scorecard = locked_scorecard(scorecard)
    if already_done(request_key):
        return scorecard.publish_orders.latest("pk")
    require(actor, Action.PUBLISH, scorecard)
    now, waiting = database_now(), scorecard.publish_orders.waiting().first()
    reasons = []
    if at <= now:
        reasons.append(_("%(when)s has passed: choose a later moment.") % {"when": day_and_time(at)})
    reasons += why_too_late(at, last_ahead())
    if waiting:
        reasons.append(
            _("It is already to be published on %(when)s. Cancel that first.")
            % {"when": day_and_time(waiting.at)}
        )
    if reasons:
        raise Refused(reasons)
    order = PublishOrder(
        scorecard=scorecard, version=scorecard.version, at=at, ordered_by=actor, ordered_at=now
    )
    check_fields(order)
    order.save(force_insert=True)
    _record(order, actor, "order_publishing", request_key=request_key)
    return order


@transaction.atomic
def cancel_publishing(order: PublishOrder, *, actor: User) -> PublishOrder:
    """Take an order back before its moment. Doing it twice changes nothing."""
    order = _locked(order.pk)
    if order.cancelled_at:
        return order
    require(actor, Action.PUBLISH, order.scorecard)
    if order.done_at or order.at <= database_now():
        raise Refused([_("The moment has come: this can no longer be cancelled.")])
    order.cancelled_at = database_now()
    order.save(update_fields=["cancelled_at"])
    _record(order, actor, "cancel_publishing")
    return order


def publish_due() -> list[PublishOrder]:
    """Carry out what is due: what beat and `manage.py publish_due` do. Any number of processes may do it at once; a
    fault in one order is written to the log and holds up no other, it is tried again at the next run."""
    done = []
    for number in PublishOrder.objects.due(database_now()).values_list("pk", flat=True):
        try:
            with translation.override(settings.LANGUAGE_CODE):
                order = carry_out(number)
        except Exception:
            logger.exception("Order %s to publish failed and is tried again", number)
        else:
            done += [order] if order else []
    return done


@transaction.atomic
def carry_out(number: int) -> PublishOrder | None:
    """Publish as ordered, in the name of the person who ordered it; what stands against it stays on the order. None
    when another process was first or it was cancelled."""
    order = _locked(number)
    if not order.is_waiting or order.at > database_now():
        return None
    try:
        _refuse_changed(order)
        review.publish(order.scorecard, actor=order.ordered_by, request_key=f"publish-order:{number}")
    except Refused as refused:
        order.refusal = str(refused)
    order.done_at = database_now()
    order.save(update_fields=["done_at", "refusal"])
    return order


@dataclass
class Outcome:
    """What came of many at a time: how many were done, what was refused, each with the name of the agency, and how
    many of them were looked at before the time was over."""

    done: int = 0
    refused: list[Blocker] = field(default_factory=list)
    tried: list[int] = field(default_factory=list)

    def attempt(self, card: Scorecard, act: Callable[..., object], *, request_key: str) -> None:
        """Do it to one scorecard under a key of its own; a refusal is kept with the name of its agency."""
        self.tried.append(card.pk)
        try:
            act(card, request_key=f"{request_key[:40]}:{card.pk}" if request_key else "")
            self.done += 1
        except Refused as refused:
            url = reverse("decide", args=[card.pk])
            self.refused += [
                Blocker(sentence=f"{card.agency.name}: {reason}", url=url) for reason in refused.reasons
            ]


def publish_each(
    scorecards: Iterable[Scorecard],
    *,
    actor: User,
    at: dt.datetime | None = None,
    request_key: str = "",
    seconds: float | None = None,
) -> Outcome:
    """Publish each now, or order it for a moment, for at most so many seconds; each by itself, so that one refusal
    holds up no other. With the same key again, only what was not done before is done: cut off in the middle, the same
    call goes on."""
    outcome = Outcome()
    act = (
        partial(review.publish, actor=actor) if at is None else partial(order_publishing, at=at, actor=actor)
    )
    until = time.monotonic() + seconds if seconds else None
    for card in scorecards:
        if until and outcome.tried and time.monotonic() > until:
            break
        outcome.attempt(card, act, request_key=request_key)
    return outcome


def _refuse_changed(order: PublishOrder) -> None:
    if not order.ordered_by.is_active:
        raise Refused(
            [_("The account of the person who ordered this is closed. Somebody else must order it.")]
        )
    if order.scorecard.version != order.version:
        raise Refused([_("The scorecard has moved on since this was ordered. Order it again.")])


def _locked(number: int) -> PublishOrder:
    """The order as it is now, locked after its scorecard, in the order in which publishing locks."""
    rows = PublishOrder.objects.filter(pk=number)
    scorecard = locked_scorecard(Scorecard(pk=rows.values_list("scorecard_id", flat=True).get()))
    order = rows.select_for_update(of=("self",)).select_related("ordered_by").get()
    order.scorecard = scorecard
    return order


def _record(order: PublishOrder, actor: User, action: str, **facts: Any) -> None:
    after = {"order": order.pk, "at": order.at.isoformat()}
    record_scorecard(order.scorecard, actor=actor, action=action, after=after, **facts)
