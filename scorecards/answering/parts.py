"""Several collectors with their parts: who answers which criterion, and who is done."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.explaining import criterion_title
from indicators.frozen import rubric_tree
from indicators.refusals import Blocker, Refused
from scorecards.blockers import at_criterion
from scorecards.delegation import name_of
from scorecards.events import already_done, record_entry
from scorecards.models import Agency, Entry, Part, Scorecard
from scorecards.permissions import require
from scorecards.prepared import prepared, read_at_once
from scorecards.states import Action, Role
from scorecards.workflow import locked_entry


def collectors_of(agency: Agency) -> list[User]:
    """The people of an agency who may answer a part."""
    return _collectors(agency=agency.pk)


@prepared
def _collectors(agency: int) -> QuerySet[User]:
    rows = User.objects.filter(
        memberships__agency=agency, memberships__role__in=[Role.COLLECTOR, Role.SUPERVISOR]
    )
    return rows.filter(is_active=True).distinct().order_by("first_name", "last_name", "username")


@transaction.atomic
def share_out(entry: Entry, parts: dict[str, User], *, actor: User, request_key: str = "") -> None:
    """Let these people answer these criteria ({key: person}); what is not named belongs to everybody. Refused for a
    criterion that is not there, and for somebody of another agency."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return
    require(actor, Action.ANSWER, entry)
    known = {leaf.key for leaf in rubric_tree(entry.indicator).leaves(entry.scorecard.round.months)}
    people = {person.pk for person in collectors_of(entry.scorecard.agency)}
    reasons = [
        _("There is no criterion “%(key)s” in this rubric.") % {"key": key}
        for key in parts
        if key not in known
    ]
    reasons += [
        _("%(name)s cannot answer here: choose a collector of this agency.") % {"name": name_of(person)}
        for person in parts.values()
        if person.pk not in people
    ]
    if reasons:
        raise Refused(reasons)
    before = {part.criterion_key: part.collector_id for part in entry.parts.all()}
    after = {key: person.pk for key, person in parts.items()}
    entry.parts.exclude(criterion_key__in=[key for key in after if before.get(key) == after[key]]).delete()
    Part.objects.bulk_create(
        Part(entry=entry, criterion_key=key, collector=person)
        for key, person in parts.items()
        if before.get(key) != person.pk
    )
    if before != after:
        record_entry(
            entry, actor=actor, action="share_out", before=before, after=after, request_key=request_key
        )


@transaction.atomic
def finish_parts(entry: Entry, *, actor: User, request_key: str = "") -> None:
    """This person's parts of the indicator are done. Doing it twice changes nothing."""
    entry = locked_entry(entry)
    if already_done(request_key):
        return
    require(actor, Action.ANSWER, entry)
    own = entry.parts.filter(collector=actor, done_at=None)
    keys = list(own.values_list("criterion_key", flat=True))
    if keys:
        own.update(done_at=timezone.now())
        record_entry(entry, actor=actor, action="finish_parts", after={"done": keys}, request_key=request_key)


def read_parts(entries: Iterable[Entry]) -> None:
    """Who answers what of these entries, in one query, unless it was read already."""
    read_at_once(entries, "parts", _parts)


@prepared
def _parts(owners: list[int]) -> QuerySet[Part]:
    return Part.objects.filter(entry__in=owners).select_related("collector")


def unfinished_parts(scorecard: Scorecard, entries: Collection[Entry]) -> list[Blocker]:
    """A check before proposing: parts that their collector has not finished."""
    read_parts(entries)
    found = []
    for entry, part in ((one, part) for one in entries for part in one.parts.all() if not part.done_at):
        titles = {node.key: criterion_title(node) for node in rubric_tree(entry.indicator).walk()}
        facts = {
            "code": entry.indicator.code,
            "criterion": titles.get(part.criterion_key, part.criterion_key),
            "name": name_of(part.collector),
        }
        sentence = _("%(code)s: %(name)s has not finished “%(criterion)s”.") % facts
        found.append(at_criterion(sentence, entry, part.criterion_key))
    return found
