"""The far-out rule: strictly outside, far enough, ranked and capped."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.answers import UnusableAnswers
from survey.core.far_out import far_out_answers

items = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 50), st.integers(0, 20)), min_size=1, max_size=29
)


def test_an_answer_on_the_edge_of_the_middle_half_is_inside():
    found = far_out_answers([18, 24], [18, 18], [24, 24])

    assert (found.asked, found.quiet) == ((), ())


@pytest.mark.parametrize(("answer", "asked"), [(26, False), (27, True), (15, True), (16, False)])
def test_three_points_are_asked_for_when_the_panel_is_close(answer, asked):
    found = far_out_answers([answer], [18], [24])

    assert bool(found.asked) is asked
    assert found.quiet == (() if asked else (0,))


def test_half_the_spread_is_asked_for_when_the_panel_is_wide():
    found = far_out_answers([49, 50], [20, 20], [40, 40])

    assert [far.item for far in found.asked] == [1]


def test_the_farthest_in_spreads_come_first_and_three_are_the_most():
    found = far_out_answers([40, 40, 40, 40, 9], [10, 10, 10, 10, 10], [12, 20, 30, 30, 10])

    assert [(far.item, far.distance, far.side) for far in found.asked] == [
        (0, 28, "above"), (1, 20, "above"), (2, 10, "above"),
    ]  # fmt: skip
    assert found.quiet == (3, 4)


def test_a_panel_that_is_of_one_mind_comes_first_of_all():
    found = far_out_answers([90, 14], [10, 10], [12, 10])

    assert [far.item for far in found.asked] == [1, 0]
    assert found.asked[0].distance == 4


def test_withheld_quartiles_and_empty_rows_are_never_marked():
    found = far_out_answers([90, math.nan, 90], [math.nan, 10, 10], [math.nan, 12, 12])

    assert [far.item for far in found.asked] == [2]
    assert found.quiet == ()


def test_quartiles_in_the_wrong_order_or_number_are_refused():
    with pytest.raises(UnusableAnswers):
        far_out_answers([1], [5], [3])
    with pytest.raises(UnusableAnswers):
        far_out_answers([1, 2], [5], [6])


@given(items, st.integers(0, 5))
def test_asked_and_quiet_are_together_all_answers_outside(rows, most):
    answers, q1, width = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    found = far_out_answers(answers, q1, q1 + width, most=most)
    outside = {i for i in range(len(rows)) if answers[i] < q1[i] or answers[i] > q1[i] + width[i]}

    assert len(found.asked) <= most
    assert {far.item for far in found.asked} | set(found.quiet) == outside
    assert all(far.distance >= max(3, width[far.item] / 2) for far in found.asked)
    ratios = [far.distance / width[far.item] if width[far.item] else math.inf for far in found.asked]
    assert ratios == sorted(ratios, reverse=True)
