"""The filters of the queue that a person keeps under names of their own."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.refusals import Refused
from scorecards.models import SavedFilter

MOST = 20


@transaction.atomic
def save_filter(user: User, *, name: str, query: str) -> SavedFilter:
    """Keep these filters under a name. The same filters under the same name again change nothing; Refused with all
    reasons for another's name, for none and beyond twenty."""
    User.objects.select_for_update().get(pk=user.pk)
    name = name.strip()
    known = {one.name: one for one in user.saved_filters.all()}
    if name in known and known[name].query == query:
        return known[name]
    reasons = []
    if not name:
        reasons.append(_("Give the filters a name to find them by."))
    if not query:
        reasons.append(_("Choose filters first: this is the whole queue."))
    if name in known:
        reasons.append(_("You keep other filters as “%(name)s”: choose another name.") % {"name": name})
    if len(known) >= MOST:
        reasons.append(_("You keep %(most)s filters already: delete one first.") % {"most": MOST})
    if reasons:
        raise Refused(reasons)
    saved = SavedFilter(user=user, name=name, query=query)
    saved.full_clean()
    saved.save(force_insert=True)
    return saved
