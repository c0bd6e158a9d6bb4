"""A person's reminders: which of them come by e-mail, and ticking off what was read."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from indicators.refusals import REFUSED
from scorecards.models import MailChoice
from scorecards.waiting.reminder_forms import ReminderForm
from scorecards.waiting.reminders import choose_mails, mark_seen, unseen_notices


@login_required
@require_http_methods(["GET", "POST"])
def reminders(request):
    """Which reminders this person gets by e-mail, and where to."""
    choice = MailChoice.objects.filter(person=request.user).first() or MailChoice(person=request.user)
    form = ReminderForm(request.POST or None, choice=choice)
    if form.is_valid():
        choose_mails(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("reminders")
    page = {"form": form, "mail_is_set_up": settings.MAIL_IS_SET_UP}
    return render(request, "reminders/reminders.html", page, status=REFUSED if form.is_bound else 200)


@login_required
@require_POST
def notices_seen(request):
    """Ticks off the notices whose numbers were sent, one or all that were shown; 404 for another person's."""
    asked = {text for text in request.POST.get("notices", "").split() if text.isdecimal() and len(text) < 19}
    notices = request.user.notices.filter(pk__in=asked)
    if not asked or len(notices) < len(asked):
        raise Http404
    mark_seen(notices)
    if not request.htmx:
        return redirect("home")
    return render(request, "scorecards/_notices.html", {"notices": unseen_notices(request.user)})
