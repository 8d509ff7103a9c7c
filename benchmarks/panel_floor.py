"""The floor of a round's statistics: the same figures straight from NumPy and SciPy, for plain points."""

import numpy as np
from scipy import stats


def floor(now: np.ndarray, before: np.ndarray, groups: list[slice]) -> float:
    """Everything a round says of its items, once for all answers and once for the pairs; returns a checksum."""
    total = 0.0
    for column, earlier in zip(now.T, before.T, strict=True):
        for values in (column, column):  # all, and those who answered both rounds
            q1, median, q3 = np.percentile(values, [25, 50, 75])
            sd = values.std(ddof=1)
            total += (
                values.mean() + sd / max(values.mean(), 1e-9) + q3 - q1 + np.median(np.abs(values - median))
            )
        bins = np.arange(0, 106, 5)
        old, new = np.histogram(earlier, bins)[0], np.histogram(column, bins)[0]
        total += np.abs(old - new).sum() / 2 + (column == earlier).mean()
        moved = column - earlier
        if moved.any():
            total += stats.wilcoxon(moved[moved != 0]).pvalue
        total += _kappa(earlier, column)
        total += (np.abs(column - 50) < np.abs(earlier - 50)).mean()
    for each in groups:
        total += _kendall(now[:, each])
        shares = now[:, each] / now[:, each].sum(axis=1, keepdims=True)
        shares = np.where(shares == 0, 0.005, shares)
        logs = np.log(shares / shares.sum(axis=1, keepdims=True))
        total += (logs - logs.mean(axis=1, keepdims=True)).var(axis=0, ddof=1).sum()
    return total + _kendall(now)


def _kendall(matrix: np.ndarray) -> float:
    """W with ties, chi-square, its p, and for panels of up to 200 the p of 9,999 permutations."""
    ranks, (m, n) = stats.rankdata(matrix, axis=1), matrix.shape
    alike = (matrix[:, :, None] == matrix[:, None, :]).sum(axis=2)
    ties = float((alike.astype(float) ** 2 - 1).sum())
    spread = ((ranks.sum(axis=0) - m * (n + 1) / 2) ** 2).sum()
    w = 12 * spread / (m * m * (n**3 - n) - m * ties)
    p = 0.0
    if m <= 200:
        rng, sums = np.random.default_rng(1), np.zeros((9_999, n))
        for row in ranks:
            sums += rng.permuted(np.broadcast_to(row, (9_999, n)), axis=1)
        p = (((sums - m * (n + 1) / 2) ** 2).sum(axis=1) >= spread).mean()
    return w + stats.chi2.sf(m * (n - 1) * w, n - 1) + p


def _kappa(before: np.ndarray, after: np.ndarray) -> float:
    """Cohen's kappa with quadratic weights."""
    seen = ((before - after) ** 2).mean()
    chance = (
        ((before[:, None] - after[None, :]) ** 2).mean() if before.size <= 2000 else _chance(before, after)
    )
    return 1 - seen / chance if chance else 1.0


def _chance(before: np.ndarray, after: np.ndarray) -> float:
    return (before**2).mean() + (after**2).mean() - 2 * before.mean() * after.mean()
