"""What the tests of faults share."""

import pytest

from tests.browser.conftest import browser_type_launch_args, letter  # noqa: F401 - fixtures
from tests.faults.running import CannotRun, Installation

FILL = """
from tests.faults.filling import fill_installation
import json
print(json.dumps(fill_installation()))
"""


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """One installation for all tests of a run, with its own people and scorecards; each test has its services up."""
    try:
        with Installation(tmp_path_factory.mktemp("installation"), webs=2, workers=2) as installation:
            installation.known = installation.run(FILL)
            installation.sign_everybody_in()
            for name in installation.web_names:
                installation.start_web(name)
            installation.start_worker("worker0")
            installation.start_beat()
            yield installation
    except CannotRun as reason:
        pytest.skip(str(reason))
