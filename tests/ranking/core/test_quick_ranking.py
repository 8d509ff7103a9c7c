"""The quick way from figures to ranks against the careful one, exact arithmetic and everything refused."""

from decimal import Decimal, localcontext
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranking.core.quick_ranking import VariationRanking, column_sums, quick_ranking, variation_ranking
from ranking.core.ranks import competition_ranks
from ranking.core.vector_scores import vector_scores
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import variation_weights

SIZES = [(2, 1), (3, 2), (293, 24), (1366, 24), (4099, 24), (40, 700)]


def carefully(matrix, directions, **rules):
    found = variation_weights(matrix, directions, **rules)
    scores = vector_scores(found)
    return VariationRanking(found.weights, scores, competition_ranks(scores))


def outcome(way, *arguments, **rules):
    """What a way gives, or the refusal as a tuple."""
    try:
        return way(*arguments, **rules)
    except MatrixRefused as refusal:
        return refusal.reason, refusal.columns, refusal.numbers


def assert_same(found, expected):
    assert found.weights == pytest.approx(expected.weights, rel=1e-13, abs=1e-300)
    assert found.scores == pytest.approx(expected.scores, rel=1e-13, abs=1e-300)
    assert found.ranks.tolist() == expected.ranks.tolist()


def exact_variation(column):
    with localcontext() as context:
        context.prec = 50
        cells = [Decimal(cell) for cell in column.tolist()]
        mean = sum(cells) / len(cells)
        return (sum((cell - mean) ** 2 for cell in cells) / (len(cells) - 1)).sqrt() / mean


@pytest.mark.parametrize(("units", "columns"), SIZES)
@pytest.mark.parametrize("spread", [1.0, 0.05])
def test_quick_ranking_is_that_of_the_careful_way(units, columns, spread):
    matrix = np.random.default_rng(units).lognormal(1, spread, (units, columns))

    found = variation_ranking(matrix, np.ones(columns, dtype=int))

    assert quick_ranking(matrix) is not None
    assert_same(found, carefully(matrix, [1] * columns))


@pytest.mark.parametrize("method", ["reciprocal", "reciprocal_unit_free", "max_minus", "inverse"])
def test_negative_columns_are_turned_as_the_careful_way_does(method):
    matrix = np.random.default_rng(5).lognormal(1, 1, (293, 24))
    directions = np.where(np.arange(24) % 3 == 0, -1, 1)

    found = variation_ranking(matrix, directions, method=method, k=0.3)

    assert_same(found, carefully(matrix, directions, method=method, k=0.3))


@pytest.mark.parametrize("rising", [False, True])
def test_large_mean_and_small_spread_keep_twelve_figures(rising):
    matrix = 1e9 + np.random.default_rng(6).normal(0, 1, (3000, 24))
    matrix = np.sort(matrix, axis=0) if rising else matrix

    sums = column_sums(matrix)
    found = variation_ranking(matrix, [1] * 24)

    variation = [exact_variation(column) for column in matrix.T]
    quick = np.sqrt(sums.squares / 2999) / (sums.origin + sums.rest)
    assert quick == pytest.approx([float(v) for v in variation], rel=1e-12)
    assert found.weights == pytest.approx([float(v / sum(variation)) for v in variation], rel=1e-12)


def test_few_units_of_large_mean_are_ranked_the_quick_way():
    matrix = 1e9 + np.random.default_rng(6).normal(0, 1, (12, 3)) * [1.0, 10.0, 1e9 / 4]

    found = quick_ranking(matrix)

    assert_same(found, carefully(matrix, [1, 1, 1]))


def test_equal_units_share_a_rank_and_a_score():
    matrix = np.random.default_rng(7).lognormal(1, 1, (37, 24))
    matrix[[5, 17, 36]] = matrix[0]

    found = variation_ranking(matrix, [1] * 24)

    assert len(set(found.scores[[0, 5, 17, 36]].tolist())) == 1
    assert_same(found, carefully(matrix, [1] * 24))


def test_negative_column_of_small_spread_keeps_its_weight():
    matrix = [[2.0, 0.0, 1e8 + 1], [0.0, 1.0, 1e8]]

    assert_same(variation_ranking(matrix, [-1] * 3), carefully(matrix, [-1] * 3))


def test_constant_column_weighs_exactly_nothing():
    matrix = np.random.default_rng(8).lognormal(1, 1, (293, 3))
    matrix[:, 1] = 0.1

    found = variation_ranking(matrix, [1, 1, 1])

    assert found.weights[1] == 0
    assert_same(found, carefully(matrix, [1, 1, 1]))


def with_cell(value):
    matrix = np.random.default_rng(9).lognormal(1, 1, (2000, 24))
    matrix[1500, 7] = value
    return matrix


