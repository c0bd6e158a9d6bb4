"""The product's settings with a folder, a database and a queue of this test run's own.

Only what a run needs to stay by itself and to be quick; nothing that a test is about is switched off here.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "SCORECARDS_TEST_RUN" not in os.environ:  # set by the first process; test workers and children inherit it
    os.environ["SCORECARDS_TEST_RUN"] = tempfile.mkdtemp(prefix="scorecards-test-")
    atexit.register(shutil.rmtree, os.environ["SCORECARDS_TEST_RUN"], ignore_errors=True)
RUN = Path(os.environ["SCORECARDS_TEST_RUN"])
# A folder for each test worker: files are named by the hash of what they hold, so two tests may write the same one.
os.environ["VAR_DIR"] = str(RUN / os.environ.get("PYTEST_XDIST_WORKER", "alone"))
os.environ.setdefault("DJANGO_SECRET_KEY", "for-tests-only-" + "x" * 50)
os.environ.setdefault("DJANGO_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("DJANGO_SSL_REDIRECT", "0")
os.environ.setdefault("SECOND_FACTOR", "0")  # as in the demo; the tests of it switch it on
for name in ("SLOW_REQUEST_MS", "SLOW_QUERY_MS"):  # a busy machine must not change what a request writes
    os.environ.setdefault(name, "0")
# Tests crawl; tests/protection sets the limits where they are the subject.
os.environ.setdefault("RATE_LIMIT_FACTOR", "0")
# Tests keep all cores busy: a worker that steps back would never finish.
os.environ.setdefault("WORKER_NICE", "0")

from config.settings import *  # noqa: E402, F403
from config.settings import BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["TEST"] = {"NAME": RUN.name.replace("-", "_")}
if BROKER_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = f"{RUN.name}-"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
