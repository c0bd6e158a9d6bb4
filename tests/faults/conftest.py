"""What the tests of faults share."""

import pytest

from tests.faults.running import CannotRun, Installation


@pytest.fixture
def queue(monkeypatch):
    """What was sent to the queue; nothing goes out."""
    sent = []
    monkeypatch.setattr(
        "reports.jobs.current_app.send_task", lambda name, args, **order: sent.append(args[0])
    )
    return sent


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
