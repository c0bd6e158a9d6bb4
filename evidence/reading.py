"""Finding evidence for somebody, and what a submission or a check needs to know about it. No writes."""

from collections import defaultdict

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from evidence.criteria import REQUIRED, asked_of, is_claimed
from evidence.models import Evidence
from indicators.refusals import Blocker
from scorecards.models import Entry, Scorecard, Submission
from scorecards.scoring import answers_by_indicator


def evidence_by_criterion(entry: Entry) -> dict[str, list[Evidence]]:
    """The live files of an entry by criterion key, in one query."""
    found = defaultdict(list)
    for evidence in Evidence.objects.live().filter(entry=entry).select_related("uploaded_by"):
        found[evidence.criterion_key].append(evidence)
    return dict(found)


def evidence_for(user, pk) -> Evidence:
    """The file when this person may have it; Http404 otherwise.

    People of the agency have all files of it. The assessing side has what is in a submission that it may open: a file
    attached since then is still the agency's own."""
    scorecards = Scorecard.objects.visible_to(user)
    evidence = (
        Evidence.objects.filter(entry__scorecard__in=scorecards)
        .select_related("entry__scorecard__agency", "entry__indicator")
        .filter(pk=pk)
        .first()
    )
    if evidence is None:
        raise Http404
    scorecard = evidence.entry.scorecard
    if not is_own(user, scorecard) and str(evidence.pk) not in sent_ids(scorecard):
        raise Http404
    return evidence


def is_own(user, scorecard: Scorecard) -> bool:
    """Whether the scorecard is that of an agency to which the person belongs."""
    return user.memberships.filter(agency_id=scorecard.agency_id).exists()


def sent_ids(scorecard: Scorecard) -> set[str]:
    """The ids of all files that any submission of this scorecard contains."""
    lists = Submission.objects.filter(scorecard=scorecard).values_list("content__evidence", flat=True)
    return {item["id"] for files in lists for item in files or ()}


def snapshot(scorecard: Scorecard) -> dict:
    """The part of a submission that says which files prove it: id, hash, and what a list of them shows."""
    files = Evidence.objects.live().filter(entry__scorecard=scorecard).select_related("entry__indicator")
    return {
        "evidence": [
            {
                "id": str(one.pk),
                "indicator": one.entry.indicator.code,
                "criterion_key": one.criterion_key,
                "name": one.name,
                "pages": one.pages,
                "sha256": one.sha256,
                "size": one.size,
                "media_type": one.media_type,
                "scan": one.scan,
            }
            for one in files.order_by("entry__indicator__position", "uploaded_at", "id")
        ]
    }


def missing_evidence(scorecard: Scorecard, entries: list[Entry]) -> list[Blocker]:
    """Every criterion of these entries that says it was achieved, must be proved, and has no file."""
    live = Evidence.objects.live().filter(entry__in=entries)
    proved = set(live.values_list("entry_id", "criterion_key"))
    answers = answers_by_indicator(entries)
    return [
        _blocker(entry, asked)
        for entry in entries
        for asked in _to_be_proved(entry, answers.get(entry.indicator.code, {}))
        if (entry.pk, asked.key) not in proved
    ]


def _to_be_proved(entry, answers):
    claimed = {key for key, content in answers.items() if is_claimed(content)}
    return [
        asked
        for asked in asked_of(entry).values()
        if asked.need == REQUIRED and claimed.intersection(asked.leaves)
    ]


def _blocker(entry, asked):
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
