from django.core.management.base import BaseCommand, CommandError

from indicators.documents import write_document
from indicators.models import Framework
from indicators.publishing import export_framework
from indicators.target_files import file_to_write


class Command(BaseCommand):
    """Write a framework as the file it can be loaded from."""

    help = "Writes a framework as a YAML file; the latest version unless one is named."

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument("--release", type=int, help="number of the version")
        parser.add_argument(
            "--out", type=file_to_write, help="the file to write; standard output unless given"
        )

    def handle(self, *args, code, release, out, **options):
        found = Framework.objects.filter(code=code)
        found = found.filter(version=release) if release else found
        framework = found.order_by("-version").first()
        if framework is None:
            known = ", ".join(sorted(set(Framework.objects.values_list("code", flat=True)))) or "–"
            raise CommandError(
                f"ไม่มีแบบประเมินหรือฉบับที่ระบุ แบบที่มี: {known}\n"
                f"There is no such framework or version. There are: {known}."
            )
        text = write_document(export_framework(framework))
        if out:
            out.write_text(text, encoding="utf-8")
            self.stdout.write(
                f"{framework.code} ฉบับที่ {framework.version} → {out} · version {framework.version}"
            )
        else:
            self.stdout.write(text)
