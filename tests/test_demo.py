"""One command opens the application; a killed worker comes back; nothing stays behind."""

import http.client
import os
import signal

import pytest

from tests.demo_running import processes_of, running_demo, wait_until


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.slow
def test_one_command_opens_the_application_and_leaves_nothing_behind(tmp_path):
    with running_demo(tmp_path) as demo:
        status, page = get(demo.port, "/login/")
        assert (status, "csrfmiddlewaretoken" in page) == (200, True)
        assert "reviewer" in demo.said  # the accounts

        def workers():
            found = processes_of(tmp_path).items()
            return {pid for pid, line in found if "celery" in line and " worker " in line}

        first = wait_until(workers, 20)
        assert first
        os.kill(min(first), signal.SIGKILL)
        assert wait_until(lambda: workers() - first, 20)
    assert wait_until(lambda: processes_of(tmp_path) == {}, 10)
