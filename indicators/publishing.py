"""The verbs of a framework: load a document as a draft, publish it (frozen, hashed), export it."""

import json

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.explaining import describe_problem
from indicators.models import FiscalYear, Framework
from indicators.rows import rows_of, write_rows
from indicators.scoring import canonical_json, check_framework, content_hash
from indicators.signals import framework_published


class NotPublishable(Exception):
    """A framework that cannot be loaded or published: `reasons` are all sentences, each with its place."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def load_framework(document: dict, *, actor=None) -> Framework:
    """Make or replace the draft of a document's code and version. The same document twice changes nothing; a
    published version is never touched (NotPublishable unless identical)."""
    year, _made = FiscalYear.objects.get_or_create(year=document["year"])
    version = int(document.get("version", 1))
    name = document["name"]
    names = {"name_th": name.get("th", ""), "name_en": name.get("en", ""), "year": year}
    framework, made = Framework.objects.select_for_update().get_or_create(
        code=document["code"], version=version, defaults=names
    )
    if not made and content_hash(export_framework(framework)) == content_hash(document):
        return framework
    if framework.state == Framework.State.PUBLISHED:
        sentence = _(
            "Version %(version)s of %(code)s is published and never changes. Give the file a new version, with a "
            "resolution (number, date, reason)."
        )
        raise NotPublishable([sentence % {"version": version, "code": framework.code}])
    for field, value in names.items():
        setattr(framework, field, value)
    framework.full_clean()
    framework.save()
    write_rows(framework, document)
    return framework


@transaction.atomic
def publish(framework: Framework, *, actor) -> Framework:
    """Freeze a draft: its canonical text and SHA-256 are stored and never change. Refuses with all problems."""
    framework = Framework.objects.select_for_update().select_related("year").get(pk=framework.pk)
    if framework.state == Framework.State.PUBLISHED:
        return framework
    document = rows_of(framework)
    problems = check_framework(document)
    if problems:
        raise NotPublishable([f"{one.place}: {describe_problem(one)}" for one in problems])
    framework.document = canonical_json(document)
    framework.content_hash = content_hash(document)
    framework.state = Framework.State.PUBLISHED
    framework.published_at = timezone.now()
    framework.published_by = actor
    framework.full_clean()
    framework.save(update_fields=["document", "content_hash", "state", "published_at", "published_by"])
    framework_published.send(sender=Framework, framework=framework)
    return framework


def export_framework(framework: Framework) -> dict:
    """The framework as a document: the frozen text of a published one, the rows of a draft."""
    if framework.state == Framework.State.PUBLISHED:
        return json.loads(framework.document)
    return rows_of(framework)
