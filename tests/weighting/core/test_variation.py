"""Variation weights against a published example, exact arithmetic and their own laws."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from weighting.core.direction import positive_direction
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import variation_weights

# Three wind farms, seven indicators A-G with D, F, G negative: notebook 变异系数法.ipynb of
# github.com/Geaming-CHN/Mathematical-Modeling-Competition, with the figures it prints (sd with 1/n).
WIND_FARMS = [
    ["0.7430", "0.8267", "0.8324", "12", "0.8637", "0.0743", "0.0409"],
    ["0.7567", "0.8033", "0.8736", "10", "0.8538", "0.0665", "0.0716"],
    ["0.8104", "0.7667", "0.8539", "16", "0.9038", "0.0881", "0.0657"],
]
WIND_DIRECTIONS = [1, 1, 1, -1, 1, -1, -1]
WIND_R = [
    [0.55668441, 0.59715567, 0.56309969, 0.58466185, 0.57052403, 0.58076945, 0.62434529],
    [0.56694898, 0.58025299, 0.59097056, 0.62946352, 0.5639845, 0.59856208, 0.54553197],
    [0.6071831, 0.55381547, 0.57764395, 0.51180679, 0.59701241, 0.55175201, 0.55909555],
]
WIND_V = [0.03777284, 0.03090712, 0.01971778, 0.08427819, 0.0247411, 0.0334341, 0.05969646]
WIND_SCORES = [100.0, 99.95246423920769, 94.43627314352099]


def exact_variation(columns):
    """V of every column (n - 1) with 60 digits; cells are read as the floats they are."""
    found = []
    with localcontext() as context:
        context.prec = 60
        for column in columns:
            cells = [Decimal(cell) for cell in column]
            mean = sum(cells) / len(cells)
            squares = sum((cell - mean) ** 2 for cell in cells)
            found.append((squares / (len(cells) - 1)).sqrt() / mean)
    return found


def exact_weights(columns):
    with localcontext() as context:
        context.prec = 60
        variation = exact_variation(columns)
        return [float(v / sum(variation)) for v in variation]


def test_published_wind_farms_give_the_printed_variation():
    matrix = np.array(WIND_FARMS, dtype=float)

    found = variation_weights(matrix, WIND_DIRECTIONS, k=0.1)

    population = found.variation * np.sqrt(2 / 3)
    assert population == pytest.approx(WIND_V, abs=5e-9)


def test_published_wind_farms_give_the_printed_matrix_and_scores():
    matrix = np.array(WIND_FARMS, dtype=float)

    found = variation_weights(matrix, WIND_DIRECTIONS, k=0.1)

    r = found.transformed / np.sqrt((found.transformed**2).sum(axis=0))
    scores = r @ found.weights
    assert r == pytest.approx(np.array(WIND_R), abs=5e-9)
    assert 100 * scores / scores.max() == pytest.approx(WIND_SCORES, rel=1e-14)


def test_k_decides_which_wind_farm_is_first():
    matrix = np.array(WIND_FARMS, dtype=float)

    def leader(k):
        found = variation_weights(matrix, WIND_DIRECTIONS, k=k)
        return np.argmax(found.transformed / np.sqrt((found.transformed**2).sum(axis=0)) @ found.weights)

    assert (leader(0.1), leader(1.0)) == (0, 1)


def test_published_wind_farms_agree_with_sixty_digits():
    with localcontext() as context:
        context.prec = 60
        columns = [[Decimal(cell) for cell in column] for column in zip(*WIND_FARMS, strict=True)]
        for j in (3, 5, 6):
            columns[j] = [1 / (Decimal("0.1") + max(columns[j]) + cell) for cell in columns[j]]

    found = variation_weights(np.array(WIND_FARMS, dtype=float), WIND_DIRECTIONS)

    assert found.weights == pytest.approx(exact_weights(columns), rel=1e-12)


def test_column_of_large_mean_and_small_spread_keeps_twelve_figures():
    rng = np.random.default_rng(11)
    matrix = np.column_stack([1e9 + rng.standard_normal(293), rng.uniform(1, 2, 293)])

    found = variation_weights(matrix, [1, 1])

    exact = exact_variation(matrix.T.tolist())
    assert found.variation == pytest.approx([float(v) for v in exact], rel=1e-12)
    assert found.weights == pytest.approx(exact_weights(matrix.T.tolist()), rel=1e-12)


def test_first_row_far_from_the_rest_costs_no_accuracy():
    rng = np.random.default_rng(12)
    matrix = np.column_stack([np.r_[1e9, rng.uniform(1, 2, 400)], np.r_[1e-9, rng.uniform(1, 2, 400)]])

    found = variation_weights(matrix, [1, 1])

    assert found.variation == pytest.approx([float(v) for v in exact_variation(matrix.T.tolist())], rel=1e-12)


def test_long_matrix_in_many_blocks_agrees_with_exact_arithmetic():
    rng = np.random.default_rng(13)
    matrix = np.column_stack([1e9 + rng.standard_normal(40_000), np.sort(rng.lognormal(0, 2, 40_000))])

    found = variation_weights(matrix, [1, 1])

    assert found.variation == pytest.approx([float(v) for v in exact_variation(matrix.T.tolist())], rel=1e-12)


def test_matrix_that_needs_no_turning_is_handed_back_locked():
    matrix = np.array([[1.0, 2.0], [3.0, 5.0]])

    found = variation_weights(matrix, [1, 1])

    with pytest.raises(ValueError, match="read-only"):
        found.transformed[0, 0] = 9.0
    matrix[0, 0] = 7.0  # the caller's own array stays the caller's


def test_weights_mean_and_sd_are_those_of_the_transformed_matrix():
    matrix = np.array([[1.0, 4.0], [2.0, 6.0], [6.0, 5.0]])

    found = variation_weights(matrix, [1, -1], k=2.0)

    assert found.transformed == pytest.approx(positive_direction(matrix, [1, -1], k=2.0))
    assert found.mean == pytest.approx(found.transformed.mean(axis=0))
    assert found.sd == pytest.approx(found.transformed.std(axis=0, ddof=1))
    assert found.weights == pytest.approx(found.variation / found.variation.sum())
    assert found.raw_variation[1] == pytest.approx(matrix[:, 1].std(ddof=1) / 5)


def test_constant_column_weighs_exactly_nothing_and_is_noticed():
    matrix = np.column_stack([np.full(7, 0.1), np.arange(1.0, 8.0)])

    found = variation_weights(matrix, [1, 1], codes=("FLAT", "RISING"))

    assert found.weights.tolist() == [0.0, 1.0]
    assert [(notice.code, notice.column) for notice in found.notices] == [("constant_column", "FLAT")]


@pytest.mark.parametrize("method", ["reciprocal", "reciprocal_unit_free", "max_minus", "inverse"])
def test_constant_negative_column_weighs_exactly_nothing(method):
    matrix = np.column_stack([np.full(5, 0.3), np.arange(1.0, 6.0)])

    found = variation_weights(matrix, [-1, 1], method=method)

    assert found.weights.tolist() == [0.0, 1.0]


def test_duplicated_unit_counts_twice():
    matrix = np.array([[1.0, 5.0], [2.0, 5.5], [4.0, 9.0]])

    doubled = variation_weights(np.vstack([matrix, matrix[:1]]), [1, 1])

    expected = [float(v) for v in exact_variation(np.vstack([matrix, matrix[:1]]).T.tolist())]
    assert doubled.variation == pytest.approx(expected, rel=1e-14)


def test_negative_figures_are_refused_with_codes_and_counts():
    with pytest.raises(MatrixRefused) as refused:
        variation_weights([[1.0, -2.0], [2.0, 3.0], [3.0, -1.0]], [1, 1], codes=("GDP", "GROWTH"))

    assert refused.value.reason == "negative_values"
    assert refused.value.columns == ("GROWTH",)
    assert refused.value.numbers == {"GROWTH": 2}


def test_negative_figures_count_as_zero_where_the_protocol_says_so():
    matrix = np.array([[1.0, -2.0], [2.0, 3.0], [3.0, 4.0]])

    found = variation_weights(matrix, [1, 1], negative_values="zero", codes=("GDP", "GROWTH"))

    assert found.transformed[:, 1].tolist() == [0.0, 3.0, 4.0]
    notice = next(notice for notice in found.notices if notice.code == "negative_counted_as_zero")
    assert (notice.column, notice.numbers) == ("GROWTH", {"cells": 1})
    assert matrix[0, 1] == -2.0


def test_undefined_raw_variation_is_noticed():
    found = variation_weights([[1.0, -4.0], [2.0, 3.0]], [1, 1], negative_values="zero")

    assert np.isnan(found.raw_variation[1])
    assert ("raw_variation_undefined", "1") in {(notice.code, notice.column) for notice in found.notices}


def test_k_large_for_the_unit_is_noticed_with_numbers():
    column = np.array([[0.001], [0.01], [0.02]])

    found = variation_weights(np.hstack([column, column]), [-1, 1], codes=("CO2", "RD"))

    notice = next(notice for notice in found.notices if notice.code == "k_large_for_unit")
    assert (notice.column, notice.numbers) == ("CO2", {"k": 0.1, "largest": 0.02})
    assert found.variation[0] < 0.1 * found.variation[1]


def test_reciprocal_ceiling_is_noticed_and_holds():
    column = np.array([[0.0], [0.0], [1000.0], [1000.0]])

    found = variation_weights(np.hstack([column, column]), [-1, 1])

    numbers = next(n.numbers for n in found.notices if n.code == "reciprocal_ceiling")
    assert numbers["ceiling"] == pytest.approx(0.5 / np.sqrt(2) * np.sqrt(4 / 3))
    assert numbers["variation"] < numbers["ceiling"] < numbers["raw_variation"]


def test_negative_figures_under_the_reciprocal_are_noticed():
    found = variation_weights([[-1.0], [2.0], [5.0]], [-1], codes=("FALL",))

    assert ("negative_under_reciprocal", "FALL") in {(n.code, n.column) for n in found.notices}


@pytest.mark.parametrize(
    ("matrix", "reason", "columns"),
    [
        ([[1.0, np.nan], [2.0, 3.0]], "missing_values", ("B",)),
        ([[1.0, np.inf], [2.0, 3.0]], "not_finite", ("B",)),
        ([[1.0, 0.0], [2.0, 0.0]], "zero_mean", ("B",)),
        ([[1.0, 2.0], [1.0, 2.0]], "no_variation", ("A", "B")),
        ([[1.0, 2.0]], "too_few_units", ()),
    ],
)
def test_unusable_matrix_is_refused_by_name(matrix, reason, columns):
    with pytest.raises(MatrixRefused) as refused:
        variation_weights(matrix, [1, 1], codes=("A", "B"))

    assert (refused.value.reason, refused.value.columns) == (reason, columns)


def test_available_cells_are_measured_and_the_gaps_counted():
    matrix = np.array([[1.0, 5.0], [np.nan, 6.0], [4.0, 9.0], [3.0, np.nan], [np.nan, 7.0]])

    found = variation_weights(matrix, [1, -1], codes=("A", "B"), missing="available")

    assert found.variation[0] == pytest.approx(np.std([1, 4, 3], ddof=1) / np.mean([1, 4, 3]), rel=1e-14)
    turned = 1 / (9.1 + np.array([5.0, 6.0, 9.0, 7.0]))
    assert found.variation[1] == pytest.approx(turned.std(ddof=1) / turned.mean(), rel=1e-13)
    counted = [(n.column, n.numbers) for n in found.notices if n.code == "missing_cells"]
    assert counted == [("A", {"cells": 2}), ("B", {"cells": 1})]


def test_column_with_a_single_available_cell_is_refused():
    with pytest.raises(MatrixRefused) as refused:
        variation_weights([[1.0, 5.0], [np.nan, 6.0]], [1, 1], codes=("A", "B"), missing="available")

    assert (refused.value.reason, refused.value.columns) == ("too_few_units", ("A",))


def test_constant_column_with_gaps_weighs_nothing():
    found = variation_weights([[0.1, 5.0], [np.nan, 6.0], [0.1, 7.0]], [1, 1], missing="available")

    assert found.weights.tolist() == [0.0, 1.0]


matrices = arrays(
    float,
    st.tuples(st.integers(3, 8), st.integers(2, 5)),
    elements=st.floats(0.5, 100, allow_subnormal=False).map(lambda x: round(x, 3)),
)


def varied(matrix):
    return np.ptp(matrix, axis=0).any()


@settings(deadline=None, max_examples=60)
@given(matrices.filter(varied), st.data())
def test_weights_do_not_change_under_other_units_of_measure(matrix, data):
    scale = data.draw(arrays(float, matrix.shape[1], elements=st.sampled_from([1e-6, 0.01, 3.0, 7e5])))

    plain, scaled = (variation_weights(m, np.ones(matrix.shape[1])).weights for m in (matrix, matrix * scale))

    assert scaled == pytest.approx(plain, rel=1e-9, abs=1e-13)


@settings(deadline=None, max_examples=60)
@given(matrices.filter(varied), st.randoms(use_true_random=False))
def test_weights_follow_a_permutation_of_indicators_and_ignore_one_of_units(matrix, random):
    columns, rows = list(range(matrix.shape[1])), list(range(matrix.shape[0]))
    random.shuffle(columns)
    random.shuffle(rows)
    directions = np.where(np.arange(matrix.shape[1]) % 2, -1, 1)

    plain = variation_weights(matrix, directions).weights
    shuffled = variation_weights(matrix[rows][:, columns], directions[columns]).weights

    assert shuffled == pytest.approx(plain[columns], rel=1e-10, abs=1e-13)


@settings(deadline=None, max_examples=60)
@given(matrices.filter(varied))
def test_weights_are_shares_and_match_exact_arithmetic(matrix):
    found = variation_weights(matrix, np.ones(matrix.shape[1]))

    assert found.weights.sum() == pytest.approx(1, rel=1e-14)
    assert found.weights == pytest.approx(exact_weights(matrix.T.tolist()), rel=1e-12, abs=1e-15)
