"""Weighted kappa against values worked out by hand."""

import ast
import inspect
import sys
from fractions import Fraction as F

import pytest

from scorecards.calibrating import agreement as module
from scorecards.calibrating.agreement import Undefined, Weights, agreement, weighted_kappa

# Cohen's (1968) way, on three levels and ten cases. First reviewer down, second across:
#
#          1  2  3 | sum        observed: three cases one level apart, none two: (1+1+1)/10 = 3/10
#      1   4  1  0 |  5
#      2   1  2  0 |  3         by chance, one level apart: 5·4 + 3·5 + 3·1 + 2·4 = 46 (of 100)
#      3   0  1  1 |  2         by chance, two levels apart: 5·1 + 2·5 = 15 (of 100)
#    sum   5  4  1 | 10
#
# quadratic: expected (46·1 + 15·4)/100 = 106/100, kappa = 1 − (3/10)/(106/100) = 1 − 30/106 = 38/53
# linear:    expected (46·1 + 15·2)/100 =  76/100, kappa = 1 − (3/10)/(76/100)  = 1 − 30/76  = 23/38
TABLE = [(1, 1)] * 4 + [(1, 2), (2, 1)] + [(2, 2)] * 2 + [(3, 2), (3, 3)]


def pairs(*rows):
    return [(F(first), F(second)) for first, second in rows]


def test_the_worked_example():
    assert weighted_kappa(pairs(*TABLE), Weights.QUADRATIC) == F(38, 53)
    assert weighted_kappa(pairs(*TABLE), Weights.LINEAR) == F(23, 38)
    found = agreement(pairs(*TABLE))
    assert (found.count, found.equal, found.share) == (10, 7, F(7, 10))
    assert (found.quadratic, found.linear) == (F(38, 53), F(23, 38))


def test_only_the_order_of_two_sides_may_be_swapped():
    swapped = [(second, first) for first, second in TABLE]
    assert weighted_kappa(pairs(*swapped)) == F(38, 53)


@pytest.mark.parametrize("weights", Weights)
def test_perfect_agreement_is_one(weights):
    assert weighted_kappa(pairs((1, 1), (3, 3), (5, 5)), weights) == 1


@pytest.mark.parametrize("weights", Weights)
def test_chance_is_nought(weights):
    # Each score of the one meets each score of the other equally often: observed = expected.
    assert weighted_kappa(pairs((1, 1), (1, 2), (2, 1), (2, 2)), weights) == 0


@pytest.mark.parametrize("weights", Weights)
def test_always_the_opposite_is_minus_one(weights):
    # observed 1; expected 1/2, because half of the combinations differ by one
    assert weighted_kappa(pairs((1, 2), (2, 1)), weights) == -1


def test_scores_between_two_levels_count_exactly():
    # (1, 3/2), (2, 2): observed (1/4 + 0)/2 = 1/8; expected (1/4 + 1 + 1/4 + 0)/4 = 3/8; kappa = 1 − 1/3
    assert weighted_kappa([(F(1), F(3, 2)), (F(2), F(2))]) == F(2, 3)


@pytest.mark.parametrize("weights", Weights)
def test_the_unit_of_the_scale_does_not_matter(weights):
    tenths = [(first / 10, second / 10) for first, second in pairs(*TABLE)]
    assert weighted_kappa(tenths, weights) == weighted_kappa(pairs(*TABLE), weights)


def test_where_there_is_no_kappa():
    assert weighted_kappa([]) is Undefined.TOO_FEW
    assert weighted_kappa(pairs((3, 4))) is Undefined.TOO_FEW
    assert weighted_kappa(pairs((3, 3), (3, 3), (3, 3))) is Undefined.ONE_CATEGORY
    assert agreement([]).share is None
    assert agreement(pairs((3, 3), (3, 3))).share == 1  # the share is known all the same


def test_the_second_gives_one_score_only():
    # Not undefined: the first differs. observed (0 + 1)/2; expected (0·2 + 1·2)/4; kappa = 0
    assert weighted_kappa(pairs((3, 3), (2, 3))) == 0


def test_it_knows_nothing_but_the_standard_library():
    tree = ast.parse(inspect.getsource(module))
    names = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
