"""How many answers carry which figure, and what else a small panel must not be shown."""

from dataclasses import dataclass


class ThresholdTooLow(ValueError):
    """A disclosure threshold stands below its floor, or the steps are out of order."""


@dataclass(frozen=True)
class Thresholds:
    """From how many answers on each figure may be shown; a study may raise the steps, never lower them."""

    median: int = 5
    quartiles: int = 7
    distribution: int = 10

    def __post_init__(self):
        if self.median < 5 or self.quartiles < 7 or self.distribution < 10:
            raise ThresholdTooLow(f"the floor is 5, 7 and 10 answers, not {self}")
        if not self.median <= self.quartiles <= self.distribution:
            raise ThresholdTooLow(f"each step must ask for as many answers as the one before: {self}")


STANDARD = Thresholds()


@dataclass(frozen=True)
class Ladder:
    """Which figures so many answers carry."""

    shows_median: bool
    shows_quartiles: bool
    shows_distribution: bool
    shows_concordance: bool


def ladder(n, *, thresholds=STANDARD):
    """Return what may be shown about n answers: nothing below 5, the median from 5, quartiles from 7,
    the distribution, the dispersion band and Kendall's W from 10.

    Parameters
    ----------
    n : int
        Number of answers, of the item or, for W, of the experts who rated the whole set.
    thresholds : Thresholds
        The three steps; they may be raised, not lowered.

    Returns
    -------
    Ladder

    Examples
    --------
    >>> ladder(8)
    Ladder(shows_median=True, shows_quartiles=True, shows_distribution=False, shows_concordance=False)
    """
    return Ladder(
        shows_median=n >= thresholds.median,
        shows_quartiles=n >= thresholds.quartiles,
        shows_distribution=n >= thresholds.distribution,
        shows_concordance=n >= thresholds.distribution,
    )


@dataclass(frozen=True)
class FinalLadder:
    """What the final list may hold once the last round is adopted."""

    shows_weights: bool
    shows_bands: bool
    shows_tables: bool


def final_ladder(n, *, thresholds=STANDARD):
    """Return what may be published of a finished panel of n: exact weights from 5 experts on, with bands
    of dispersion; tables of mean, SD, variation and W, for every round, only from 10.

    Examples
    --------
    >>> final_ladder(9)
    FinalLadder(shows_weights=True, shows_bands=True, shows_tables=False)
    """
    shown = n >= thresholds.median
    return FinalLadder(shows_weights=shown, shows_bands=shown, shows_tables=n >= thresholds.distribution)


def reasons_may_be_shown(respondents, reasons, *, fewest_reasons=3, thresholds=STANDARD):
    """Return whether a group's reasons may be shown word for word: at least 10 respondents and 3 reasons.

    Examples
    --------
    >>> reasons_may_be_shown(12, 3), reasons_may_be_shown(12, 2), reasons_may_be_shown(9, 5)
    (True, False, False)
    """
    return respondents >= thresholds.distribution and reasons >= max(fewest_reasons, 3)


def subgroup_may_be_shown(size, total, *, thresholds=STANDARD):
    """Return whether a subgroup's figures may be shown: it and everybody else must be at least 10 each.

    Examples
    --------
    >>> subgroup_may_be_shown(10, 20), subgroup_may_be_shown(12, 20)
    (True, False)
    """
    return min(size, total - size) >= thresholds.distribution
