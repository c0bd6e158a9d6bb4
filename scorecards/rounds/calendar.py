"""When the rounds of a year open, close and end their review: set before the year, changed later with a reason."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from indicators.models import FiscalYear
from indicators.permissions import require_configurer
from indicators.refusals import Refused
from indicators.scoring import content_hash
from scorecards.clock import database_now
from scorecards.events import already_done, lock_chains, record_scorecard
from scorecards.models import Round, Scorecard
from scorecards.presenting.dates import day
from scorecards.rounds.last_days import last_for_rounds, why_too_late
from scorecards.time_requests import grant_reached

CHANGED = "change_round"  # the event on the record of each scorecard of the round


@dataclass(frozen=True)
class Dates:
    """The three moments of a round (aware)."""

    opens_at: dt.datetime
    closes_at: dt.datetime
    review_closes_at: dt.datetime

    @classmethod
    def of(cls, round_: Round) -> "Dates":
        return cls(round_.opens_at, round_.closes_at, round_.review_closes_at)

    @property
    def is_in_order(self) -> bool:
        return self.opens_at < self.closes_at <= self.review_closes_at


def seen(dates: Dates | None) -> str:
    """By what a form knows whether somebody changed a round meanwhile: the days that it showed."""
    if dates is None:
        return ""
    return content_hash([str(localtime(moment).date()) for moment in asdict(dates).values()])[:16]


@transaction.atomic
def set_rounds(
    year: FiscalYear,
    wanted: dict[int, Dates],
    *,
    before: Mapping[int, str],
    actor: User,
    reason: str = "",
    request_key: str = "",
) -> int:
    """Give the fiscal year's rounds {months: dates}, as they stood when `before` {months: seen} was seen, and return
    how many were made or changed; a round that is wanted as it was seen stays as somebody else made it meanwhile.
    Where agencies have their scorecard already it takes a reason, and the change stands on the record of each; once
    they are at work, a closing is only ever later. Refused with all reasons."""
    require_configurer(actor)
    there = {one.months: one for one in year.rounds.select_for_update()}
    if already_done(request_key):
        return 0
    new = {
        months: dates
        for months, dates in wanted.items()
        if months not in there or (Dates.of(there[months]) != dates and seen(dates) != before.get(months))
    }
    last = last_for_rounds(year)
    if reasons := [
        one
        for months, dates in new.items()
        for one in (
            *_changed_meanwhile(there.get(months), before),
            *_why_not(there.get(months), months, dates, last),
        )
    ]:
        raise Refused(reasons)
    cards = {months: _cards(there.get(months)) for months in new}
    if any(cards.values()) and not reason.strip():
        raise Refused([_("Agencies have their reports of this round already: write why its dates change.")])
    lock_chains(card.agency_id for found in cards.values() for card in found)
    for months, dates in new.items():
        round_ = there.get(months) or Round(year=year, months=months)
        old = asdict(Dates.of(round_)) if round_.pk else {}
        for name, moment in asdict(dates).items():
            setattr(round_, name, moment)
        round_.full_clean()
        round_.save()
        _tell(cards[months], old, asdict(dates), actor=actor, reason=reason, request_key=request_key)
        grant_reached(cards[months], actor=actor)
        request_key = "" if cards[months] else request_key
    return len(new)


def proposed(year: FiscalYear) -> dict[int, Dates]:
    """Dates for a year that has none: those of the year before it, a year later."""
    last = Round.objects.filter(year__year=year.year - 1)
    return {
        one.months: Dates(*(_a_year_later(moment) for moment in asdict(Dates.of(one)).values()))
        for one in last
    }


def _a_year_later(moment: dt.datetime) -> dt.datetime:
    there = localtime(moment)
    is_leap_day = (there.month, there.day) == (2, 29)
    return there.replace(year=there.year + 1, day=28 if is_leap_day else there.day)


def _changed_meanwhile(round_: Round | None, before: Mapping[int, str]) -> Iterator[str]:
    now = Dates.of(round_) if round_ else None
    if round_ and now and seen(now) != before.get(round_.months):
        said = _(
            "%(round)s: somebody changed its days meanwhile, they are now: %(now)s. Save once more if yours are right."
        )
        yield said % {"round": round_.get_months_display(), "now": " · ".join(map(day, asdict(now).values()))}


def _why_not(round_: Round | None, months: int, dates: Dates, last: dt.datetime) -> Iterator[str]:
    name = {"round": str(Round.Months(months).label)}
    before = asdict(Dates.of(round_)).values() if round_ else ()
    for moment in (one for one in asdict(dates).values() if one not in before):
        for reason in why_too_late(moment, last):
            yield _("%(round)s: %(reason)s") % (name | {"reason": reason})
    if not dates.is_in_order:
        yield _("%(round)s: it opens first, then reports close, then the review ends.") % name
    if round_ is None or round_.opens_at > database_now() or not round_.scorecards.exists():
        return
    if dates.closes_at < round_.closes_at:
        yield _(
            "%(round)s: agencies are at work and count on %(date)s. Leave that day, or choose a later one."
        ) % (name | {"date": day(round_.closes_at)})
    if dates.opens_at > database_now():
        yield _("%(round)s: agencies are at work since %(date)s, so it cannot begin later.") % (
            name | {"date": day(round_.opens_at)}
        )


def _cards(round_: Round | None) -> list[Scorecard]:
    """The round's scorecards, locked before the chains of their agencies, in the order of the verbs on one of them."""
    if round_ is None:
        return []
    return list(round_.scorecards.select_for_update(of=("self",)).select_related("agency").order_by("pk"))


def _tell(
    cards: list[Scorecard],
    before: dict[str, dt.datetime],
    after: dict[str, dt.datetime],
    *,
    actor: User,
    reason: str,
    request_key: str,
) -> None:
    moved = [name for name in after if before.get(name) != after[name]]
    for card in cards:
        record_scorecard(
            card,
            actor=actor,
            action=CHANGED,
            before={name: before[name].isoformat() for name in moved},
            after={name: after[name].isoformat() for name in moved},
            reason=reason.strip(),
            request_key=request_key,
        )
        request_key = ""
