"""The file format of a framework: reads YAML or JSON text, checks it, brings it into its canonical form, writes it.

Every scalar is read as text, so 0.50 stays 0.50 and no binary float can arise. The format is explained in
docs/framework-format.md and published as framework.schema.json.
"""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml

from indicators.document_schema import SCHEMA, definition, resolved, structure_problems, tidy
from indicators.scoring import (
    DocumentError,
    Problem,
    check_framework,
    check_rubric,
)

FRAMEWORKS = Path(__file__).with_name("frameworks")
LARGEST = 2_000_000  # bytes; the longest real form is a tenth of it
DEEPEST = 60  # levels of nesting; the deepest real form has twenty
LONGEST_RUN_OF_MARKS = 8  # Thai needs two marks on a consonant

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Refusal(Exception):
    def __init__(self, code: str, place: str = "", **facts: object) -> None:
        super().__init__(code)
        self.problem = Problem(code, place, {name: str(fact) for name, fact in facts.items()})


# ---------------------------------------------------------------- the whole way


def load_document(source: str | bytes) -> dict:
    """A framework's canonical document from YAML or JSON text.

    Raises DocumentError with all structural problems and their places. Whether the framework may be published
    (weights, levels, formulas …) is another question: `document_problems`."""
    document = tidy(read_document(source))
    problems = structure_problems(document)
    if problems:
        raise DocumentError(problems)
    return document


def load_rubric(source: str | bytes) -> dict:
    """The canonical document of a single rubric. Raises DocumentError with all problems, those of scoring included."""
    criterion = definition("#/$defs/criterion")
    document = tidy(read_document(source), criterion)
    problems = list(structure_problems(document, criterion)) or check_rubric(document)
    if problems:
        raise DocumentError(problems)
    return document


def document_problems(source: str | bytes) -> list[Problem]:
    """All that stands between a file and its publication: unreadable, misshapen, or against the rules of scoring."""
    try:
        return list(check_framework(load_document(source)))
    except DocumentError as error:
        return list(error.problems)


def read_framework_file(code: str) -> dict:
    """The canonical document of a framework that ships with the product, by its code."""
    return load_document((FRAMEWORKS / f"{code}.yaml").read_bytes())


# ---------------------------------------------------------------- reading


def read_document(source: str | bytes) -> dict:
    """The raw document of a YAML or JSON text, every scalar as text. Raises DocumentError with a place by line.

    Refused: more than 2 MB, not UTF-8, several documents, anchors, aliases, tags, duplicate keys, deep nesting,
    control characters."""
    try:
        text = _decoded(source)
        document = _from_json(text) if text.lstrip()[:1] == "{" else _from_yaml(text)
        if not isinstance(document, dict):
            raise _Refusal("not_a_framework")
        _refuse_bad_characters(document, "")
    except _Refusal as refusal:
        raise DocumentError([refusal.problem]) from None
    except RecursionError:
        raise DocumentError([Problem("too_deep", "", {"most": str(DEEPEST)})]) from None
    return document


def _decoded(source: str | bytes) -> str:
    if len(source) > LARGEST:
        raise _Refusal("too_large", most=LARGEST, found=len(source))
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refusal("not_utf8", line=source[: error.start].count(b"\n") + 1) from None


def _from_json(text: str) -> object:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        document = dict(items)
        if len(document) != len(items):
            names = [name for name, _ in items]
            raise _Refusal("duplicate_key", key=next(name for name in names if names.count(name) > 1))
        return document

    def refuse_constant(name: str) -> NoReturn:
        raise _Refusal("not_a_number", found=name)

    try:
        document = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=refuse_constant, object_pairs_hook=pairs
        )
    except json.JSONDecodeError as error:
        raise _Refusal("not_json", f"line {error.lineno}", line=error.lineno, column=error.colno) from None
    if _depth(document) > DEEPEST:
        raise _Refusal("too_deep", most=DEEPEST)
    return document


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        deepest += 1
    return deepest


def _from_yaml(text: str) -> object:
    try:
        _refuse_hidden_machinery(text)
        nodes = list(yaml.compose_all(text, Loader=Loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _Refusal("not_yaml", f"line {line}", line=line, column=column) from None
    if len(nodes) > 1:
        raise _Refusal("several_documents", _line(nodes[1]))
    return _plain(nodes[0]) if nodes else None


def _refuse_hidden_machinery(text: str) -> None:
    """Anchors, aliases and tags are refused while the file is still a flat run of events: no bomb is ever built."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refusal("anchor", _line(event), line=_number_of_line(event))
        if tag := getattr(event, "tag", None):
            raise _Refusal("tag", _line(event), line=_number_of_line(event), tag=tag)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _Refusal("too_deep", _line(event), most=DEEPEST)


def _plain(node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    document = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _Refusal("key_not_text", _line(key), line=key.start_mark.line + 1)
        if key.value in document:
            raise _Refusal("duplicate_key", _line(key), line=_number_of_line(key), key=key.value)
        document[key.value] = _plain(value)
    return document


def _line(marked: yaml.Node | yaml.Event) -> str:
    return f"line {_number_of_line(marked)}"


def _number_of_line(marked: yaml.Node | yaml.Event) -> int:
    return marked.start_mark.line + 1 if marked.start_mark else 0


def _refuse_bad_characters(value: object, place: str) -> None:
    for text, where in _texts(value, place):
        run = 0
        for character in text:
            category = unicodedata.category(character)
            run = run + 1 if category == "Mn" else 0
            if category == "Cs" or (category == "Cc" and character not in "\n\r\t"):
                raise _Refusal("bad_character", where, character=f"U+{ord(character):04X}")
            if run > LONGEST_RUN_OF_MARKS:
                raise _Refusal("bad_character", where, character=f"U+{ord(character):04X}")


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield value, place
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key, place
            yield from _texts(inner, f"{place}/{key}" if place else key)
    elif isinstance(value, list):
        for position, inner in enumerate(value, start=1):
            yield from _texts(inner, f"{place}/{position}")


# ---------------------------------------------------------------- writing


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _represent_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _represent_text)


def write_document(document: dict) -> str:
    """Readable YAML of a document: fields in the schema's order, prose in blocks. Reading it back gives the same."""
    return yaml.dump(
        _for_reading(tidy(document), SCHEMA),
        Dumper=_Writer,
        allow_unicode=True,
        sort_keys=False,
        width=1_000_000,
    )


def _for_reading(value: object, schema: dict) -> object:
    if schema.get("$ref", "").endswith("/text") and isinstance(value, dict):
        return value["th"] if set(value) == {"th"} else {"th": value["th"], "en": value["en"]}
    schema = resolved(schema)
    if isinstance(value, list):
        return [_for_reading(item, schema.get("items", {})) for item in value]
    if not isinstance(value, dict):
        return value
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    others = others if isinstance(others, dict) else {}
    order = [name for name in known if name in value] + [name for name in value if name not in known]
    return {name: _for_reading(value[name], known.get(name, others)) for name in order}