REFUSED = {
    "missing_values": (with_cell(np.nan), {}),
    "not_finite": (with_cell(np.inf), {}),
    "negative_values": (with_cell(-1e-3), {}),
    "zero_mean": (with_cell(1.0) * (np.arange(24) != 4), {}),
    "no_variation": (np.full((293, 24), 0.1), {}),
    "too_few_units": (np.ones((1, 24)), {}),
    "not_a_matrix": (np.ones(24), {}),
    "unknown_method": (with_cell(1.0), {"method": "sideways"}),
}
REFUSED_TURNED = {
    "k_not_positive": (with_cell(1.0), {"k": 0.0}),
    "nonpositive_values": (with_cell(0.0), {"method": "inverse"}),
    "not_finite": (with_cell(np.inf), {"method": "inverse"}),
    "missing_values": (with_cell(np.nan), {"k": -1.0}),
    "negative_values": (with_cell(1.0) * np.where(np.arange(24) == 3, -1, 1), {"k": -1.0}),
}


@pytest.mark.parametrize("reason", REFUSED)
@pytest.mark.parametrize("codes", [None, [f"C{j}" for j in range(24)]])
def test_refusals_are_those_of_the_careful_way(reason, codes):
    matrix, rules = REFUSED[reason]

    found = outcome(variation_ranking, matrix, [1] * 24, codes=codes, **rules)

    assert found[0] == reason
    assert found == outcome(variation_weights, matrix, [1] * 24, codes=codes, **rules)


@pytest.mark.parametrize("reason", REFUSED_TURNED)
def test_refusals_about_negative_columns_are_those_of_the_careful_way(reason):
    matrix, rules = REFUSED_TURNED[reason]
    directions = np.where(np.arange(24) == 7, -1, 1)

    found = outcome(variation_ranking, matrix, directions, **rules)

    assert found[0] == reason
    assert found == outcome(variation_weights, matrix, directions, **rules)


@pytest.mark.parametrize(
    ("directions", "codes", "reason"),
    [
        ([1, 1, 1], None, "directions_do_not_match"),
        ([[1, 1]], None, "directions_do_not_match"),
        ([1, 2], None, "unknown_direction"),
        ([1, 1], ["A"], "codes_do_not_match"),
    ],
)
def test_directions_and_codes_must_fit(directions, codes, reason):
    with pytest.raises(MatrixRefused, match=reason):
        variation_ranking([[1.0, 2.0], [3.0, 1.0]], directions, codes=codes)


def test_matrix_is_read_only_and_may_lie_in_any_order():
    matrix = np.random.default_rng(10).lognormal(1, 1, (293, 24))
    matrix.flags.writeable = False

    plain, turned = (variation_ranking(order, [1] * 24) for order in (matrix, np.asfortranarray(matrix)))

    assert_same(turned, plain)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1.0, 1e200, 1e-200, 0.0])
@pytest.mark.parametrize("units", [40, 2000])
def test_odd_figures_leave_the_quick_way_without_a_warning(value, units):
    matrix = np.random.default_rng(11).lognormal(1, 1, (units, 24))
    matrix[:, 3] = value
    matrix[7, 5] = value

    with np.errstate(all="raise"):
        found = quick_ranking(matrix)

    assert found is None


@pytest.mark.parametrize("method", ["reciprocal", "max_minus", "inverse"])
@pytest.mark.parametrize("direction", [1, -1])
def test_figures_too_large_or_too_small_are_refused_the_quick_way_too(direction, method):
    extremes = (1.0, 3.0, 7e153, 1e150, 2e99, 1e-99, 1e-150, 2e-154)
    for pair in product(extremes, repeat=2):
        with np.errstate(all="ignore"):
            ways = [
                outcome(way, [*zip(pair)], [direction], method=method)
                for way in (variation_ranking, carefully)
            ]
        assert type(ways[0]) is type(ways[1]), (pair, ways)


def test_column_of_zeros_in_the_first_block_alone_is_ranked_the_quick_way():
    matrix = np.random.default_rng(12).lognormal(1, 1, (4099, 24))
    matrix[:1500, 2] = 0.0

    assert quick_ranking(matrix) is not None
    assert_same(variation_ranking(matrix, [1] * 24), carefully(matrix, [1] * 24))


cells = st.one_of(
    st.floats(0, 1e6, width=32),
    st.integers(0, 3).map(float),
    st.floats(1e8, 1e8 + 64),
    st.sampled_from([0.1, 7.0]),
)
odd_cells = st.one_of(cells, st.sampled_from([np.nan, np.inf, -np.inf, -1.0, -0.0, 1e200, 1e-200]))
shapes = st.tuples(st.integers(1, 12), st.integers(1, 5))


@settings(max_examples=300, deadline=None)
@given(
    st.data(), st.sampled_from([cells, odd_cells]), st.sampled_from(["reciprocal", "max_minus", "inverse"])
)
def test_any_matrix_gets_what_the_careful_way_gives(data, elements, method):
    matrix = data.draw(arrays(float, shapes, elements=elements))
    directions = data.draw(arrays(int, matrix.shape[1], elements=st.sampled_from([1, 1, -1])))

    with np.errstate(all="ignore"):
        found = outcome(variation_ranking, matrix, directions, method=method)
        expected = outcome(carefully, matrix, directions, method=method)

    if isinstance(expected, tuple):
        assert repr(found) == repr(expected)
    else:
        assert_same(found, expected)
