"""Changes of a rubric document, as pure functions: the rubric in, a new rubric out. Nodes are found by their key."""

from collections.abc import Iterator
from copy import deepcopy

from indicators.scoring.documents import Document
from indicators.scoring.tree import COMPOSITES, KINDS

ONLY_OF = {
    "check": ("points",), "measure": ("unit", "decimals", "formula", "inputs", "plan"), "rating": ("options",),
    "checklist": ("takes",), "weighted": ("unscored",),
}  # fmt: skip
# What the key of a new criterion begins with.
NEW_KEYS = {
    "check": "check", "measure": "result", "rating": "rating", "milestone": "steps", "checklist": "list",
    "weighted": "parts",
}  # fmt: skip


def nodes(rubric: Document | None) -> Iterator[Document]:
    """Every node, depth first."""
    if rubric:
        yield rubric
        for child in rubric.get("children") or ():
            yield from nodes(child)


def find(rubric: Document | None, key: str) -> Document | None:
    """The first node with this key."""
    return next((node for node in nodes(rubric) if node.get("key") == key), None)


def parent_of(rubric: Document | None, key: str) -> Document | None:
    """The node under which this key stands; None for the root or an unknown key."""
    return next(
        (node for node in nodes(rubric) if any(one.get("key") == key for one in node.get("children") or ())),
        None,
    )


def node_of(rubric: Document | None, key: str) -> Document:
    """The same where the caller knows that it is there. Raises KeyError."""
    node = find(rubric, key)
    if node is None:
        raise KeyError(key)
    return node


def own_fields(node: Document) -> Document:
    """A node without what stands under it."""
    return {name: value for name, value in node.items() if name != "children"}


def fresh_key(rubric: Document | None, wish: str) -> str:
    """`wish`, or the first of wish2, wish3 … that the rubric does not use yet."""
    taken = {node.get("key") for node in nodes(rubric)}
    stem = wish.rstrip("0123456789") or wish
    numbered = (f"{stem}{number}" for number in range(2, len(taken) + 3))
    return wish if wish not in taken else next(one for one in numbered if one not in taken)


def with_fields(rubric: Document, key: str, fields: Document) -> Document:
    """The node has exactly these fields of its own. A new key is followed by the `requires` beside it; a kind that
    holds no others loses them only when there are none (the caller refuses otherwise)."""
    rubric = deepcopy(rubric)
    node = node_of(rubric, key)
    children = node.get("children")
    if (new := fields.get("key")) and new != key:
        for sibling in (parent_of(rubric, key) or {}).get("children", ()):
            if key in (sibling.get("requires") or ()):
                sibling["requires"] = [new if one == key else one for one in sibling["requires"]]
    node.clear()
    node.update(deepcopy(fields))
    if children:
        node["children"] = children
    return rubric


def with_kind(rubric: Document, key: str, kind: str) -> Document:
    """The node is of another kind; what only its former kind has is gone."""
    rubric = deepcopy(rubric)
    node = node_of(rubric, key)
    for field in ONLY_OF.get(node["kind"], ()):
        node.pop(field, None)
    node["kind"] = kind
    return rubric


def kinds_for(node: Document) -> list[str]:
    """The other kinds that a node can be made: with criteria in it only those that hold some."""
    kinds = COMPOSITES if node.get("children") else KINDS
    return [kind for kind in kinds if kind != node["kind"]]


def with_child(rubric: Document, parent: str, child: Document, *, after: str = "") -> Document:
    """A new node under `parent`: behind the sibling `after`, otherwise at the end."""
    rubric = deepcopy(rubric)
    siblings = node_of(rubric, parent).setdefault("children", [])
    keys = [one.get("key") for one in siblings]
    siblings.insert(keys.index(after) + 1 if after in keys else len(siblings), deepcopy(child))
    return rubric


def without(rubric: Document, key: str) -> Document | None:
    """The rubric without this node and what stands under it; None when it was the root."""
    if rubric.get("key") == key:
        return None
    rubric = deepcopy(rubric)
    if parent := parent_of(rubric, key):
        parent["children"] = [one for one in parent["children"] if one.get("key") != key]
        if not parent["children"]:
            del parent["children"]
    return rubric


def copied(rubric: Document, key: str) -> tuple[Document, str]:
    """The rubric with a copy of this node, not of the root, behind it, all keys in the copy fresh; and the copy's
    key."""
    twin, parent = deepcopy(node_of(rubric, key)), parent_of(rubric, key)
    if parent is None:
        raise KeyError(key)
    grown: Document = {"key": "", "children": [rubric]}
    renamed: dict[str, str] = {}
    for node in nodes(twin):
        renamed[node["key"]] = fresh_key(grown, node["key"])
        node["key"] = renamed[node["key"]]
        grown["children"].append({"key": node["key"]})
    for node in nodes(twin):
        if node.get("requires"):
            node["requires"] = [renamed.get(one, one) for one in node["requires"]]
    return with_child(rubric, parent["key"], twin, after=key), twin["key"]


def moved(rubric: Document, key: str, *, under: str, before: str = "") -> Document:
    """The node stands under another parent (or the same), in front of the sibling `before`, otherwise last."""
    node, rest = node_of(rubric, key), without(rubric, key)
    if rest is None:  # the root
        raise KeyError(under)
    siblings = node_of(rest, under).setdefault("children", [])
    keys = [one.get("key") for one in siblings]
    siblings.insert(keys.index(before) if before in keys else len(siblings), deepcopy(node))
    return rest


def step(rubric: Document, key: str, direction: str) -> Document | None:
    """One step up, down, in (under the sibling before it) or out (behind its parent); None where there is no way."""
    parent = parent_of(rubric, key)
    if parent is None:
        return None
    keys = [one["key"] for one in parent["children"]]
    here = keys.index(key)
    if direction == "up" and here:
        return moved(rubric, key, under=parent["key"], before=keys[here - 1])
    if direction == "down" and here + 1 < len(keys):
        return moved(rubric, keys[here + 1], under=parent["key"], before=key)
    if direction == "in" and here and parent["children"][here - 1]["kind"] in COMPOSITES:
        return moved(rubric, key, under=keys[here - 1])
    grand = parent_of(rubric, parent["key"])
    if direction == "out" and grand:
        following = [one["key"] for one in grand["children"]]
        behind = following[following.index(parent["key"]) + 1 :]
        return moved(rubric, key, under=grand["key"], before=behind[0] if behind else "")
    return None
