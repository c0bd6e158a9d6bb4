"""manage.py verify_evidence: hashes every stored file again and names the first fault of each."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence import store
from evidence.models import Evidence
from evidence.sentences import bucket_away


class Command(BaseCommand):
    help = "Hashes every stored file again: every row has its bytes, unchanged. Ends with 1 when one has not."

    def handle(self, *args, **options):
        try:
            self.verify()
        except store.Away as away:
            raise CommandError(bucket_away(away)) from away

    def verify(self):
        rows = Evidence.objects.first_uses().values_list(
            "pk", "sha256", "name", "entry__scorecard__agency__code"
        )
        known, faults = set(), 0
        for pk, sha256, name, agency in rows.iterator(chunk_size=500):
            known.add(pk)
            try:
                store.open_checked(pk, sha256=sha256).close()
            except store.Altered as altered:
                faults += 1
                self.stderr.write(f"{altered.reason}: {pk} · {agency} · {name}")
        for key in store.stored_keys():
            if key not in known:
                self.stdout.write(
                    _("%(key)s: a file without a row (an upload that did not finish)") % {"key": key}
                )
        if faults:
            raise CommandError(
                ngettext(
                    "%(n)s file is not as it was received.",
                    "%(n)s files are not as they were received.",
                    faults,
                )
                % {"n": faults}
            )
        checked = len(known)
        text = ngettext("%(n)s file checked, unchanged.", "%(n)s files checked, all unchanged.", checked)
        self.stdout.write(text % {"n": checked})
