"""What one round says about one item, and how far the experts order the items alike."""

from dataclasses import dataclass, field

import numpy as np
from scipy import stats

from survey.core.answers import given, panel_answers
from survey.core.concordance_permutation import permutation_p
from survey.core.reasons import N_TOO_SMALL, NO_FULL_MARK, NO_VARIATION, NONPOSITIVE_MEAN

SMALL_SET = 7  # up to so many items the chi-square approximation is too rough to stand alone
LARGE_PANEL = 200  # beyond so many experts it is closer than any affordable number of draws
_LOCATION = ("mean", "median", "q1", "q3", "iqr", "mad")
_SPREAD = ("sd", "variation")


@dataclass(frozen=True)
class ItemStatistics:
    """The figures of one item in one round; `reasons` names why a field is None."""

    n: int
    mean: float | None
    sd: float | None
    variation: float | None
    median: float | None
    q1: float | None
    q3: float | None
    iqr: float | None
    mad: float | None
    full_mark_rate: float | None
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Concordance:
    """Kendall's W of one set of items; `reason` names why it is None."""

    w: float | None
    w_uncorrected: float | None
    chi2: float | None
    df: int | None
    p: float | None
    p_permutation: float | None
    mean_spearman: float | None
    m_used: int
    m_total: int
    reason: str | None = None


def item_statistics(values, *, full_mark=None):
    """Return location, spread and full-mark rate of the answers to one item.

    mean M = sum x / m; sd S with divisor m - 1; variation V = S / M; quartiles by type 7 (linear
    interpolation at (m - 1) q); iqr = Q3 - Q1; mad = median |x - median|, not scaled;
    full-mark rate K = (number of answers equal to the full mark) / m.

    Parameters
    ----------
    values : array_like, shape (m,)
        One answer an expert, on the scale the expert saw; NaN = no answer.
    full_mark : float, optional
        The highest answer the scale allows. Leave it out for allocated points, where K means nothing.

    Returns
    -------
    ItemStatistics
        In the unit of the answers; `variation` and `full_mark_rate` are shares. Undefined figures are
        None: without an answer all of them (`n_too_small`); with one answer sd and variation
        (`n_too_small`); variation when the mean is not above 0 (`nonpositive_mean`). When all answers are
        equal every spread is exactly 0.

    Raises
    ------
    UnusableAnswers
        If `values` is not one-dimensional or holds an infinite number.

    Notes
    -----
    Quartile and sd conventions: Hyndman & Fan 1996, type 7; sample sd, as spreadsheets and SPSS report it.
    V does not change when all answers are multiplied by a positive number; it does when one is added.

    Examples
    --------
    >>> s = item_statistics([3, 4, 4, 5, float("nan")], full_mark=5)
    >>> s.n, s.mean, s.median, s.full_mark_rate
    (4, 4.0, 4.0, 0.25)
    """
    answers = given(values)
    m = answers.size
    if m == 0:
        return _no_statistics(full_mark)
    q1, median, q3 = (_quantile(answers, share) for share in (0.25, 0.5, 0.75))
    mean = _mean(answers)
    sd = _sd(answers)
    reasons = {}
    if sd is None:
        reasons |= dict.fromkeys(_SPREAD, N_TOO_SMALL)
    elif mean <= 0:
        reasons["variation"] = NONPOSITIVE_MEAN
    if full_mark is None:
        reasons["full_mark_rate"] = NO_FULL_MARK
    return ItemStatistics(
        n=m,
        mean=mean,
        sd=sd,
        variation=None if "variation" in reasons else sd / mean,
        median=median,
        q1=q1,
        q3=q3,
        iqr=q3 - q1,
        mad=float(np.median(np.abs(answers - median))),
        full_mark_rate=None if full_mark is None else float(np.count_nonzero(answers == full_mark) / m),
        reasons=reasons,
    )


