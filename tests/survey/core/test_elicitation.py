"""Allocated points: what may be submitted, and a balance that always adds up."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.elicitation import allocation_problem, balanced, shared_out

rows = st.lists(st.integers(0, 100), min_size=1, max_size=12)
edits = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 100))), max_size=20)


def test_a_complete_allocation_has_no_problem():
    assert allocation_problem([60, 25, 15, 0]) is None
    assert allocation_problem([62.5, 37.5], step=0.5) is None
    assert allocation_problem([0.1] * 10, total=1, step=0.1) is None
    assert allocation_problem([Decimal("33.5"), Fraction(133, 2)], step=0.5) is None


@pytest.mark.parametrize(
    ("points", "code", "affected", "given_sum", "remaining"),
    [
        ([60, 25, 14], "sum", (), 99, 1),
        ([60, 25, 19], "sum", (), 104, -4),
        ([60, None, 40], "missing", (1,), 100, 0),
        ([60, math.nan, 30], "missing", (1,), 90, 10),
        ([-5, 105], "negative", (0,), 100, 0),
        ([33.5, 66.5], "off_step", (0, 1), 100, 0),
        ([math.inf, 1], "not_a_number", (0,), 1, 99),
        (["x", 100], "not_a_number", (0,), 100, 0),
        ([True, 99], "not_a_number", (0,), 99, 1),
        ([], "sum", (), 0, 100),
    ],
)
def test_a_problem_names_its_rows_and_the_sum(points, code, affected, given_sum, remaining):
    found = allocation_problem(points)

    assert (found.code, found.rows, found.sum, found.remaining) == (code, affected, given_sum, remaining)


def test_ninety_nine_point_nine_is_not_a_hundred():
    assert allocation_problem([33.3, 33.3, 33.3], step=0.1).remaining == pytest.approx(0.1)


@pytest.mark.parametrize(("total", "step"), [(100, 0), (100, -1), (0, 1), (100, 3), (100, 0.3)])
def test_a_total_that_the_step_cannot_reach_is_refused(total, step):
    with pytest.raises(ValueError, match="cannot be shared out"):
        allocation_problem([100], total=total, step=step)


def test_balance_is_proportional_with_the_largest_remainder():
    assert balanced([1, 1, 1]).points == (34, 33, 33)
    assert balanced([30, 20, 10]).points == (50, 33, 17)
    assert balanced([1, 1, 1], step=0.5).points == (33.5, 33.5, 33.0)
    assert balanced([40, 40, 40], [True, False, False]).points == (40, 30, 30)


def test_balance_reproduces_a_published_hare_apportionment():
    """The usual example of the largest remainder: 100,000 votes, ten seats, Hare quota 10,000."""
    votes = [47_000, 16_000, 15_800, 12_000, 6_100, 3_100]

    assert shared_out(votes, 10) == [5, 2, 1, 1, 1, 0]


def test_balance_leaves_zeros_and_pins_alone():
    found = balanced([0, 7, 0, 3], [False, False, False, True]).points

    assert found == (0, 97, 0, 3)


@pytest.mark.parametrize(
    ("points", "pinned", "reason"),
    [
        ([80, 30, 10], [True, True, False], "pinned_exceed_total"),
        ([50, 0, 0], [True, False, False], "nothing_to_scale"),
        ([0, 0], [False, False], "nothing_to_scale"),
        ([50, 40], [True, True], "nothing_to_scale"),
        ([50, None], [False, False], "missing"),
        ([50, "x"], [False, False], "not_a_number"),
        ([50, -1], [False, False], "negative"),
        ([50.25, 10], [True, False], "off_step"),
    ],
)
def test_balance_explains_instead_of_acting(points, pinned, reason):
    found = balanced(points, pinned)

    assert (found.points, found.reason) == (None, reason)


def test_balance_of_pins_that_fill_the_total_empties_the_other_rows():
    assert balanced([60, 40, 5], [True, True, False]).points == (60, 40, 0)


def test_a_pin_for_each_row_is_needed():
    with pytest.raises(ValueError, match="pins"):
        balanced([1, 2], [True])


@given(rows, st.data(), st.sampled_from([(100, 1), (100, 0.5), (200, 1), (10, 0.1)]))
@settings(max_examples=300)
def test_balance_adds_up_is_within_one_step_of_proportion_and_may_be_submitted(points, data, frame):
    total, step = frame
    pinned = data.draw(st.lists(st.booleans(), min_size=len(points), max_size=len(points)))
    found = balanced(points, pinned, total=total, step=step)
    if found.points is None:
        assert found.reason in ("pinned_exceed_total", "nothing_to_scale")
        return

    left = total - sum(p for p, pin in zip(points, pinned, strict=True) if pin)
    free = sum(p for p, pin in zip(points, pinned, strict=True) if not pin)
    assert allocation_problem(found.points, total=total, step=step) is None
    for old, new, pin in zip(points, found.points, pinned, strict=True):
        assert new == old if pin or old == 0 else abs(new - Fraction(old * left, free)) < step


@given(rows.filter(any))
def test_balance_is_done_once_and_for_all(points):
    once = balanced(points).points

    assert balanced(once).points == once


@given(edits, st.lists(st.booleans(), min_size=5, max_size=5), st.data())
@settings(max_examples=300)
def test_no_sequence_of_edits_balances_and_undos_ever_passes_with_another_sum(sequence, pinned, data):
    points, past = [None] * 5, []
    for row, value in sequence:
        past.append(points)
        act = data.draw(st.sampled_from(["edit", "balance", "undo"]))
        if act == "edit":
            points = [value if place == row else old for place, old in enumerate(points)]
        elif act == "balance":
            points = list(balanced(points, pinned).points or points)
        else:
            points = past[data.draw(st.integers(0, len(past) - 1))]

        if allocation_problem(points) is None:
            assert None not in points
            assert sum(points) == 100


@given(st.lists(st.integers(0, 1000), max_size=15), st.integers(0, 300))
def test_shares_keep_their_quota(sizes, seats):
    found = shared_out(sizes, seats)

    assert sum(found) == (seats if any(sizes) else 0)
    for size, share in zip(sizes, found, strict=True):
        assert share == 0 if size == 0 else abs(share - Fraction(size * seats, sum(sizes))) < 1
