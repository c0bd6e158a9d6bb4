"""Finding evidence for somebody, and what a submission or a check needs to know about it. No writes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from evidence.criteria import APPEAL, REQUIRED, Asked, asked_of, is_claimed
from evidence.models import Evidence, Link
from evidence.permissions import sent_with_appeals
from indicators.refusals import Blocker
from scorecards.answering.outcomes import told_file_rulings
from scorecards.calibrating.sampling import lines_to_review
from scorecards.delegation import belongs_to
from scorecards.models import Entry, Scorecard, Submission
from scorecards.models.people import memberships_of
from scorecards.prepared import prepared
from scorecards.scoring import answers_of


@prepared
def _files(entry: int) -> QuerySet[Evidence]:
    return Evidence.objects.filter(entry=entry, withdrawn_at__isnull=True).select_related("uploaded_by")


@prepared
def _links(entry: int) -> QuerySet[Link]:
    return Link.objects.live().filter(entry=entry).select_related("added_by")


def evidence_by_criterion(entry: Entry) -> dict[str, list[Evidence | Link]]:
    """What is attached to an entry by criterion key, files before pages, with what the agency was told of each.

    Three queries, however many there are."""
    found: dict[str, list[Evidence | Link]] = defaultdict(list)
    for evidence in sorted(with_versions(_files(entry=entry.pk)), key=_first_came):
        evidence.entry = entry  # the page's own, with all that it fetched
        found[evidence.criterion_key].append(evidence)
    for link in _links(entry=entry.pk):
        found[link.criterion_key].append(link)
    _tell_rulings(entry.scorecard, found)
    if APPEAL in found:  # what went with an earlier appeal is shown there
        gone = sent_with_appeals(entry.scorecard_id)
        found[APPEAL] = [one for one in found[APPEAL] if str(one.pk) not in gone]
    return dict(found)


def attached_to(entry: Entry) -> dict[str, list[Evidence | Link]]:
    """The same, read once for this object: a page's own entry, which shows it and asks what is missing."""
    known = entry.__dict__
    if "_attached" not in known:
        known["_attached"] = evidence_by_criterion(entry)
    return known["_attached"]


def _tell_rulings(scorecard: Scorecard, found: Mapping[str, list[Evidence | Link]]) -> None:
    """Give each file and page (and each earlier version) the `ruling` that the agency may know."""
    told = told_file_rulings(scorecard) if found else {}
    for one in (one for attached in found.values() for head in attached for one in _versions(head)):
        one.ruling = told.get(str(one.pk))


def _versions(head: Evidence | Link) -> list[Any]:
    return [head, *getattr(head, "earlier", [])]


def _first_came(head: Evidence) -> dt.datetime:
    """A newer version stands where the first one stood."""
    return (head.earlier or [head])[-1].uploaded_at


def with_versions(rows: Iterable[Evidence]) -> list[Evidence]:
    """Those of these rows that are attached now, each with `earlier` (its versions, newest first) and `number`."""
    rows = list(rows)
    before = {one.replaced_by_id: one for one in rows if one.replaced_by_id}
    heads = [one for one in rows if not one.replaced_by_id and not one.withdrawn_at]
    for head in heads:
        head.earlier = []
        older = before.get(head.pk)
        while older:
            head.earlier.append(older)
            older = before.get(older.pk)
        head.number = len(head.earlier) + 1
        for age, one in enumerate(head.earlier, start=1):
            one.number = head.number - age
    return heads


def files_of_scorecard(scorecard: Scorecard) -> list[Evidence]:
    """Every file that is attached somewhere on this scorecard, once, for choosing it again."""
    rows = Evidence.objects.proving().filter(entry__scorecard=scorecard).select_related("entry__indicator")
    # once for each file they would come
    rows = rows.defer("entry__indicator__rubric", "entry__indicator__card")
    once = {one.sha256: one for one in rows.order_by("-uploaded_at")}
    return sorted(once.values(), key=lambda one: (one.entry.indicator.position, one.name))


def own_entry(user: User, pk: int) -> Entry:
    """The entry of an agency to which the person belongs; Http404 otherwise."""
    rows = Entry.objects.filter(scorecard__agency__in={one.agency_id for one in memberships_of(user)})
    return get_object_or_404(
        rows.select_related("indicator", "scorecard__agency", "scorecard__round__year"), pk=pk
    )


def evidence_for(user: User, pk: UUID) -> Evidence:
    """The file when this person may have it; Http404 otherwise.

    People of the agency have all files of it. The assessing side has what is in a submission that it may open, and what
    was sent with an appeal; a second reviewer what is at the drawn indicator: a file attached since then is still the
    agency's own."""
    opened = Q(entry__scorecard__in=Scorecard.objects.visible_to(user))
    again = lines_to_review(user).filter(
        submission__scorecard=OuterRef("entry__scorecard"), indicator=OuterRef("entry__indicator")
    )
    evidence = (
        Evidence.objects.filter(opened | Exists(again))
        .select_related("entry__scorecard__agency", "entry__scorecard__round__year", "entry__indicator")
        .filter(pk=pk)
        .first()
    )
    if evidence is None:
        raise Http404
    scorecard = evidence.entry.scorecard
    if not is_own(user, scorecard) and not _is_sent(evidence, user):
        raise Http404
    return evidence


