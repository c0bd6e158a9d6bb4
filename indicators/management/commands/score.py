import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from indicators.answer_files import fit_answers
from indicators.documents import load_document, load_rubric, read_document
from indicators.explaining import explain, title_of
from indicators.files import read_bytes, refuse
from indicators.frozen import rubrics_of
from indicators.refusals import Refused
from indicators.scoring import (
    Criterion,
    DocumentError,
    Group,
    node_document,
    read_framework,
    read_rubric,
    score_framework,
    score_rubric,
)


class Command(BaseCommand):
    """Score a framework or a single rubric with a file of answers, by the one fold, without a database."""

    help = "Scores FILE (a framework or a rubric) with ANSWERS and prints how the score comes about."
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a framework, or a rubric (YAML or JSON)")
        parser.add_argument("answers", type=Path, help="{criterion: answer}; of a framework {indicator: {…}}")
        parser.add_argument("--round", type=int, choices=[6, 9, 12], default=12, help="months (default 12)")
        parser.add_argument("--json", action="store_true", help="the whole derivation as JSON")
        parser.add_argument("--language", choices=["th", "en"], default="th")

    def handle(self, *args, file, answers, json: bool, language, **options):
        with translation.override(language):
            document = self.scored(file, answers, options["round"])
            self.stdout.write(dumps(document) if json else "\n".join(as_text(document)))

    def scored(self, file: Path, answers: Path, months: int) -> dict:
        source = read_bytes(file)
        try:
            raw = read_document(source)
            tree: Criterion | Group = (
                read_rubric(load_rubric(source)) if "kind" in raw else read_framework(load_document(source))
            )
        except DocumentError as error:
            raise refuse(file, error) from None
        try:
            given = read_document(read_bytes(answers))
        except DocumentError as error:
            raise refuse(answers, error) from None
        try:
            if isinstance(tree, Criterion):
                fitted = fit_answers({"": tree}, {"": given})
                return node_document(score_rubric(tree, fitted.get("", {}), round=months))
            return node_document(score_framework(tree, fit_answers(rubrics_of(tree), given), round=months))
        except Refused as error:
            raise CommandError("\n".join(f"{answers}: {reason}" for reason in error.reasons)) from None


def dumps(document: dict) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def as_text(node: dict, depth: int = 0):
    """The derivation as indented lines: the result of each node and how it comes about."""
    if node["state"] == "absent":
        return
    shown = node["score_shown"] or f"{node['so_far_shown'] or '–'} … {node['possible_shown'] or '–'}"
    weighted = f" ({node['weighted_shown']})" if node["weighted_shown"] else ""
    yield f"{'  ' * depth}{node['key']} {title_of(node)}: {shown}{weighted}"
    for line in explain(node):
        yield f"{'  ' * depth}    {line}"
    for child in node["children"]:
        yield from as_text(child, depth + 1)
