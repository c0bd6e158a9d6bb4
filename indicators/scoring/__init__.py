"""How a score comes about: criteria, fold, formulas, rounding. Standard library only; pure; exact.

Same tree and same answers give the same number and the same reasons, for ever, in a shell, a view, a task or a PDF.
"""

from indicators.scoring.answers import Answer, AnswerError, check_answer, fits, never_na, read_answer
from indicators.scoring.derivation import Node, Reason, node_document, walk_document
from indicators.scoring.documents import (
    DocumentError,
    Problem,
    canonical_json,
    content_hash,
    read_framework,
    read_rubric,
    written_rubric,
)
from indicators.scoring.fold import score_rubric
from indicators.scoring.formula import FormulaError, parse_formula
from indicators.scoring.levels import LevelPoint, Levels, target_levels
from indicators.scoring.numbers import NumberError, exact, exact_text, format_fixed, parse_number
from indicators.scoring.problems import check_framework, check_rubric
from indicators.scoring.reaching import Change, Reach, reach_next
from indicators.scoring.scorecard import band_of, progress, score_framework
from indicators.scoring.tree import Criterion, Group

__all__ = [
    "Answer",
    "AnswerError",
    "Change",
    "Criterion",
    "DocumentError",
    "FormulaError",
    "Group",
    "LevelPoint",
    "Levels",
    "Node",
    "NumberError",
    "Problem",
    "Reach",
    "Reason",
    "band_of",
    "canonical_json",
    "check_answer",
    "check_framework",
    "check_rubric",
    "content_hash",
    "exact",
    "exact_text",
    "fits",
    "format_fixed",
    "never_na",
    "node_document",
    "parse_formula",
    "parse_number",
    "progress",
    "reach_next",
    "read_answer",
    "read_framework",
    "read_rubric",
    "score_framework",
    "score_rubric",
    "target_levels",
    "walk_document",
    "written_rubric",
]
