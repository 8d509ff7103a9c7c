"""The words beside an item's figures: has it converged, what shape have its answers, does it still move."""

from dataclasses import dataclass

import numpy as np

from survey.core.agreement import band_share
from survey.core.answers import given
from survey.core.bins import binned
from survey.core.bounds import at_most
from survey.core.consensus import item_statistics
from survey.core.reasons import N_TOO_SMALL, NO_RULE

CONVERGED, STABLE_DISAGREEMENT, MOVING, UNDECIDED = "converged", "stable_disagreement", "moving", "undecided"
CONSENSUS, MAJORITY, BIPOLAR, PLURALITY, DISSENT = "consensus", "majority", "bipolar", "plurality", "dissent"
_CONCORDANCE_LEVELS = ("very_weak", "weak", "moderate", "strong", "unusually_strong")


@dataclass(frozen=True)
class ConsensusRule:
    """What converged means; a bound of None is not asked for, all others must hold together.

    `iqr` and `variation` are the largest values allowed; `band` is the pair of answers between which at
    least `band_percent` of the answers must lie.
    """

    iqr: float | None = None
    variation: float | None = None
    band: tuple[float, float] | None = None
    band_percent: int = 75


POINTS_CONSENSUS = ConsensusRule(iqr=5, variation=0.25)
SHORT_SCALE_CONSENSUS = ConsensusRule(iqr=1)  # 4- and 5-point scales
LONG_SCALE_CONSENSUS = ConsensusRule(iqr=2)  # 9- and 10-point scales


@dataclass(frozen=True)
class Verdict:
    """Whether a rule holds; None, with the reason, when that cannot be said."""

    holds: bool | None
    reason: str | None = None


@dataclass(frozen=True)
class AnswerShape:
    """The kind of distribution an item's answers form; `two_camps` stands whatever the kind is."""

    kind: str | None
    two_camps: bool | None
    modes: tuple[float, ...]
    largest_share: float | None
    reason: str | None = None


def converged(values, rule, *, statistics=None):
    """Return whether an item's answers have converged by the rule.

    Parameters
    ----------
    values : array_like, shape (m,)
        NaN = none.
    rule : ConsensusRule
    statistics : ItemStatistics, optional
        Those of the same answers, where they are known already.

    Returns
    -------
    Verdict
        None without an answer (`n_too_small`), for a rule without bounds (`no_rule`), or when the rule
        asks for a variation that does not exist and nothing else failed. Answers that are all equal
        have converged, whatever their mean is; the band of the rule is still asked for.

    Raises
    ------
    UnusableAnswers
        If `values` is not one-dimensional or holds an infinite number.

    Examples
    --------
    >>> converged([18, 20, 20, 22], POINTS_CONSENSUS)
    Verdict(holds=True, reason=None)
    """
    if rule.iqr is None and rule.variation is None and rule.band is None:
        return Verdict(None, NO_RULE)
    answers = given(values)
    if not answers.size:
        return Verdict(None, N_TOO_SMALL)
    if rule.band and not _in_band(answers, rule):
        return Verdict(False)
    if answers[0] == answers[-1]:
        return Verdict(True)
    statistics = statistics or item_statistics(answers)
    if rule.iqr is not None and not at_most(statistics.iqr, rule.iqr):
        return Verdict(False)
    if rule.variation is None:
        return Verdict(True)
    if statistics.variation is None:
        return Verdict(None, statistics.reasons["variation"])
    return Verdict(at_most(statistics.variation, rule.variation))


def answer_shape(values, *, rule, bin_width=1, camp_percent=30, apart=2, statistics=None):
    """Return what kind of distribution an item's answers form.

    In this order: consensus (the rule holds), majority (more than half in one bin), bipolar (two camps),
    plurality (one bin larger than every other), dissent (no single largest bin). Two camps: two bins with
    at least 30 percent of the answers each, at least two bins apart, and a smaller bin between them.

    Parameters
    ----------
    values : array_like, shape (m,)
        NaN = none.
    rule : ConsensusRule
    bin_width : float
        1 for ratings (a bin is a code), 5 for allocated points.
    camp_percent, apart : int
        Smallest camp, and how many bins it lies from the other.
    statistics : ItemStatistics, optional
        Those of the same answers, where they are known already.

    Returns
    -------
    AnswerShape
        `modes` holds the lower edge of each largest bin. All None (`n_too_small`) without an answer.

    Raises
    ------
    UnusableAnswers
        If `values` is not one-dimensional or holds an infinite number.

    Notes
    -----
    Dajani, Sincoff & Talley 1979 (consensus, majority, bipolarity, plurality, disagreement).

    Examples
    --------
    >>> answer_shape([1, 1, 1, 5, 5, 5, 3], rule=SHORT_SCALE_CONSENSUS).kind
    'bipolar'
    """
    answers = given(values)
    n = answers.size
    if not n:
        return AnswerShape(None, None, (), None, N_TOO_SMALL)
    bins, counts = np.unique(binned(answers, bin_width), return_counts=True)
    two_camps = _two_camps(dict(zip(bins.tolist(), counts.tolist(), strict=True)), n, camp_percent, apart)
    modes = bins[counts == counts.max()]
    agreed = converged(answers, rule, statistics=statistics)
    return AnswerShape(
        kind=_kind(agreed.holds, int(counts.max()), n, two_camps, modes.size),
        two_camps=two_camps,
        modes=tuple((modes * bin_width).tolist()),
        largest_share=int(counts.max()) / n,
    )


def concordance_level(w):
    """Return Schmidt's word for Kendall's W: very_weak below 0.3, weak from 0.3, moderate from 0.5, strong
    from 0.7, unusually_strong from 0.9. None stays None.

    Notes
    -----
    Schmidt 1997, Decision Sciences 28(3), Table 2; his single values are read as lower bounds.

    Examples
    --------
    >>> [concordance_level(w) for w in (0.1, 0.5, 0.61, 0.9)]
    ['very_weak', 'moderate', 'moderate', 'unusually_strong']
    """
    if w is None:
        return None
    return _CONCORDANCE_LEVELS[sum(w >= bound for bound in (0.3, 0.5, 0.7, 0.9))]


def item_state(has_converged, is_stable):
    """Return the state of an item in the words of the dashboard.

    converged, whether it still moves or not; otherwise stable_disagreement when it has stopped moving,
    moving when it has not, undecided when either cannot be said (the first round).

    Examples
    --------
    >>> item_state(False, True), item_state(True, None), item_state(False, None)
    ('stable_disagreement', 'converged', 'undecided')
    """
    if has_converged:
        return CONVERGED
    if is_stable is None or has_converged is None:
        return UNDECIDED
    return STABLE_DISAGREEMENT if is_stable else MOVING


def _in_band(answers, rule):
    low, high = rule.band
    return band_share(answers, low=low, high=high, threshold=rule.band_percent).agreed


def _two_camps(counts, n, camp_percent, apart):
    camps = [bin_ for bin_, count in counts.items() if 100 * count >= camp_percent * n]
    return any(
        high - low >= apart and _dip(counts, low, high)
        for place, low in enumerate(camps)
        for high in camps[place + 1 :]
    )


def _dip(counts, low, high):
    between = [counts.get(bin_, 0) for bin_ in np.arange(low + 1, high).tolist()]
    return min(between) < min(counts[low], counts[high])


def _kind(agreed, largest, n, two_camps, modes):
    if agreed:
        return CONSENSUS
    if 2 * largest > n:
        return MAJORITY
    if two_camps:
        return BIPOLAR
    return PLURALITY if modes == 1 else DISSENT
