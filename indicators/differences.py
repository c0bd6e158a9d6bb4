"""What is different between two frameworks, as pure data: added, removed and changed parts with old and new values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from indicators import rubric_trees

NOT_COMPARED = {
    "format", "code", "version", "year", "continues", "components", "indicators", "rubric", "children", "examples",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One part: `how` is added, removed or changed; `fields` are (name, old, new). `number` is what the form prints."""

    how: str
    kind: str
    number: str
    title: Any
    fields: list[tuple[str, Any, Any]] = field(default_factory=list)


def differences(old: dict, new: dict) -> list[Difference]:
    """From `old` to `new`, in the order of the new form, what was removed last. Parts are matched by code, by the new
    form's `continues` where a code changed, and criteria by their key."""
    codes = {one["new"]: one["old"] for one in (new.get("continues") or {}).get("codes") or ()}
    before, after = dict(parts(old, {})), dict(parts(new, codes))
    found = []
    if changed := _changed(old, new):
        found.append(Difference("changed", "framework", "", new.get("name"), changed))
    for place, part in after.items():
        if place not in before:
            found.append(_whole("added", place, part))
            continue
        found += _one(place, before[place], part)
    return found + [_whole("removed", place, part) for place, part in before.items() if place not in after]


def parts(document: dict, codes: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], dict]]:
    """((component or indicator, code), part) of each, under the code that it had before where that changed."""
    for name in ("components", "indicators"):
        for child in document.get(name) or ():
            code = codes.get(child["code"], child["code"]) if name == "indicators" else child["code"]
            yield (name.removesuffix("s"), code), child
            yield from parts(child, codes)


def _one(place: tuple[str, str], old: dict, new: dict) -> Iterator[Difference]:
    changed = _changed(old, new)
    if old.get("code") != new.get("code"):
        changed.insert(0, ("code", old.get("code"), new.get("code")))
    if changed:
        yield Difference("changed", place[0], str(new["code"]), new.get("name"), changed)
    before = {node["key"]: node for node in rubric_trees.nodes(old.get("rubric"))}
    after = {node["key"]: node for node in rubric_trees.nodes(new.get("rubric"))}
    for key, node in after.items():
        number = f"{new['code']} › {key}"
        if key not in before:
            yield Difference("added", node["kind"], number, node.get("title"))
        elif changed := _changed(before[key], node):
            yield Difference("changed", node["kind"], number, node.get("title"), changed)
    for key, node in before.items():
        if key not in after:
            yield Difference("removed", node["kind"], f"{new['code']} › {key}", node.get("title"))


def _changed(old: dict, new: dict) -> list[tuple[str, Any, Any]]:
    names = [name for name in (*new, *(name for name in old if name not in new)) if name not in NOT_COMPARED]
    changed = [(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
    return [
        (name, *_without_the_same(before, after)) if name == "assumptions" else (name, before, after)
        for name, before, after in changed
    ]


def _without_the_same(old: list | None, new: list | None) -> tuple[list, list]:
    """Long lists of sentences: what stands in both is no difference."""
    old, new = old or [], new or []
    return [one for one in old if one not in new], [one for one in new if one not in old]


def _whole(how: str, place: tuple[str, str], part: dict) -> Difference:
    return Difference(how, place[0], str(part["code"]), part.get("name"))
