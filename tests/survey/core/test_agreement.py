"""Agreement on rating scales: shares compared in whole numbers, the core-outcome rule, APMO."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.agreement import (
    LOW_BANDS,
    TOP_BANDS,
    band_share,
    core_outcome,
    majority_opinions,
    opinions_of,
    relative_iqr,
)
from survey.core.answers import UnusableAnswers
from survey.core.consensus import item_statistics

ratings = st.lists(st.integers(1, 9), min_size=1, max_size=40)


def test_band_share_counts_both_ends_and_leaves_gaps_out():
    low, high = TOP_BANDS[9]

    found = band_share([6, 7, 9, math.nan, 8], low=low, high=high)

    assert (found.n, found.count, found.share, found.agreed) == (4, 3, 0.75, True)


def test_threshold_is_met_exactly_and_not_by_a_rounded_share():
    twenty_of_28 = [5] * 20 + [1] * 8  # 71.43 percent

    assert band_share([5] * 3 + [1], low=4, high=5).agreed is True
    assert band_share(twenty_of_28, low=4, high=5, threshold=72).agreed is False
    assert band_share([5] * 7 + [1] * 3, low=4, high=5, threshold=70).agreed is True


def test_band_share_of_nobody_is_none():
    found = band_share([math.nan], low=4, high=5)

    assert (found.share, found.agreed, found.reason) == (None, None, "n_too_small")


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([7] * 14 + [5] * 3 + [2] * 3, "none"),  # 70 percent high, but exactly 15 percent low
        ([7] * 14 + [5] * 4 + [2] * 2, "in"),
        ([2] * 14 + [5] * 4 + [8] * 2, "out"),
        ([2] * 14 + [5] * 3 + [8] * 3, "none"),
        ([7] * 13 + [5] * 7, "none"),
    ],
)
def test_core_outcome_takes_in_from_70_percent_with_less_than_15_against(values, verdict):
    assert core_outcome(values).verdict == verdict


def test_core_outcome_of_nobody_is_none():
    assert core_outcome([]).reason == "n_too_small"


@given(ratings)
def test_core_outcome_mirrors_the_scale(values):
    turned = {"in": "out", "out": "in", "none": "none"}

    assert core_outcome([10 - x for x in values]).verdict == turned[core_outcome(values).verdict]


def test_apmo_adds_the_larger_camp_of_each_item():
    """Items with 8 against 2, 3 against 7 and 5 against 5: (8 + 7 + 0) / 30 is 50 percent."""
    votes = [[1 if i < 8 else 0, 1 if i < 3 else 0, 1 if i < 5 else 0] for i in range(10)]

    found = majority_opinions(votes)

    assert (found.cut_off, found.majority, found.opinions, found.below) == (50.0, 15, 30, (2,))


def test_apmo_counts_only_opinions_that_were_given():
    found = majority_opinions([[1, math.nan], [1, math.nan], [0, math.nan]])

    assert (found.cut_off, found.opinions, found.below) == (pytest.approx(200 / 3), 3, ())
    assert majority_opinions([[math.nan]]).reason == "n_too_small"


def test_apmo_refuses_ratings():
    with pytest.raises(UnusableAnswers):
        majority_opinions([[1, 2]])


@pytest.mark.parametrize("top", [5, 7, 9])
def test_opinions_of_a_scale_and_of_its_mirror_are_opposite(top):
    scale = [[mark] for mark in range(1, top + 1)]

    found = opinions_of(scale, full_mark=top)[:, 0].tolist()
    turned = opinions_of([[top + 1 - mark] for (mark,) in scale], full_mark=top)[:, 0].tolist()

    assert LOW_BANDS == {5: (1, 2), 7: (1, 2), 9: (1, 3)}
    for mine, other in zip(found, turned, strict=True):
        assert (math.isnan(mine) and math.isnan(other)) or mine + other == 1
    assert found[0] == 0 and found[-1] == 1 and math.isnan(found[top // 2])


def test_apmo_of_ratings_by_hand():
    """1-5: item 1 has 3 for, 1 against, 1 between; item 2 has 2 against 2 and a gap: 100 (3 + 0) / (4 + 4)."""
    panel = [[5, 1], [4, 2], [4, 4], [2, 5], [3, math.nan]]

    found = majority_opinions(opinions_of(panel, full_mark=5))

    assert (found.cut_off, found.majority, found.opinions, found.below) == (37.5, 3, 8, (1,))


def test_relative_iqr_is_undefined_at_a_median_of_zero():
    assert relative_iqr(item_statistics([18, 20, 22])).value == 0.1
    assert relative_iqr(item_statistics([0, 0, 0])).reason == "zero_median"
    assert relative_iqr(item_statistics([])).reason == "n_too_small"
