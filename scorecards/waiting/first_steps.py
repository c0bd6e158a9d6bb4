"""The first steps of a new installation, in their order: which are done, and where the next one is. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.models import Framework
from scorecards.models import Agency, Membership, Round, Scorecard
from scorecards.permissions import is_administrator, may_manage_people
from scorecards.states import AGENCY_ROLES, Role


@dataclass(frozen=True)
class Step:
    """One step: what it is, whether it is done, and where; no address where it waits for another, or for somebody."""

    title: str
    is_done: bool
    url: str = ""
    is_next: bool = False


def first_steps(user: User) -> list[Step]:
    """The steps for whoever sets the installation up, until all are done once; nothing for others."""
    if not may_manage_people(user):
        return []
    office = Agency.objects.filter(kind=Agency.Kind.CENTRAL).first()
    people = reverse("people", args=[office.code]) if office else ""
    form = Framework.objects.filter(state=Framework.State.PUBLISHED, variant_of=None).first()
    steps = [*_of_the_office(office, people), *_of_the_year(user, form), *_of_the_people(people)]
    if all(is_done for _title, is_done, _url in steps):
        return []
    following = next(number for number, step in enumerate(steps) if not step[1])
    return [
        Step(title, is_done, url, number == following) for number, (title, is_done, url) in enumerate(steps)
    ]


def _of_the_office(office: Agency | None, people: str) -> Iterator[tuple[str, bool, str]]:
    """What the first account does: the office, and somebody there who goes on."""
    yield _("Make the assessing office"), office is not None, people or reverse("new_agency")
    yield (
        _("Invite its first administrator, yourself for example, and open the link"),
        _has(Role.ADMINISTRATOR),
        people,
    )


def _of_the_year(user: User, form: Framework | None) -> Iterator[tuple[str, bool, str]]:
    """What an administrator of the office does."""
    configures = is_administrator(user)
    rounds = reverse("year_rounds", args=[form.year.year]) if form and configures else ""
    given = reverse("assignments", args=[form.pk]) if form and configures else ""
    reporting = Agency.objects.exclude(kind=Agency.Kind.CENTRAL).exists()
    yield _("Add the agencies that report"), reporting, reverse("new_agency")
    yield (
        _("Make the year's form or load its file, and publish it"),
        form is not None,
        reverse("frameworks") if configures else "",
    )
    yield _("Set the rounds and deadlines of the year"), Round.objects.exists(), rounds
    yield _("Give the form to the agencies and open their reports"), Scorecard.objects.exists(), given


def _of_the_people(people: str) -> Iterator[tuple[str, bool, str]]:
    assessing = _has(Role.REVIEWER) and _has(Role.CHIEF)
    yield _("Invite reviewers and two chief reviewers: publishing takes two people"), assessing, people
    yield _("Invite the people of the agencies"), _has(*AGENCY_ROLES), reverse("agencies_people")


def _has(*roles: Role) -> bool:
    return Membership.objects.filter(role__in=roles).exists()
