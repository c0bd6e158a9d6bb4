"""The people responsible at the ICT centre with their numbers and addresses."""

import pytest

from scorecards.models import Owner
from scorecards.rounds.assigning import assign

TELEPHONE, EMAIL = "081-555-1234", "malee@example.org"


@pytest.fixture
def named(world):
    """The world with มาลี named as responsible for indicator 4 at the ICT centre."""
    assign(world.framework, [world.agencies["ict"]], actor=world.chawi)
    world.assignment = world.agencies["ict"].assignments.get()
    world.owner = Owner.objects.create(
        assignment=world.assignment, indicator_code="4", duty="collector", name="มาลี", telephone=TELEPHONE, email=EMAIL
    )  # fmt: skip
    return world
