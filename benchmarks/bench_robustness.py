"""Ten thousand weight draws to the distribution of ranks, against floors and a peer of the same run.

Floors: NumPy without a look at ties, and packed keys counted by Numba where it is installed. Peer where
installed: pysensmcda with the weighted sum of pymcdm. Also: peak memory, large tables, draws on a tree.
Run: python benchmarks/bench_robustness.py
"""

# isort: off
from timing import installed, interleaved, machine, show  # it sets the threads before NumPy wakes
# isort: on

import tracemalloc
from time import perf_counter

import numpy as np

from ranking.core.rank_counts import rank_counts, rank_percentiles
from ranking.core.weight_draws import simplex_draws
from weighting.core.combination import product_combination
from weighting.core.hierarchy import Tree, close_groups, combine_levels

UNITS, COLUMNS, DRAWS = 293, 24, 10_000


def numpy_floor(figures, draws):
    units = len(figures)
    counts, rows = np.zeros(units * units, dtype=np.int64), np.arange(units)
    for start in range(0, len(draws), 500):
        order = np.argsort(draws[start : start + 500] @ -figures.T, axis=1)
        counts += np.bincount((order * units + rows).ravel(), minlength=units * units)
    return counts.reshape(units, units)


def numba_floor():
    """Compile the count: keys whose lowest bits carry the unit, sorted by NumPy, counted in one loop."""
    numba = installed("numba")
    if numba is None:
        return None

    @numba.njit
    def count(keys, mask, counts):
        draws, units = keys.shape
        for i in range(draws):
            for j in range(units):
                counts[keys[i, j] & mask, units - 1 - j] += 1

    def floor(figures, draws):
        units = len(figures)
        mask = (1 << (units - 1).bit_length()) - 1
        counts, columns, number = np.zeros((units, units), dtype=np.int64), figures.T.copy(), np.arange(units)
        for start in range(0, len(draws), 256):
            scores = draws[start : start + 256] @ columns
            keys = scores.view(np.int64)
            keys &= ~mask
            keys |= number
            scores.sort(axis=1)
            count(keys, mask, counts)
        return counts

    return floor


def peer(figures, draws):
    """Return the peer's simulation on part of the draws, and how many."""
    if not (installed("pysensmcda") and installed("pymcdm")):
        return None, 1
    from pymcdm.methods import WSM
    from pysensmcda.smaa import simulate

    some = draws[:500]
    method = WSM()
    types = np.ones(COLUMNS, dtype=int)
    return lambda: simulate(method, figures, types, weights=some), DRAWS // len(some)


def rank_distribution():
    figures = np.random.default_rng(1).random((UNITS, COLUMNS)) * 100
    draws = simplex_draws(COLUMNS, DRAWS, seed=1)
    fused = numba_floor()
    everyone = {
        "Heng: checks, ties, counts": lambda: rank_counts(figures, draws),
        "floor: NumPy, argsort and bincount": lambda: numpy_floor(figures, draws),
    }
    if fused:
        everyone["floor: packed keys, Numba counts"] = lambda: fused(figures, draws)
    expected = rank_counts(figures, draws)
    for name, contender in everyone.items():
        assert np.array_equal(contender(), expected), name
    rival, times_over = peer(figures, draws)
    if rival:
        everyone["pysensmcda and pymcdm (500 draws)"] = rival
    everyone["(drawing the weights)"] = lambda: simplex_draws(COLUMNS, DRAWS, seed=1)
    times = interleaved(everyone, 21, slow=("pysensmcda and pymcdm (500 draws)",))
    own = times["Heng: checks, ties, counts"]
    promises = []
    if rival:
        times["pysensmcda and pymcdm, all draws"] = (
            times.pop("pysensmcda and pymcdm (500 draws)") * times_over
        )
        slower = times["pysensmcda and pymcdm, all draws"] / own
        promises.append((f"at least 60 times faster than the peer: {slower:.0f}", slower >= 60))
    floor = "floor: packed keys, Numba counts" if fused else "floor: NumPy, argsort and bincount"
    promises.append((f"at most 1.6 x the floor: {own / times[floor]:.2f}", own <= 1.6 * times[floor]))
    peak = peak_megabytes(lambda: rank_counts(figures, simplex_draws(COLUMNS, DRAWS, seed=1)))
    promises.append((f"under 64 MB with the draws: {peak:.1f} MB", peak < 64))
    show(f"{DRAWS:,} draws, {UNITS} units x {COLUMNS} indicators", times, floor, promises)


def large_tables():
    for units, columns, draws in ((3_000, 100, 500), (30_000, 200, 256)):
        figures = np.random.default_rng(1).random((units, columns))
        weights = simplex_draws(columns, draws, seed=1)
        start = perf_counter()
        rank_percentiles(figures, weights, (0.05, 0.5, 0.95))
        spent = (perf_counter() - start) / draws
        peak = peak_megabytes(lambda f=figures, w=weights: rank_percentiles(f, w[:32], (0.05, 0.5, 0.95)))
        print(
            f"\n{units:,} x {columns}: exact rank percentiles {spent * 1e3:.2f} ms a draw on one core, ",
            end="",
        )
        print(
            f"10,000 draws {spent * 1e4:.0f} s; peak {peak:.0f} MB beside the table of {figures.nbytes / 1e6:.0f} MB"
        )


def tree_of_draws():
    tree = Tree(
        tuple(f"N{i}" for i in range(29)), (-1,) * 5 + tuple(np.repeat(range(5), [5, 5, 5, 5, 4]).tolist())
    )
    local = close_groups(tree, np.random.default_rng(1).random((2_000, 29)))
    variation = simplex_draws(24, 1, seed=2)[0]
    everyone = {
        level: (lambda level=level: combine_levels(tree, local, variation, product_combination, level=level))
        for level in ("global", "group")
    }
    everyone["floor: one product and closure"] = lambda: product_combination(local[:, tree.leaves], variation)
    show(
        "2,000 draws of experts combined on a tree of 29",
        interleaved(everyone, 51),
        "floor: one product and closure",
    )


def peak_megabytes(act):
    """Peak of what NumPy and Python allocate during the act."""
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


if __name__ == "__main__":
    machine()
    rank_distribution()
    large_tables()
    tree_of_draws()
