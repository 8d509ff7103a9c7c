import numpy as np
import pytest

from weighting.core.missing import fill_with_group_median, leave_out_units
from weighting.core.refusal import MatrixRefused

GAPS = np.array([[1.0, 10.0], [3.0, np.nan], [np.nan, 30.0], [8.0, 40.0], [9.0, np.nan]])


def test_leave_out_units_keeps_the_complete_ones_and_counts():
    found = leave_out_units(GAPS, codes=("RD", "CO2"))

    assert found.matrix.tolist() == [[1.0, 10.0], [8.0, 40.0]]
    assert found.kept.tolist() == [True, False, False, True, False]
    assert found.missing == {"RD": 1, "CO2": 2}
    assert not found.filled.any()


def test_leave_out_units_refuses_when_nobody_is_left():
    with pytest.raises(MatrixRefused) as refused:
        leave_out_units([[1.0, np.nan], [np.nan, 2.0]], codes=("RD", "CO2"))

    assert (refused.value.reason, refused.value.columns) == ("no_complete_unit", ("RD", "CO2"))


def test_group_median_fills_from_the_units_own_group():
    found = fill_with_group_median(GAPS, ["east", "east", "east", "west", "west"])

    assert found.matrix.tolist() == [[1.0, 10.0], [3.0, 20.0], [2.0, 30.0], [8.0, 40.0], [9.0, 40.0]]
    assert found.filled.tolist() == np.isnan(GAPS).tolist()
    assert found.kept.all()


def test_median_of_one_group_of_all():
    assert fill_with_group_median(GAPS).matrix[2, 0] == 5.5


def test_group_without_a_figure_is_refused_with_the_column():
    with pytest.raises(MatrixRefused) as refused:
        fill_with_group_median(GAPS, ["a", "b", "a", "a", "b"], codes=("RD", "CO2"))

    assert (refused.value.reason, refused.value.columns) == ("no_figure_in_group", ("CO2",))


def test_group_without_gaps_needs_no_figures_elsewhere():
    assert fill_with_group_median([[1.0], [2.0]], ["a", "b"]).matrix.tolist() == [[1.0], [2.0]]


def test_missing_cells_do_not_change_the_input():
    matrix = GAPS.copy()

    fill_with_group_median(matrix)

    assert np.array_equal(matrix, GAPS, equal_nan=True)
