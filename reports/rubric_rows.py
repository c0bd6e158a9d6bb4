"""A rubric of any shape as lines of one table: what was asked, what the agency answered, what the reviewer held."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from indicators.scoring.numbers import grouped
from reports.wording import in_words

YES, NO = "✓", "–"
COMPOSITES = ("milestone", "checklist", "weighted")


def present(rubric: dict, nodes: dict) -> dict:
    """The rubric document without the criteria that the round does not have, by its nodes ({key: node document})."""
    if "children" not in rubric:
        return rubric
    held = [one for one in rubric["children"] if (nodes.get(one["key"]) or {}).get("state") != "absent"]
    return rubric | {"children": [present(one, nodes) for one in held]}


def rubric_rows(
    rubric: dict, *, self_answers: dict, official_answers: dict | None, nodes: tuple, language: str
) -> list[dict]:
    """The lines of a rubric document, depth first, without its root when that only groups.

    official_answers: None before publication. nodes: ({key: node document} of self, the same of official).
    """
    own, official = nodes
    rows = []
    for depth, node in _walk(rubric, 0):
        row = {
            "key": node["key"],
            "kind": node["kind"],
            "depth": depth,
            "group": node["kind"] in COMPOSITES,
            "title": in_words(node.get("title"), language),
            "weight": str(node.get("weight", "")),
            "unit": in_words(node.get("unit"), language),
            "inputs": [],
        }
        if row["group"]:
            row["self"] = figure(own.get(node["key"]))
            row["official"] = figure(official.get(node["key"]))
        else:
            row["self"] = answer_text(node, content_of(self_answers, node["key"]), language)
            row["official"] = answer_text(node, content_of(official_answers, node["key"]), language)
            row["inputs"] = input_rows(node, self_answers, official_answers, language)
        rows.append(row)
    return rows


def _walk(node: dict, depth: int) -> Iterator[tuple[int, dict]]:
    children = node.get("children", [])
    if depth or not children:
        yield depth, node
    for child in children:
        yield from _walk(child, depth + 1)


def figure(node: dict | None) -> str:
    """The score of a node as printed; "" where it has none."""
    return str((node or {}).get("score_shown") or "")


def content_of(answers: dict | None, key: str) -> dict:
    """An answer in its long form; {} when there is none."""
    answer = (answers or {}).get(key)
    if answer in (None, ""):
        return {}
    return answer if isinstance(answer, dict) else {"value": str(answer)}


def answer_text(node: dict, content: dict, language: str) -> str:
    """What was answered, as it is printed in a column: a tick, a number, a named option; '' for no answer."""
    if content.get("na"):
        return _("N/A")
    if content.get("option"):
        return option_label(node, content["option"], language)
    value = content.get("value")
    if value in (None, ""):
        return "" if not content.get("inputs") else _("see below")
    if node.get("kind") == "check" or value in ("yes", "no"):
        return YES if value == "yes" else NO
    return option_label(node, value, language) if node.get("kind") == "rating" else grouped(value)


def option_label(node: dict, key: str, language: str) -> str:
    """What the form calls an option; its key where it names it no more."""
    for option in node.get("options", []):
        if option["key"] == key:
            return in_words(option.get("label"), language)
    return str(key)


def input_rows(node: dict, self_answers: dict, official_answers: dict | None, language: str) -> list[dict]:
    """The named numbers of a formula."""
    own = content_of(self_answers, node["key"]).get("inputs") or {}
    held = content_of(official_answers, node["key"]).get("inputs") or {}
    return [
        {
            "label": in_words(one.get("label"), language) or one["name"],
            "unit": in_words(one.get("unit"), language),
            "self": grouped(own.get(one["name"], "")),
            "official": grouped(held.get(one["name"], "")),
        }
        for one in node.get("inputs", [])
    ]


def levels_of(rubric: dict, language: str) -> dict | None:
    """The table of levels as the form prints it: a line per criterion, a column per score, the raw value in the cell.

    None when nothing has levels. `scores` are all scores that occur, so uneven tables share the columns.
    """
    holding = [node for node in _all(rubric) if node.get("levels")]
    if not holding:
        return None
    scores = sorted({str(point["score"]) for node in holding for point in node["levels"]}, key=Decimal)
    return {
        "scores": scores,
        "weighted": any(node.get("weight") for node in holding),
        "lines": [
            {
                "title": in_words(node.get("title"), language),
                "weight": str(node.get("weight", "")),
                "unit": in_words(node.get("unit"), language),
                "floor": str(node.get("floor", "")),
                "cells": [cell(node["levels"], score) for score in scores],
            }
            for node in holding
        ],
    }


def _all(node: dict) -> Iterator[dict]:
    yield node
    for child in node.get("children", []):
        yield from _all(child)


def cell(levels: list[dict], score: str) -> str:
    """The raw value at which the score is reached; "> 101" where it must be passed; '' where the score is not given."""
    for point in levels:
        if str(point["score"]) == score:
            return f"> {grouped(point['at'])}" if point.get("past") else grouped(point["at"])
    return ""
