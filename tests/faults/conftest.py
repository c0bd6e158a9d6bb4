"""What the tests of faults share."""

import pytest


@pytest.fixture
def queue(monkeypatch):
    """What was sent to the queue; nothing goes out."""
    sent = []
    monkeypatch.setattr(
        "reports.jobs.current_app.send_task", lambda name, args, **order: sent.append(args[0])
    )
    return sent
