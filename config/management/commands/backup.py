import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backup.keys import key_from
from config.backup.taking import take_backup, write_backup
from evidence import store
from evidence.sentences import bucket_away
from indicators.refusals import Refused


class Command(BaseCommand):
    help = "Writes the database and all files of one moment into one file, while people work on."

    def add_arguments(self, parser):
        place = parser.add_mutually_exclusive_group(required=True)
        place.add_argument("file", nargs="?", help="the file to write; - for the standard output")
        place.add_argument(
            "--to", type=Path, metavar="FOLDER", help="a folder; the file is named by the moment"
        )
        parser.add_argument("--key-file", default="", help="a key of age, instead of BACKUP_KEY")

    def handle(self, *args, file, to, key_file, **options):
        try:
            key = key_from(key_file)
            if file == "-":
                name, summary = "-", write_backup(sys.stdout.buffer, key=key)
            else:
                name = Path(file) if file else to / name_of(encrypted=bool(key))
                summary = take_backup(name, key=key)
        except Refused as refused:
            raise CommandError("\n".join(str(reason) for reason in refused.reasons)) from None
        except store.Away as away:
            raise CommandError(bucket_away(away)) from None
        except (OSError, store.Full) as fault:  # the folder not ours, the disk full
            raise CommandError(
                _("The backup could not be written, nothing of it was kept: %(fault)s") % {"fault": fault}
            ) from None
        said = _("%(name)s: %(rows)s rows, %(files)s files of evidence, %(reports)s reports.") % {
            "name": name,
            "rows": summary.rows,
            "files": summary.files["evidence"]["count"],
            "reports": summary.files["reports"]["count"],
        }
        self.stderr.write(said) if file == "-" else self.stdout.write(said)
        if not key:
            self.stderr.write(_("It is not encrypted: no key is set (BACKUP_KEY)."))
        if summary.faults:
            raise CommandError(
                "\n".join([*summary.faults, _("The backup was written with these faults in it.")])
            )


def name_of(*, encrypted: bool) -> str:
    """scorecards-2026-11-21T18-30-00.tar, with .age where it is encrypted; in local time."""
    moment = timezone.localtime().strftime("%Y-%m-%dT%H-%M-%S")
    return f"scorecards-{moment}.tar{'.age' if encrypted else ''}"
