import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranking.core.normalization import min_max, vector
from weighting.core.refusal import MatrixRefused


def test_min_max_stretches_and_reverses():
    found = min_max([[1.0, 8.0], [2.0, 6.0], [5.0, 4.0]], [1, -1])

    assert found.values.tolist() == [[0.0, 0.0], [25.0, 50.0], [100.0, 100.0]]
    assert found.notices == ()


def test_min_max_reaches_any_range_exactly():
    found = min_max([[3.0], [7.0], [4.0]], [1], low=0.01, high=1.0)

    assert found.values[:, 0] == pytest.approx([0.01, 1.0, 0.2575], rel=1e-15)


def test_min_max_puts_a_constant_column_in_the_middle_and_says_so():
    found = min_max([[3.0, 1.0], [3.0, 2.0]], [-1, 1], codes=("FLAT", "RISING"))

    assert found.values[:, 0].tolist() == [50.0, 50.0]
    assert [(n.code, n.column, n.numbers) for n in found.notices] == [
        ("constant_column", "FLAT", {"value": 3.0})
    ]


def test_min_max_keeps_a_missing_cell_missing():
    found = min_max([[1.0], [np.nan], [5.0]], [1])

    assert found.values[[0, 2], 0].tolist() == [0.0, 100.0]
    assert np.isnan(found.values[1, 0])


def test_vector_gives_columns_of_length_one():
    found = vector([[3.0, 1.0], [4.0, 2.0]], [1, -1], k=1.0)

    turned = np.array([1 / 4, 1 / 5])
    assert found.values[:, 0] == pytest.approx([0.6, 0.8], rel=1e-15)
    assert found.values[:, 1] == pytest.approx(turned / np.sqrt((turned**2).sum()), rel=1e-15)


def test_vector_of_huge_figures_does_not_overflow():
    assert vector([[3e200], [4e200]], [1]).values[:, 0] == pytest.approx([0.6, 0.8], rel=1e-15)


def test_vector_refuses_a_column_of_zeros_by_code():
    with pytest.raises(MatrixRefused) as refused:
        vector([[0.0, 1.0], [0.0, 2.0]], [1, 1], codes=("NONE", "SOME"))

    assert (refused.value.reason, refused.value.columns) == ("zero_scaled", ("NONE",))


@pytest.mark.parametrize("normalize", [min_max, vector])
@pytest.mark.parametrize(
    ("matrix", "directions", "reason"),
    [
        ([[1.0], [np.inf]], [1], "not_finite"),
        ([[np.nan], [np.nan]], [1], "empty_column"),
        ([[1.0], [2.0]], [2], "unknown_direction"),
    ],
)
def test_normalization_refuses_by_name(normalize, matrix, directions, reason):
    with pytest.raises(MatrixRefused) as refused:
        normalize(matrix, directions)

    assert refused.value.reason == reason


def test_min_max_refuses_a_reversed_range():
    with pytest.raises(MatrixRefused, match="range_reversed"):
        min_max([[1.0], [2.0]], [1], low=1.0, high=0.0)


@settings(deadline=None, max_examples=60)
@given(
    arrays(float, (5, 3), elements=st.integers(-1000, 1000).map(lambda x: x / 8)),
    st.floats(0.01, 100),
    st.floats(-50, 50),
)
def test_min_max_ignores_scale_and_origin(matrix, scale, origin):
    plain = min_max(matrix, [1, -1, 1]).values

    moved = min_max(matrix * scale + origin, [1, -1, 1])

    assume_same = np.ptp(matrix * scale + origin, axis=0) > 0
    assert moved.values[:, assume_same] == pytest.approx(plain[:, assume_same], abs=1e-6)
    assert moved.values.min() >= 0 and moved.values.max() <= 100


def test_normalization_does_not_change_its_input():
    matrix = np.array([[1.0, 2.0], [3.0, 5.0]])

    min_max(matrix, [1, -1])
    vector(matrix, [1, -1])

    assert matrix.tolist() == [[1.0, 2.0], [3.0, 5.0]]
