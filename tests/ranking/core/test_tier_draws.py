"""Tiers in every draw, against the published way of cutting one list."""

import numpy as np
import pytest

from ranking.core.breaks import cheapest_partition, cheapest_partitions
from ranking.core.ranks import competition_ranks
from ranking.core.tier_draws import NO_TIERS, drawn_tiers, draws_cut, tier_counts
from ranking.core.tiers import listed_tiers
from weighting.core.refusal import MatrixRefused


def drawn_scores(draws=120, units=40):
    """Scores with twins in every draw, ties in some draws and all units equal in one."""
    scores = np.random.default_rng(3).normal(50, 10, (draws, units))
    scores[:, 3] = scores[:, 4]
    scores[:30] = scores[:30].round()
    scores[7] = 1.0
    return scores


@pytest.mark.parametrize(
    "tiers",
    [
        {"method": "rank_cuts", "cuts": [3, 9, 20]},
        {"method": "score_cuts", "cuts": [60, 50]},
        {"method": "quantiles", "count": 4},
        {"method": "natural_breaks", "count": 4},
        {"method": "k_means", "count": 3},
        {"method": "natural_breaks", "count": 1},
    ],
)
def test_every_draw_is_cut_as_a_published_list_is(tiers):
    scores, rules = drawn_scores(), {"listed": 20, "tiers": tiers}
    ranks = competition_ranks(scores)
    found = drawn_tiers(scores, ranks, rules)
    for own, places, row in zip(scores, ranks, found, strict=True):
        try:
            expected = listed_tiers(own, places, rules)[0].tolist()
        except MatrixRefused:
            expected = [NO_TIERS] * len(own)
        assert row.tolist() == expected


def test_draws_without_tiers_are_left_out_of_the_counts():
    scores = np.array([[1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])
    tiers = drawn_tiers(
        scores, competition_ranks(scores), {"listed": 3, "tiers": {"method": "k_means", "count": 2}}
    )
    assert tier_counts(tiers, 2).sum(axis=1).tolist() == [1, 1, 1]


@pytest.mark.parametrize(("size", "k"), [(1, 1), (2, 2), (5, 3), (7, 7), (37, 5)])
def test_rows_cut_together_are_cut_as_each_alone(size, k):
    rows = np.sort(np.random.default_rng(size).lognormal(0, 2, (60, size)), axis=1)
    alone = [cheapest_partition(row, np.ones(size, dtype=int), k).tolist() for row in rows]
    assert cheapest_partitions(rows, k).tolist() == alone


def test_only_breaks_of_long_lists_are_cut_in_fewer_draws():
    quick = {"method": "score_cuts", "cuts": [50]}
    assert draws_cut({"listed": 30_000, "tiers": quick}, 50_000) == 50_000
    breaks = {"method": "natural_breaks", "count": 4}
    assert draws_cut({"listed": 100, "tiers": breaks}, 10_000) == 10_000
    assert draws_cut({"listed": 30_000, "tiers": breaks}, 10_000) == 512
    assert draws_cut({"listed": 30_000, "tiers": breaks}, 300) == 300
