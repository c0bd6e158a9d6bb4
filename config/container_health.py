"""`python -m config.container_health web|worker|beat`: the health checks of docker-compose.yml. Status 0 is healthy."""

import http.client
import os
import socket
import sys
import time
from pathlib import Path

from config import environment

BEAT_SECONDS = 600  # beat writes its schedule at least every three minutes


def web() -> bool:
    """The application answers, under a host name that it accepts."""
    setting = environment.read(os.environ)
    host = setting["DJANGO_ALLOWED_HOSTS"][0].lstrip(".")
    port = int(setting["WEB_BIND"].rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/health/live", headers={"Host": "localhost" if host == "*" else host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    """This container's worker answers through the broker."""
    from config.celery import app

    name = f"celery@{socket.gethostname()}"
    return bool(app.control.inspect(destination=[name], timeout=5).ping())


def beat() -> bool:
    """Beat has written its schedule lately."""
    files = list(Path(environment.read(os.environ)["VAR_DIR"]).glob("beat-schedule*"))
    return any(time.time() - path.stat().st_mtime < BEAT_SECONDS for path in files)


CHECKS = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
