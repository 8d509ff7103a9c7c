"""Verdicts on one item: converged or not, the shape of its answers, its state."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.verdicts import (
    LONG_SCALE_CONSENSUS,
    POINTS_CONSENSUS,
    SHORT_SCALE_CONSENSUS,
    ConsensusRule,
    answer_shape,
    concordance_level,
    converged,
    item_state,
)

ratings = st.lists(st.integers(1, 9), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("values", "rule", "holds"),
    [
        ([18, 20, 20, 23], POINTS_CONSENSUS, True),
        ([15, 15, 20, 20], POINTS_CONSENSUS, True),  # IQR exactly 5
        ([10, 10, 20, 20], POINTS_CONSENSUS, False),
        ([1, 1, 2, 6], POINTS_CONSENSUS, False),  # narrow, but V is 0.95
        ([4, 4, 5, 5], SHORT_SCALE_CONSENSUS, True),
        ([1, 3, 5, 5], SHORT_SCALE_CONSENSUS, False),
        ([5, 6, 7, 7], LONG_SCALE_CONSENSUS, True),
        ([4, 5, 5, 2], ConsensusRule(band=(4, 5)), True),
        ([4, 5, 3, 2], ConsensusRule(band=(4, 5)), False),
        ([4, 5, 3, 2], ConsensusRule(band=(4, 5), band_percent=50), True),
        ([2, 2, 2], ConsensusRule(band=(4, 5)), False),
    ],
)
def test_converged_holds_when_every_bound_of_the_rule_holds(values, rule, holds):
    assert converged(values, rule).holds is holds


def test_equal_answers_have_converged_even_at_zero():
    assert converged([0, 0, 0], POINTS_CONSENSUS).holds is True


def test_no_verdict_without_answers_bounds_or_a_needed_variation():
    assert converged([math.nan], POINTS_CONSENSUS).reason == "n_too_small"
    assert converged([1, 2], ConsensusRule()).reason == "no_rule"
    verdict = converged([-1, 1], ConsensusRule(iqr=5, variation=0.25))
    assert (verdict.holds, verdict.reason) == (None, "nonpositive_mean")
    assert converged([-9, 9], ConsensusRule(iqr=5, variation=0.25)).holds is False


@pytest.mark.parametrize(
    ("values", "kind", "two_camps"),
    [
        ([4, 4, 4, 5, 5], "consensus", False),
        ([1, 1, 1, 1, 3, 4, 5], "majority", False),
        ([1, 1, 1, 1, 1, 3, 5, 5, 5], "majority", True),  # two camps stay visible behind a majority
        ([1, 1, 1, 3, 5, 5, 5], "bipolar", True),
        ([1, 1, 2, 2, 2, 3, 5, 5, 4], "plurality", False),
        ([1, 2, 3, 4, 5], "dissent", False),
        ([1, 1, 1, 2, 2, 2, 3, 3, 3], "dissent", False),  # no dip between the outer bins
        ([2, 2, 3, 3], "consensus", False),
    ],
)
def test_shape_follows_the_hierarchy(values, kind, two_camps):
    found = answer_shape(values, rule=SHORT_SCALE_CONSENSUS)

    assert (found.kind, found.two_camps) == (kind, two_camps)


def test_exactly_half_is_no_majority_and_exactly_thirty_percent_is_a_camp():
    half = answer_shape([1, 1, 1, 3, 4, 5], rule=ConsensusRule(iqr=0))
    thirty = answer_shape([1, 1, 1, 2, 3, 3.5, 5, 5, 5, 4], rule=ConsensusRule(iqr=0))

    assert half.kind == "plurality"
    assert (thirty.kind, thirty.two_camps, thirty.modes) == ("bipolar", True, (1.0, 5.0))


def test_points_fall_into_bins_of_five():
    found = answer_shape([10, 12, 13, 40, 41, 44, 25], rule=POINTS_CONSENSUS, bin_width=5)

    assert (found.kind, found.modes, found.largest_share) == ("bipolar", (10.0, 40.0), 3 / 7)


def test_no_answers_have_no_shape():
    assert answer_shape([], rule=SHORT_SCALE_CONSENSUS).reason == "n_too_small"


@given(ratings, st.randoms())
def test_shape_does_not_depend_on_the_order_of_the_experts(values, random):
    shuffled = values[:]
    random.shuffle(shuffled)

    assert answer_shape(shuffled, rule=LONG_SCALE_CONSENSUS) == answer_shape(
        values, rule=LONG_SCALE_CONSENSUS
    )


@given(ratings)
def test_shape_is_the_same_on_the_mirrored_scale(values):
    plain, turned = (answer_shape(v, rule=LONG_SCALE_CONSENSUS) for v in (values, [10 - x for x in values]))

    assert (plain.kind, plain.two_camps, plain.largest_share) == (
        turned.kind,
        turned.two_camps,
        turned.largest_share,
    )


@pytest.mark.parametrize(
    ("has_converged", "is_stable", "state"),
    [
        (True, True, "converged"), (True, False, "converged"), (True, None, "converged"),
        (False, True, "stable_disagreement"), (False, False, "moving"), (False, None, "undecided"),
        (None, True, "undecided"),
    ],
)  # fmt: skip
def test_state_of_an_item(has_converged, is_stable, state):
    assert item_state(has_converged, is_stable) == state


def test_concordance_has_schmidts_words_from_their_lower_bounds_on():
    found = [concordance_level(w) for w in (None, 0.0, 0.29, 0.3, 0.5, 0.7, 0.89, 0.9, 1.0)]

    assert found == [
        None, "very_weak", "very_weak", "weak", "moderate", "strong", "strong", "unusually_strong",
        "unusually_strong",
    ]  # fmt: skip
