"""What a panel is told after a round, figure by figure, and when the last figures are simply repeated."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from survey.core.consensus import item_statistics
from survey.core.disclosure.grid import BAND_EDGES, Bin, band, distribution, to_grid
from survey.core.disclosure.ladder import STANDARD, ThresholdTooLow, ladder
from survey.core.reasons import SUPPRESSED

FEWEST_CHANGES = 3
RELEASED, UNCHANGED = "released", "unchanged"


@dataclass(frozen=True)
class ReleasedFigures:
    """What the panel is told about one item; a field is None where the ladder forbids it.

    `state` is "released" (worked out anew), "unchanged" (the last figures repeated, because too few answers
    differ) or "suppressed" (nothing may be said). `n` is the number of answers behind the figures shown.
    """

    state: str
    n: int | None = None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    variation_band: int | None = None
    distribution: tuple[Bin, ...] | None = None


@dataclass(frozen=True)
class ItemRelease:
    """One past round of one item: what the panel was told, and the answers it was worked out from."""

    figures: ReleasedFigures
    answers: Mapping[Hashable, float | None]


def enough_changes(before, now, *, fewest=FEWEST_CHANGES):
    """Return whether at least `fewest` keys stand for another answer, have gone or are new.

    Only the yes or no leaves this function: the number of differing rows would itself give somebody away.

    Parameters
    ----------
    before, now : Mapping
        Opaque key (a pseudonym) to answer; an answer may be a number or a tuple of them. None and NaN
        count as no answer, like a key that is not there.
    fewest : int
        At least 3.

    Returns
    -------
    bool

    Raises
    ------
    ThresholdTooLow
        If `fewest` is below 3.

    Examples
    --------
    >>> enough_changes({"a": 20, "b": 30, "c": 40}, {"a": 25, "b": 30, "d": 40})
    True
    """
    if fewest < FEWEST_CHANGES:
        raise ThresholdTooLow(f"figures move only when {FEWEST_CHANGES} answers differ, not {fewest}")
    before, now = without_gaps(before), without_gaps(now)
    differing = sum(before.get(key) != now.get(key) for key in before.keys() | now.keys())
    return differing >= fewest


def released_figures(
    answers, *, grid, earlier=(), thresholds=STANDARD, fewest=FEWEST_CHANGES, bands=BAND_EDGES
):
    """Return what the panel may be told about one item after a round.

    The figures are worked out anew only if at least `fewest` answers differ (changed, gone or new) from
    those behind the item's last release; otherwise the last figures are repeated word for word and marked
    unchanged. New figures are cut by the ladder and rounded to the answer grid.

    Parameters
    ----------
    answers : Mapping
        Opaque key (a pseudonym) to answer in this round; None or NaN = no answer.
    grid : float
        Step to which median and quartiles are rounded and into which the distribution is binned: 5 on
        allocated points, 1 on a rating scale.
    earlier : sequence of ItemRelease
        The item's earlier rounds, oldest first. The last one that was really worked out counts, not the
        last one of all: a figure repeated twice is still compared with the answers behind it.
    thresholds : Thresholds
    fewest : int
        At least 3.
    bands : tuple of float
        Edges of the dispersion bands.

    Returns
    -------
    ReleasedFigures
        Never mean, sd, minimum or maximum, and never how many answers differ.

    Raises
    ------
    ThresholdTooLow
        If `fewest` is below 3.

    Examples
    --------
    >>> first = {"a": 10, "b": 20, "c": 20, "d": 24, "e": 40}
    >>> then = ItemRelease(released_figures(first, grid=5), first)
    >>> then.figures.state, then.figures.median, then.figures.q1
    ('released', 20.0, None)
    >>> released_figures(first | {"a": 90, "b": 90}, grid=5, earlier=[then]).median
    20.0
    """
    last = next((past for past in reversed(earlier) if past.figures.state == RELEASED), None)
    if last and not enough_changes(last.answers, answers, fewest=fewest):
        return _repeated(last.figures)
    return _anew(list(without_gaps(answers).values()), grid, thresholds, bands)


def released_round(answers, *, grid, earlier=(), **rules):
    """Return what the panel may be told about every item of a round: `released_figures` item by item.

    Parameters
    ----------
    answers : Mapping
        Item to (opaque key to answer).
    grid : float
        As in `released_figures`.
    earlier : sequence of Mapping
        One mapping from item to ItemRelease for each earlier round, oldest first; an item may be absent
        from a round.
    **rules
        `thresholds`, `fewest`, `bands` of `released_figures`.

    Returns
    -------
    dict
        Item to ReleasedFigures, in the order of `answers`.

    Examples
    --------
    >>> released_round({"x": {"a": 1, "b": 2}}, grid=1)["x"].state
    'suppressed'
    """
    return {
        item: released_figures(
            by_key, grid=grid, earlier=[past[item] for past in earlier if item in past], **rules
        )
        for item, by_key in answers.items()
    }


def group_weights(figures):
    """Return the weights of a group as the panel may see them: its released medians divided by their sum.

    Medians of a group do not add up to 100, so they are closed here, from what was released and from
    nothing finer. None when a median of the group is withheld or when all of them are 0.

    Examples
    --------
    >>> group_weights([ReleasedFigures(RELEASED, 5, median=m) for m in (20.0, 60.0)])
    (0.25, 0.75)
    """
    medians = [each.median for each in figures]
    if not medians or None in medians or sum(medians) <= 0:
        return None
    return tuple(median / sum(medians) for median in medians)


def _repeated(figures):
    return ReleasedFigures(
        UNCHANGED,
        figures.n,
        figures.median,
        figures.q1,
        figures.q3,
        figures.variation_band,
        figures.distribution,
    )


def _anew(values, grid, thresholds, bands):
    steps = ladder(len(values), thresholds=thresholds)
    if not steps.shows_median:
        return ReleasedFigures(SUPPRESSED)
    statistics = item_statistics(values)
    return ReleasedFigures(
        state=RELEASED,
        n=len(values),
        median=to_grid(statistics.median, grid),
        q1=to_grid(statistics.q1, grid) if steps.shows_quartiles else None,
        q3=to_grid(statistics.q3, grid) if steps.shows_quartiles else None,
        variation_band=band(statistics.variation, bands) if steps.shows_distribution else None,
        distribution=distribution(values, grid) if steps.shows_distribution else None,
    )


def without_gaps(answers):
    """Return the answers that are there, and whole, by key."""
    return {key: answer for key, answer in answers.items() if not _is_missing(answer)}


def _is_missing(answer):
    """Return whether an answer, or a part of it, is None or NaN (the one value that differs from itself)."""
    if isinstance(answer, tuple):
        return any(_is_missing(part) for part in answer)
    return answer is None or answer != answer