def _is_sent(evidence: Evidence, user: User) -> bool:
    card = evidence.entry.scorecard
    if evidence.criterion_key != APPEAL:
        return str(evidence.pk) in sent_ids(card)
    opened = Scorecard.objects.visible_to(user).filter(pk=card.pk).exists()
    return opened and str(evidence.pk) in sent_with_appeals(card.pk)


def own_evidence(user: User, pk: UUID) -> Evidence:
    """A file of an agency to which the person belongs; Http404 otherwise."""
    evidence = evidence_for(user, pk)
    if not is_own(user, evidence.entry.scorecard):
        raise Http404
    return evidence


def is_own(user: User, scorecard: Scorecard) -> bool:
    """Whether the scorecard is that of an agency to which the person belongs."""
    return belongs_to(user, scorecard.agency_id)


def sent_ids(scorecard: Scorecard) -> set[str]:
    """The ids of all files that any submission of this scorecard contains."""
    lists = Submission.objects.filter(scorecard=scorecard).values_list("content__evidence", flat=True)
    return {item["id"] for files in lists for item in files or ()}


def snapshot(scorecard: Scorecard) -> dict:
    """The part of a submission that says what proves it: every use of a file with its hash, and every public page."""
    rows = Evidence.objects.filter(entry__scorecard=scorecard, withdrawn_at__isnull=True)
    rows = rows.exclude(criterion_key=APPEAL)
    files = with_versions(rows.select_related("entry__indicator").order_by(*_order("uploaded_at")))
    links = Link.objects.live().filter(entry__scorecard=scorecard).exclude(criterion_key=APPEAL)
    links = links.select_related("entry__indicator")
    return {
        "evidence": [sent_file(one) for one in files if not one.is_held]
        + [sent_link(one) for one in links.order_by(*_order("added_at"))]
    }


def _order(moment: str) -> tuple[str, str, str]:
    return "entry__indicator__position", moment, "id"


def sent_file(one: Evidence) -> dict:
    """One use of a file as a submission names it; `number` stands on the row (with_versions)."""
    return _place(one) | {
        "name": one.name,
        "pages": one.pages,
        "covers_from": one.covers_from.isoformat() if one.covers_from else "",
        "covers_to": one.covers_to.isoformat() if one.covers_to else "",
        "secrecy": one.secrecy,
        "version": one.number,
        "sha256": one.sha256,
        "size": one.size,
        "media_type": one.media_type,
        "scan": one.scan,
    }


def sent_link(one: Link) -> dict:
    """A public page as a submission names it."""
    return _place(one) | {"name": one.title, "url": one.url, "seen_on": one.seen_on.isoformat()}


def _place(one: Evidence | Link) -> dict[str, str]:
    return {
        "id": str(one.pk),
        "indicator": one.entry.indicator.code,
        "criterion_key": one.criterion_key,
    }


def missing_evidence(scorecard: Scorecard, entries: list[Entry]) -> list[Blocker]:
    """Every criterion of these entries that says it was achieved, must be proved, and has neither file nor page."""
    wanted = [(entry, asked) for entry in entries for asked in _to_be_proved(entry, answers_of(entry))]
    if not wanted:
        return []
    proved = _proved_of(*entries) if len(entries) == 1 else _proved(entries)
    return [_blocker(entry, asked) for entry, asked in wanted if (entry.pk, asked.key) not in proved]


def _proved(entries: list[Entry]) -> set[tuple[int, str]]:
    """(entry, criterion key) wherever a file or a page proves something."""
    rows = (
        Evidence.objects.proving().filter(entry__in=entries),
        Link.objects.live().filter(entry__in=entries),
    )
    return {place for found in rows for place in found.values_list("entry_id", "criterion_key")}


def _proved_of(entry: Entry) -> set[tuple[int, str]]:
    """The same of one entry, by what its page shows."""
    return {
        (entry.pk, key)
        for key, attached in attached_to(entry).items()
        if any(isinstance(one, Link) or not one.is_held for one in attached)
    }


def _to_be_proved(entry: Entry, answers: dict[str, dict]) -> list[Asked]:
    claimed = {key for key, content in answers.items() if is_claimed(content)}
    return [
        asked
        for asked in asked_of(entry).values()
        if asked.need == REQUIRED and claimed.intersection(asked.leaves)
    ]


def _blocker(entry: Entry, asked: Asked) -> Blocker:
    facts = {
        "indicator": entry.indicator.code,
        "criterion": asked.title or asked.key,
        "accepts": asked.accepts,
    }
    if asked.accepts:
        sentence = _("Indicator %(indicator)s, “%(criterion)s”: attach evidence (%(accepts)s).") % facts
    else:
        sentence = _("Indicator %(indicator)s, “%(criterion)s”: attach evidence.") % facts
    place = f"{entry.indicator.code}/{asked.key}"
    return Blocker(sentence=sentence, place=place, url=place_of(entry, asked.key))


def place_of(entry: Entry, criterion_key: str) -> str:
    """The address of a criterion's files on the page of its indicator."""
    return f"{reverse('entry', args=[entry.pk])}#evidence-{criterion_key}"
