"""Frameworks that follow others: next year's, a new version in mid-year; and an empty one to begin with."""

from copy import deepcopy

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.models import FiscalYear, Framework
from indicators.permissions import require_configurer
from indicators.publishing import export_framework, load_framework
from indicators.refusals import Refused
from indicators.rows import text_of

BLANK = {
    "format": "kpi-framework/1", "version": 1, "scale": {"min": "1", "max": "5"}, "rounds": [6, 12],
    "unscored": "redistribute",
}  # fmt: skip


@transaction.atomic
def begin(code: str, year: int, name: str, *, actor: User) -> Framework:
    """An empty draft. Refused when the code is taken."""
    require_configurer(actor)
    _refuse_taken(code, 1)
    fiscal_year, _made = FiscalYear.objects.get_or_create(year=year)
    head = {field: value for field, value in BLANK.items() if field not in ("format", "version")}
    return Framework.objects.create(code=code, year=fiscal_year, name_th=name, head=head)


@transaction.atomic
def next_year(framework: Framework, *, code: str, actor: User) -> Framework:
    """A draft of the following year with everything of this one but its resolution; the year in its name is moved on.
    Its indicators keep their history by `continues`. The same call again gives the same draft."""
    require_configurer(actor)
    year = framework.year.year + 1
    if there := Framework.objects.filter(code=code, based_on=framework, year__year=year).first():
        return there
    _refuse_taken(code, 1)
    name = text_of(*(following(one, year - 1) for one in (framework.name_th, framework.name_en)))
    return _successor(framework, {"code": code, "version": 1, "year": year, "name": name})


@transaction.atomic
def new_version(framework: Framework, *, actor: User) -> Framework:
    """A draft of the same form with the next version, for a change of rules in mid-year; publishing it needs the
    resolution. The same call again gives the same draft."""
    require_configurer(actor)
    latest = Framework.objects.filter(code=framework.code).latest("version")
    if latest.is_draft:
        return latest
    return _successor(framework, {"version": latest.version + 1})


def _successor(framework: Framework, changed: dict) -> Framework:
    document = deepcopy(export_framework(framework)) | changed
    document.pop("resolution", None)
    document["continues"] = {"code": framework.code, "version": framework.version}
    draft = load_framework(document)
    draft.based_on = framework
    draft.save(update_fields=["based_on"])
    return draft


def _refuse_taken(code: str, version: int) -> None:
    if Framework.objects.filter(code=code, version=version).exists():
        raise Refused(
            [_("There is a framework with the code “%(code)s” already. Choose another.") % {"code": code}]
        )


def following(text: str, year: int) -> str:
    """A text with this Buddhist year, in either digits, moved on by one."""
    thai = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    this, next_ = str(year), str(year + 1)
    return text.replace(this, next_).replace(this.translate(thai), next_.translate(thai))


def next_code(framework: Framework) -> str:
    """The code that is proposed for next year: the year in it moved on."""
    year = framework.year.year
    code = following(framework.code, year)
    return code if code != framework.code else f"{code}-{year + 1}"[:60]
