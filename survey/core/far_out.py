"""Which of an expert's answers lie so far out that a reason is asked for: a few, never all of them."""

from dataclasses import dataclass

import numpy as np

from survey.core.answers import UnusableAnswers, item_answers

BELOW, ABOVE = "below", "above"


@dataclass(frozen=True)
class FarOut:
    """One far-out answer: its item, its distance from the middle half and its side."""

    item: int
    distance: float
    side: str


@dataclass(frozen=True)
class FarOutAnswers:
    """The answers a reason is asked for, farthest first, and the items that only get a quiet mark."""

    asked: tuple[FarOut, ...]
    quiet: tuple[int, ...]


def far_out_answers(answers, q1, q3, *, points=3, iqr_share=0.5, most=3):
    """Return which answers of one expert are far out of the middle half that was fed back.

    distance = q1 - x below the middle half, x - q3 above it, 0 inside, ends included. Far out:
    distance > 0 and distance >= max(points, iqr_share * (q3 - q1)). They are ranked by distance / IQR,
    an IQR of 0 first, then by distance, then by the order of the items, and at most `most` are asked about.

    Parameters
    ----------
    answers : array_like, shape (n,)
        The expert's answers, NaN = none.
    q1, q3 : array_like, shape (n,)
        The quartiles released for each item, NaN where they were withheld: such an item is never marked.
    points, iqr_share : float
        The two bounds, in the unit of the answers and as a share of the IQR.
    most : int
        The cap for one expert and round.

    Returns
    -------
    FarOutAnswers
        `quiet` lists the other items whose answer lies outside the middle half, in their order.

    Raises
    ------
    UnusableAnswers
        If the lengths differ or a q1 is above its q3.

    Examples
    --------
    >>> found = far_out_answers([35, 20, 10], [18, 18, 12], [24, 24, 20])
    >>> found.asked, found.quiet
    ((FarOut(item=0, distance=11.0, side='above'),), (2,))
    """
    answers, q1, q3 = item_answers(answers), item_answers(q1), item_answers(q3)
    if not answers.shape == q1.shape == q3.shape:
        raise UnusableAnswers(f"{answers.size} answers, {q1.size} and {q3.size} quartiles")
    if (q1 > q3).any():
        raise UnusableAnswers("a lower quartile lies above the upper one")
    iqr = q3 - q1
    distance = np.nan_to_num(np.maximum(q1 - answers, answers - q3), nan=0.0).clip(min=0)
    outside = np.flatnonzero(distance > 0)
    far = outside[distance[outside] >= np.maximum(points, iqr_share * iqr[outside])].tolist()
    far.sort(key=lambda item: (-_in_iqr(distance[item], iqr[item]), -distance[item], item))
    asked = tuple(
        FarOut(item, float(distance[item]), BELOW if answers[item] < q1[item] else ABOVE)
        for item in far[:most]
    )
    return FarOutAnswers(asked, tuple(item for item in outside.tolist() if item not in far[:most]))


def _in_iqr(distance, iqr):
    return distance / iqr if iqr else np.inf
