"""The tree that scores are computed from: a published framework's frozen text, read once."""

import json
from functools import lru_cache

from indicators.models import Framework, Indicator
from indicators.rows import rows_of
from indicators.scoring import Criterion, Group, read_framework, read_rubric


def framework_tree(framework: Framework) -> Group:
    """The framework as a tree for scoring. A draft is read from its rows each time."""
    if not framework.content_hash:
        return read_framework(rows_of(framework))
    return _tree(framework.document)


@lru_cache(maxsize=32)
def _tree(text: str) -> Group:
    return read_framework(json.loads(text))


def rubric_document(indicator: Indicator) -> dict:
    """The rubric of a leaf indicator as a document."""
    return indicator.rubric or {}


def rubric_tree(indicator: Indicator) -> Criterion:
    """The rubric of a leaf indicator as a tree, read once for the same text."""
    return _rubric(json.dumps(rubric_document(indicator)))


@lru_cache(maxsize=512)
def _rubric(text: str) -> Criterion:
    return read_rubric(json.loads(text))


def leaf_groups(tree: Group) -> dict[str, Group]:
    """{indicator code: group with a rubric}, in the order of the form."""
    if tree.rubric is not None:
        return {tree.code: tree}
    return {code: leaf for child in tree.children for code, leaf in leaf_groups(child).items()}
