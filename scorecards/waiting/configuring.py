"""What waits for an administrator: drafts of forms, rounds without dates, reports not opened, agencies that are late.
Reads only; the number of queries does not depend on the number of agencies."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import Framework
from scorecards.clock import database_now
from scorecards.delegation import roles_held
from scorecards.models import Assignment, Round, Scorecard
from scorecards.states import AGENCY_WORKS, Role


@dataclass(frozen=True)
class Waiting:
    """One thing to see to: of which form or round, what is asked, where."""

    title: str
    asked: str
    url: str
    pressing: bool = False


def waiting_for_administrator(user: User) -> list[Waiting]:
    """Everything that waits, late agencies first; nothing for people of another role."""
    if not any(role == Role.ADMINISTRATOR for _agency, role in roles_held(user)):
        return []
    return [*_late(), *_not_opened(), *_without_rounds(), *_drafts()]


def _late() -> Iterator[Waiting]:
    """Rounds that are closed while agencies, without more time, have not sent."""
    now = database_now()
    late = Q(state__in=AGENCY_WORKS) & (Q(extended_to=None) | Q(extended_to__lte=now))
    rows = Scorecard.objects.filter(late, submissions=None, round__closes_at__lte=now).order_by()
    counted = rows.values("round__year__year", "round__months").annotate(n=Count("agency", distinct=True))
    for row in counted.order_by("-round__year__year", "-round__months"):
        year, months = row["round__year__year"], row["round__months"]
        asked = ngettext("%(n)s agency is late", "%(n)s agencies are late", row["n"]) % {"n": row["n"]}
        url = f"{reverse('dashboard', args=['status'])}?year={year}&months={months}"
        yield Waiting(_round(year, months), asked, url, pressing=True)


def _not_opened() -> Iterator[Waiting]:
    """Rounds that have begun and are not over, in which agencies that have the form have no report yet."""
    now = database_now()
    running = Round.objects.filter(opens_at__lte=now, closes_at__gt=now).select_related("year")
    rounds = list(running.order_by("-year__year", "-months"))
    cards = Scorecard.objects.filter(round__in=rounds).order_by()
    code = Coalesce("framework__variant_of__code", "framework__code")
    opened = set(cards.annotate(form_code=code).values_list("round", "agency", "form_code"))
    assigned = Assignment.objects.filter(framework__year__in={one.year_id for one in rounds})
    given = list(
        assigned.order_by("framework").values_list(
            "framework__year", "framework", "agency", "framework__code"
        )
    )
    for one in rounds:
        missing = Counter(
            form
            for year, form, agency, code in given
            if year == one.year_id and (one.pk, agency, code) not in opened
        )
        for form, n in missing.items():
            asked = ngettext(
                "%(n)s agency has no report yet: open it", "%(n)s agencies have no report yet: open them", n
            )
            url = reverse("assignments", args=[form])
            yield Waiting(_round(one.year.year, one.months), asked % {"n": n}, url, pressing=True)


def _without_rounds() -> Iterator[Waiting]:
    """Years with a published form whose rounds have no dates."""
    forms = Framework.objects.filter(state=Framework.State.PUBLISHED, variant_of=None, year__rounds=None)
    for year in forms.order_by("-year__year").values_list("year__year", flat=True).distinct():
        title = _("Fiscal year %(year)s") % {"year": year}
        yield Waiting(title, _("Set the rounds and deadlines"), reverse("year_rounds", args=[year]))


def _drafts() -> Iterator[Waiting]:
    """Forms that are not published yet."""
    for draft in Framework.objects.filter(state=Framework.State.DRAFT).select_related("year"):
        yield Waiting(
            f"{draft.year} · {draft.name or draft.code} ({draft.version})",
            _("Finish and publish the draft"),
            reverse("edit_part", args=[draft.pk]),
        )


def _round(year: int, months: int) -> str:
    return f"{year} / {Round.Months(months).label}"
