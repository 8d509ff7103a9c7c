"""The engine's promises against floors and peers of the same run; prints each as kept or missed.

Weights, scores and ranks of three sizes, then 10,000 weight draws to the distribution of ranks and their memory.
Run: make bench-engine
"""

# isort: off
from timing import machine, twice_interleaved  # it sets the threads before NumPy wakes
# isort: on

import floors
import memory
import numpy as np
import peers

from ranking.core.quick_ranking import variation_ranking
from ranking.core.rank_counts import rank_counts
from ranking.core.ranks import competition_ranks
from ranking.core.vector_scores import vector_scores
from ranking.core.weight_draws import simplex_draws
from weighting.core.variation import variation_weights

SIZES = ((293, 24, 61, 2), (3_000, 100, 15, 2), (30_000, 200, 5, 3))
HENG, FLOOR = "Heng", "floor: Numba, one thread"


def careful(matrix, directions):
    """The three functions that keep every table."""
    found = variation_weights(matrix, directions)
    scores = vector_scores(found)
    return found.weights, scores, competition_ranks(scores)


def weighing(units, columns, rounds, limit):
    """Time weights, scores and ranks of one size."""
    matrix = np.random.default_rng(1).lognormal(1, 1, (units, columns))
    narrow = matrix + np.where(np.arange(columns) == 0, 1e3, 0.0)  # one column of V below 0.1
    directions = np.ones(columns, dtype=int)
    rivals = peers.weighing_peers(matrix)
    everyone = {
        HENG: lambda: variation_ranking(matrix, directions),
        "Heng, one column hardly varied": lambda: variation_ranking(narrow, directions),
        "Heng, with tables and notices": lambda: careful(matrix, directions),
        FLOOR: lambda: floors.weights_scores_ranks(matrix),
    } | rivals
    check({name: everyone[name] for name in (FLOOR, *rivals)}, variation_ranking(matrix, directions))
    times = twice_interleaved(everyone, rounds)
    show(f"{units:,} units x {columns} indicators", times)
    judge(times, limit, dict.fromkeys(rivals, 10))


def check(everyone, expected):
    """Everyone has to find what Heng finds; no two scores are equal here, so all ways to rank agree."""
    for name, contender in everyone.items():
        weights, scores, ranks = contender()
        assert weights is None or np.allclose(weights, expected.weights, rtol=1e-10), name
        assert np.allclose(scores, expected.scores, rtol=1e-9), name
        assert np.array_equal(np.asarray(ranks, dtype=int), expected.ranks), name


def drawing():
    """Time 10,000 draws to the distribution of ranks, and look at the memory they take."""
    figures = np.random.default_rng(1).random((memory.UNITS, memory.COLUMNS)) * 100
    draws, peer = simplex_draws(memory.COLUMNS, memory.DRAWS, seed=1), "pysensmcda with pymcdm"
    everyone = {
        HENG: lambda: rank_counts(figures, draws),
        FLOOR: lambda: floors.rank_distribution(figures, draws),
        "(drawing the weights)": lambda: simplex_draws(memory.COLUMNS, memory.DRAWS, seed=1),
        peer: peers.drawing_peer(figures, draws),
    }
    assert np.array_equal(everyone[FLOOR](), everyone[HENG]())
    times = twice_interleaved(everyone, 15, slow=(peer,))
    show(f"{memory.DRAWS:,} draws, {memory.UNITS} units x {memory.COLUMNS} indicators", times)
    judge(times, 1.6, {peer: 60})
    for kind, taken in (
        ("allocated at once", memory.allocated_megabytes()),
        ("resident beyond the libraries", memory.resident_megabytes()),
    ):
        print(f"  {verdict([taken < 64])} under 64 MB with the draws: {taken:.1f} MB {kind}")


def show(title, times):
    """Print the medians of both calls and their ratios to the floor."""
    floor = times[FLOOR]
    print(f"\n{title}\n  {'ms (x floor)':<42} {'first call':>20} {'called again':>20}")
    for name, both in sorted(times.items(), key=lambda item: item[1].again):
        first = f"{both.first:.3f} ({both.first / floor.first:.2f})"
        print(f"  {name:<42} {first:>20} {f'{both.again:.3f} ({both.again / floor.again:.2f})':>20}")


def judge(times, limit, rivals):
    """Print each promise with what was measured: kept only where both calls keep it."""
    own = times[HENG]
    ratios = own.first / times[FLOOR].first, own.again / times[FLOOR].again
    print(
        f"  {verdict(r <= limit for r in ratios)} at most {limit} x the floor: {ratios[0]:.2f}, again {ratios[1]:.2f}"
    )
    for name, least in rivals.items():
        ratios = times[name].first / own.first, times[name].again / own.again
        print(
            f"  {verdict(r >= least for r in ratios)} at least {least} times faster than {name}: "
            f"{ratios[0]:.1f}, again {ratios[1]:.1f}"
        )


def verdict(kept):
    """Say whether a promise is kept by all, by some or by none of the figures."""
    answers = list(kept)
    return "kept  " if all(answers) else "PARTLY" if any(answers) else "MISSED"


if __name__ == "__main__":
    machine()
    for size in SIZES:
        weighing(*size)
    drawing()
