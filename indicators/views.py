"""The forms as they were published: read-only pages for everybody who signs in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from indicators.documents import write_document
from indicators.models import Framework
from indicators.publishing import export_framework


@login_required
@require_GET
def frameworks(request):
    """The published frameworks, newest year first."""
    found = Framework.objects.filter(state=Framework.State.PUBLISHED).select_related("year")
    return render(request, "frameworks/list.html", {"frameworks": found})


@login_required
@require_GET
def framework(request, pk):
    """One published framework: its components, indicators, bands, assumptions and hash."""
    found = get_object_or_404(
        Framework.objects.select_related("year"), pk=pk, state=Framework.State.PUBLISHED
    )
    return render(request, "frameworks/framework.html", {"framework": found, "rows": found.indicators.all()})


@login_required
@require_GET
def framework_file(request, pk):
    """The framework as the file it can be loaded from."""
    found = get_object_or_404(Framework, pk=pk, state=Framework.State.PUBLISHED)
    answer = HttpResponse(
        write_document(export_framework(found)), content_type="application/yaml; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-v{found.version}.yaml"'
    return answer
