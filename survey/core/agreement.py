"""Rules of agreement on a rating scale: shares in a band, the core-outcome rule, APMO, relative spread."""

from dataclasses import dataclass

import numpy as np

from survey.core.answers import given, panel_answers
from survey.core.reasons import N_TOO_SMALL, ZERO_MEDIAN

TOP_BANDS = {5: (4, 5), 7: (6, 7), 9: (7, 9)}  # agreeing answers on a scale from 1 to the key
LOW_BANDS = {top: (1, 1 + top - low) for top, (low, _high) in TOP_BANDS.items()}  # mirrored: disagreeing ones


@dataclass(frozen=True)
class BandShare:
    """How many answers fall into a band, and whether that is agreement."""

    n: int
    count: int
    share: float | None
    agreed: bool | None
    reason: str | None = None


@dataclass(frozen=True)
class CoreOutcome:
    """The verdict of the core-outcome-set rule: "in", "out" or "none"."""

    n: int
    high: int
    low: int
    verdict: str | None
    reason: str | None = None


@dataclass(frozen=True)
class MajorityOpinions:
    """The APMO cut-off in percent, and the items whose own majority stays below it."""

    cut_off: float | None
    majority: int
    opinions: int
    below: tuple[int, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class RelativeSpread:
    """The interquartile range as a share of the median."""

    value: float | None
    reason: str | None = None


def relative_iqr(statistics):
    """Return IQR / median of an item's `ItemStatistics`; None when there is no answer or the median is 0.

    Examples
    --------
    >>> from survey.core.consensus import item_statistics
    >>> relative_iqr(item_statistics([10, 20, 30])).value
    0.5
    """
    if statistics.median is None:
        return RelativeSpread(None, N_TOO_SMALL)
    if statistics.median == 0:
        return RelativeSpread(None, ZERO_MEDIAN)
    return RelativeSpread(statistics.iqr / statistics.median)


def band_share(values, *, low, high, threshold=75):
    """Return the share of answers x with low <= x <= high, and whether it reaches the threshold.

    Agreement holds when 100 * count >= threshold * n, in whole numbers: three of four is 75 percent.

    Parameters
    ----------
    values : array_like, shape (m,)
        Answers to one item, NaN = none.
    low, high : float
        The band, both ends in it; `TOP_BANDS` holds the usual ones.
    threshold : int or Fraction
        Percent. 75 is the median threshold of 100 Delphi studies (Diamond et al. 2014).

    Returns
    -------
    BandShare
        `share` and `agreed` None (`n_too_small`) without an answer.

    Raises
    ------
    UnusableAnswers
        If `values` is not one-dimensional or holds an infinite number.

    Examples
    --------
    >>> band_share([4, 5, 5, 2], low=4, high=5)
    BandShare(n=4, count=3, share=0.75, agreed=True, reason=None)
    """
    answers = given(values)
    count = int(np.count_nonzero((answers >= low) & (answers <= high)))
    if not answers.size:
        return BandShare(0, 0, None, None, N_TOO_SMALL)
    agreed = bool(100 * count >= threshold * answers.size)
    return BandShare(answers.size, count, count / answers.size, agreed)


def core_outcome(values, *, high=(7, 9), low=(1, 3), at_least=70, below=15):
    """Return whether a panel takes an item in or leaves it out by the core-outcome-set rule.

    "in": at least 70 percent of the answers in the high band and fewer than 15 percent in the low one;
    "out": the other way round; otherwise "none".

    Parameters
    ----------
    values : array_like, shape (m,)
        Answers to one item on a 1-9 scale, NaN = none.
    high, low : tuple of float
        The two bands, ends included.
    at_least, below : int
        Percents, compared in whole numbers.

    Returns
    -------
    CoreOutcome
        `verdict` None (`n_too_small`) without an answer.

    Raises
    ------
    UnusableAnswers
        If `values` is not one-dimensional or holds an infinite number.

    Notes
    -----
    Williamson et al. 2012, Trials 13:132 (COMET).

    Examples
    --------
    >>> core_outcome([7, 8, 9, 9, 5]).verdict
    'in'
    """
    top = band_share(values, low=high[0], high=high[1], threshold=at_least)
    bottom = band_share(values, low=low[0], high=low[1], threshold=at_least)
    if top.n == 0:
        return CoreOutcome(0, 0, 0, None, N_TOO_SMALL)
    verdict = "none"
    if top.agreed and 100 * bottom.count < below * top.n:
        verdict = "in"
    elif bottom.agreed and 100 * top.count < below * top.n:
        verdict = "out"
    return CoreOutcome(top.n, top.count, bottom.count, verdict)


def opinions_of(ratings, *, full_mark):
    """Return ratings on a scale from 1 as opinions: 1 in the top band, 0 in the mirrored low band, NaN between.

    4-5 against 1-2 of 5, 6-7 against 1-2 of 7, 7-9 against 1-3 of 9; the middle of the scale is no opinion.

    Parameters
    ----------
    ratings : array_like, shape (m, n)
        m experts, n items, NaN = none.
    full_mark : int
        5, 7 or 9.

    Returns
    -------
    ndarray, shape (m, n)
        As `majority_opinions` takes it.

    Raises
    ------
    KeyError
        For a scale without a usual band.

    Examples
    --------
    >>> opinions_of([[5, 3, 1], [4, float("nan"), 2]], full_mark=5).tolist()
    [[1.0, nan, 0.0], [1.0, nan, 0.0]]
    """
    ratings = panel_answers(ratings)
    (low, high), (bottom, top) = TOP_BANDS[full_mark], LOW_BANDS[full_mark]
    agrees = (ratings >= low) & (ratings <= high)
    return np.where(agrees, 1.0, np.where((ratings >= bottom) & (ratings <= top), 0.0, np.nan))


def majority_opinions(votes):
    """Return the average percent of majority opinions (APMO) over a set of yes-no items.

    cut-off = 100 * (majority agreements + majority disagreements) / all opinions, where an item adds the
    larger of its two camps, and nothing when they are equal. An item whose own larger camp is a smaller
    percentage of its opinions has not reached consensus.

    Parameters
    ----------
    votes : array_like, shape (m, n)
        m experts, n items: 1 agrees, 0 disagrees, NaN no opinion.

    Returns
    -------
    MajorityOpinions
        `cut_off` None (`n_too_small`) without any opinion. `below` lists the items under the cut-off;
        an item without an opinion is not listed.

    Raises
    ------
    UnusableAnswers
        If `votes` is not two-dimensional or holds anything but 0, 1 and NaN.

    Notes
    -----
    Kapoor 1987, as described by Cottam et al. 2004 and von der Gracht 2012.

    Examples
    --------
    >>> a = majority_opinions([[1, 1], [1, 0], [1, 1], [0, 0]])
    >>> a.cut_off, a.below
    (37.5, (1,))
    """
    votes = panel_answers(votes, allowed=(0, 1))
    agree, disagree = (votes == 1).sum(axis=0), (votes == 0).sum(axis=0)
    majority = np.where(agree == disagree, 0, np.maximum(agree, disagree))
    opinions = agree + disagree
    kept, total = int(majority.sum()), int(opinions.sum())
    if not total:
        return MajorityOpinions(None, 0, 0, reason=N_TOO_SMALL)
    below = np.flatnonzero((opinions > 0) & (majority * total < kept * opinions))
    return MajorityOpinions(100 * kept / total, kept, total, tuple(below.tolist()))
