"""What a rubric says about evidence. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass

from indicators.models import in_language
from scorecards.models import Entry

REQUIRED, OPTIONAL, NONE = "required", "optional", "none"
# Stands for the criterion of what is brought with an appeal on an indicator; no rubric's key begins like this.
APPEAL = "_appeal"


@dataclass(frozen=True)
class Asked:
    """One criterion as far as evidence goes: its key, title, whether files are required, and which are meant."""

    key: str
    title: str
    need: str
    accepts: str
    leaves: tuple[str, ...]  # the keys of the answers that this evidence proves


def asked_of(entry: Entry) -> dict[str, Asked]:
    """Every criterion of the entry's rubric that exists in its round, by key, in the order of the form."""
    rubric = entry.indicator.rubric
    if not rubric:
        return {}
    return {one.key: one for one in _walk(rubric, entry.scorecard.round.months)}


def is_claimed(content: dict) -> bool:
    """Whether an answer says that something was achieved: yes, a number, an option; not "no", N/A or nothing."""
    if not content or content.get("na"):
        return False
    value = content.get("value")
    if value not in (None, "", "no"):
        return True
    inputs = content.get("inputs") or {}
    return bool(content.get("option")) or any(text not in (None, "") for text in inputs.values())


def _walk(node: dict, months: int) -> Iterator[Asked]:
    if not _exists(node, months):
        return
    evidence = node.get("evidence") or {}
    yield Asked(
        key=node["key"],
        title=_text(node.get("title", "")),
        need=evidence.get("need", OPTIONAL),
        accepts=_text(evidence.get("accepts", "")),
        leaves=tuple(_leaves(node, months)),
    )
    for child in node.get("children") or ():
        yield from _walk(child, months)


def _leaves(node: dict, months: int) -> Iterator[str]:
    if not _exists(node, months):
        return
    if not node.get("children"):
        yield node["key"]
    for child in node.get("children") or ():
        yield from _leaves(child, months)


def _exists(node: dict, months: int) -> bool:
    rounds = node.get("rounds")
    return not rounds or months in [int(one) for one in rounds]


def _text(value: object) -> str:
    if isinstance(value, dict):
        return in_language(value.get("th", ""), value.get("en", ""))
    return str(value)
