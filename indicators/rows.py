"""A framework's document ⇄ its rows. The whole tree is read in one query and assembled in Python."""

from collections.abc import Iterator, Mapping
from typing import Any

from indicators.models import Framework, Indicator
from indicators.scoring import Problem

HEAD = ("format", "code", "version", "year", "name")


def write_rows(framework: Framework, document: dict) -> None:
    """Replace a draft's rows by the tree of a document; `position` is depth-first order."""
    framework.indicators.all().delete()
    framework.head = {name: value for name, value in document.items() if name not in (*HEAD, "components")}
    framework.save(update_fields=["head"])
    _write(framework, None, document, [0])


def _write(framework: Framework, parent: Indicator | None, document: dict, counter: list[int]) -> None:
    for field, kind in (("components", Indicator.Kind.COMPONENT), ("indicators", Indicator.Kind.INDICATOR)):
        for child in document.get(field) or ():
            name = child["name"]
            row = Indicator.objects.create(
                framework=framework,
                parent=parent,
                position=counter[0],
                kind=kind,
                code=child["code"],
                name_th=name.get("th", ""),
                name_en=name.get("en", ""),
                card={key: value for key, value in child.items() if key not in NOT_ON_THE_CARD}
                | {key: [] for key in ("components", "indicators") if child.get(key) == []},
                rubric=child.get("rubric"),
            )
            counter[0] += 1
            _write(framework, row, child, counter)


NOT_ON_THE_CARD = ("code", "name", "rubric", "components", "indicators")


def rows_of(framework: Framework) -> dict:
    """The document that a framework's rows stand for, in canonical form. One query."""
    return document_of(framework, list(framework.indicators.order_by("position")))


def document_of(framework: Framework, rows: list[Indicator]) -> dict:
    """The document of a framework with these rows, in order."""
    below: dict[int | None, list[Indicator]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    document = {
        "format": "kpi-framework/1",
        "code": framework.code,
        "version": framework.version,
        "year": framework.year.year,
        "name": text_of(framework.name_th, framework.name_en),
        **framework.head,
    }
    return document | _children(None, below)


def _children(parent_id: int | None, below: Mapping[int | None, list[Indicator]]) -> dict:
    found: dict[str, list] = {}
    for row in below.get(parent_id, ()):
        child = {"code": row.code, "name": text_of(row.name_th, row.name_en), **row.card}
        if row.rubric is not None:
            child["rubric"] = row.rubric
        found.setdefault(f"{row.kind}s", []).append(child | _children(row.pk, below))
    return found


def text_of(thai: str, english: str) -> dict:
    """A text of the document."""
    return {"th": thai, "en": english} if english else {"th": thai}


def long_names(document: dict, model: type[Framework | Indicator] = Framework) -> Iterator[Problem]:
    """The names of a document that are longer than their columns, its own first."""
    most: Any = model._meta.get_field("name_th").max_length
    for text in (document.get("name") or {}).values():
        if len(text) > most:
            facts = {"found": str(len(text)), "most": str(most)}
            yield Problem("too_many_text", str(document.get("code", "")), facts)
    for field in ("components", "indicators"):
        for child in document.get(field) or ():
            yield from long_names(child, Indicator)
