"""Invents plausible results for a rubric: the same every time for the same office and indicator."""

import random
from decimal import Decimal

from indicators.scoring import read_rubric, score_rubric

LEAVES = ("check", "measure")


def invent(rubric: dict, *, office: str, months: int, zeal: float = 0.85) -> dict:
    """Answers {criterion key: content} for what the agency is asked in this round; `zeal` is how good it is."""
    rng = random.Random(f"{office}/{rubric['key']}/{months}")
    return {
        node["key"]: _content(node, rng, zeal) for node in leaves(rubric, months) if node["kind"] in LEAVES
    }


def leaves(node: dict, months: int):
    """The leaves of a rubric document that exist in the round."""
    rounds = node.get("rounds")
    if rounds and months not in [int(one) for one in rounds]:
        return
    children = node.get("children")
    if not children:
        yield node
    for child in children or ():
        yield from leaves(child, months)


def _content(node, rng, zeal):
    if node["kind"] == "check":
        return {"value": "yes" if rng.random() < zeal else "no"}
    if node.get("inputs"):
        return {"inputs": _inputs(node, rng, zeal)}
    return {"value": _number(node, rng, zeal)}


def _number(node, rng, zeal):
    """Somewhere on the scale of the node's levels, near the top when zeal is high."""
    points = [Decimal(str(point["at"])) for point in node.get("levels", [])]
    if not points:
        return str(rng.randint(60, 100))
    low, high = points[0], points[-1]
    if low == high:
        value = high * (Decimal(101) if rng.random() < zeal else Decimal(97)) / 100
    else:
        value = low + (high - low) * Decimal(rng.randint(int(zeal * 70), 104)) / 100
    whole = all(point == point.to_integral() for point in points)
    return str(
        value.to_integral()
        if whole and (high - low > 20 or high > 999 or len(points) == 1 or low < 20)
        else round(value, 2)
    )


def _inputs(node, rng, zeal):
    """Named numbers of a formula: the first of some draws that earns more than the floor, or the last one."""
    criterion, points = read_rubric(node), node.get("levels", [])
    goal = Decimal(str(points[0]["at"])) if points else Decimal(100)
    inputs: dict[str, str] = {}
    for _draw in range(200 if rng.random() < zeal else 1):
        inputs = {name: _drawn(name, rng, goal) for name in criterion.inputs}
        result = score_rubric(criterion, {node["key"]: {"inputs": inputs}})
        if result.score is not None and result.score > criterion.floor:
            break
    return inputs


def _drawn(name, rng, goal) -> str:
    if name.endswith("_rate"):
        return str(Decimal(rng.randint(10, 45)) / 10)
    return str(max(round(goal * Decimal(rng.randint(10, 180)) / 100), 1))
