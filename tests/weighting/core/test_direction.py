import numpy as np
import pytest

from weighting.core.direction import (
    inverse,
    max_minus,
    positive_direction,
    reciprocal,
    reciprocal_unit_free,
    toward_interval,
    toward_target,
)
from weighting.core.refusal import MatrixRefused


def test_positive_direction_leaves_positive_columns_and_turns_negative_ones():
    matrix = np.array([[12.0, 12.0], [10.0, 10.0], [16.0, 16.0]])

    turned = positive_direction(matrix, [1, -1], k=0.1)

    assert turned[:, 0].tolist() == [12.0, 10.0, 16.0]
    assert turned[:, 1] == pytest.approx([1 / 28.1, 1 / 26.1, 1 / 32.1], rel=1e-15)


def test_positive_direction_does_not_change_its_input():
    matrix = np.array([[1.0], [2.0]])

    positive_direction(matrix, [-1])

    assert matrix.tolist() == [[1.0], [2.0]]


def test_reciprocal_reverses_the_order_also_for_negative_figures():
    column = np.array([[-5.0], [0.0], [3.0], [5.0]])

    turned = reciprocal(column, k=0.1)[:, 0]

    assert np.all(np.diff(turned) < 0)
    assert turned[0] == pytest.approx(10.0)  # the denominator falls to k


def test_reciprocal_squeezes_nonnegative_figures_into_one_to_two():
    column = np.array([[0.0], [1.0], [1e6]])

    turned = reciprocal(column, k=0.1)

    assert turned.max() / turned.min() < 2


def test_reciprocal_depends_on_the_unit_and_the_unit_free_form_does_not():
    column = np.array([[1.0], [2.0], [5.0]])

    def spread(turned):
        return turned.max() / turned.min()

    assert spread(reciprocal(column)) != pytest.approx(spread(reciprocal(column / 1000)), rel=1e-3)
    assert spread(reciprocal_unit_free(column)) == pytest.approx(
        spread(reciprocal_unit_free(column / 1000)), rel=1e-14
    )


def test_max_minus_gives_the_worst_unit_zero():
    assert max_minus([[1.0], [4.0], [2.5]])[:, 0].tolist() == [3.0, 0.0, 1.5]


def test_inverse_refuses_zero_and_names_the_column():
    with pytest.raises(MatrixRefused) as refused:
        positive_direction([[1.0, 1.0], [2.0, 0.0]], [-1, -1], method="inverse", codes=("CO2", "SO2"))

    assert (refused.value.reason, refused.value.columns) == ("nonpositive_values", ("SO2",))
    assert inverse([[2.0]]).tolist() == [[0.5]]


def test_toward_target_is_one_on_the_target_and_symmetric():
    assert toward_target([[5.0], [7.0], [9.0], [8.0]], 7.0)[:, 0].tolist() == [0.0, 1.0, 0.0, 0.5]


def test_toward_interval_is_one_inside_and_falls_to_zero_outside():
    turned = toward_interval([[34.0], [35.0], [36.2], [37.5]], 36.0, 37.0)[:, 0]

    assert turned.tolist() == [0.0, 0.5, 1.0, 0.75]


def test_toward_interval_of_a_column_inside_is_one_everywhere():
    assert toward_interval([[1.0], [2.0]], 0.0, 3.0)[:, 0].tolist() == [1.0, 1.0]


def test_missing_cell_stays_missing_and_takes_no_part_in_the_maximum():
    turned = positive_direction([[1.0], [np.nan], [3.0]], [-1], k=1.0)[:, 0]

    assert np.isnan(turned[1])
    assert turned[[0, 2]] == pytest.approx([1 / 5, 1 / 7], rel=1e-15)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"matrix": [[1.0], [2.0]], "directions": [0]}, "unknown_direction"),
        ({"matrix": [[1.0], [2.0]], "directions": [1, 1]}, "directions_do_not_match"),
        ({"matrix": [[1.0], [2.0]], "directions": [-1], "k": 0.0}, "k_not_positive"),
        ({"matrix": [[1.0], [2.0]], "directions": [-1], "method": "minus"}, "unknown_method"),
        ({"matrix": [[1.0], [np.inf]], "directions": [1]}, "not_finite"),
        ({"matrix": [[0.0], [0.0]], "directions": [-1], "method": "reciprocal_unit_free"}, "zero_scaled"),
        ({"matrix": [1.0, 2.0], "directions": [1]}, "not_a_matrix"),
    ],
)
def test_positive_direction_refuses_by_name(arguments, reason):
    with pytest.raises(MatrixRefused) as refused:
        positive_direction(**arguments)

    assert refused.value.reason == reason
