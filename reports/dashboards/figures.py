"""The figures of a frozen record, read once: what a record holds never changes, so its hash is all that is asked."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.db.models import Q

from scorecards.models import Submission
from scorecards.public_record import ABOVE, in_both, is_leaf
from scorecards.scoring import result_of

MOST_KEPT = 2000  # records; one of twenty indicators takes about 10 kB
TOTAL = ("scorecard", "")

_kept: dict[str, dict] = {}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a record says of the whole, a component or an indicator. `score` is the exact text, `shown` as published,
    `value` the published figure as a number (None without a score)."""

    kind: str
    code: str
    thai: str
    english: str
    state: str
    score: str
    shown: str
    value: Decimal | None
    minimum: str
    maximum: str
    result: str
    is_leaf: bool
    is_top: bool

    @property
    def key(self) -> tuple[str, str]:
        return (self.kind, self.code)


def figures_of(scored: dict) -> dict[tuple[str, str], Figure]:
    """{(kind, code): figure} of a record's node document, in the order of the form; the whole under TOTAL."""
    if not scored:
        return {}
    found = {TOTAL: _figure(scored, is_top=False)}
    _gather(scored, found, is_top=True)
    return found


def _gather(node, found, *, is_top):
    for child in node["children"]:
        if child["kind"] in ABOVE and child["state"] != "absent":
            found[(child["kind"], child["key"])] = _figure(child, is_top=is_top)
            _gather(child, found, is_top=False)


def _figure(node, *, is_top) -> Figure:
    title = in_both(node["title"])
    shown = node["score_shown"] or ""
    leaf = is_leaf(node)
    return Figure(
        kind=_one(node["kind"]),
        code=_one(node["key"]) if node["kind"] != TOTAL[0] else "",
        thai=_one(title["th"]),
        english=_one(title["en"]),
        state=_one(node["state"]),
        score=_one(node["score"] or ""),
        shown=_one(shown),
        value=_number(shown) if shown else None,
        minimum=_one(node["minimum"] or "0"),
        maximum=_one(node["maximum"] or "0"),
        result=result_of(node) if leaf and node["children"] and node["state"] != "na" else "",
        is_leaf=leaf,
        is_top=is_top,
    )


@lru_cache(maxsize=20000)
def _one(text: str) -> str:
    """The same text once in memory, however many records hold it."""
    return text


@lru_cache(maxsize=20000)
def _number(shown: str) -> Decimal:
    return Decimal(shown)


def figures_by_hash(submissions: dict[str, int], publications: dict[str, int]) -> dict[str, dict]:
    """{content hash: figures} of these records ({hash: primary key}); one query for those that were not read yet."""
    asked = {**submissions, **publications}
    found = {one: _kept[one] for one in asked if one in _kept}
    ours = [pk for one, pk in submissions.items() if one not in found]
    theirs = [pk for one, pk in publications.items() if one not in found]
    if not ours and not theirs:
        return found
    rows = Submission.objects.filter(Q(pk__in=ours) | Q(publications__in=theirs)).order_by().values_list(
        "content_hash", "scored", "publications__content_hash", "publications__scored"
    )  # fmt: skip
    for own_hash, own, official_hash, official in rows.iterator(chunk_size=50):
        for name, scored in ((own_hash, own), (official_hash, official)):
            if name and name in asked and name not in found:
                found[name] = figures_of(scored)
    _keep(found)
    return found


def _keep(found):
    for name in list(_kept)[: max(0, len(_kept) + len(found) - MOST_KEPT)]:
        _kept.pop(name, None)  # another thread may have been quicker
    _kept.update(list(found.items())[:MOST_KEPT])
