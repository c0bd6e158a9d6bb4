"""The editor of drafts: one page for each part, one address for each verb. For administrators only (404 otherwise)."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from indicators import editing
from indicators.changing_kinds import change_kind
from indicators.copying import duplicate, take_over
from indicators.editing import Place, fields_of
from indicators.editor_pages import editor_page, in_words, part_form, place_url, taking_page, trial_page
from indicators.models import Framework
from indicators.pasting import lines_of
from indicators.permissions import may_configure
from indicators.refusals import REFUSED, Refused, Stale
from indicators.trials import example_of, rerun_examples


def configurers_only(view):
    """Signed in and an administrator; for everybody else the page is not there."""

    @wraps(view)
    @login_required
    def checked(request, *args, **kwargs):
        if not may_configure(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def _draft(pk) -> Framework:
    return get_object_or_404(
        Framework.objects.select_related("year", "based_on"), pk=pk, state=Framework.State.DRAFT
    )


@configurers_only
@require_http_methods(["GET", "POST"])
def edit_part(request, pk, row=None, key=""):
    """One part of a draft: its form, the tree, its problems. A POST saves what was changed."""
    framework, place = _draft(pk), Place(row, key)
    try:
        form = part_form(framework, place, request.POST or None)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("edit_part", pk)
    if request.method == "GET":
        return render(request, "frameworks/editor.html", editor_page(framework, place, form=form))
    return _save(request, framework, place, form)


def _save(request, framework, place, form):
    taken = {name.removeprefix("take.") for name in request.POST if name.startswith("take.")}
    try:
        values = {field: value for field, value in form.values().items() if field not in taken}
        stands = editing.change(framework, place, values, actor=request.user, seen=form.as_seen())
    except Refused as refused:
        return _not_saved(request, editor_page(framework, place, form=form), refused)
    if request.htmx and stands == place:
        page = editor_page(_draft(framework.pk), place) | {"saved": True}
        return render(request, "frameworks/_editor_saved.html", page)
    if request.htmx:
        return HttpResponseClientRedirect(place_url(framework, stands))
    messages.success(request, _("Saved"))
    return redirect(place_url(framework, stands))


def _not_saved(request, page, refused):
    page |= {"refused": refused.reasons}
    if isinstance(refused, Stale):
        page["conflicts"] = [
            {"field": page["form"][field], "theirs_shown": in_words(theirs)}
            for field, theirs in refused.theirs.items()
        ]
    if request.htmx:  # a fragment with another status would not be shown
        return render(request, "frameworks/_editor_saved.html", page)
    return render(request, "frameworks/editor.html", page, status=REFUSED)


def _place(data, prefix="") -> Place | None:
    row = data.get(f"{prefix}row", "")
    if prefix and not row:
        return None
    return Place(int(row) if row.isdecimal() and len(row) < 19 else None, data.get(f"{prefix}key", ""))


VERBS = {
    "add": lambda f, at, data, actor: editing.add(
        f,
        at,
        data.get("kind", ""),
        titles=lines_of(data.get("titles", ""), data.get("groups", "")),
        actor=actor,
    ),
    "duplicate": lambda f, at, data, actor: duplicate(f, at, actor=actor),
    "take": lambda f, at, data, actor: take_over(f, at, (_place(data, "part_") or Place()).row, actor=actor),
    "move": lambda f, at, data, actor: editing.move(f, at, data.get("direction", ""), actor=actor),
    "drop": lambda f, at, data, actor: editing.move_to(
        f, at, _place(data, "under_") or Place(), before=_place(data, "before_"), actor=actor
    ),
    "kind": lambda f, at, data, actor: change_kind(f, at, data.get("kind", ""), actor=actor),
    "remove": lambda f, at, data, actor: editing.remove(f, at, actor=actor),
}


SAID = {
    "take": gettext_lazy(
        "Taken over with all that stands under it. Weights, targets and plans are the other form's: go through them."
    ),
    "list": gettext_lazy("The list is added. “Undo the latest change” takes all of it back."),
    "remove": gettext_lazy("Removed. “Undo the latest change” brings it back."),
    "kind": gettext_lazy(
        "The kind is changed. What only the former kind has is gone; “Undo the latest change” brings it back."
    ),
}


@configurers_only
@require_POST
def edit_tree(request, pk, verb):
    """Add, duplicate, move, drop or remove a part, then show where one stands."""
    framework, place = _draft(pk), _place(request.POST)
    try:
        stands = VERBS[verb](framework, place, request.POST, request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect(place_url(framework, place))
    if said := SAID.get("list" if verb == "add" and "titles" in request.POST else verb):
        messages.success(request, said)
    return redirect(place_url(framework, stands))


@configurers_only
@require_GET
def parts_elsewhere(request, pk, row=None):
    """What a part may take over from another form: the form is chosen first, then one of its parts."""
    framework, place = _draft(pk), Place(row)
    try:
        page = taking_page(framework, place, request.GET.get("form", ""))
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("edit_part", pk)
    return render(request, "frameworks/take_over.html", page)


@configurers_only
@require_POST
def undo_edit(request, pk):
    """Take back the latest edit of the draft; one stays at the part that is open, if it is still there."""
    framework = _draft(pk)
    try:
        edit = editing.undo(framework, actor=request.user)
        messages.success(request, _("Taken back: %(edit)s") % {"edit": edit})
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect(place_url(framework, _still_there(framework, _place(request.POST))))


def _still_there(framework, place) -> Place:
    """The place, or the whole form where it is gone."""
    try:
        fields_of(framework, place)
    except Refused:
        return Place()
    return place


@configurers_only
@require_POST
def try_draft(request, pk, row=None, key=""):
    """Score typed answers for one part; `keep` stores the trial with the form as one of its examples."""
    framework, place = _draft(pk), Place(row, key)
    try:
        tried = trial_page(framework, place, request.POST)
        if "keep" in request.POST and "result" in tried:
            example = example_of(framework, place, tried["answers"], tried["months"], tried["result"])
            examples = [*framework.head.get("examples", []), example]
            editing.change(framework, Place(), {"examples": examples}, actor=request.user)
            messages.success(
                request, _("The trial is kept with the form; it is computed again at every change.")
            )
            return redirect(place_url(framework, place))
        page = tried if request.htmx else editor_page(framework, place) | tried
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("edit_part", pk)
    return render(request, "frameworks/_tried.html" if request.htmx else "frameworks/editor.html", page)


@configurers_only
@require_POST
def settle_example(request, pk, number, decision):
    """A kept trial that gives another score now: accept the new score, or drop the trial."""
    framework = _draft(pk)
    examples, reruns = list(framework.head.get("examples", [])), rerun_examples(framework)
    if number < len(examples):
        if decision == "accept" and reruns[number].now:
            examples[number] = examples[number] | {"score": reruns[number].now}
        else:
            del examples[number]
        editing.change(framework, Place(), {"examples": examples}, actor=request.user)
    return redirect(place_url(framework, _still_there(framework, _place(request.POST))))
