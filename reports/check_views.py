"""Pages for whoever holds a printed document: is it the system's, and does it still count? Without signing in."""

from django.shortcuts import redirect, render

from reports import checking
from scorecards.results.public_views import public


@public
def check_any(request):
    """Where a code is typed in."""
    typed = request.GET.get("code", "")[:100]
    if code := checking.tidy(typed):
        return redirect("check", code=code)
    return render(request, "public/check.html", {"asked": bool(typed)})


@public
def check(request, code):
    """What is known of the document with this code; no score, no name of a person."""
    if (tidied := checking.tidy(code)) != code and tidied:
        return redirect("check", code=tidied)
    found = checking.find(code)
    facts = {"found": found, "asked": True, "code": checking.grouped(code)}
    return render(request, "public/check.html", facts, status=200 if found else 404)
