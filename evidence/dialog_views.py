"""The dialogs: more ways to attach, and all about one file. Without a script each is a page of its own."""

import re

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from evidence.answering import answer, page_or_dialog
from evidence.changing import change
from evidence.criteria import APPEAL, asked_of
from evidence.forms import LinkForm, ParticularsForm, UseForm
from evidence.intake import use_again
from evidence.linking import add_link, withdraw_link
from evidence.models import Link
from evidence.pages import about_of, more_of
from evidence.reading import files_of_scorecard, is_own, own_entry, own_evidence
from indicators.refusals import Refused
from scorecards.models import Scorecard
from scorecards.request_keys import key_of

VERSION = re.compile(r"\d{1,9}", re.ASCII)


@login_required
@require_GET
def evidence_more(request, entry_pk, criterion_key):
    """More ways to attach: with page, period and class; a file that is here already; a public page."""
    entry = own_entry(request.user, entry_pk)
    if criterion_key not in {APPEAL, *asked_of(entry)}:
        raise Http404
    return page_or_dialog(request, "more", more_of(entry, criterion_key))


@login_required
@require_POST
def evidence_use(request, entry_pk, criterion_key):
    """Uses a file of this scorecard at one more criterion."""
    entry = own_entry(request.user, entry_pk)
    form, refused = UseForm(request.POST, files=files_of_scorecard(entry.scorecard)), []
    if form.is_valid():
        told = form.cleaned_data
        try:
            use_again(
                told["file"],
                entry,
                criterion_key,
                actor=request.user,
                pages=told["pages"],
                request_key=key_of(request),
            )
            return answer(request, entry, criterion_key)
        except Refused as denied:
            refused = denied.reasons
    page = more_of(entry, criterion_key) | {"use": form, "refused": refused}
    return page_or_dialog(request, "more", page, refused=True)


@login_required
@require_POST
def evidence_link(request, entry_pk, criterion_key):
    """Adds a public page as evidence."""
    entry = own_entry(request.user, entry_pk)
    form, refused = LinkForm(request.POST), []
    if form.is_valid():
        try:
            key = key_of(request)
            add_link(entry, criterion_key, actor=request.user, page=form.page, request_key=key)
            return answer(request, entry, criterion_key)
        except Refused as denied:
            refused = denied.reasons
    page = more_of(entry, criterion_key) | {"link": form, "refused": refused}
    return page_or_dialog(request, "more", page, refused=True)


@login_required
@require_POST
def evidence_link_withdraw(request, pk):
    """Takes a public page off its criterion."""
    visible = Link.objects.filter(entry__scorecard__in=Scorecard.objects.visible_to(request.user))
    link = get_object_or_404(
        visible.select_related("entry__scorecard__round__year", "entry__indicator"), pk=pk
    )
    if not is_own(request.user, link.entry.scorecard):
        raise Http404
    problems = []
    try:
        withdraw_link(link, actor=request.user)
    except Refused as refused:
        problems.append((link.title, refused.reasons))
    return answer(request, link.entry, link.criterion_key, problems=problems)


@login_required
def evidence_about(request, pk):
    """All about one file; a POST changes what is said of it."""
    evidence = own_evidence(request.user, pk)
    if request.method != "POST":
        return page_or_dialog(request, "about", about_of(evidence, user=request.user))
    form, refused = ParticularsForm(request.POST), []
    version = request.POST.get("version", "")
    seen = int(version) if VERSION.fullmatch(version) else -1
    if form.is_valid():
        try:
            change(evidence, actor=request.user, said=form.said, version=seen)
            return answer(request, evidence.entry, evidence.criterion_key)
        except Refused as denied:
            refused = denied.reasons
    evidence.refresh_from_db()
    page = about_of(evidence, user=request.user) | {"particulars": form, "refused": refused}
    return page_or_dialog(request, "about", page, refused=True)
