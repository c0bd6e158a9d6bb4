from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.backup.keys import key_from
from config.backup.reading import read_backup
from indicators.refusals import Refused


class Command(BaseCommand):
    help = "Reads a backup and says whether it is whole: hashes, each row's file, the chain of events. Changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--key-file", default="", help="a key of age, instead of BACKUP_KEY")

    def handle(self, *args, file, key_file, **options):
        try:
            contents = read_backup(file, key=key_from(key_file))
        except Refused as refused:
            raise CommandError("\n".join(str(reason) for reason in refused.reasons)) from None
        if contents.faults:
            raise CommandError(
                "\n".join([*contents.faults, _("The backup was written with these faults in it.")])
            )
        self.stdout.write(
            _("Whole: %(site)s, %(moment)s, %(rows)s rows, %(files)s files of evidence, %(reports)s reports.")
            % {
                "site": contents.manifest["site"],
                "moment": contents.manifest["made_at"],
                "rows": contents.summary.rows,
                "files": contents.summary.files["evidence"]["count"],
                "reports": contents.summary.files["reports"]["count"],
            }
        )
