"""Doctor's questions to what the program works with: database, queue, workers, evidence, mail, scanner. Each returns a
Finding."""

import datetime as dt
import io
import random
import time

from django.conf import settings
from django.core.mail import get_connection
from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config.operations.findings import Finding, note, well, wrong
from config.operations.readiness import migrations_missing, queue_answers
from config.operations.state import LATELY, state
from evidence import bucket, store
from evidence.models import Evidence
from evidence.scanning import ScannerSilent, scan
from indicators.freezing import FRAMEWORK, INDICATORS, RECORDS, RESOLUTIONS
from reports.models import Job
from scorecards.clock import database_now

OLDEST_POSTGRESQL = 14_00_00
CLOCK_SECONDS = 2.0
SAMPLE = 20
LONG_WAIT = dt.timedelta(minutes=10)
START_WORKER = "celery --app config worker"
START_BEAT = "celery --app config beat"


def database() -> Finding:
    """Version, encoding, and how far its clock is from this machine's."""
    before = time.time()
    try:
        connection.ensure_connection()
    except OperationalError as fault:
        return wrong(
            _("The database does not answer: %(fault)s") % {"fault": str(fault).strip()},
            _("Start the database, or correct DATABASE_URL."),
        )
    differs = abs(database_now().timestamp() - (before + time.time()) / 2)
    facts = {"seconds": f"{differs:.2f}"}
    if connection.vendor != "postgresql":
        return well(_("SQLite, embedded")) if not settings.PRODUCTION else wrong("SQLite", "DATABASE_URL")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('server_encoding')")
        facts["version"], facts["encoding"] = cursor.fetchone()
    says = _("PostgreSQL %(version)s, %(encoding)s, its clock differs by %(seconds)s s") % facts
    if facts["encoding"] != "UTF8":
        return wrong(says, _("Make the database anew with ENCODING 'UTF8'; Thai is not whole otherwise."))
    if connection.pg_version < OLDEST_POSTGRESQL:  # type: ignore[attr-defined]
        return wrong(says, _("Use PostgreSQL 14 or newer."))
    if differs > CLOCK_SECONDS:
        return wrong(
            says, _("Set both clocks by NTP: deadlines follow the database's, pages show this one's.")
        )
    return well(says)


def migrations() -> Finding:
    """Whether the database is that of this release."""
    missing = migrations_missing()
    if missing:
        return wrong(_("Not applied: %(names)s") % {"names": ", ".join(missing[:5])}, "manage.py migrate")
    return well(_("All migrations are applied"))


