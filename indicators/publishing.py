"""The verbs of a framework: load a document as a draft, publish it (frozen, hashed), export it."""

import json

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.draft_problems import problems_of_draft, sentences
from indicators.draft_rows import state_of
from indicators.editing import Place, record
from indicators.explaining import describe_problem
from indicators.models import Edit, FiscalYear, Framework
from indicators.permissions import require_configurer
from indicators.refusals import Refused
from indicators.rows import long_names, rows_of, write_rows
from indicators.scoring import canonical_json, content_hash


@transaction.atomic
def load_framework(document: dict, *, actor: User | None = None) -> Framework:
    """Make or replace the draft of a document's code and version. The same document twice changes nothing; a
    published version is never touched (Refused unless identical)."""
    if problems := [describe_problem(one) for one in long_names(document)]:
        raise Refused(problems)
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
        raise Refused([sentence % {"version": version, "code": framework.code}])
    before = None if made else state_of(framework, rows=_pks(framework), head=True, order=True)
    for field, value in names.items():
        setattr(framework, field, value)
    framework.full_clean()
    framework.save()
    write_rows(framework, document)
    if before and actor is not None:
        after = state_of(framework, rows=_pks(framework), head=True, order=True)
        before["rows"] |= dict.fromkeys(after["rows"])
        after["rows"] |= dict.fromkeys(pk for pk in before["rows"] if pk not in after["rows"])
        record(framework, actor, Edit.Action.IMPORT, Place(), (before, after))
    return framework


def _pks(framework: Framework) -> list[int]:
    return list(framework.indicators.order_by("position").values_list("pk", flat=True))


@transaction.atomic
def discard(framework: Framework, *, actor: User) -> None:
    """Throw a draft away. Refused once it is published."""
    require_configurer(actor)
    draft = Framework.objects.select_for_update().get(pk=framework.pk)
    if not draft.is_draft:
        raise Refused([_("This version is published: it stays.")])
    draft.delete()


@transaction.atomic
def publish(framework: Framework, *, actor: User | None) -> Framework:
    """Freeze a draft: its canonical text and SHA-256 are stored and never change. Refused with all problems, kept
    trials that give another score among them."""
    if actor is not None:  # without one it is the operator at the terminal
        require_configurer(actor)
    framework = Framework.objects.select_for_update().select_related("year").get(pk=framework.pk)
    if framework.state == Framework.State.PUBLISHED:
        return framework
    if problems := problems_of_draft(framework):
        raise Refused(sentences(problems))
    document = rows_of(framework)
    framework.document = canonical_json(document)
    framework.content_hash = content_hash(document)
    framework.state = Framework.State.PUBLISHED
    framework.published_at = timezone.now()
    framework.published_by = actor
    framework.full_clean()
    framework.save(update_fields=["document", "content_hash", "state", "published_at", "published_by"])
    return framework


def export_framework(framework: Framework) -> dict:
    """The framework as a document: the frozen text of a published one, the rows of a draft."""
    if framework.state == Framework.State.PUBLISHED:
        return json.loads(framework.document)
    return rows_of(framework)
