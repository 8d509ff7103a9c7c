"""The best-worst method against the worked examples of its author and a full search of corners."""

import math
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.answers import UnusableAnswers
from survey.core.best_worst import (
    INPUT_THRESHOLDS,
    best_worst_weights,
    input_consistency,
    input_threshold,
)

NAN = math.nan


def test_example_1_of_rezaei_is_consistent():
    """Rezaei 2016, Omega 64, 126-130, Table 2: weights 0.2105, 0.4211, 0.1053, 0.2105, 0.0526, xi = 0."""
    found = best_worst_weights(1, 4, [2, 1, 4, 2, 8], [4, 8, 2, 4, 1])

    assert found.weights == pytest.approx([4 / 19, 8 / 19, 2 / 19, 4 / 19, 1 / 19], abs=1e-12)
    assert (found.xi, found.input_cr) == (pytest.approx(0, abs=1e-12), 0.0)


def test_example_2_of_rezaei_has_the_published_weights():
    """Rezaei 2016, Table 3, linear model: 0.2295, 0.4481, 0.1148, 0.1530, 0.0546, xi = 0.0109."""
    found = best_worst_weights(1, 4, [2, 1, 4, 3, 8], [4, 8, 2, 3, 1])

    assert found.weights == pytest.approx([0.2295, 0.4481, 0.1148, 0.1530, 0.0546], abs=5e-5)
    assert found.xi == pytest.approx(0.0109, abs=5e-5)
    assert found.input_cr == pytest.approx(1 / 56, abs=1e-15)


def largest_error(weights, to_others, to_worst):
    """The objective for best = 0 and worst = last, in fractions."""
    best, worst = weights[0], weights[-1]
    return max(
        max(abs(best - a * w) for a, w in zip(to_others, weights, strict=True)),
        max(abs(w - a * worst) for a, w in zip(to_worst, weights, strict=True)),
    )


def best_corner(to_others, to_worst):
    """Solve the programme for three items by trying every corner of its constraints, in fractions."""
    a, b, c = to_others[1], to_worst[1], to_others[2]
    rows = [[1, -a, 0], [0, 1, -b], [1, 0, -c]]
    planes = [[*(sign * x for x in row), -1, 0] for row in rows for sign in (1, -1)]
    planes += [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]]
    corners = (solved([*three, [1, 1, 1, 0, 1]]) for three in combinations(planes, 3))
    feasible = (
        corner for corner in corners
        if corner and min(corner) >= 0 and largest_error(corner[:3], to_others, to_worst) <= corner[3]
    )  # fmt: skip
    return min(feasible, key=lambda corner: corner[3])


def solved(rows):
    """Solve four equations in four unknowns by elimination; None when they are dependent."""
    rows = [[Fraction(x) for x in row] for row in rows]
    for place in range(4):
        pivot = next((r for r in range(place, 4) if rows[r][place]), None)
        if pivot is None:
            return None
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [x / rows[place][place] for x in rows[place]]
        for other in range(4):
            if other != place and rows[other][place]:
                factor = rows[other][place]
                rows[other] = [x - factor * y for x, y in zip(rows[other], rows[place], strict=True)]
    return tuple(row[4] for row in rows)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_three_items_have_the_weights_of_the_best_corner(to_middle, from_middle, across):
    to_others, to_worst = [1, to_middle, across], [across, from_middle, 1]
    *weights, xi = best_corner(to_others, to_worst)

    found = best_worst_weights(0, 2, to_others, to_worst)

    assert found.xi == pytest.approx(float(xi), abs=1e-9)
    assert found.weights == pytest.approx([float(w) for w in weights], abs=1e-9)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=8))
@settings(deadline=None)
def test_xi_is_the_largest_error_of_the_weights_found(middle):
    to_others, to_worst = [1, *middle, 9], [9, *reversed(middle), 1]

    found = best_worst_weights(0, len(middle) + 1, to_others, to_worst)

    assert sum(found.weights) == pytest.approx(1, abs=1e-12)
    assert largest_error(found.weights, to_others, to_worst) == pytest.approx(found.xi, abs=1e-9)


def test_all_ones_are_equal_weights():
    found = best_worst_weights(0, 3, [1] * 4, [1] * 4)

    assert found.weights == pytest.approx([0.25] * 4, abs=1e-12)
    assert (found.xi, found.input_cr) == (pytest.approx(0, abs=1e-12), 0.0)
    assert best_worst_weights(0, 0, [1], [1]).weights == (1.0,)


def test_consistency_follows_the_typing():
    assert input_consistency(0, 2, [1, NAN, NAN], [NAN, NAN, 1]) is None
    assert input_consistency(0, 2, [1, NAN, 8], [8, NAN, 1]) == 0.0
    assert input_consistency(0, 2, [1, 4, 8], [8, 4, 1]) == pytest.approx(8 / 56)
    assert input_consistency(0, 2, [1, 3, 1], [1, 1, 1]) is None


def test_unfinished_or_contradicting_ends_have_no_weights():
    unfinished = best_worst_weights(0, 2, [1, NAN, 8], [8, 4, 1])
    assert (unfinished.weights, unfinished.xi, unfinished.reason) == (None, None, "missing")
    for to_others, to_worst in (([1, 2, 8], [7, 4, 1]), ([2, 2, 8], [8, 4, 1]), ([1, 2, 8], [8, 4, 2])):
        assert best_worst_weights(0, 2, to_others, to_worst).reason == "inconsistent_ends"


@pytest.mark.parametrize(
    "comparisons",
    [
        (0, 2, [1, 2, 10], [10, 4, 1]),
        (0, 2, [1, 0.5, 8], [8, 4, 1]),
        (0, 2, [1, 2], [8, 4, 1]),
        (0, 3, [1, 2, 8], [8, 4, 1]),
        (1, 1, [2, 1, 2], [2, 1, 2]),
        (0, 0, [1, 1], [1, 1]),
    ],
)
def test_unusable_comparisons_are_refused(comparisons):
    with pytest.raises(UnusableAnswers):
        best_worst_weights(*comparisons)


def test_threshold_table_by_items_and_extent():
    # Liang, Brunelli & Rezaei 2020, table 3, and what stands outside it
    assert [input_threshold(n, 8) for n in (3, 5, 9)] == [0.1309, 0.2958, 0.3657]
    assert [input_threshold(6, extent) for extent in (3, 4, 6, 9)] == [0.1667, 0.2206, 0.3044, 0.3337]
    assert input_threshold(2, 9) == input_threshold(7, 2) == input_threshold(7, 1) == 0
    assert input_threshold(10, 9) is None
    assert all(len(row) == 7 and 0 < min(row) <= max(row) < 0.4 for row in INPUT_THRESHOLDS.values())
