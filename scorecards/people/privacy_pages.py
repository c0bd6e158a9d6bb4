"""What the pages of personal data show. Reads only."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from scorecards.delegation import name_of
from scorecards.models import Event
from scorecards.people.personal_data import offices_of, owners_of, readings_of

KINDS = {
    "read_contacts": _("Contact details read"),
    "export_person": _("Personal data handed out"),
    "forget_person": _("Person forgotten"),
}
PLACES = {
    "page": _("on the page of the people responsible"),
    "form": _("on the page of the agency's form"),
    "people": _("on the page of the agency's people"),
    "word": _("in a Word form"),
    "workbook": _("in a workbook of a form's agencies"),
}
SHOWN = 50


def person_page(person, *, reader) -> dict:
    """The account, where it belongs, where the person is named, and who looked. Of people of other agencies the person
    themself is told the office alone."""
    own = {one.pk for one in offices_of(person)}
    named = reader.pk != person.pk
    return {
        "person": person,
        "belongs_to": person.memberships.select_related("agency"),
        "responsible": owners_of(person),
        "readings": [_line(one, own, named) for one in _with_places(readings_of(person))[:SHOWN]],
    }


def readings_of_all():
    """Every event of reading or taking personal data, newest first."""
    rows = Event.objects.filter(action__in=KINDS).select_related("actor", "agency").order_by("-at", "-pk")
    return _Lines(_with_places(rows))


def _with_places(events):
    """Each with the places of its actor, in two queries for a whole page."""
    return events.prefetch_related("actor__memberships__agency")


class _Lines:
    """A list of lines that reads only what a page of it shows."""

    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return self.rows.count()

    def __getitem__(self, part):
        return [_line(one, set(), True) for one in self.rows[part]]


def _line(event, own, named) -> dict:
    places = event.actor.memberships.all() if event.actor else []
    colleague = any(one.agency_id in own for one in places)
    name = name_of(event.actor)
    return {
        "at": event.at,
        "what": KINDS[event.action],
        "place": PLACES.get(event.after.get("place", ""), ""),
        "who": name if named or colleague else "",
        # "" for whoever worked at the machine itself or left
        "office": str(min(places, key=lambda one: one.pk).agency) if places else "",
        "agency": event.agency,
        "whom": _whom(event.subject),
        "reason": event.reason,
    }


def _whom(subject) -> str:
    """Whose account was handed out or forgotten: the number that stands where the name was. Lists name nobody."""
    kind, _colon, number = subject.partition(":")
    return gettext("person no. %(number)s") % {"number": number} if kind == "person" else ""
