"""How gunicorn serves the pages, in a container and without: `gunicorn config.wsgi --config python:config.serving`.

Threads, because an answer waits for the database more than it computes. On TERM, and on HUP for a new version, a
process ends what it has begun before it goes.
"""

import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from config import environment
from config.logs import logging_as

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

SET = environment.read(os.environ)

bind = SET["WEB_BIND"]
worker_class = "gthread"
workers = SET["WEB_PROCESSES"]
threads = SET["WEB_THREADS"]
worker_tmp_dir = "/dev/shm"  # the sign of life of a process: a busy disk must not make it look dead
graceful_timeout = 30
keepalive = 75  # longer than a proxy keeps its connections: it must not find one closed under its request
control_socket_disable = True
logconfig_dict = logging_as(SET["LOG_FORMAT"], level=SET["LOG_LEVEL"])


def on_starting(server: "Arbiter") -> None:
    """A folder for the counts of all processes (metrics.py), before any of them begins."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="scorecards-counts-")


def child_exit(server: "Arbiter", worker: "Worker") -> None:
    """Its numbers are no longer those of a living process."""
    from prometheus_client import multiprocess  # at its first import it looks for the folder

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: "Arbiter") -> None:
    """The numbers of all processes go with them."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
