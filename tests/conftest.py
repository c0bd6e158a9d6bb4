"""For all tests. Named people and places are in world.py; each folder has fixtures of its own."""

import pytest
from django.db import connection

from indicators.freezing import FRAMEWORK, INDICATORS, RECORDS, freeze, thaw
from tests.world import make_world

ALL = [*FRAMEWORK, *INDICATORS, *RECORDS]


@pytest.fixture
def tampering(db):
    """Without the guards of frozen rows, for a test that tampers; its rollback brings them back."""
    thaw(ALL, connection)


@pytest.fixture(autouse=True)
def _emptied_for_the_next_test(request):
    """A test that commits leaves its rows to be deleted afterwards: the guards of frozen rows let that pass."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    thaw(ALL, connection)
    freeze(ALL, connection)
    yield
    thaw(ALL, connection)


def pytest_collection_modifyitems(items):
    """Tests that commit run last, since they leave the guards off."""
    items.sort(key=commits)


def commits(item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def world(db):
    """Named people at two offices and OPDC, one published form, an open round (tests/world.py)."""
    return make_world()
