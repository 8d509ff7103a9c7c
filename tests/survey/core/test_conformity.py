"""Moves toward the median, with and without a reason."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.answers import UnusableAnswers
from survey.core.conformity import conformity, conformity_of_all

moves = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.booleans()), min_size=1, max_size=25)


def test_moves_are_sorted_by_direction_and_reason():
    before = [10, 10, 30, 30, 20, 20, 15, math.nan]
    after = [15, 15, 40, 21, 20, 30, 25, 20]
    reasoned = [True, False, True, False, False, False, True, False]

    found = conformity(before, after, 20, reasoned=reasoned)

    assert (found.n_pairs, found.changed) == (7, 6)
    assert (found.toward_with_reason, found.toward_without_reason, found.away) == (1, 2, 2)
    assert (found.share, found.note) == (2 / 6, False)  # 15 to 25 jumped over 20 to the same distance


def test_a_note_is_due_strictly_above_sixty_percent():
    def of_ten(silent):
        return conformity([10] * 10, [15] * silent + [5] * (10 - silent), 20)

    assert (of_ten(6).note, of_ten(7).note) == (False, True)


def test_nobody_changed_or_nobody_paired_has_no_share():
    assert conformity([1, 2], [1, 2], 2).reason == "no_change"
    assert conformity([math.nan], [2], 2).reason == "no_pairs"


def test_a_median_and_one_reason_mark_for_each_answer_are_needed():
    with pytest.raises(UnusableAnswers):
        conformity([1], [2], math.nan)
    with pytest.raises(UnusableAnswers):
        conformity([1, 2], [2, 3], 2, reasoned=[True])


@given(moves, st.integers(0, 50))
def test_counts_add_up_and_a_round_is_the_sum_of_its_items(answers, median):
    before, after, reasoned = zip(*answers, strict=True)
    found = conformity(before, after, median, reasoned=reasoned)
    same_distance = sum(
        b != a and abs(a - median) == abs(b - median) for b, a in zip(before, after, strict=True)
    )

    assert (
        found.changed == found.toward_with_reason + found.toward_without_reason + found.away + same_distance
    )
    twice = conformity_of_all([found, found])
    assert (twice.changed, twice.share, twice.reason) == (2 * found.changed, found.share, found.reason)
