"""Pages of the batches and the history of reports."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.refusals import REFUSED, Refused
from reports import batches, store
from reports.batch_forms import ChoosingForm, SettingForm
from reports.downloads import note_file
from reports.history import batch_page, batches_of, documents_of
from reports.models import Batch, BatchFile
from scorecards.presenting.ticks import Ticks, filters_in, only_looks
from scorecards.request_keys import key_of

VERBS = {"cancel": batches.cancel, "resume": batches.resume}
MEDIA = {"zip": "application/zip", "pdf": "application/pdf"}


@login_required
@require_GET
@never_cache
def report_history(request):
    """Who had which report made from which record, who took it, what replaced it."""
    shown = documents_of(request.user, page=request.GET.get("page"))
    return render(request, "reports/history.html", {"documents": shown, "page": shown})


@login_required
@require_GET
@never_cache
def batch_list(request):
    """The batches that this person may see."""
    shown = batches_of(request.user, page=request.GET.get("page"))
    return render(request, "reports/batches.html", {"batches": shown, "page": shown})


@login_required
@require_http_methods(["GET", "POST"])
def new_batch(request):
    """Choose scorecards by filters and by ticking; a POST asks for their reports, or shows what other filters leave."""
    form, refused = ChoosingForm(filters_in(request), user=request.user), []
    cards, setting = form.scorecards(), SettingForm(request.POST or None, user=request.user)
    ticks, makes = Ticks.sent(request.POST, "card"), request.method == "POST" and not only_looks(request.POST)
    if makes and setting.is_valid():
        chosen = [card for card in cards if card.pk in ticks.on]
        try:
            batch = batches.start(
                chosen,
                actor=request.user,
                title=form.title(chosen=len(chosen), of=len(cards)),
                wanted=setting.wanted(form),
                request_key=key_of(request),
            )
            return redirect("batch", pk=batch.pk)
        except Refused as refusal:
            refused = refusal.reasons
    page = {"form": form, "cards": cards, "setting": setting, "refused": refused, **form.ticked(ticks, cards)}
    return render(request, "reports/new_batch.html", page, status=REFUSED if makes else 200)


@login_required
@require_GET
@never_cache
def batch(request, pk):
    """How far a batch is, and its files; asked by htmx, only the part that changes."""
    found = find_batch(request.user, pk)
    template = "reports/_batch.html" if request.htmx else "reports/batch.html"
    return render(request, template, batch_page(found, request.user))


@login_required
@require_POST
def change_batch(request, pk, verb):
    """Cancel a batch, or go on with it."""
    found = find_batch(request.user, pk)
    if verb not in VERBS:
        raise Http404
    try:
        VERBS[verb](found, actor=request.user)
    except Refused as refusal:
        page = batch_page(find_batch(request.user, pk), request.user) | {"refused": refusal.reasons}
        return render(request, "reports/batch.html", page, status=REFUSED)
    return redirect("batch", pk=found.pk)


@login_required
@require_GET
@never_cache
def batch_file(request, pk):
    """Download the ZIP or the PDF of a batch, after asking each time whether this person may see all of it."""
    seen = Batch.objects.visible_to(request.user)
    file = get_object_or_404(BatchFile.objects.select_related("batch"), pk=pk, batch__in=seen)
    raw = store.open_file(file)
    if raw is None:
        messages.error(
            request, _("This file is no longer in the store; press “Go on” to have it put together again.")
        )
        return redirect("batch", pk=file.batch_id)
    note_file(file, actor=request.user)
    name = " ".join([_("Scorecard reports"), file.batch.title]).replace("/", "-") + f".{file.kind}"
    return FileResponse(raw, as_attachment=True, filename=name, content_type=MEDIA[file.kind])


def find_batch(user, pk) -> Batch:
    """The batch if this person may see all of it, else a 404."""
    return get_object_or_404(Batch.objects.visible_to(user).select_related("requested_by"), pk=pk)