def kendall_w(ratings, *, draws=9999, seed=0):
    """Return Kendall's coefficient of concordance W, corrected for ties.

    With r_ij the midrank of item j within expert i, R_j = sum_i r_ij, S = sum_j (R_j - m(n+1)/2)^2 and
    T = sum over experts and tie groups of (t^3 - t):

        W = 12 S / (m^2 (n^3 - n) - m T),   chi2 = m (n - 1) W,   df = n - 1,
        mean Spearman = (m W - 1) / (m - 1).

    W is worked out in whole numbers and divided once, so that perfect agreement gives exactly 1.

    Parameters
    ----------
    ratings : array_like, shape (m, n)
        m experts, n items; ratings or points alike, only their order within an expert counts. NaN = no
        answer; an expert who misses an item of the set is left out (`m_used` of `m_total`).
    draws : int
        Permutation draws when n <= 7 and the exact distribution is too large; 0 gives no permutation p.
    seed : int
        Seed of the PCG64 generator behind the draws.

    Returns
    -------
    Concordance
        `p` from the chi-square distribution; `p_permutation` only for n <= 7 and m <= 200: exact when
        (n!)^(m-1) <= 10^6, otherwise (1 + #{W* >= W}) / (draws + 1). All None with reason
        `n_too_small` when fewer than two experts or items are left, `no_variation` when every expert gave
        the same answer to all items. One such expert among others stays in.

    Raises
    ------
    UnusableAnswers
        If `ratings` is not two-dimensional or holds an infinite number.

    Notes
    -----
    Kendall 1962, *Rank Correlation Methods*, chapter 6. The permutation test shuffles each expert's ranks
    independently and conditions on the ties.

    Examples
    --------
    >>> c = kendall_w([[1, 2, 3], [1, 2, 3], [2, 1, 3]])
    >>> round(c.w, 6), c.df, c.m_used
    (0.777778, 2, 3)
    """
    ratings = panel_answers(ratings)
    complete = ratings[~np.isnan(ratings).any(axis=1)]
    (m, n), m_total = complete.shape, ratings.shape[0]
    if m < 2 or n < 2:
        return _no_concordance(N_TOO_SMALL, m, m_total)
    ranks = doubled_ranks(complete)
    deviation = sum((int(total) - m * (n + 1)) ** 2 for total in ranks.sum(axis=0))  # 4 S
    untied = m * m * (n**3 - n)
    ties = m * 2 * n * (n + 1) * (2 * n + 1) - 3 * int((ranks**2).sum())
    if untied == m * ties:
        return _no_concordance(NO_VARIATION, m, m_total)
    w = 3 * deviation / (untied - m * ties)
    chi2 = m * (n - 1) * w
    return Concordance(
        w=w,
        w_uncorrected=3 * deviation / untied,
        chi2=chi2,
        df=n - 1,
        p=float(stats.chi2.sf(chi2, n - 1)),
        p_permutation=_permutation(ranks, draws, seed),
        mean_spearman=(m * w - 1) / (m - 1),
        m_used=m,
        m_total=m_total,
    )


def doubled_ranks(ratings):
    """Return twice the midranks within each row: whole numbers, so that sums of them are exact."""
    return np.rint(2 * stats.rankdata(ratings, axis=1)).astype(np.int64)


def _permutation(ranks, draws, seed):
    m, n = ranks.shape
    if n > SMALL_SET or m > LARGE_PANEL or not draws:
        return None
    return permutation_p(ranks, draws=draws, seed=seed)


def _no_statistics(full_mark):
    reasons = dict.fromkeys((*_LOCATION, *_SPREAD), N_TOO_SMALL)
    reasons["full_mark_rate"] = NO_FULL_MARK if full_mark is None else N_TOO_SMALL
    return ItemStatistics(0, *(None,) * 9, reasons=reasons)


def _no_concordance(reason, m_used, m_total):
    return Concordance(*(None,) * 7, m_used=m_used, m_total=m_total, reason=reason)


def _quantile(ordered, share):
    """Return a type 7 quantile of answers in ascending order, to the same bit as `numpy.percentile`."""
    place = (ordered.size - 1) * share
    low = int(place)
    before, after = float(ordered[low]), float(ordered[min(low + 1, ordered.size - 1)])
    part = place - low
    return after - (after - before) * (1 - part) if part >= 0.5 else before + (after - before) * part


def _mean(answers):
    """Return the mean, exact when all answers are equal; their order makes the sum the same for everybody."""
    return float(answers[0]) if answers[0] == answers[-1] else float(answers.sum() / answers.size)


def _sd(answers):
    """Return the sample standard deviation, exactly 0 when all answers are equal, None for one answer."""
    if answers.size < 2:
        return None
    return 0.0 if answers[0] == answers[-1] else float(np.std(answers, ddof=1))
