"""What stands in an installation under test, made by the product's own verbs: run inside it, never in the tests."""

from django.contrib.auth.models import User

from scorecards import workflow
from scorecards.models import Agency, Membership
from scorecards.rounds.opening import open_scorecard
from scorecards.states import Role
from tests.reports.conftest import make_sample
from tests.world import fill, make_world

CROWD = 20


def fill_installation() -> dict[str, int]:
    """The named world; a long record to print; twenty offices ready to send, `head-0` … at their heads."""
    world, sample = make_world(), make_sample()
    found = {
        "entry": world.entry.pk, "card": world.card.pk, "other": world.other.pk, "round": world.round.pk,
        "printed": sample.scorecard.pk, "submission": sample.submission.pk,
    }  # fmt: skip
    for number in range(CROWD):
        found[f"ready-{number}"] = make_ready(world, number).pk
    return found


def make_ready(world, number):
    """An office whose scorecard is complete and endorsed."""
    agency = Agency.objects.create(
        code=f"office-{number}",
        name_th=f"สำนัก {number}",
        ministry=world.agencies["ict"].ministry,
        kind="office",
    )
    people = {}
    for role in (Role.COLLECTOR, Role.SUPERVISOR, Role.HEAD):
        people[role] = User.objects.create(username=f"{role}-{number}", first_name=f"{role} {number}")
        Membership.objects.create(user=people[role], agency=agency, role=role)
    card = open_scorecard(agency, world.framework, world.round)
    entry = fill(world, card, collector=people[Role.COLLECTOR])
    workflow.endorse(workflow.propose(entry, actor=people[Role.COLLECTOR]), actor=people[Role.SUPERVISOR])
    return card
