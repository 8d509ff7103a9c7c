"""Laws of the panel's figures: the order of the experts says nothing, and Kendall's W lies between 0 and 1."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.compositions import composition_spread
from survey.core.consensus import item_statistics, kendall_w
from survey.core.repeatability import weighted_kappa
from survey.core.stability import item_stability
from weighting.core.expert import arithmetic_pool, geometric_pool, median_pool, trimmed_pool

PANELS = st.tuples(st.integers(2, 14), st.integers(2, 6)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 100), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def shuffled(panel: np.ndarray, seed: int) -> np.ndarray:
    return panel[np.random.default_rng(seed).permutation(len(panel))]


@settings(max_examples=200, deadline=None)
@given(PANELS, st.integers(0, 10**6))
def test_the_order_of_the_experts_says_nothing(rows, seed):
    panel = np.array(rows, dtype=float)
    other = shuffled(panel, seed)

    for column, again in zip(panel.T, other.T, strict=True):
        assert item_statistics(column, full_mark=100) == item_statistics(again, full_mark=100)  # to the bit
    assert kendall_w(panel, draws=0) == kendall_w(other, draws=0)


@settings(max_examples=200, deadline=None)
@given(PANELS, st.integers(0, 10**6))
def test_the_order_of_pairs_says_nothing(rows, seed):
    panel = np.array(rows, dtype=float)
    before, after = panel[:, 0], panel[:, 1]
    old, new = shuffled(panel, seed)[:, :2].T

    assert item_stability(before, after, bin_width=5) == item_stability(old, new, bin_width=5)
    one, two = weighted_kappa(before, after).value, weighted_kappa(old, new).value
    assert one == (None if two is None else pytest.approx(two, abs=1e-9))


@settings(max_examples=200, deadline=None)
@given(PANELS, st.integers(0, 10**6))
def test_pooled_weights_do_not_hang_on_the_order_of_the_experts(rows, seed):
    panel = np.array(rows, dtype=float) + 1
    shares = panel / panel.sum(axis=1, keepdims=True)
    other = shuffled(shares, seed)

    for pool in (arithmetic_pool, geometric_pool, median_pool, trimmed_pool):
        assert np.asarray(pool(shares)) == pytest.approx(np.asarray(pool(other)), abs=1e-12)
        assert np.asarray(pool(shares)).sum() == pytest.approx(1, abs=1e-12)
    first, again = composition_spread(shares), composition_spread(other)
    assert first.metric_variance == pytest.approx(again.metric_variance, abs=1e-9)


@settings(max_examples=300, deadline=None)
@given(PANELS)
def test_concordance_lies_between_0_and_1(rows):
    found = kendall_w(rows, draws=99)
    assert found.w is None or 0 <= found.w <= 1
    assert found.p is None or 0 <= found.p <= 1
    assert found.p_permutation is None or 0 < found.p_permutation <= 1
