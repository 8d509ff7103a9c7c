"""Weight draws beyond the promises of engine.py: large tables rank by rank, and draws of experts on a tree.

Run: python benchmarks/bench_robustness.py
"""

# isort: off
from timing import interleaved, machine, show  # it sets the threads before NumPy wakes
# isort: on

import tracemalloc
from time import perf_counter

import numpy as np

from ranking.core.rank_counts import rank_percentiles
from ranking.core.weight_draws import simplex_draws
from weighting.core.combination import product_combination
from weighting.core.hierarchy import Tree, close_groups, combine_levels


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
    large_tables()
    tree_of_draws()
