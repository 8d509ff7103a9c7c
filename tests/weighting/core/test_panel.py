"""Pooling a panel: every rule by hand, any order of the experts, gaps, authority, resamples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gmean, trim_mean

from weighting.core.hierarchy import Tree
from weighting.core.panel import FLAGGED, OTHER, RULES, ExpertPanel, PoolRule, as_panel, compared_pools
from weighting.core.refusal import MatrixRefused

TREE = Tree(("A", "B", "A1", "A2", "B1"), (-1, -1, 0, 0, 1))
FIRST = np.array([[0.6, 0.4], [0.5, 0.5], [0.2, 0.8], [0.9, 0.1]])
SECOND = np.array([[0.7, 0.3], [0.5, 0.5], [0.6, 0.4], [0.1, 0.9]])
AUTHORITY = np.array([0.9, 0.6, 0.75, 0.3])


def panel(name="arithmetic", first=FIRST, second=SECOND, authority=AUTHORITY, **rule):
    shares = np.column_stack([first, second, np.ones(len(first))])
    counts = None if authority is None else np.tile(authority[:, None], (1, 5))
    return ExpertPanel(shares, PoolRule(name, **rule), counts)


def closed(values):
    return values / values.sum()


def test_every_rule_against_independent_ways():
    weights = AUTHORITY[:, None]
    expected = {
        "arithmetic": FIRST.mean(axis=0),
        "geometric": closed(gmean(FIRST, axis=0)),
        "median": closed(np.median(FIRST, axis=0)),
        "trimmed": closed(trim_mean(FIRST, 0.25, axis=0)),
        "authority_arithmetic": (FIRST * weights).sum(axis=0) / AUTHORITY.sum(),
        "authority_geometric": closed(gmean(FIRST, axis=0, weights=weights * np.ones(2))),
    }
    assert set(expected) == set(RULES) == set(OTHER)
    for name, vector in expected.items():
        found = panel(name, proportion=0.25).pooled(TREE)
        assert found[:2] == pytest.approx(vector, abs=1e-14)
        assert found[2:4].sum() == pytest.approx(1, abs=1e-14)
        assert found[4] == 1


def test_rules_by_hand():
    answers = np.array([[0.5, 0.5], [0.9, 0.1]])
    tree = Tree(("A", "B"), (-1, -1))
    for name, first in {"arithmetic": 0.7, "geometric": 0.75, "authority_arithmetic": 0.6}.items():
        weights = np.array([[3.0, 3.0], [1.0, 1.0]])
        assert ExpertPanel(answers, PoolRule(name), weights).pooled(tree)[0] == pytest.approx(
            first, abs=1e-15
        )
    # odds 1 and 9, counted three to one: 9 ** (1 / 4) = 3 ** (1 / 2)
    geometric = ExpertPanel(answers, PoolRule("authority_geometric"), weights).pooled(tree)
    assert geometric[0] == pytest.approx(3**0.5 / (1 + 3**0.5), abs=1e-15)


rows = st.integers(1, 12).flatmap(
    lambda m: st.lists(
        st.tuples(*[st.integers(1, 97)] * 3, st.integers(0, 10), st.booleans()), min_size=m, max_size=m
    )
)


@given(rows, st.sampled_from(RULES), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_no_bit_depends_on_the_order_of_the_experts(experts, name, random):
    tree = Tree(("A", "B", "C"), (-1, -1, -1))
    answers = np.array([row[:3] for row in experts], dtype=float)
    answers /= answers.sum(axis=1, keepdims=True)
    answers[[row[4] for row in experts]] = np.nan
    answers[0] = 1 / 3
    authority = np.repeat([[1 + row[3] / 7] for row in experts], 3, axis=1)
    order = list(range(len(experts)))
    random.shuffle(order)
    rule = PoolRule(name, proportion=0.2)
    one = ExpertPanel(answers, rule, authority).pooled(tree)
    other = ExpertPanel(answers[order], rule, authority[order]).pooled(tree)
    assert one.tobytes() == other.tobytes()
    assert one.sum() == pytest.approx(1, abs=1e-12)


def test_who_did_not_judge_a_group_is_left_out_there_only():
    second = SECOND.copy()
    second[1] = np.nan
    found = panel(second=second).pooled(TREE)
    assert found[:2] == pytest.approx(FIRST.mean(axis=0), abs=1e-15)
    assert found[2:4] == pytest.approx(SECOND[[0, 2, 3]].mean(axis=0), abs=1e-15)


def test_unknown_authority_counts_only_where_it_is_asked():
    authority = AUTHORITY.copy()
    authority[0] = np.nan
    weighed = panel("authority_arithmetic", authority=authority).pooled(TREE)
    assert weighed[:2] == pytest.approx(AUTHORITY[1:] @ FIRST[1:] / AUTHORITY[1:].sum(), abs=1e-15)
    assert panel(authority=authority).pooled(TREE)[:2] == pytest.approx(FIRST.mean(axis=0), abs=1e-15)


@pytest.mark.parametrize(
    "made, reason, columns",
    [
        (panel(second=SECOND * np.nan), "no_experts", ("A1", "A2")),
        (panel("authority_arithmetic", authority=AUTHORITY * np.nan), "no_authority", ("A", "B")),
        (panel("authority_geometric", authority=None), "no_authority", ()),
        (panel("geometric", second=np.array([[1.0, 0.0]] * 4)), "zero_weight", ("A2",)),
    ],
)
def test_refusals_name_the_group(made, reason, columns):
    with pytest.raises(MatrixRefused) as refused:
        made.pooled(TREE)
    assert (refused.value.reason, refused.value.columns) == (reason, columns)


def test_zero_is_replaced_only_where_logarithms_are_taken():
    second = np.array([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])
    odds = (0.005 / 0.995) ** 0.25
    replaced = panel("geometric", second=second, zero_share=0.005).pooled(TREE)
    assert replaced[3] == pytest.approx(odds / (1 + odds), abs=1e-14)
    assert panel(second=second, zero_share=0.005).pooled(TREE)[3] == 0.375


def test_resamples_agree_with_pooling_each_alone():
    second = SECOND.copy()
    second[2] = np.nan
    picks = np.array([[0, 1, 2, 3], [2, 2, 0, 0], [2, 2, 2, 2]])
    for name in RULES:
        made = panel(name, second=second)
        found = made.pooled(TREE, picks)
        for row, pick in zip(found[:2], picks[:2], strict=True):
            alone = ExpertPanel(made.shares[pick], made.rule, made.authority[pick]).pooled(TREE)
            assert row == pytest.approx(alone, abs=1e-15)
        assert found[2, 2:4] == pytest.approx(made.pooled(TREE)[2:4])  # nobody judged it: the whole panel
        assert made.pooled(TREE, picks[0]) == pytest.approx(made.pooled(TREE), abs=1e-15)


def test_bare_shares_are_pooled_by_the_mean():
    assert as_panel(FIRST).pooled(Tree(("A", "B"), (-1, -1))) == pytest.approx([0.55, 0.45], abs=1e-15)
    assert len(as_panel(FIRST)) == 4


def test_two_ways_beside_each_other():
    found = compared_pools(TREE, panel())
    geometric = closed(gmean(FIRST, axis=0)), closed(gmean(SECOND, axis=0))
    apart = [abs(FIRST.mean(axis=0) - geometric[0])[0], abs(SECOND.mean(axis=0) - geometric[1])[0]]
    assert found.largest == pytest.approx(max(apart), abs=1e-14)
    assert found.node in (2 * int(np.argmax(apart)), 2 * int(np.argmax(apart)) + 1)
    assert found.flagged
    assert max(apart) > FLAGGED
    refused = compared_pools(TREE, panel(second=np.array([[1.0, 0.0]] * 4)))
    assert (refused.others, refused.largest, refused.refused) == (None, None, "zero_weight")
