"""Median, quartiles and classes: exact, and as spreadsheets count them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from reports.dashboards.spread import classes_of, edges_of, median_of, spread_of


def decimals(*texts):
    return tuple(Decimal(one) for one in texts)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["3"], ["3", "3", "3", "3", "3"]),
        (["4", "1"], ["1", "1.75", "2.5", "3.25", "4"]),
        (["1", "2", "3", "4", "5"], ["1", "2", "3", "4", "5"]),
        (["1.0001", "2", "4", "4.0002"], ["1.0001", "1.750025", "3", "4.00005", "4.0002"]),
    ],
)
def test_quartiles_lie_between_the_nearest_figures_in_proportion(values, expected):
    told = spread_of(decimals(*values))
    assert (told.least, told.lower, told.median, told.upper, told.most) == decimals(*expected)
    assert told.n == len(values)


def test_nothing_has_no_median():
    assert spread_of(()) is None
    assert median_of(()) is None


def test_a_short_scale_is_cut_at_every_half_step_a_long_one_in_ten():
    assert edges_of("1", "5") == [1 + Fraction(one, 2) for one in range(9)]
    assert edges_of("0", "100") == [10 * one for one in range(11)]
    assert edges_of("1", "1") == []


def test_a_figure_on_an_edge_counts_above_it_and_the_end_of_the_scale_in_the_last_class():
    counts = classes_of(decimals("1", "1.4999", "1.5", "4.9999", "5", "5.1", "0"), edges_of("1", "5"))
    assert counts == [3, 1, 0, 0, 0, 0, 0, 3]
