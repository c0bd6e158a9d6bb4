"""Signing in, also in the middle of a sentence: what was sent without a session is kept and sent again afterwards."""

from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.views import LoginView
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

NOT_KEPT = {"csrfmiddlewaretoken", "username", "password", "next"}
KEPT = "kept."


def signed_in(view):
    """Like login_required; but a form that comes in without a session is kept through signing in."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect(f"{reverse('login')}?{urlencode({'next': request.get_full_path()})}")
        page = {"kept": kept_fields(request.POST), "next": request.get_full_path()}
        return render(request, "registration/login_again.html", page, status=401)

    return inner


def kept_fields(data, *, prefix: str = "") -> list[tuple[str, str]]:
    """(name, value) of what was typed, in order, one for each value."""
    names = [name for name in data if name.startswith(prefix) and name not in NOT_KEPT]
    return [(name.removeprefix(prefix), value) for name in names for value in data.getlist(name)]


@sensitive_post_parameters()
@never_cache
def sign_in(request):
    """The login page. With kept fields, the page that sends them on follows it."""
    kept = kept_fields(request.POST, prefix=KEPT)
    response = LoginView.as_view(redirect_authenticated_user=True, extra_context={"kept": kept})(request)
    if response.status_code != 302 or not kept:
        return response
    path = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return response
    return render(request, "registration/go_on.html", {"kept": kept, "next": path})
