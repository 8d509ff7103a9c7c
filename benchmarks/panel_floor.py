"""The floor of a round's statistics: the same figures straight from NumPy and SciPy, for plain points.

It starts where the panel's statistics start, at the stored rows of two rounds, and does what a short script would do.
Nobody left between the rounds, so that figures of those who answered both are figures of all.
"""

import json
from itertools import pairwise

import numpy as np
from scipy import stats

DRAWS = 9_999
LARGE_PANEL = 200  # beyond so many experts nobody permutes


def read(cursor, round_id: int, codes: list[str]) -> np.ndarray:
    """The answers of a round, shape (experts, items), experts in the order of their names."""
    cursor.execute(
        "SELECT values::text FROM survey_response WHERE round_id = %s AND values IS NOT NULL ORDER BY pseudonym",
        [round_id],
    )
    rows = [json.loads(text) for (text,) in cursor.fetchall()]
    return np.array([[row[code] for code in codes] for row in rows], dtype=float)


def floor(now: np.ndarray, before: np.ndarray, groups: list[slice], medians: np.ndarray) -> dict:
    """Everything a round says of its items and groups; group 0 is the first level, the others lie below its items."""
    items = {"now": _items(now), "before": _items(before), "changes": _changes(now, before, medians)}
    bins = np.floor(now / 5).astype(int)
    items["shape"] = [np.unique(column, return_counts=True) for column in bins.T]
    return items | {
        "groups": [_group(now[:, each], before[:, each]) for each in groups],
        "leaves": _kendall(np.round(_whole(_shares, now, groups), 12)),
        "lowest": [_spread(_whole(_positive, each, groups)) for each in (now, before)],
        "lowest_move": _move(*(_whole(_mean_share, each, groups)[0] for each in (now, before))),
    }


def _whole(share, points: np.ndarray, groups: list[slice]) -> np.ndarray:
    """Each leaf's share of the whole."""
    first = share(points[:, groups[0]])
    return np.hstack([share(points[:, each]) * first[:, [n]] for n, each in enumerate(groups[1:])])


def _items(answers: np.ndarray) -> dict:
    q1, median, q3 = np.percentile(answers, [25, 50, 75], axis=0)
    mean, sd = answers.mean(axis=0), answers.std(axis=0, ddof=1)
    mad = np.median(np.abs(answers - median), axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "mean": mean,
            "sd": sd,
            "v": sd / mean,
            "iqr": q3 - q1,
            "mad": mad,
            "relative": (q3 - q1) / median,
        }


def _changes(now: np.ndarray, before: np.ndarray, medians: np.ndarray) -> list[tuple]:
    found, edges = [], np.arange(0, 106, 5)
    for after, earlier, median in zip(now.T, before.T, medians, strict=True):
        moved = np.abs(np.histogram(after, edges)[0] - np.histogram(earlier, edges)[0]).sum() / 2
        delta = after - earlier
        test = stats.wilcoxon(delta[delta != 0], correction=False)
        pratt = stats.wilcoxon(delta, zero_method="pratt", correction=False, method="asymptotic")
        nearer = np.abs(after - median) < np.abs(earlier - median)
        farther = np.abs(after - median) > np.abs(earlier - median)
        found.append(
            (
                moved,
                (delta == 0).mean(),
                test.pvalue,
                _kappa(earlier, after),
                pratt.pvalue,
                nearer.sum(),
                farther.sum(),
            )
        )
    return found


def _kappa(before: np.ndarray, after: np.ndarray) -> float:
    """Cohen's kappa with quadratic weights."""
    chance = (before**2).mean() + (after**2).mean() - 2 * before.mean() * after.mean()
    return 1 - ((before - after) ** 2).mean() / chance


def _shares(points: np.ndarray) -> np.ndarray:
    return points / points.sum(axis=1, keepdims=True)


def _mean_share(points: np.ndarray) -> np.ndarray:
    return _shares(points).mean(axis=0, keepdims=True)


def _positive(points: np.ndarray) -> np.ndarray:
    """Shares with half a point in the place of each zero."""
    shares = _shares(points)
    zeros = shares == 0
    return np.where(zeros, 0.005, shares * (1 - zeros.sum(axis=1, keepdims=True) * 0.005))


def _spread(shares: np.ndarray) -> tuple:
    """Metric variance, experts far off, and the centre as log ratios."""
    logs = np.log(shares)
    logs -= logs.mean(axis=1, keepdims=True)
    centre = logs.mean(axis=0)
    far = np.linalg.norm(logs - centre, axis=1)
    outlying = far > np.median(far) + 3 * 1.4826 * stats.median_abs_deviation(far)
    return (far**2).sum() / (len(shares) - 1), outlying.sum(), centre


def _move(new: np.ndarray, old: np.ndarray) -> tuple:
    return np.abs(new - old).max(), stats.spearmanr(new, old).statistic


def _group(now: np.ndarray, before: np.ndarray) -> dict:
    variance, outlying, centre = _spread(_positive(now))
    earlier = _spread(_positive(before))[2]
    return {
        "w": _kendall(now),
        "variance": variance,
        "outlying": outlying,
        "move": _move(*(_mean_share(each)[0] for each in (now, before))),
        "centres": np.linalg.norm(centre - earlier),
    }


def _kendall(matrix: np.ndarray) -> tuple:
    """W with ties, chi-square, its p, and for panels of up to 200 the p of 9,999 permutations."""
    ranks, (m, n) = stats.rankdata(matrix, axis=1), matrix.shape
    ties = m * n * (n + 1) * (2 * n + 1) / 6 - (ranks**2).sum()  # 1/12 of the sum of t^3 - t
    spread = ((ranks.sum(axis=0) - m * (n + 1) / 2) ** 2).sum()
    w = 12 * spread / (m * m * (n**3 - n) - 12 * m * ties)
    p = None
    if m <= LARGE_PANEL and n <= 7:
        rng, sums = np.random.default_rng(1), np.zeros((DRAWS, n))
        for row in ranks:
            sums += rng.permuted(np.broadcast_to(row, (DRAWS, n)), axis=1)
        p = (((sums - m * (n + 1) / 2) ** 2).sum(axis=1) >= spread).mean()
    return w, stats.chi2.sf(m * (n - 1) * w, n - 1), p


def slices(sizes: list[int]) -> list[slice]:
    """The columns of each group."""
    return [slice(*ends) for ends in pairwise(np.cumsum([0, *sizes]))]
