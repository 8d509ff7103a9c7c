"""Streams of drawn ranks against the whole table of units by ranks, and against the ranks themselves."""

import tracemalloc

import numpy as np
import pytest

from ranking.core.acceptability import expected_ranks, listed_probabilities
from ranking.core.rank_counts import needed_draws, rank_at, rank_percentiles
from ranking.core.rank_streams import (
    NEXT,
    additive_rank_rows,
    count_inside,
    exact_percentiles,
    percentile_windows,
    stream_ranks,
)
from ranking.core.resampling import additive_ranks, ahead_counts, counts_of
from ranking.core.weight_draws import dirichlet_draws

SHARES = (0.05, 0.95, 0.5)


def world(units, columns=6, draws=400):
    """Figures, some of them twice, and weights drawn about equal ones."""
    figures = np.random.default_rng(units).random((units, columns))
    figures[units // 2] = figures[0]
    return figures, dirichlet_draws(np.full(columns, 1 / columns), draws, seed=3, concentration=20)


def streamed(figures, draws, **rules):
    return stream_ranks(additive_rank_rows(figures, draws), len(figures), **rules)


@pytest.mark.parametrize("units", [2, 40, 256, 257, 700])
def test_two_passes_give_what_the_whole_table_gives(units):
    figures, draws = world(units)
    ranks = additive_ranks(figures, draws)
    counts, order = counts_of(ranks), np.argsort(ranks[0], kind="stable")

    stream = streamed(figures, draws, cuts=[1, 2], compared=order)
    places = percentile_windows(stream.windows, SHARES)
    inside = count_inside(additive_rank_rows(figures, draws), places.before)
    found = exact_percentiles(inside, places.before, places.needed)

    assert found.tolist() == [rank_at(counts, needed_draws(len(draws), s)).tolist() for s in SHARES]
    assert found.tolist() == np.sort(ranks, axis=0)[[19, 379, 199]].tolist()
    assert stream.within[0] / len(draws) == pytest.approx(listed_probabilities(counts, 1))
    assert stream.within[1] / len(draws) == pytest.approx(listed_probabilities(counts, 2))
    assert stream.total / len(draws) == pytest.approx(expected_ranks(counts))


def test_neighbours_are_compared_as_all_pairs_are():
    figures, draws = world(60)
    ranks = additive_ranks(figures, draws)
    order = np.argsort(ranks[0], kind="stable")[:50]
    everyone = ahead_counts(ranks[:, order])

    stream = streamed(figures, draws, cuts=[], compared=order)

    for step in range(1, NEXT + 1):
        assert stream.ahead[:-step, step - 1].tolist() == np.diagonal(everyone, step).tolist()
        assert stream.behind[:-step, step - 1].tolist() == np.diagonal(everyone, -step).tolist()
        assert not stream.ahead[-step:, step - 1].any()


def test_workers_join_by_adding():
    figures, draws = world(300)
    whole, halves = (
        [streamed(figures, part, cuts=[5], compared=np.arange(300)) for part in parts]
        for parts in ([draws], [draws[:256], draws[256:]])
    )
    for name in ("windows", "within", "total", "ahead", "behind"):
        assert np.array_equal(getattr(whole[0], name), sum(getattr(half, name) for half in halves))


def test_memory_does_not_grow_with_the_square_of_the_units():
    figures, draws = world(6000, columns=3, draws=64)
    tracemalloc.start()
    stream = streamed(figures, draws, cuts=[100], compared=np.arange(100))
    places = percentile_windows(stream.windows, SHARES)
    inside = count_inside(additive_rank_rows(figures, draws), places.before)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 6000 * 6000  # one byte a cell of the whole table, which has eight
    assert np.array_equal(
        exact_percentiles(inside, places.before, places.needed), rank_percentiles(figures, draws, SHARES)
    )
