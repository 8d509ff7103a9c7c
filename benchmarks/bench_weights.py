"""Variation weights, vector scale, scores and ranks in one go, against floors and peers of the same run.

Floors: NumPy without a check or a table kept, and the same fused by Numba where it is installed. Peers where
installed: crispyn, pyrepo-mcda, pymcdm (its variation weights are one NumPy line, it has none of its own).
Run: python benchmarks/bench_weights.py
"""

# isort: off
from timing import installed, interleaved, machine, show  # it sets the threads before NumPy wakes
# isort: on

import numpy as np

from ranking.core.ranks import competition_ranks
from ranking.core.vector_scores import vector_scores
from weighting.core.variation import variation_weights

SIZES = ((293, 24, 201), (3_000, 100, 31), (30_000, 200, 7))


def ours(matrix, directions):
    found = variation_weights(matrix, directions)
    scores = vector_scores(found)
    return found.weights, scores, competition_ranks(scores)


def numpy_floor(matrix):
    mean = matrix.mean(axis=0)
    deviation = matrix - mean
    sd = np.sqrt(np.einsum("ij,ij->j", deviation, deviation) / (len(matrix) - 1))
    variation = sd / mean
    weights = variation / variation.sum()
    length = np.sqrt((len(matrix) - 1) * sd**2 + len(matrix) * mean**2)
    scores = matrix @ (weights / length)
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores)] = np.arange(1, len(scores) + 1)
    return weights, scores, ranks


def numba_floor():
    """Compile the fused loop: two passes over blocks of rows joined by Chan's rule, then one matrix-vector product."""
    numba = installed("numba")
    if numba is None:
        return None

    @numba.njit(fastmath={"reassoc"})
    def fused(matrix):
        units, columns = matrix.shape
        mean, squares = np.zeros(columns), np.zeros(columns)
        own, apart = np.empty(columns), np.empty(columns)
        for start in range(0, units, 64):
            stop = min(start + 64, units)
            own[:] = 0.0
            for i in range(start, stop):
                for j in range(columns):
                    own[j] += matrix[i, j]
            for j in range(columns):
                own[j] /= stop - start
                apart[j] = own[j] - mean[j]
                squares[j] += apart[j] * apart[j] * start * (stop - start) / stop
                mean[j] += apart[j] * (stop - start) / stop
            for i in range(start, stop):
                for j in range(columns):
                    squares[j] += (matrix[i, j] - own[j]) ** 2
        sd = np.sqrt(squares / (units - 1))
        weights = sd / mean
        weights /= weights.sum()
        factor = weights / np.sqrt(squares + units * mean * mean)
        scores = np.zeros(units)
        for i in range(units):
            total = 0.0
            for j in range(columns):
                total += matrix[i, j] * factor[j]
            scores[i] = total
        return weights, scores

    def floor(matrix):
        weights, scores = fused(matrix)
        ranks = np.empty(len(scores), dtype=np.int64)
        ranks[np.argsort(-scores)] = np.arange(1, len(scores) + 1)
        return weights, scores, ranks

    return floor


def peers(directions):
    """Return what is installed, each as a function of the matrix that gives weights, scores and ranks."""
    found = {}
    if installed("crispyn"):
        from crispyn.additions import rank_preferences
        from crispyn.normalizations import vector_normalization
        from crispyn.weighting_methods import coeff_var_weighting

        def by_crispyn(matrix):
            weights = coeff_var_weighting(matrix)
            scores = vector_normalization(matrix, directions) @ weights
            return weights, scores, rank_preferences(scores)

        found["crispyn: weights, vector scale, rank"] = by_crispyn
    if installed("pyrepo_mcda"):
        from pyrepo_mcda.additions import rank_preferences as rank
        from pyrepo_mcda.mcda_methods.saw import SAW
        from pyrepo_mcda.normalizations import vector_normalization as by_length
        from pyrepo_mcda.weighting_methods import coeff_var_weighting as by_variation

        def by_pyrepo(matrix):
            weights = by_variation(matrix)
            scores = SAW(by_length)(matrix, weights, directions)
            return weights, scores, rank(scores)

        found["pyrepo-mcda: weights, SAW, rank"] = by_pyrepo
    if installed("pymcdm"):
        from pymcdm.methods import WSM
        from pymcdm.normalizations import vector_normalization as to_length

        def by_pymcdm(matrix):
            variation = matrix.std(axis=0, ddof=1) / matrix.mean(axis=0)
            weights, method = variation / variation.sum(), WSM(to_length)
            scores = method(matrix, weights, directions)
            return weights, scores, method.rank(scores)

        found["pymcdm: WSM, rank (weights ours)"] = by_pymcdm
    return found


def contest(units, columns, rounds, fused):
    matrix = np.random.default_rng(1).lognormal(1, 1, (units, columns))
    directions = np.ones(columns, dtype=int)
    rivals = {name: (lambda rival=rival: rival(matrix)) for name, rival in peers(directions).items()}
    floors = {"floor: NumPy, no checks": lambda: numpy_floor(matrix)}
    if fused:
        floors["floor: Numba, fused"] = lambda: fused(matrix)
    everyone = {"Heng: checks, weights, scores, ranks": lambda: ours(matrix, directions), **floors, **rivals}
    expected = ours(matrix, directions)
    for name, contender in everyone.items():
        weights, scores, _ = contender()
        assert np.allclose(weights, expected[0], rtol=1e-10), name
        assert np.allclose(scores, expected[1], rtol=1e-9), name
    times = interleaved(everyone, rounds, slow=tuple(rivals))
    floor = "floor: Numba, fused" if fused else "floor: NumPy, no checks"
    own, limit = times["Heng: checks, weights, scores, ranks"], 2 if units < 30_000 else 3
    promises = [(f"at most {limit} x the floor: {own / times[floor]:.2f}", own <= limit * times[floor])]
    promises += [
        (f"at least 10 times faster than {name}: {times[name] / own:.1f}", times[name] >= 10 * own)
        for name in rivals
    ]
    show(f"{units:,} units x {columns} indicators", times, floor, promises)


if __name__ == "__main__":
    machine()
    compiled = numba_floor()
    for size in SIZES:
        contest(*size, compiled)
