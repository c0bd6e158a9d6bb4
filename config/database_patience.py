"""How long somebody who clicked waits for PostgreSQL: whatever became of it, the page answers.

A database that is frozen, or whose disk hangs, keeps its connections alive: no limit of TCP and none of the server's
own ends the waiting. So the web processes wait themselves, with a clock beside them. Workers and commands do not:
nobody sits before them, and their statements may be long.
"""

import select
import time

from django.conf import settings
from psycopg2 import OperationalError, extensions

SECONDS_TO_CONNECT = 5.0
WAITED_FOR = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


def limit_waiting() -> None:
    """From now on every statement of this process, and every new connection, has its limit."""
    extensions.set_wait_callback(wait)


def wait(connection: extensions.connection) -> None:
    """psycopg2's hook: returns when the answer is there; OperationalError when it does not come, and psycopg2 then
    closes the connection."""
    deadline = time.monotonic() + seconds_for(connection)
    while (state := connection.poll()) != extensions.POLL_OK:
        answers = select.poll()
        answers.register(connection.fileno(), WAITED_FOR[state])
        if not answers.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise OperationalError("The database does not answer.")


def seconds_for(connection: extensions.connection) -> float:
    """A connection that is being made has less time than a statement."""
    if connection.status == extensions.STATUS_SETUP:
        return min(SECONDS_TO_CONNECT, settings.DATABASE_SECONDS_TO_ANSWER)
    return settings.DATABASE_SECONDS_TO_ANSWER
