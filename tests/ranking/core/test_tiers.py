from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking.core.ranks import competition_ranks
from ranking.core.tiers import (
    goodness_of_fit,
    k_means_tiers,
    natural_break_tiers,
    quantile_tiers,
    rank_cut_tiers,
    score_cut_tiers,
)
from weighting.core.refusal import MatrixRefused

HUNDRED = """
83.2 60.2 75.1 47.2 47.7 48.9 39.9 48.8 45.7 66.6 51.1 48.2 48.6 46.7 44.7 48.0 52.4 48.8 54.8 49.0 50.1 57.7
52.7 47.5 49.1 52.7 59.7 48.7 48.8 37.0 31.3 33.1 36.6 35.7 34.3 36.0 25.5 37.1 31.1 29.0 34.8 36.1 32.7 30.8
34.1 33.8 38.2 36.2 34.6 37.3 33.4 31.2 35.8 35.7 33.4 31.7 34.7 26.5 25.4 25.0 20.7 24.1 22.1 25.5 19.9 22.2
25.4 26.3 19.7 23.0 24.7 22.8 27.2 21.6 24.7 21.9 26.8 24.0 23.3 20.6 27.4 25.5 25.5 26.3 24.7 22.7 22.4 22.4
26.7 21.1 22.8 23.4 24.4 25.2 21.5 20.5 24.0 26.4 25.5 24.4
"""


def test_rank_cuts_put_units_into_the_white_papers_tiers():
    tiers = rank_cut_tiers(np.arange(1, 294), (3, 29, 58, 100))

    assert [(tiers == t).sum() for t in (1, 2, 3, 4, 0)] == [3, 26, 29, 42, 193]


def test_rank_cuts_never_split_a_tie():
    ranks = competition_ranks([9.0, 8.0, 7.0, 7.0, 5.0])

    assert rank_cut_tiers(ranks, (3, 5)).tolist() == [1, 1, 1, 1, 2]


def test_quantiles_are_as_even_as_can_be():
    tiers = quantile_tiers(np.arange(1, 11), 4)

    assert tiers.tolist() == [1, 1, 1, 2, 2, 3, 3, 3, 4, 4]


def test_quantiles_never_split_a_tie():
    assert quantile_tiers([1, 2, 2, 2, 5, 6], 2).tolist() == [1, 1, 1, 1, 2, 2]


def test_quantiles_refuse_more_tiers_than_units():
    with pytest.raises(MatrixRefused, match="too_many_tiers"):
        quantile_tiers([1, 2], 3)


def test_score_on_a_bound_belongs_to_the_upper_tier():
    assert score_cut_tiers([60.0, np.nextafter(60, 0), 30.0, 29.0], (60, 40, 30)).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "cut", [lambda: rank_cut_tiers([1], (5, 5)), lambda: score_cut_tiers([1.0], (30, 60))]
)
def test_cuts_out_of_order_are_refused(cut):
    with pytest.raises(MatrixRefused, match="cuts_out_of_order"):
        cut()


def test_natural_breaks_find_the_gaps():
    found = natural_break_tiers([90.0, 50.0, 91.0, 10.0, 52.0, 11.0, 51.0], 3)

    assert found.tiers.tolist() == [1, 2, 1, 3, 2, 3, 2]
    assert found.lower_bounds.tolist() == [90.0, 50.0, 10.0]
    assert found.goodness == pytest.approx(
        1 - 3.0 / ((np.array([90, 50, 91, 10, 52, 11, 51]) - 355 / 7) ** 2).sum()
    )


def test_natural_breaks_refuse_fewer_distinct_scores_than_tiers():
    with pytest.raises(MatrixRefused) as refused:
        natural_break_tiers([1.0, 1.0, 2.0], 3)

    assert (refused.value.reason, refused.value.numbers) == (
        "too_few_distinct_scores",
        {"distinct": 2, "k": 3},
    )


def test_natural_breaks_of_one_tier_explain_nothing():
    found = natural_break_tiers([1.0, 2.0, 3.0], 1)

    assert (found.tiers.tolist(), found.goodness) == ([1, 1, 1], 0.0)


def least_deviation(scores, k):
    """Try every set of borders between distinct scores."""
    distinct = sorted(set(scores))
    best = np.inf
    for borders in combinations(range(1, len(distinct)), k - 1):
        edges = [0, *borders, len(distinct)]
        runs = [[s for s in scores if s in distinct[a:b]] for a, b in pairwise(edges)]
        best = min(best, sum(np.var(run) * len(run) for run in runs))
    return best


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=14), st.integers(1, 4))
def test_natural_breaks_are_as_good_as_trying_everything(scores, k):
    k = min(k, len(set(scores)))

    found = natural_break_tiers(scores, k)

    values = np.array(scores, dtype=float)
    left = sum(np.var(values[found.tiers == t]) * (found.tiers == t).sum() for t in range(1, k + 1))
    assert left == pytest.approx(least_deviation(scores, k), abs=1e-9)
    assert sorted(set(found.tiers.tolist())) == list(range(1, k + 1))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=6, max_size=30), st.integers(2, 4))
def test_natural_breaks_keep_order_and_never_split_equal_scores(scores, k):
    k = min(k, len(set(scores)))

    tiers = natural_break_tiers(scores, k).tiers

    by_score = sorted(zip(scores, tiers.tolist(), strict=True))
    assert all(a[1] >= b[1] for a, b in pairwise(by_score))
    assert len(dict(by_score)) == len(set(by_score))


def test_natural_breaks_of_a_hundred_scores_agree_with_jenkspy_and_scikit_learn():
    scores = np.array([float(score) for score in HUNDRED.split()])

    found = natural_break_tiers(scores, 4)

    # jenkspy 0.4.1, jenks_breaks(scores, 4): upper ends 29.0, 39.9, 60.2, 83.2
    assert [scores[found.tiers == tier].max() for tier in (4, 3, 2, 1)] == [29.0, 39.9, 60.2, 83.2]
    # scikit-learn 1.9.1, KMeans(4, n_init=200).inertia_
    left = (1 - found.goodness) * ((scores - scores.mean()) ** 2).sum()
    assert left == pytest.approx(891.6988444444447, rel=1e-12)
    assert k_means_tiers(scores, 4).tiers.tolist() == found.tiers.tolist()


@pytest.mark.parametrize("unit", [1e-200, 1e200])
def test_natural_breaks_are_the_same_in_any_unit(unit):
    scores = np.array([1.0, 2.0, 10.0, 11.0, 11.0])
    with np.errstate(all="raise"):
        found = natural_break_tiers(scores * unit, 2)
    assert found.tiers.tolist() == [2, 2, 1, 1, 1]
    assert found.goodness == pytest.approx(natural_break_tiers(scores, 2).goodness, rel=1e-12)


def test_natural_breaks_stay_exact_far_from_zero():
    scores = np.r_[np.arange(5.0), np.arange(20.0, 25.0), np.arange(50.0, 55.0)]

    assert (
        natural_break_tiers(scores + 1e7, 3).tiers.tolist() == natural_break_tiers(scores, 3).tiers.tolist()
    )


def test_goodness_of_fit_of_equal_scores_is_one():
    assert goodness_of_fit([5.0, 5.0], [1, 1]) == 1.0
