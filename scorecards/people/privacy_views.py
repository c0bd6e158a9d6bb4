"""Pages of personal data: one's own, and for administrators (404 otherwise) anybody's and who looked at which."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.refusals import REFUSED, Refused
from scorecards.people.forgetting import forget, hand_out, is_forgotten, why_not
from scorecards.people.privacy_pages import person_page, readings_of_all
from scorecards.permissions import is_administrator
from scorecards.presenting.paging import page_of


def administrators_only(view):
    """Nobody else is told that there is anything here."""

    @login_required
    @never_cache
    @wraps(view)
    def inner(request, *args, **kwargs):
        if not is_administrator(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return inner


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def my_data(request):
    """What is held about oneself and who looked at it; a POST hands it out as a file."""
    if request.method == "POST":
        return _file(hand_out(request.user, actor=request.user), request.user)
    page = person_page(request.user, reader=request.user)
    return render(request, "privacy/my_data.html", page | {"administers": is_administrator(request.user)})


@administrators_only
@require_GET
def privacy_log(request):
    """Who read or took whose personal data, newest first; and people, to hand out or forget."""
    asked = request.GET.get("q", "").strip()[:100]
    named = Q(username__icontains=asked) | Q(first_name__icontains=asked) | Q(last_name__icontains=asked)
    people = get_user_model().objects.filter(named).order_by("username")[:20] if asked else []
    shown = page_of(readings_of_all(), request.GET.get("page"))
    return render(request, "privacy/log.html", {"page": shown, "asked": asked, "people": people})


@administrators_only
@require_http_methods(["GET", "POST"])
def person_privacy(request, pk):
    """What is held about a person, and what stands against forgetting them; a POST forgets them."""
    person = get_object_or_404(get_user_model(), pk=pk)
    reason = request.POST.get("reason", "")[:1000]
    if request.method == "POST":
        try:
            forget(person, actor=request.user, reason=reason)
        except Refused as refused:
            return _refused(request, person, refused.reasons)
        messages.success(request, _("The person's data was taken away. What they did stays on record."))
        return redirect("person_privacy", pk)
    return render(request, "privacy/person.html", _page(request, person))


@administrators_only
@require_POST
def person_export(request, pk):
    """All that is held about a person as a file, on request."""
    person = get_object_or_404(get_user_model(), pk=pk)
    try:
        data = hand_out(person, actor=request.user, reason=request.POST.get("reason", "")[:1000])
    except Refused as refused:
        return _refused(request, person, refused.reasons)
    return _file(data, person)


def _page(request, person) -> dict:
    against = why_not(person, actor=request.user, reason="–")
    facts = {"against": against, "is_forgotten": is_forgotten(person)}
    return person_page(person, reader=request.user) | facts


def _refused(request, person, reasons):
    typed = {"refused": reasons, "reason": request.POST.get("reason", "")}
    return render(request, "privacy/person.html", _page(request, person) | typed, status=REFUSED)


def _file(data, person):
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="person-{person.pk}.json"'
    return answer
