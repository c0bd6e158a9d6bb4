"""Restores a backup: read whole first, refused for any reason before anything is touched, then all of it or nothing."""

import uuid
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.backup import folders, releases, tables
from config.backup.reading import Contents, Taker, read_backup
from indicators.refusals import Refused

NOT_EMPTY = gettext_noop(
    "There is data here already. To put the backup in its place, stop web and workers, take a backup of what is here, "
    "and repeat with --replace %(site)s."
)
OLDER = gettext_noop(
    "The backup is of an older release and cannot replace data in place. Restore it into a new, empty database and an "
    "empty VAR_DIR."
)
FAULTY = gettext_noop(
    "This was not whole when the backup was taken. Take an older backup, or repeat with --accept-faults."
)
NOT_TAKEN = gettext_noop("The database did not take the backup, nothing was changed: %(fault)s")
DIFFERS = gettext_noop("Table %(table)s did not come out as it was. Nothing was changed.")


@dataclass(frozen=True)
class Consent:
    """What the operator accepts: the name of the site whose data is replaced, and known faults."""

    replace: str = ""
    faults: bool = False


def restore(path: Path, *, key: str = "", consent: Consent | None = None) -> list[str]:
    """Puts a backup in place of an empty database and empty folders, or of what is there if its site's name is given.
    Returns the folders that were put aside. Refused, with nothing touched, when the backup is not whole, is of a newer
    release, or would go over data. A backup of an older release is brought forward afterwards."""
    consent = consent or Consent()
    contents = read_backup(path, key=key)
    migrations = contents.manifest["migrations"]
    _refuse_faults(contents, consent)
    _refuse_over_data(releases.is_current(migrations), consent)
    folders.refuse_unfit(contents.summary.files)
    apps = releases.bring_to(migrations)
    aside = folders.Aside(uuid.uuid4().hex[:8])
    try:
        with ExitStack() as exchange, transaction.atomic():
            tables.empty(apps)
            read_backup(path, key=key, taker=Loading(tables.tables_of(apps), aside))
            _compare(contents, tables.tables_of(apps))
            connection.check_constraints()
            exchange.enter_context(aside.in_place())  # left after the commit, undone when that fails
    except DatabaseError as fault:
        raise Refused([_(NOT_TAKEN) % {"fault": fault}]) from fault
    finally:
        aside.discard()
    releases.bring_forward()
    cache.clear()
    return aside.drop_empty()


def site() -> str:
    """The name that an operator types to have its data replaced."""
    return urlsplit(settings.SITE_URL).hostname or settings.SITE_URL


def _refuse_faults(contents: Contents, consent: Consent) -> None:
    if contents.faults and not consent.faults:
        raise Refused([*contents.faults, _(FAULTY)])


def _refuse_over_data(current: bool, consent: Consent) -> None:
    if tables.is_empty(tables.tables_of()) and not folders.hold_files():
        return
    if not current:
        raise Refused([_(OLDER)])
    if consent.replace != site():
        raise Refused([_(NOT_EMPTY) % {"site": site()}])


class Loading(Taker):
    """Rows go into the database, files into new folders beside those in use."""

    def __init__(self, known: dict[str, tables.Table], aside: folders.Aside) -> None:
        self.known, self.aside = known, aside

    def take_rows(self, table: str, columns: list[str], rows: list[list]) -> None:
        tables.insert(self.known[table], rows, columns=columns)

    def open_file(self, name: str) -> AbstractContextManager[IO[bytes]]:
        return self.aside.open(name)


def _compare(contents: Contents, known: dict[str, tables.Table]) -> None:
    """Refused unless each table reads as it was written; the numbers go on from where they were."""
    for name, said in contents.summary.tables.items():
        tables.go_on_from(known[name], number=said["last"])
        columns = contents.manifest["tables"][name]["columns"]
        if tables.tally(known[name], columns=columns) != {"rows": said["rows"], "sha256": said["sha256"]}:
            raise Refused([_(DIFFERS) % {"table": name}])
