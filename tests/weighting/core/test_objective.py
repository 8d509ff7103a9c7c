"""Objective weights against crispyn 0.0.7, pymcdm 1.4.0, scikit-learn 1.9.1 and exact arithmetic.

The libraries ignore directions in some methods; they were then given the matrix this project gives them
(x' with k = 0.1, or the unit range). Their figures stand here, so the libraries need not be installed.
"""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from weighting.core.critic import critic_weights
from weighting.core.entropy import entropy_weights
from weighting.core.objective import METHODS, compare_objective
from weighting.core.principal import principal_component_weights
from weighting.core.refusal import MatrixRefused
from weighting.core.spread import gini_weights
from weighting.core.variation import variation_weights

MATRIX = np.array(
    [
        [12.0, 3.4, 210, 0.82, 5.5],
        [15.0, 2.9, 180, 0.91, 7.1],
        [9.0, 4.1, 260, 0.77, 6.2],
        [22.0, 3.6, 150, 0.95, 4.8],
        [17.0, 2.2, 305, 0.64, 9.3],
        [11.0, 5.0, 190, 0.88, 3.9],
        [14.0, 3.1, 240, 0.71, 8.0],
    ]
)
DIRECTIONS = np.array([1, 1, -1, 1, -1])

CRISPYN = {
    "variation": [
        0.3298776330468324,
        0.28275772057081217,
        0.10790194769853617,
        0.15075957724743697,
        0.1287031214363825,
    ],
    "standard_deviation": [
        0.19488778852724853,
        0.18846808784239288,
        0.20023255511890636,
        0.21215177168288313,
        0.20425979682856918,
    ],
    "critic": [
        0.3451633002825048,
        0.2206885684838336,
        0.13583649026514152,
        0.14193744880657255,
        0.15637419216194748,
    ],
    "gini": [
        0.3257715789150492,
        0.28053793947112154,
        0.10950032186996767,
        0.152944403246502,
        0.13124575649735945,
    ],
    "merec": [
        0.24055374159503876,
        0.23305236287437053,
        0.18726870349156774,
        0.12009238729778986,
        0.21903280474123313,
    ],
    "cilos": [
        0.06843177189409369,
        0.12219959266802424,
        0.16252545824847248,
        0.464358452138493,
        0.1824847250509166,
    ],
}
CRISPYN_ENTROPY = [
    0.44644825331476334,
    0.3359103049327488,
    0.04954857308185578,
    0.0978781572344167,
    0.07021471143621537,
]
CRISPYN_IDOCRIW = [
    0.2215208105111598,
    0.2976313702302794,
    0.058389958902887173,
    0.32955261144691855,
    0.09290524890875508,
]


@pytest.mark.parametrize("name", list(CRISPYN))
def test_method_agrees_with_crispyn(name):
    assert METHODS[name].weigh(MATRIX, DIRECTIONS).weights == pytest.approx(CRISPYN[name], rel=1e-13)


def test_entropy_agrees_with_crispyn_as_far_as_crispyn_is_exact():
    assert entropy_weights(MATRIX, DIRECTIONS).weights == pytest.approx(CRISPYN_ENTROPY, rel=2e-13)
    assert METHODS["idocriw"].weigh(MATRIX, DIRECTIONS).weights == pytest.approx(CRISPYN_IDOCRIW, rel=2e-13)


def test_principal_components_agree_with_scikit_learn():
    found = principal_component_weights(MATRIX, DIRECTIONS)
    three = principal_component_weights(MATRIX, DIRECTIONS, explained=0.98)

    assert found.weights == pytest.approx(
        [0.1930875328847055, 0.19869869457646833, 0.20343263437880246, 0.202000915250186, 0.2027802229098378],
        rel=1e-12,
    )
    assert three.weights == pytest.approx(
        [
            0.2031432465866781,
            0.19986195433177265,
            0.1993759617248325,
            0.19964766680652143,
            0.19797117055019545,
        ],
        rel=1e-12,
    )


def test_all_principal_components_give_equal_weights():
    assert principal_component_weights(MATRIX, DIRECTIONS, explained=1.0).weights == pytest.approx(
        [0.2] * 5, rel=1e-12
    )


def exact_entropy_importance(column):
    with localcontext() as context:
        context.prec = 60
        cells = [Decimal(cell) for cell in column]
        total = sum(cells)
        entropy = -sum((c / total) * (c / total).ln() for c in cells) / Decimal(len(cells)).ln()
        return float(1 - entropy)


