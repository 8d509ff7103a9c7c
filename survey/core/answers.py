"""How answers come into this room: arrays of floats in which NaN means that nobody answered."""

import numpy as np


class UnusableAnswers(ValueError):
    """The answers have the wrong shape or hold an infinite number."""


def item_answers(values):
    """Return the answers to one item as a float array (m,), NaN where an expert gave none."""
    return _array(values, dimensions=1)


def panel_answers(values, *, allowed=None):
    """Return the answers of m experts to n items as a float array (m, n), NaN where one is missing."""
    answers = _array(values, dimensions=2)
    if allowed is not None and not np.isin(answers[~np.isnan(answers)], allowed).all():
        raise UnusableAnswers(f"an answer is none of {tuple(allowed)}")
    return answers


def given(values):
    """Return the answers to one item that were given, in ascending order.

    The order makes every sum over them the same whatever the order of the experts was.
    """
    answers = item_answers(values)
    return np.sort(answers[~np.isnan(answers)])


def paired(before, after):
    """Return the two answers of each expert who gave both, as two arrays of the same length."""
    before, after = item_answers(before), item_answers(after)
    if before.shape != after.shape:
        raise UnusableAnswers(f"{before.size} answers before, {after.size} after: not the same experts")
    both = ~(np.isnan(before) | np.isnan(after))
    return before[both], after[both]


def _array(values, *, dimensions):
    try:
        answers = np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise UnusableAnswers(f"not a table of numbers: {error}") from None
    if answers.ndim != dimensions:
        raise UnusableAnswers(f"expected {dimensions} dimension(s), got {answers.ndim}")
    if np.isinf(answers).any():
        raise UnusableAnswers("an answer is infinite")
    return answers
