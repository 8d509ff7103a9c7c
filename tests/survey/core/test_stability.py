"""Change of one item between rounds: histogram change, figures, and the verdict at its exact bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.answers import UnusableAnswers
from survey.core.stability import HISTOGRAM_RULE, POINTS_RULE, StabilityRule, item_stability

pairs = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=30)


def test_histogram_change_counts_half_the_differences_of_the_bars():
    """Bars 2, 3, 5 become 1, 5, 4: differences 1 + 2 + 1, half of them over ten experts is 20 percent."""
    before = [1] * 2 + [2] * 3 + [3] * 5
    after = [1, 2] + [2] * 3 + [2] + [3] * 4

    found = item_stability(before, after)

    assert found.scheibe == 20.0
    assert found.unchanged == 0.8


def test_experts_who_swap_places_leave_the_histogram_as_it_was():
    found = item_stability([1, 5, 1, 5], [5, 1, 5, 1])

    assert (found.scheibe, found.unchanged, found.stable) == (0.0, 0.0, True)


def test_points_are_compared_in_bins_of_five():
    found = item_stability([20, 24, 25], [24, 20, 29], bin_width=5)

    assert found.scheibe == 0.0
    assert item_stability([24], [25], bin_width=5).scheibe == 100.0


def test_stable_is_strictly_below_fifteen_percent():
    twenty = [3] * 17 + [1] * 3
    moved_three = [3] * 20

    assert item_stability(twenty, moved_three, rule=StabilityRule(variation_change=None)).stable is False
    assert (
        item_stability([3] * 18 + [1] * 2, moved_three, rule=StabilityRule(variation_change=None)).stable
        is True
    )


def test_histogram_rule_also_asks_for_a_steady_variation():
    before, after = [20] * 19 + [21], [20] * 19 + [90]

    assert item_stability(before, after, bin_width=5).scheibe == 5.0
    assert item_stability(before, after, bin_width=5, rule=HISTOGRAM_RULE).stable is False


def test_points_rule_looks_at_median_quartiles_and_share_changed():
    before = [18, 20, 20, 22, 20, 20, 20, 20, 20, 20]

    assert item_stability(before, [*before[:-1], 25], rule=POINTS_RULE).stable is True
    assert item_stability(before, [*before[:-2], 25, 25], rule=POINTS_RULE).stable is False
    assert item_stability([10, 10], [12, 12], rule=StabilityRule(None, None, median_change=1)).stable is False


def test_changes_are_those_of_the_paired_experts_only():
    found = item_stability([10, 20, math.nan, 90], [12, 20, 50, math.nan])

    assert found.n_pairs == 2
    assert found.median_change == 1.0


def test_without_pairs_everything_is_none_with_a_reason():
    found = item_stability([1, math.nan], [math.nan, 2])

    names = set(found.__dataclass_fields__) - {"n_pairs", "reasons"}
    assert found.n_pairs == 0
    assert all(getattr(found, name) is None for name in names)
    assert found.reasons == dict.fromkeys(names, "no_pairs")


def test_a_rule_that_asks_for_a_missing_figure_gives_no_verdict():
    found = item_stability([0, 0], [0, 1])

    assert (found.variation_change, found.reasons["variation_change"]) == (None, "nonpositive_mean")
    assert found.stable is False  # half of the answers changed bins, which settles it
    quiet = item_stability([0, 0], [0, 1], bin_width=5)
    assert (quiet.stable, quiet.reasons["stable"]) == (None, "nonpositive_mean")


def test_nothing_changed_is_stable_even_where_no_variation_exists():
    assert item_stability([0, 0, 0], [0, 0, 0]).stable is True


def test_a_rule_without_bounds_says_so():
    found = item_stability([1, 2], [1, 2], rule=StabilityRule(None, None))

    assert (found.stable, found.reasons["stable"]) == (None, "no_rule")


def test_unequal_lengths_and_empty_bins_are_refused():
    with pytest.raises(UnusableAnswers):
        item_stability([1, 2], [1])
    with pytest.raises(ValueError, match="wider than 0"):
        item_stability([1, 2], [1, 2], bin_width=0)


@given(pairs, st.randoms())
def test_stability_does_not_depend_on_the_order_of_the_experts(answers, random):
    shuffled = answers[:]
    random.shuffle(shuffled)

    assert item_stability(*zip(*answers, strict=True)) == item_stability(*zip(*shuffled, strict=True))


@given(pairs)
def test_histogram_change_never_exceeds_the_share_that_changed(answers):
    found = item_stability(*zip(*answers, strict=True))

    assert 0 <= found.scheibe <= 100 * (1 - found.unchanged) + 1e-9


@given(pairs)
def test_histogram_change_is_half_the_distance_of_two_numpy_histograms(answers):
    before, after = (np.array(side) for side in zip(*answers, strict=True))
    bars = [np.histogram(side, bins=np.arange(1, 11))[0] for side in (before, after)]

    expected = 100 * np.abs(bars[0] - bars[1]).sum() / 2 / len(answers)

    assert item_stability(before, after).scheibe == pytest.approx(expected, abs=1e-12)
