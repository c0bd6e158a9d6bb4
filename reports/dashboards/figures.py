"""The figures of a frozen record, told apart from it once, when it is frozen: what a record holds never changes, so its
hash is all that is asked."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Q

from reports.models import RecordFigures
from scorecards.models import Publication, Submission
from scorecards.results.public_record import ABOVE, in_both, is_leaf
from scorecards.scoring import result_of

MOST_KEPT = 2000  # records; one of twenty indicators takes about 10 kB
# Of the lines that are kept in the database: one more whenever Figure or what it is made of changes.
EDITION = 1
TOTAL = ("scorecard", "")

_kept: dict[str, dict] = {}


class Figure(NamedTuple):
    """What a record says of the whole, a component or an indicator. `score` is the exact text, `shown` as published
    ("" without a score)."""

    kind: str
    code: str
    thai: str
    english: str
    state: str
    score: str
    shown: str
    minimum: str
    maximum: str
    result: str
    is_leaf: bool
    is_top: bool

    @property
    def key(self) -> tuple[str, str]:
        return (self.kind, self.code)

    @property
    def value(self) -> Decimal | None:
        """The published figure as a number."""
        return _number(self.shown) if self.shown else None


def figures_of(scored: dict) -> dict[tuple[str, str], Figure]:
    """{(kind, code): figure} of a record's node document, in the order of the form; the whole under TOTAL."""
    if not scored:
        return {}
    found = {TOTAL: _figure(scored, is_top=False)}
    _gather(scored, found, is_top=True)
    return found


def _gather(node: dict, found: dict[tuple[str, str], Figure], *, is_top: bool) -> None:
    for child in node["children"]:
        if child["kind"] in ABOVE and child["state"] != "absent":
            found[(child["kind"], child["key"])] = _figure(child, is_top=is_top)
            _gather(child, found, is_top=False)


def _figure(node: dict, *, is_top: bool) -> Figure:
    title = in_both(node["title"])
    leaf = is_leaf(node)
    return Figure(
        kind=node["kind"],
        code=node["key"] if node["kind"] != TOTAL[0] else "",
        thai=title["th"],
        english=title["en"],
        state=node["state"],
        score=node["score"] or "",
        shown=node["score_shown"] or "",
        minimum=node["minimum"] or "0",
        maximum=node["maximum"] or "0",
        result=result_of(node) if leaf and node["children"] and node["state"] != "na" else "",
        is_leaf=leaf,
        is_top=is_top,
    )


@lru_cache(maxsize=20000)
def _number(shown: str) -> Decimal:
    return Decimal(shown)


def keep_submission(submission: Submission, **_signal: Any) -> None:
    """When a report is sent, note its figures with it."""
    note_figures(submission.content_hash, submission.scored)


def keep_publication(publication: Publication, **_signal: Any) -> None:
    """When a result is published, note its figures with it."""
    note_figures(publication.content_hash, publication.scored)


def note_figures(content_hash: str, scored: dict) -> None:
    """Keep the figures of a frozen record in the database: reading a year's whole records takes seconds."""
    lines = [list(one) for one in figures_of(scored).values()]
    row = RecordFigures(record_hash=content_hash, edition=EDITION, lines=lines)
    RecordFigures.objects.bulk_create([row], ignore_conflicts=True)


def figures_by_hash(submissions: dict[str, int], publications: dict[str, int]) -> dict[str, dict]:
    """{content hash: figures} of these records ({hash: primary key}); for those that this process has not read yet one
    query, and another for those whose figures were not noted."""
    asked = {**submissions, **publications}
    found = {one: _kept[one] for one in asked if one in _kept}
    for read in (_noted, _in_records):
        unread = asked.keys() - found.keys()
        if not unread:
            return found
        more = dict(read(unread, submissions, publications))
        _keep(more)
        found |= more
    return found


def _noted(unread: Collection[str], *_records: object) -> Iterator[tuple[str, dict[tuple[str, str], Figure]]]:
    rows = RecordFigures.objects.filter(edition=EDITION, record_hash__in=unread)
    for name, lines in rows.values_list("record_hash", "lines").iterator(chunk_size=200):
        yield name, {(one[0], one[1]): _figure_again(tuple(one)) for one in lines}


@lru_cache(maxsize=20000)
def _figure_again(line: tuple) -> Figure:
    """The same figure once in memory, however many records hold it."""
    return Figure._make(line)


def _in_records(
    unread: Collection[str], submissions: Mapping[str, int], publications: Mapping[str, int]
) -> Iterator[tuple[str, dict[tuple[str, str], Figure]]]:
    ours = [pk for one, pk in submissions.items() if one in unread]
    theirs = [pk for one, pk in publications.items() if one in unread]
    rows = (
        Submission.objects.filter(Q(pk__in=ours) | Q(publications__in=theirs))
        .order_by()
        .values_list("content_hash", "scored", "publications__content_hash", "publications__scored")
    )
    for own_hash, own, official_hash, official in rows.iterator(chunk_size=50):
        for name, scored in ((own_hash, own), (official_hash, official)):
            if name in unread:
                yield name, figures_of(scored)


def _keep(found: Mapping[str, dict]) -> None:
    for name in list(_kept)[: max(0, len(_kept) + len(found) - MOST_KEPT)]:
        _kept.pop(name, None)  # another thread may have been quicker
    _kept.update(list(found.items())[:MOST_KEPT])
