import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from ranking.core.ranks import competition_ranks
from weighting.core.refusal import MatrixRefused


def test_ties_share_the_best_rank_and_leave_the_next_empty():
    assert competition_ranks([70.0, 90.0, 70.0, 10.0, 70.0]).tolist() == [2, 1, 2, 5, 2]


def test_ranks_are_ordinary_for_different_scores():
    assert competition_ranks([0.1, 0.3, 0.2]).tolist() == [3, 1, 2]


def test_no_scores_have_no_ranks():
    assert competition_ranks([]).shape == (0,)


def test_zero_and_minus_zero_tie():
    assert competition_ranks([0.0, -0.0, 1.0]).tolist() == [2, 2, 1]


def test_tolerance_is_measured_from_the_leader_of_a_run_so_chains_do_not_grow():
    scores = [10.0, 9.5, 9.0, 8.5]

    assert competition_ranks(scores, tolerance=0.5).tolist() == [1, 1, 3, 3]
    assert competition_ranks(scores, tolerance=0.25).tolist() == [1, 2, 3, 4]
    assert competition_ranks(scores, tolerance=2.0).tolist() == [1, 1, 1, 1]


def test_tolerance_works_on_every_row_of_draws():
    draws = np.array([[10.0, 9.75, 9.0], [1.0, 5.0, 5.0]])

    assert competition_ranks(draws, tolerance=0.5).tolist() == [[1, 1, 3], [3, 1, 1]]


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=30))
def test_ranks_agree_with_scipy(scores):
    expected = rankdata(-np.array(scores, dtype=float), method="min")

    assert competition_ranks(scores).tolist() == expected.tolist()
    assert competition_ranks([scores, scores[::-1]]).tolist() == [expected.tolist(), expected[::-1].tolist()]


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=20), st.floats(0, 30))
def test_tolerant_ranks_agree_with_a_plain_walk(scores, tolerance):
    expected, leader, rank = {}, None, 0
    for place, score in enumerate(sorted(scores, reverse=True), start=1):
        if leader is None or leader - score > tolerance:
            leader, rank = score, place
        expected.setdefault(score, rank)

    assert competition_ranks(scores, tolerance=tolerance).tolist() == [expected[score] for score in scores]


@pytest.mark.parametrize(
    ("scores", "tolerance", "reason"),
    [
        ([1.0, np.nan], 0.0, "missing_values"),
        ([1.0, np.inf], 0.0, "not_finite"),
        ([1.0], -1.0, "negative_tolerance"),
    ],
)
def test_ranks_refuse_by_name(scores, tolerance, reason):
    with pytest.raises(MatrixRefused) as refused:
        competition_ranks(scores, tolerance=tolerance)

    assert refused.value.reason == reason
