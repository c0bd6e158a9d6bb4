"""`manage.py doctor`: one line for each thing that must be well: ✓ well, ! worth knowing, ✗ wrong and what to do."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.operations import accounts, machine, services
from config.operations.findings import Finding, Level, wrong

CHECKS = {
    "python": machine.python,
    "libraries": machine.libraries,
    "fonts": machine.fonts,
    "settings": machine.names_of_settings,
    "security": machine.security,
    "storage": machine.storage,
    "static": machine.static_files,
    "database": services.database,
    "migrations": services.migrations,
    "guards": services.guards,
    "queue": services.queue,
    "workers": services.workers,
    "beat": services.beat,
    "jobs": services.jobs,
    "files": services.files,
    "evidence": services.evidence,
    "mail": services.mail,
    "addresses": accounts.addresses,
    "scanner": services.scanner,
}


class Command(BaseCommand):
    help = "Says what is wrong with this installation and what to do; ends with 1 when something is."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "checks", nargs="*", metavar="check", help=f"these alone, all unless given: {', '.join(CHECKS)}"
        )

    def handle(self, *args, checks, **options):
        unknown = [name for name in checks if name not in CHECKS]
        if unknown:
            known = {"names": ", ".join(unknown), "all": ", ".join(CHECKS)}
            raise CommandError(_("Doctor does not look at %(names)s. It looks at: %(all)s") % known)
        found = {name: looked_at(CHECKS[name]) for name in checks or CHECKS}
        for name, finding in found.items():
            self.stdout.write(
                f"{finding.level.value} {name:<10} {finding.says}{finding.do and f' → {finding.do}'}"
            )
        number = sum(finding.level == Level.WRONG for finding in found.values())
        if number:
            raise CommandError(
                ngettext("%(n)s thing is wrong.", "%(n)s things are wrong.", number) % {"n": number}
            )


def looked_at(check) -> Finding:
    """What the check finds; one that cannot even look is wrong by its kind of fault."""
    try:
        return check()
    except Exception as fault:  # doctor is asked when things are broken: one of them must not hide the others
        return wrong(
            _("It could not be looked at (%(fault)s)") % {"fault": type(fault).__name__},
            _("See to what is wrong above it first."),
        )