@pytest.mark.parametrize("spread", [1.0, 1e-3, 1e-9])
def test_entropy_keeps_figures_where_shares_are_nearly_equal(spread):
    column = 1.0 + spread * np.random.default_rng(3).random(50)

    found = entropy_weights(np.column_stack([column, np.arange(1.0, 51.0)]), [1, 1])

    assert found.importance[0] == pytest.approx(exact_entropy_importance(column), rel=1e-12)


def test_entropy_of_a_zero_cell_counts_nothing():
    found = entropy_weights([[0.0, 1.0], [1.0, 1.0]], [1, 1])

    assert found.importance.tolist() == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize("name", ["gini", "variation"])
def test_column_of_large_mean_keeps_figures(name):
    matrix = np.column_stack([1e9 + np.arange(40.0), np.arange(1.0, 41.0)])
    mean = 1e9 + 19.5
    exact = {
        "gini": (40**2 - 1) / 3 / 40 / 2 / mean,  # mean difference of 0..39 is (U^2 - 1) / (3 U)
        "variation": np.sqrt(40 * 41 / 12) / mean,
    }

    found = METHODS[name].weigh(matrix, [1, 1])

    measured = found.importance if name == "gini" else found.variation
    assert measured[0] == pytest.approx(exact[name], rel=1e-12)


def test_critic_of_a_copied_indicator_shares_its_weight():
    rng = np.random.default_rng(1)
    a, b = rng.random(300), rng.random(300)

    single = critic_weights(np.column_stack([a, b]), [1, 1]).weights
    copied = critic_weights(np.column_stack([a, a, b]), [1, 1, 1]).weights

    assert copied[0] == pytest.approx(copied[1])
    assert copied[0] < single[0]
    assert copied[2] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("name", [name for name in METHODS if name not in ("variation",)])
def test_constant_column_weighs_nothing_and_is_noticed(name):
    flat = np.insert(MATRIX, 1, 4.2, axis=1)
    directions = np.insert(DIRECTIONS, 1, 1)

    found = METHODS[name].weigh(flat, directions, codes=tuple("ABCDEF"))

    assert found.weights[1] == 0
    assert [(n.code, n.column) for n in found.notices] == [("constant_column", "B")]
    others = np.delete(found.weights, 1)
    if name != "merec":  # there the number of columns stands inside the logarithm
        assert others == pytest.approx(METHODS[name].weigh(MATRIX, DIRECTIONS).weights, rel=1e-12)


@pytest.mark.parametrize("name", list(METHODS))
@pytest.mark.parametrize(("cell", "reason"), [(np.nan, "missing_values"), (np.inf, "not_finite")])
def test_method_refuses_an_unusable_cell_and_names_its_column(name, cell, reason):
    matrix = MATRIX.copy()
    matrix[2, 3] = cell

    with pytest.raises(MatrixRefused) as refused:
        METHODS[name].weigh(matrix, DIRECTIONS, codes=tuple("ABCDE"))

    assert (refused.value.reason, refused.value.columns) == (reason, ("D",))


def test_critic_refuses_columns_that_rise_and_fall_together():
    together = np.array([[1.0, 10.0, 5.0], [2.0, 20.0, 5.0], [4.0, 40.0, 5.0]])
    with pytest.raises(MatrixRefused) as refused:
        METHODS["critic"].weigh(together, [1, 1, 1], codes=("A", "B", "C"))
    assert (refused.value.reason, refused.value.columns) == ("no_conflict", ("A", "B"))


@pytest.mark.parametrize("name", list(METHODS))
def test_method_refuses_a_matrix_without_variation_and_one_unit(name):
    with pytest.raises(MatrixRefused, match="no_variation"):
        METHODS[name].weigh(np.full((4, 3), 2.0), [1, 1, 1])
    with pytest.raises(MatrixRefused, match="too_few_units"):
        METHODS[name].weigh(MATRIX[:1], DIRECTIONS)


@pytest.mark.parametrize("name", ["variation", "entropy", "gini", "cilos", "idocriw", "merec"])
def test_method_that_needs_an_origin_refuses_negative_figures(name):
    matrix = MATRIX.copy()
    matrix[0, 0] = -1.0

    with pytest.raises(MatrixRefused) as refused:
        METHODS[name].weigh(matrix, DIRECTIONS, codes=tuple("ABCDE"))

    assert refused.value.columns == ("A",)


