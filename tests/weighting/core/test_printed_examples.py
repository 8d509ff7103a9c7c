"""The examples that the R package mathmodels (zhjx19) prints with its own functions, and the same in exact fractions.

Printed figures are those of its check log (mathmodels-Ex.Rout, R 4.6.0), seven digits.
"""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from ranking.core.aggregation import additive
from ranking.core.normalization import min_max, vector
from ranking.core.standard_scores import z_score
from weighting.core.combination import (
    entropy_combination,
    game_theory_combination,
    linear_combination,
    max_deviation_combination,
    product_combination,
)
from weighting.core.direction import inverse, max_minus, toward_interval, toward_target
from weighting.core.spread import gini_weights
from weighting.core.variation import variation_weights

S, V = [0.4, 0.3, 0.2, 0.1], [0.25, 0.2, 0.3, 0.25]
EXPERT = [Fraction(text) for text in ("2/5", "3/10", "1/5", "1/10")]
DATA = [Fraction(text) for text in ("1/4", "1/5", "3/10", "1/4")]
GAPPY = np.array([[4.0], [1.0], [np.nan], [5.0], [8.0]])


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize(
    ("rule", "printed"),
    [
        (lambda s, o: linear_combination(s, o, alpha=0.6), [0.34, 0.26, 0.24, 0.16]),
        (product_combination, [0.4081633, 0.2448980, 0.2448980, 0.1020408]),
        (entropy_combination, [0.3279556, 0.2540333, 0.2540333, 0.1639778]),
        (game_theory_combination, [0.3735683, 0.2823789, 0.2176211, 0.1264317]),
    ],
    ids=["linear", "multiplicative", "game", "game_linear"],
)
def test_combined_weights_are_the_printed_ones(rule, printed):
    assert rule(S, V) == pytest.approx(printed, abs=5e-8)


def test_combined_weights_agree_with_exact_arithmetic_to_twelve_digits():
    product = [s * o for s, o in zip(EXPERT, DATA, strict=True)]
    with localcontext() as context:
        context.prec = 50
        roots = [(Decimal(x.numerator) / Decimal(x.denominator)).sqrt() for x in product]
        entropy = [float(root / sum(roots)) for root in roots]
    ss, so, oo = dot(EXPERT, EXPERT), dot(EXPERT, DATA), dot(DATA, DATA)
    a, b = oo * (ss - so), ss * (oo - so)
    game = [(a * s + b * o) / (a + b) for s, o in zip(EXPERT, DATA, strict=True)]

    assert product_combination(S, V) == pytest.approx([float(x / sum(product)) for x in product], rel=1e-13)
    assert entropy_combination(S, V) == pytest.approx(entropy, rel=1e-13)
    assert game_theory_combination(S, V) == pytest.approx([float(x) for x in game], rel=1e-12)


def test_largest_deviation_agrees_with_fifty_digits():
    z = [[Fraction(cell, 8) for cell in row] for row in ((8, 1, 4, 0), (2, 7, 5, 3), (0, 4, 8, 8))]
    spread = [
        sum((x[j] - y[j]) ** 2 for x in z for y in z) for j in range(4)
    ]  # every pair of units counts twice
    p, q, r = (
        sum(d * a * b for d, a, b in zip(spread, left, right, strict=True))
        for left, right in ((EXPERT, EXPERT), (EXPERT, DATA), (DATA, DATA))
    )
    with localcontext() as context:
        context.prec = 50
        p, q, r = (Decimal(x.numerator) / Decimal(x.denominator) for x in (p, q, r))
        largest = (p + r + ((p - r) ** 2 + 4 * q * q).sqrt()) / 2
        share = float(q / (q + largest - p))  # of the leading eigenvector (q, largest - p)

    found = max_deviation_combination(S, V, np.array(z, dtype=float))

    assert found == pytest.approx(share * np.array(S) + (1 - share) * np.array(V), rel=1e-12)


def test_directions_are_the_printed_ones():
    interval = toward_interval(np.array([[35.2], [35.8], [36.6], [37.1], [37.8], [38.4]]), 36, 37)[:, 0]

    assert max_minus(GAPPY)[:, 0] == pytest.approx([4, 7, np.nan, 3, 0], nan_ok=True)
    assert inverse(GAPPY)[:, 0] == pytest.approx([0.25, 1, np.nan, 0.2, 0.125], nan_ok=True)
    assert toward_target([[6.0], [7.0], [8.0], [9.0]], 7)[:, 0].tolist() == [0.5, 1.0, 0.5, 0.0]
    assert interval == pytest.approx([0.4285714, 0.8571429, 1, 0.9285714, 0.4285714, 0], abs=5e-8)
    assert interval == pytest.approx([3 / 7, 6 / 7, 1, 13 / 14, 3 / 7, 0], rel=1e-12, abs=1e-14)


def test_scales_are_the_printed_ones_also_with_a_gap():
    turned = min_max(GAPPY, [-1], low=0.002, high=0.996).values[:, 0]

    assert z_score(GAPPY, [1]).values[:, 0] == pytest.approx(
        [-0.1732051, -1.2124356, np.nan, 0.1732051, 1.2124356], abs=5e-8, nan_ok=True
    )
    assert vector(GAPPY, [1]).values[:, 0] == pytest.approx(
        [0.38851434, 0.09712859, np.nan, 0.48564293, 0.77702869], abs=5e-9, nan_ok=True
    )
    assert turned == pytest.approx([0.570, 0.996, np.nan, 0.428, 0.002], rel=1e-12, nan_ok=True)


def test_weights_of_the_data_and_scores_are_the_printed_ones():
    income = np.column_stack([[10.0, 20, 30, 40, 100], [1.0, 2, 3, 4, 5]])
    complete = [[0.85, 0.78, 0.65], [0.72, 0.85, 0.72]]

    assert variation_weights([[10.0, 5], [20, 10], [15, 8]], [1, 1]).weights == pytest.approx(
        [0.503839, 0.496161], abs=5e-7
    )
    assert gini_weights(income, [1, 1]).importance[0] == pytest.approx(0.4, rel=1e-13)
    assert additive(complete, [0.5, 0.3, 0.2]) == pytest.approx([0.789, 0.759], rel=1e-13)
