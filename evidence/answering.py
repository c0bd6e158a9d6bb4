"""How the views of evidence answer: a criterion's list or a dialog, each as a part of a page or as a whole one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import reswap, retarget, trigger_client_event

from evidence.pages import list_after
from evidence.reading import place_of
from scorecards.answering.views import keep_typed
from scorecards.models import Entry

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class HtmxRequest(HttpRequest):
        """A request as django-htmx's middleware leaves it."""

        htmx: HtmxDetails


DONE = "evidence-done"  # the dialog closes (static/evidence.js)
DIALOG = "#evidence-dialog-content"


def answer(
    request: "HtmxRequest",
    entry: Entry,
    criterion_key: str,
    *,
    problems: Iterable[tuple[str, Iterable[object]]] = (),
) -> HttpResponse:
    """After a change: the list of the criterion with what was refused, or the way back to its place."""
    if not request.htmx:
        keep_typed(request, entry.pk)
        for name, reasons in problems:
            said = " ".join(str(reason) for reason in reasons)
            messages.error(request, f"{name}: {said}" if name else said)
        return redirect(place_of(entry, criterion_key))
    context = list_after(entry, criterion_key, user=request.user) | {"problems": problems}
    return trigger_client_event(render(request, "evidence/_files.html", context), DONE)


def page_or_dialog(
    request: "HtmxRequest", name: str, context: dict, *, refused: bool = False
) -> HttpResponse:
    """A dialog's content (templates/evidence/_<name>.html), or the page around it. What was refused stays where it was
    typed, with its reasons."""
    if not request.htmx:
        context |= {"content": f"evidence/_{name}.html"}
        return render(request, "evidence/dialog.html", context, status=409 if refused else 200)
    response = render(request, f"evidence/_{name}.html", context)
    return reswap(retarget(response, DIALOG), "innerHTML") if refused else response