def guards() -> Finding:
    """The triggers that keep what was judged from being changed."""
    wanted = {guard.name for guard in (*FRAMEWORK, *INDICATORS, *RECORDS, *RESOLUTIONS)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
            if connection.vendor == "postgresql"
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        missing = sorted(wanted - {name for (name,) in cursor.fetchall()})
    if missing:
        return wrong(
            _("Frozen rows can be changed; missing in the database: %(names)s")
            % {"names": ", ".join(missing)},
            _("Restore the database with its triggers, then call manage.py verify_audit."),
        )
    return well(_("Frozen rows are guarded by the database"))


def queue() -> Finding:
    """Whether Redis, or the folder in its place, takes messages."""
    if not queue_answers():
        return wrong(
            _("The queue does not answer: nothing is printed, no mail goes out"),
            _("Start Redis, or correct BROKER_URL. Nothing is lost meanwhile."),
        )
    return well(_("The queue answers"))


def workers() -> Finding:
    """Who makes documents."""
    seen = state().workers
    if not seen:
        return wrong(_("No worker was seen in the last five minutes"), START_WORKER)
    return well(_("Workers seen lately: %(names)s") % {"names": ", ".join(sorted(seen))})


def beat() -> Finding:
    """Who rings for reminders and sweepers."""
    rang = state().beat_at
    if rang is None or timezone.now() - rang > LATELY:
        return wrong(_("Beat has not rung in the last five minutes"), START_BEAT)
    return well(_("Beat rings"))


def jobs() -> Finding:
    """Documents that wait long, and those that failed."""
    now = state()
    failed = Job.objects.filter(
        state=Job.State.FAILED, finished_at__gte=timezone.now() - dt.timedelta(days=1)
    ).count()
    if now.oldest_job_seconds > LONG_WAIT.total_seconds():
        return wrong(
            _("A document has been waiting for %(n)s minutes") % {"n": now.oldest_job_seconds // 60},
            _("Start more workers, or see /operations/ for what holds them up."),
        )
    if failed:
        return note(
            _("Documents that could not be made since yesterday: %(n)s") % {"n": failed},
            _("/operations/ says why, and tries again."),
        )
    return well(_("No document waits long or failed since yesterday"))


def files() -> Finding:
    """The bucket of files of evidence, where there is one: it answers, and never writes over what it holds."""
    name = {"bucket": settings.EVIDENCE_BUCKET}
    if not settings.EVIDENCE_BUCKET:
        return well(_("Evidence is kept in a folder"))
    try:
        writes_over = bucket.writes_over()
    except store.Full:
        return wrong(
            _("The bucket “%(bucket)s” has no room: no file is taken in") % name, _("Give it more room.")
        )
    except store.Away as away:
        return wrong(
            _("The bucket “%(bucket)s” does not answer (%(fault)s): no file is taken in or handed out")
            % (name | {"fault": away}),
            _("Start the S3 server, make the bucket, or correct EVIDENCE_BUCKET and the S3_ settings."),
        )
    if writes_over:
        return wrong(
            _("The S3 server writes over files of the bucket “%(bucket)s”: it passes over If-None-Match")
            % name,
            _("Use a server that keeps to it: docs/deployment/files-in-a-bucket.md."),
        )
    return well(_("The bucket “%(bucket)s” answers, and writes over nothing") % name)


def evidence() -> Finding:
    """A few stored files, chosen by chance, are what was received."""
    keys = list(Evidence.objects.first_uses().values_list("pk", "sha256"))
    faults = []
    for key, sha256 in random.sample(keys, min(SAMPLE, len(keys))):
        try:
            store.open_checked(key, sha256=sha256).close()
        except store.Altered as altered:
            faults.append(str(altered))
    if faults:
        return wrong(
            "; ".join(faults[:3]), _("Restore the files from the backup, then manage.py verify_evidence.")
        )
    return well(
        _("%(n)s of %(all)s files looked at, unchanged") % {"n": min(SAMPLE, len(keys)), "all": len(keys)}
    )


def mail() -> Finding:
    """Whether the mail server lets us in."""
    if not settings.MAIL_IS_SET_UP:
        return note(_("No mail server is named: mails wait in the outbox"), _("Set EMAIL_URL."))
    server = get_connection()
    try:
        server.open()
        server.close()
    except Exception as fault:  # whatever the server or the network answers
        return wrong(
            _("The mail server does not answer (%(fault)s)") % {"fault": type(fault).__name__},
            _("Correct EMAIL_URL, or ask whoever runs the server. Mails wait meanwhile."),
        )
    failed = state().mails_failed
    if failed:
        return note(
            _("Mails that were given up after ten attempts: %(n)s") % {"n": failed},
            _("Look for wrong addresses among the accounts."),
        )
    return well(_("The mail server answers"))


def scanner() -> Finding:
    """Whether files are scanned for viruses."""
    if not settings.CLAMD_HOST:
        return note(_("No virus scanner: files are marked “not scanned”"), _("Set CLAMD_HOST."))
    try:
        scan(io.BytesIO(b"doctor"))
    except ScannerSilent:
        return wrong(
            _("The virus scanner does not answer: no file is taken in"),
            _("Start clamd, or correct CLAMD_HOST."),
        )
    return well(_("The virus scanner answers"))
