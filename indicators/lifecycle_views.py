"""How a framework begins and ends as a draft: empty, from a file, from another one; published, thrown away."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from indicators import successors
from indicators.documents import LARGEST, load_document
from indicators.editor_pages import publishing_page
from indicators.editor_views import configurers_only
from indicators.explaining import describe_problem
from indicators.framework_workbook import workbook_to_framework
from indicators.models import Framework
from indicators.publishing import discard, load_framework, publish
from indicators.refusals import REFUSED, Refused
from indicators.scoring import DocumentError, Problem
from indicators.successor_forms import BeginForm, NextYearForm
from indicators.views import visible_to, years_forms

ZIP = b"PK\x03\x04"


def _begun(request, make):
    """Open the draft that `make` gives, or the list with the reasons why not."""
    try:
        draft = make()
    except Refused as refused:
        page = {"frameworks": years_forms(request.user), "configures": True, "begin": BeginForm()}
        return render(request, "frameworks/list.html", page | {"refused": refused.reasons}, status=REFUSED)
    return redirect("edit_part", draft.pk)


@configurers_only
@require_POST
def begin_framework(request):
    """An empty draft."""
    form = BeginForm(request.POST)
    if not form.is_valid():
        page = {"frameworks": years_forms(request.user), "configures": True, "begin": form}
        return render(request, "frameworks/list.html", page, status=REFUSED)
    said = form.cleaned_data
    return _begun(
        request, lambda: successors.begin(said["code"], said["year"], said["name"], actor=request.user)
    )


@configurers_only
@require_POST
def upload_framework(request):
    """A draft from a file: taken whole or not at all, every fault with its place."""
    return _begun(request, lambda: load_framework(_document(request.FILES.get("file")), actor=request.user))


def _document(upload) -> dict:
    if upload is None:
        raise Refused([_("Choose a file first.")])
    if upload.size > LARGEST:
        facts = {"found": str(upload.size), "most": str(LARGEST)}
        raise Refused([describe_problem(Problem("too_large", "", facts))])
    content = upload.read()
    if content[:4] == ZIP:
        return workbook_to_framework(content)
    try:
        return load_document(content)
    except DocumentError as error:
        raise Refused([describe_problem(problem) for problem in error.problems]) from None


@configurers_only
@require_POST
def begin_next_year(request, pk):
    """Next year's draft from this framework."""
    framework = get_object_or_404(visible_to(request.user), pk=pk)
    form = NextYearForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else successors.next_code(framework)
    answer = _begun(request, lambda: successors.next_year(framework, code=code, actor=request.user))
    if answer.status_code != REFUSED:
        messages.success(
            request,
            _(
                "This is next year's draft. Targets, plans and assumptions are still this year's: go through them."
            ),
        )
    return answer


@configurers_only
@require_POST
def begin_version(request, pk):
    """The next version of this framework, for a change of rules in mid-year."""
    framework = get_object_or_404(visible_to(request.user), pk=pk)
    return _begun(request, lambda: successors.new_version(framework, actor=request.user))


@configurers_only
@require_http_methods(["GET", "POST"])
def publish_framework(request, pk):
    """What publishing means and what stands before it; a POST freezes the draft. Refused with every problem."""
    framework = get_object_or_404(Framework.objects.select_related("year", "based_on"), pk=pk)
    if request.method == "GET":
        if not framework.is_draft:
            return redirect("framework", pk)
        return render(request, "frameworks/publish.html", publishing_page(framework))
    try:
        publish(framework, actor=request.user)
    except Refused as refused:
        reasons = " ".join(map(str, refused.reasons[:3]))
        messages.warning(request, _("Not published: %(reasons)s") % {"reasons": reasons})
        return redirect("edit_part", pk)
    messages.success(request, _("Published. It never changes from now on."))
    return redirect("framework", pk)


@configurers_only
@require_POST
def discard_framework(request, pk):
    """Throw a draft away."""
    draft = get_object_or_404(Framework, pk=pk)
    try:
        discard(draft, actor=request.user)
        messages.success(
            request, _("The draft was thrown away: %(name)s") % {"name": draft.name or draft.code}
        )
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("frameworks")
