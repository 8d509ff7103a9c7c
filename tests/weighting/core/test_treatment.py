import numpy as np
import pytest
from scipy import stats

from weighting.core.refusal import MatrixRefused
from weighting.core.treatment import Limits, treat_outliers

CALM = np.arange(1.0, 21.0)


def test_calm_column_is_left_alone():
    found = treat_outliers(CALM[:, None])

    assert found.matrix[:, 0].tolist() == CALM.tolist()
    assert found.steps == ()


def test_one_outlier_takes_the_value_of_the_next():
    column = np.append(CALM, 500.0)

    found = treat_outliers(column[:, None], codes=("PATENTS",))

    step = found.steps[0]
    assert (step.column, step.method, step.cells, step.settled) == ("PATENTS", "winsorised", (20,), True)
    assert found.matrix[20, 0] == 20.0
    assert step.before.skewness == pytest.approx(stats.skew(column, bias=False), rel=1e-12)
    assert step.after.kurtosis == pytest.approx(stats.kurtosis(found.matrix[:, 0], bias=False), rel=1e-12)


def test_winsorising_agrees_with_the_examples_that_coinr_prints():
    """COINr 1.1.14: check_SkewKurt, winsorise and Treat on the vectors of its manual and of its own tests."""
    vector = np.append(np.arange(1.0, 11.0), [30.0, 100.0])
    step = treat_outliers(vector[:, None]).steps[0]
    assert (step.before.skewness, step.before.kurtosis) == (
        pytest.approx(3.063241, abs=5e-7),
        pytest.approx(9.741391, abs=5e-7),
    )
    assert step.cells == (11,)
    assert treat_outliers(vector[:, None]).matrix[:, 0].tolist() == [*range(1, 11), 30, 30]

    single = treat_outliers(np.append(np.arange(1.0, 11.0), 100.0)[:, None])
    assert single.matrix[:, 0].tolist() == [*range(1, 11), 10]

    double = np.append(np.arange(1.0, 21.0), [100.0, 200.0])  # one point at most is not enough, so it is bent
    assert treat_outliers(double[:, None], limits=Limits(winsorise_at_most=1)).steps[0].method == "logarithm"


def test_low_outlier_is_pulled_up():
    found = treat_outliers(np.append(CALM, -500.0)[:, None])

    assert found.matrix[20, 0] == 1.0
    assert found.steps[0].cells == (20,)


def test_heavy_tail_beyond_winsorising_is_bent_by_a_logarithm_and_keeps_its_order():
    column = np.exp(np.linspace(0, 12, 60))

    found = treat_outliers(column[:, None], limits=Limits(winsorise_at_most=3))

    step = found.steps[0]
    assert (step.method, step.cells, step.settled) == ("logarithm", (), True)
    assert step.parameter == pytest.approx(0.01 * np.ptp(column))
    assert found.matrix[:, 0] == pytest.approx(np.log(column - column.min() + step.parameter), rel=1e-12)
    assert np.all(np.diff(found.matrix[:, 0]) > 0)


def test_long_lower_tail_is_bent_the_other_way_round():
    column = -np.exp(np.linspace(0, 12, 60))

    found = treat_outliers(column[:, None], limits=Limits(winsorise_at_most=3))

    assert np.all(np.diff(found.matrix[:, 0]) < 0)
    assert abs(found.steps[0].after.skewness) < 2


@pytest.mark.parametrize("unit", [2.0**-310, 2.0**300])
def test_outliers_are_found_in_any_unit(unit):
    column = np.append(CALM, 500.0)[:, None]
    with np.errstate(all="raise"):
        found, as_is = treat_outliers(column * unit), treat_outliers(column)
    assert found.steps == as_is.steps and len(found.steps) == 1
    assert (found.matrix / unit).tolist() == as_is.matrix.tolist()


def test_box_cox_refuses_a_unit_in_which_no_difference_is_left():
    column, limits = np.append(CALM, 500.0)[:, None], Limits(winsorise_at_most=0)
    assert treat_outliers(column * 1e9, limits=limits, bend="box_cox").steps[0].method == "box_cox"
    with pytest.raises(MatrixRefused) as refused:
        treat_outliers(column * 1e80, codes=["A"], limits=limits, bend="box_cox")
    assert (refused.value.reason, refused.value.columns) == ("out_of_range", ("A",))


def test_box_cox_agrees_with_scipy():
    column = np.exp(np.linspace(0, 12, 60))
    expected, power = stats.boxcox(column)

    found = treat_outliers(column[:, None], limits=Limits(winsorise_at_most=3), bend="box_cox")

    assert (found.steps[0].method, found.steps[0].parameter) == ("box_cox", pytest.approx(power, rel=1e-12))
    assert found.matrix[:, 0] == pytest.approx(expected, rel=1e-12)


def test_missing_cells_stay_missing_and_rows_are_named_as_given():
    column = np.concatenate([[np.nan], CALM, [500.0]])

    found = treat_outliers(column[:, None])

    assert np.isnan(found.matrix[0, 0])
    assert found.steps[0].cells == (21,)


def test_constant_and_short_columns_are_left_alone():
    assert treat_outliers(np.full((9, 1), 4.0)).steps == ()
    assert treat_outliers([[1.0], [1.0], [900.0]]).steps == ()


def test_winsorising_never_makes_a_column_constant():
    column = np.append(np.zeros(290), [40.0, 45.0, 50.0])

    found = treat_outliers(column[:, None])

    assert np.ptp(found.matrix[:, 0]) > 0
    assert found.steps[0].method == "logarithm"


def test_column_that_cannot_be_settled_says_so():
    column = np.append(np.zeros(293 - 8), np.full(8, 50.0))

    found = treat_outliers(column[:, None])

    assert not found.steps[0].settled
