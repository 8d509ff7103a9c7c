"""A unit among its peers: places, nearest shapes, strengths and gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ranking.core.peers import nearest_profiles, percentile_positions, stand_out
from weighting.core.refusal import MatrixRefused

GAP = np.nan
TABLES = arrays(
    np.float64, st.tuples(st.integers(2, 8), st.integers(2, 5)), elements=st.integers(-50, 50).map(float)
)


def test_places_run_from_the_worst_to_the_best_and_leave_gaps_out():
    found = percentile_positions([[5.0, 1.0], [GAP, 1.0], [7.0, 1.0], [6.0, 1.0], [9.0, 1.0]])
    assert found[:, 0].tolist()[:1] == [0.0] and np.isnan(found[1, 0])
    assert found[[2, 3, 4], 0] == pytest.approx([2 / 3, 1 / 3, 1.0])
    assert found[:, 1].tolist() == [0.5] * 5
    assert percentile_positions([[3.0], [GAP]])[0, 0] == 0.5


@given(TABLES)
def test_places_keep_the_order_and_stay_inside(table):
    found = percentile_positions(table)
    assert ((found >= 0) & (found <= 1)).all()
    for column in range(table.shape[1]):
        order = np.argsort(table[:, column])
        assert (np.diff(found[order, column]) >= 0).all()


@given(TABLES, st.integers(-100, 100))
def test_level_of_a_profile_does_not_count(table, lift):
    raised = table.copy()
    raised[1:] += lift
    assert nearest_profiles(raised, 0, 3).tolist() == nearest_profiles(table, 0, 3).tolist()


def test_nearest_leave_out_the_unit_itself_and_those_without_two_common_columns():
    profiles = [[80, 60, 10], [GAP, 60, GAP], [70, 50, 0], [0, 0, 100], [GAP, 90, 40]]
    assert nearest_profiles(profiles, 0, 9).tolist() == [2, 4, 3]
    assert nearest_profiles([[1.0, 2.0]], 0, 5).tolist() == []


def test_strengths_and_gaps_are_the_largest_differences_to_the_peers():
    points = [[10, 4, 4, 4, 1, GAP], [2, 4, 6, 3, 2, 1], [4, 4, 8, 1, 2, 1]]
    found = stand_out(points, own=0, peers=[1, 2], most=2)
    assert found.differences[:5].tolist() == [7, 0, -3, 2, -1] and np.isnan(found.differences[5])
    assert (found.strengths, found.gaps) == ((0, 3), (2, 4))


def test_unit_without_peers_stands_out_in_nothing():
    found = stand_out([[1.0, 2.0]], own=0, peers=[])
    assert (found.strengths, found.gaps) == ((), ())


@pytest.mark.parametrize(
    "call", [lambda: nearest_profiles([[1, 2]], 1, 1), lambda: stand_out([[1.0]], 0, [3])]
)
def test_rows_that_do_not_exist_are_refused(call):
    with pytest.raises(MatrixRefused) as refused:
        call()
    assert refused.value.reason == "unknown_unit"