@pytest.mark.parametrize("name", ["variation", "entropy", "gini"])
def test_method_refuses_a_column_of_zeros(name):
    matrix = MATRIX.copy()
    matrix[:, 1] = 0.0

    with pytest.raises(MatrixRefused, match="zero_mean: 1"):
        METHODS[name].weigh(matrix, DIRECTIONS)


def test_cilos_of_one_leader_in_everything_is_undetermined():
    with pytest.raises(MatrixRefused, match="undetermined"):
        METHODS["cilos"].weigh([[9.0, 9.0, 9.0], [1.0, 2.0, 3.0], [4.0, 1.0, 2.0]], [1, 1, 1])


def test_comparison_shows_what_could_be_applied_and_why_not():
    matrix = MATRIX.copy()
    matrix[0, 0] = -1.0

    found = compare_objective(matrix, DIRECTIONS, codes=tuple("ABCDE"))

    assert set(found.weights) == {"standard_deviation", "critic", "principal_components"}
    assert {name: refusal.columns for name, refusal in found.refused.items()}["gini"] == ("A",)
    assert all(METHODS[name].rewards for name in METHODS)


def test_comparison_refuses_an_unknown_method():
    with pytest.raises(MatrixRefused, match="unknown_method"):
        compare_objective(MATRIX, DIRECTIONS, methods=("magic",))


def test_variation_refuses_z_scores_and_tells_min_max_apart_from_pure_scalings():
    plain = variation_weights(MATRIX, DIRECTIONS).weights

    with pytest.raises(MatrixRefused, match="z_score_without_mean"):
        variation_weights(MATRIX, DIRECTIONS, scaling="z_score")
    assert variation_weights(MATRIX, DIRECTIONS, scaling="vector").weights.tolist() == plain.tolist()
    shifted = variation_weights(MATRIX, DIRECTIONS, scaling="min_max")
    assert np.abs(shifted.weights - plain).max() > 0.01
    assert shifted.transformed.min() == 0


matrices = arrays(float, (6, 4), elements=st.integers(1, 400).map(lambda x: x / 4)).filter(
    lambda m: (np.ptp(m, axis=0) > 0).all()
)


@settings(deadline=None, max_examples=15)
@given(
    matrices,
    st.lists(st.sampled_from([1e-5, 0.3, 1.0, 1e6]), min_size=4, max_size=4),
    st.permutations(range(4)),
    st.permutations(range(6)),
)
@pytest.mark.parametrize("name", list(METHODS))
def test_method_ignores_the_unit_of_every_column_and_order(name, matrix, scales, columns, rows):
    plain = outcome(name, matrix)

    assert outcome(name, matrix * scales) == pytest.approx(plain, rel=1e-8, abs=1e-11)
    assert outcome(name, matrix[rows][:, columns]) == pytest.approx(
        np.asarray(plain)[columns], rel=1e-8, abs=1e-11
    )


@settings(deadline=None, max_examples=15)
@given(matrices)
@pytest.mark.parametrize("name", list(METHODS))
def test_every_unit_twice_gives_the_same_weights(name, matrix):
    plain = outcome(name, matrix)

    assert outcome(name, np.vstack([matrix, matrix[::-1]])) == pytest.approx(plain, rel=1e-8, abs=1e-10)


def test_cilos_with_shared_leaders_does_not_hang_on_the_order_of_units():
    matrix = np.array([[4.0, 1.0, 2.0], [4.0, 3.0, 1.0], [1.0, 3.0, 5.0], [2.0, 2.0, 2.0]])

    found = METHODS["cilos"].weigh(matrix, [1, 1, 1]).weights

    assert METHODS["cilos"].weigh(matrix[::-1], [1, 1, 1]).weights == pytest.approx(found, rel=1e-12)


def outcome(name, matrix):
    try:
        return METHODS[name].weigh(matrix, np.ones(matrix.shape[1])).weights
    except MatrixRefused:
        return np.full(matrix.shape[1], -1.0)


def test_gini_agrees_with_its_definition():
    x = MATRIX[:, 0]

    expected = np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean())

    assert gini_weights(MATRIX, DIRECTIONS).importance[0] == pytest.approx(expected, rel=1e-14)
