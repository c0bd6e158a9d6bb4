"""The tree that scores are computed from: a published framework's frozen text, read once."""

import json
from copy import copy
from functools import lru_cache

from indicators.models import Framework, Indicator
from indicators.rows import rows_of
from indicators.scoring import Criterion, Group, read_framework, read_rubric

# {hash: tree}: the text itself is fetched only where its tree is not here.
TREES: dict[str, Group] = {}
MOST_TREES = 32
ROWS: dict[tuple, list[Indicator]] = {}
MOST_FORMS = 16  # up to a megabyte each


def framework_tree(framework: Framework) -> Group:
    """The framework as a tree for scoring. A draft is read from its rows each time."""
    if not framework.content_hash:
        return read_framework(rows_of(framework))
    tree = TREES.pop(framework.content_hash, None) or read_framework(json.loads(framework.document))
    TREES[framework.content_hash] = tree  # at the end: what was asked for longest ago stands first
    for oldest in list(TREES)[:-MOST_TREES]:
        TREES.pop(oldest, None)  # another thread may have been quicker
    return tree


def indicators_of(framework: Framework) -> dict[int, Indicator]:
    """{primary key: row} of the components and indicators in the order of the form. Those of a published form, which
    never change, are read once; everybody gets rows of their own."""
    asked = Indicator.objects.filter(framework=framework.pk)
    if not framework.content_hash:
        rows = list(asked)
    else:
        name = framework.pk, framework.content_hash, framework.published_at
        kept = ROWS.pop(name, None) or list(asked)
        ROWS[name] = kept
        for oldest in list(ROWS)[:-MOST_FORMS]:
            ROWS.pop(oldest, None)
        rows = [copy(row) for row in kept]
    found = {row.pk: row for row in rows}
    for row in found.values():
        row.framework = framework
    return found


def rubric_document(indicator: Indicator) -> dict:
    """The rubric of a leaf indicator as a document."""
    return indicator.rubric or {}


def rubric_tree(indicator: Indicator) -> Criterion:
    """The rubric of a leaf indicator as a tree, read once for the same text."""
    document = rubric_document(indicator)
    known = indicator.__dict__.get("_tree_of")  # its text is written once for each row that was fetched
    if known is None or known[0] is not document:
        known = indicator.__dict__["_tree_of"] = document, _rubric(json.dumps(document))
    return known[1]


@lru_cache(maxsize=512)
def _rubric(text: str) -> Criterion:
    return read_rubric(json.loads(text))


def leaf_groups(tree: Group) -> dict[str, Group]:
    """{indicator code: group with a rubric}, in the order of the form."""
    if tree.rubric is not None:
        return {tree.code: tree}
    return {code: leaf for child in tree.children for code, leaf in leaf_groups(child).items()}


def rubrics_of(tree: Group) -> dict[str, Criterion]:
    """{indicator code: its rubric}, in the order of the form."""
    return {code: leaf.rubric for code, leaf in leaf_groups(tree).items() if leaf.rubric is not None}
