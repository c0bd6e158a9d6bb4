"""The forms: published ones as read-only pages for everybody who signs in, drafts for administrators."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from indicators.differences import differences
from indicators.documents import write_document
from indicators.editor_pages import assumptions_in_words, in_words
from indicators.explaining import words
from indicators.field_labels import choice_label, label_of
from indicators.framework_workbook import framework_to_workbook
from indicators.models import Framework
from indicators.permissions import may_configure
from indicators.publishing import export_framework
from indicators.successor_forms import BeginForm, NextYearForm
from indicators.workbooks import MEDIA_TYPE


def visible_to(user):
    """The years' published forms; drafts and agencies' own forms too for those who configure them."""
    shown = Q() if may_configure(user) else Q(state=Framework.State.PUBLISHED, variant_of=None)
    return Framework.objects.filter(shown).select_related("year", "published_by")


def years_forms(user):
    """Those that are no agency's own."""
    return visible_to(user).filter(variant_of=None)


@login_required
@require_GET
def frameworks(request):
    """The frameworks, newest year first; for administrators also the drafts and the ways to begin one."""
    page = {
        "frameworks": years_forms(request.user),
        "configures": may_configure(request.user),
        "begin": BeginForm(),
    }
    return render(request, "frameworks/list.html", page)


@login_required
@require_GET
def framework(request, pk):
    """One published framework: its components, indicators, bands, assumptions and hash. A draft opens in the editor."""
    found = get_object_or_404(visible_to(request.user), pk=pk)
    if found.is_draft:
        return redirect("edit_part", pk)
    page = {
        "framework": found,
        "rows": found.indicators.all(),
        "configures": may_configure(request.user),
        "next_year": NextYearForm.of(found),
        "others": years_forms(request.user).exclude(pk=pk),
    }
    return render(request, "frameworks/framework.html", page)


@login_required
@require_GET
def framework_file(request, pk):
    """The framework as the file it can be loaded from."""
    found = get_object_or_404(visible_to(request.user), pk=pk)
    answer = HttpResponse(
        write_document(export_framework(found)), content_type="application/yaml; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-v{found.version}.yaml"'
    return answer


@login_required
@require_GET
def framework_workbook(request, pk):
    """The framework as a workbook, to be edited in a spreadsheet and brought back."""
    found = get_object_or_404(visible_to(request.user), pk=pk)
    answer = HttpResponse(framework_to_workbook(export_framework(found)), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-v{found.version}.xlsx"'
    return answer


@login_required
@require_GET
def framework_differences(request, pk, other):
    """What is different from `other` (the earlier one) to this framework."""
    new, old = (get_object_or_404(visible_to(request.user), pk=one) for one in (pk, other))
    before, now = export_framework(old), export_framework(new)
    found = [
        {
            "how": one.how,
            "kind": choice_label(one.kind),
            "number": one.number,
            "title": words(one.title),
            "fields": [
                (label_of(name), _said(name, was, before), _said(name, is_, now))
                for name, was, is_ in one.fields
            ],
        }
        for one in differences(before, now)
    ]
    others = years_forms(request.user).exclude(pk=pk)
    page = {"framework": new, "old": old, "differences": found, "others": others}
    return render(request, "frameworks/differences.html", page)


def _said(name, value, document) -> str:
    return assumptions_in_words(value, document) if name == "assumptions" else in_words(value)
