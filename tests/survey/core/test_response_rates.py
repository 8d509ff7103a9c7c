"""Positive coefficient and retention, on counts and at their exact bounds."""

import pytest

from survey.core.response_rates import retention, round_flow


@pytest.mark.parametrize(
    ("returned", "level"),
    [(100, "very_good"), (70, "very_good"), (69, "good"), (60, "good"), (50, "usable"), (49, "low")],
)
def test_positive_coefficient_and_its_reading(returned, level):
    found = round_flow(sent=100, returned=returned, valid=returned - 1, suggesting=7)

    assert (found.positive, found.level) == (returned / 100, level)
    assert (found.valid, found.suggesting) == ((returned - 1) / 100, 7 / returned)


def test_nobody_asked_is_none_and_nobody_back_is_zero():
    assert round_flow(sent=0, returned=0, valid=0).reason == "n_too_small"
    nobody = round_flow(sent=8, returned=0, valid=0)
    assert (nobody.positive, nobody.suggesting, nobody.level) == (0.0, None, "low")


@pytest.mark.parametrize("counts", [(5, 6, 5, 0), (5, 4, 5, 0), (5, 4, 4, 5), (5, 4, -1, 0)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="sent"):
        round_flow(sent=counts[0], returned=counts[1], valid=counts[2], suggesting=counts[3])


def test_retention_alerts_strictly_below_seventy_percent():
    assert [retention(kept, 10).alert for kept in (6, 7, 8)] == [True, False, False]
    assert retention(0, 0).reason == "n_too_small"
    with pytest.raises(ValueError, match="stayed"):
        retention(3, 2)
