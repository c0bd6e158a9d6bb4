"""The scores of a scorecard's components as they stand in its record, and the picture that is drawn of them.

A form with a single component shows its indicators instead: one part is the whole under another name.
"""

from django.utils.translation import gettext as _

from indicators.explaining import number_of
from reports import sections
from reports.dashboards.parts_picture import PRINT, Part, Picture
from reports.drawable import beginning
from reports.print_pictures import digits_of, printable

LABEL, NAME = 12.0, 18.0  # ems: a name in the picture, and in two lines beside it


def scores_of(source: sections.Source) -> dict | None:
    """{"minimum", "maximum", "of": what the parts are, "parts": the whole first}; None for a record without a scale."""
    holding = source.official_scored or source.self_scored
    if not holding.get("maximum"):
        return None
    own, official = (sections.upper_nodes(one) for one in (source.self_scored, source.official_scored))
    of, items = _top(source.document)
    parts = [
        {
            "code": number_of(item["code"]),
            "name": source.words(item["name"]),
            "self": sections.shown(own.get((kind, item["code"])), "score_shown"),
            "official": sections.shown(official.get((kind, item["code"])), "score_shown"),
        }
        for kind, item in items
        if (own.get((kind, item["code"])) or {"state": "absent"})["state"] != "absent"
    ]
    whole = {
        "code": "",
        "name": _("Total"),
        "self": sections.shown(source.self_scored, "score_shown"),
        "official": sections.shown(source.official_scored, "score_shown"),
    }
    return {
        "minimum": holding["minimum"] or "0",
        "maximum": holding["maximum"],
        "of": of,
        "parts": [whole, *parts],
    }


def _top(document: dict) -> tuple[str, list[tuple[str, dict]]]:
    lines = list(sections.tree_lines(document))
    components = [(kind, item) for depth, kind, item in lines if depth == 0]
    if len(components) > 1:
        return "component", components
    return "indicator", [
        (kind, item) for _depth, kind, item in lines if kind == "indicator" and "rubric" in item
    ]


def drawn_scores(scores: dict, *, digits: str) -> dict:
    """{"picture": with its figures in words for whoever does not see it, "rows": its figures with names that are short
    enough to stand beside it (the card has the whole ones)}. Figures as `digits` says."""
    say = digits_of(digits)
    rows = [
        one | {"name": " ".join(filter(None, (say(one["code"]), one["name"])))} for one in scores["parts"]
    ]
    told = "; ".join(f"{one['name']} {say(one['official'] or one['self'] or '–')}" for one in rows)
    title = _("Scores by component") if scores["of"] == "component" else _("Scores by indicator")
    parts = [Part(beginning(one["name"], LABEL), one["self"], one["official"]) for one in rows]
    picture = Picture(parts, scores["minimum"], scores["maximum"], title, told)
    return {
        "picture": printable(picture.drawn(PRINT, digits=say)),
        "rows": [
            {"name": beginning(one["name"], NAME), "self": say(one["self"]), "official": say(one["official"])}
            for one in rows
        ],
    }
