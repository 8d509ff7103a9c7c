from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from weighting.core.combination import (
    linear_combination,
    max_deviation_combination,
    product_combination,
)
from weighting.core.expert import arithmetic_pool, geometric_pool
from weighting.core.hierarchy import (
    LEVELS,
    Tree,
    close_groups,
    combine_levels,
    effective_weights,
    local_weights,
    pool_groups,
)
from weighting.core.refusal import MatrixRefused

# A (A1, A2), B (B1, B2), C a leaf of the first level; children stand among their elders.
TREE = Tree(("A", "A1", "A2", "B", "B1", "B2", "C"), (-1, 0, 0, -1, 3, 3, -1))
EXPERT = np.array([0.5, 0.4, 0.6, 0.3, 0.25, 0.75, 0.2])
VARIATION = np.array([0.1, 0.2, 0.3, 0.2, 0.2])  # A1 A2 B1 B2 C


def test_tree_finds_leaves_groups_and_depth():
    assert TREE.leaves.tolist() == [1, 2, 4, 5, 6]
    assert [group.tolist() for group in TREE.groups] == [[0, 3, 6], [1, 2], [4, 5]]
    assert TREE.depth == 2


def test_tree_of_one_level_is_all_leaves():
    tree = Tree(("A", "B"), (-1, -1))

    assert (tree.leaves.tolist(), tree.depth) == ([0, 1], 1)


def test_tree_of_three_levels_with_children_before_parents():
    tree = Tree(("a", "b", "B", "T"), (2, 2, 3, -1))

    assert tree.depth == 3
    assert effective_weights(tree, [0.25, 0.75, 1.0, 1.0]).tolist() == [0.25, 0.75, 1.0, 1.0]


@pytest.mark.parametrize(
    ("codes", "parents", "reason", "columns"),
    [
        ((), (), "empty_tree", ()),
        (("A", "A"), (-1, -1), "repeated_code", ("A",)),
        (("A", "B"), (-1, 7), "unknown_parent", ("B",)),
        (("A", "B", "C"), (-1, 2, 1), "circular_tree", ("B", "C")),
        (("A",), (0,), "circular_tree", ("A",)),
        (("A",), (-1, -1), "codes_do_not_match", ()),
    ],
)
def test_tree_that_is_none_is_refused(codes, parents, reason, columns):
    with pytest.raises(MatrixRefused) as refused:
        Tree(codes, parents)

    assert (refused.value.reason, refused.value.columns) == (reason, columns)


def test_effective_weights_are_products_along_the_path():
    assert effective_weights(TREE, EXPERT) == pytest.approx(
        [0.5, 0.2, 0.3, 0.3, 0.075, 0.225, 0.2], rel=1e-15
    )


def test_local_weights_undo_effective_weights():
    leaves = effective_weights(TREE, EXPERT)[TREE.leaves]

    assert local_weights(TREE, leaves) == pytest.approx(EXPERT, rel=1e-14)


def test_local_weights_under_a_parent_of_nothing_are_zero():
    local = local_weights(TREE, [0.0, 0.0, 0.5, 0.3, 0.2])

    assert local[[0, 1, 2]].tolist() == [0.0, 0.0, 0.0]


def test_global_product_agrees_with_fractions_worked_by_hand():
    # s o over the leaves: .2*.1, .3*.2, .075*.3, .225*.2, .2*.2 = 20, 60, 22.5, 45, 40 thousandths
    terms = [Fraction(40, 2), Fraction(60), Fraction(45, 2), Fraction(45), Fraction(40)]
    total = sum(terms)
    leaves = [term / total for term in terms]
    a, b = leaves[0] + leaves[1], leaves[2] + leaves[3]

    found = combine_levels(TREE, EXPERT, VARIATION, product_combination, level="global")

    effective = [a, leaves[0], leaves[1], b, leaves[2], leaves[3], leaves[4]]
    local = [a, leaves[0] / a, leaves[1] / a, b, leaves[2] / b, leaves[3] / b, leaves[4]]
    assert found.effective == pytest.approx([float(w) for w in effective], rel=1e-14)
    assert found.combined == pytest.approx([float(w) for w in local], rel=1e-14)
    assert found.expert.tolist() == EXPERT.tolist()


def test_group_product_keeps_the_weights_the_experts_gave_to_dimensions():
    # inside A: (.4, .6) x (1/3, 2/3) = 1/4, 3/4; inside B: (.25, .75) x (.6, .4) = .15 : .30 = 1/3, 2/3
    found = combine_levels(TREE, EXPERT, VARIATION, product_combination, level="group")

    assert found.combined == pytest.approx([0.5, 1 / 4, 3 / 4, 0.3, 1 / 3, 2 / 3, 0.2], rel=1e-14)
    assert found.effective == pytest.approx([0.5, 0.125, 0.375, 0.3, 0.1, 0.2, 0.2], rel=1e-14)


def test_both_levels_are_combined_each_by_what_the_data_say_there():
    # headings (.5, .3, .2) x (.3, .5, .2) = .15 : .15 : .04; inside as in the group
    found = combine_levels(TREE, EXPERT, VARIATION, product_combination, level="both")

    top = np.array([15, 15, 4]) / 34
    assert found.combined == pytest.approx([top[0], 1 / 4, 3 / 4, top[1], 1 / 3, 2 / 3, top[2]], rel=1e-14)


def test_both_levels_of_a_flat_tree_are_the_global_one():
    tree, s, o = Tree(("a", "b", "c"), (-1, -1, -1)), [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]
    data = np.random.default_rng(0).random((5, 3))
    for rule, matrix in ((product_combination, None), (max_deviation_combination, data)):
        both, whole = (
            combine_levels(tree, s, o, rule, level=level, matrix=matrix).effective
            for level in ("both", "global")
        )
        assert both == pytest.approx(whole, rel=1e-14)


def test_rule_that_needs_figures_has_none_of_headings():
    with pytest.raises(MatrixRefused) as refused:
        combine_levels(TREE, EXPERT, VARIATION, max_deviation_combination, level="both", matrix=np.eye(5))
    assert (refused.value.reason, refused.value.columns) == ("no_figures_of_headings", ("A", "B", "C"))


def test_variation_is_made_local_by_sums_and_shares():
    found = combine_levels(TREE, EXPERT, VARIATION, product_combination, level="global")

    assert found.variation == pytest.approx([0.3, 1 / 3, 2 / 3, 0.5, 0.6, 0.4, 0.2], rel=1e-14)


def test_group_level_lets_leaf_siblings_share_what_they_had_together():
    # first level: X has a child, so only the leaves Y and Z share their .8
    tree = Tree(("X", "Y", "Z", "X1"), (-1, -1, -1, 0))

    found = combine_levels(tree, [0.2, 0.6, 0.2, 1.0], [0.5, 0.1, 0.4], linear_combination, level="group")

    # Z, Y among themselves: experts .75 .25, variation of (Y, Z, X1) = (.5, .1, .4): Y 5/6, Z 1/6
    expected = 0.8 * np.array([0.75 + 5 / 6, 0.25 + 1 / 6]) / 2
    assert found.effective == pytest.approx([0.2, *expected, 0.2], rel=1e-14)


@pytest.mark.parametrize("level", LEVELS)
def test_leaves_sum_to_one_and_children_to_their_parent(level):
    found = combine_levels(TREE, EXPERT, VARIATION, partial(linear_combination, alpha=0.3), level=level)

    assert found.effective[TREE.leaves].sum() == pytest.approx(1, rel=1e-14)
    assert found.effective[[1, 2]].sum() == pytest.approx(found.effective[0], rel=1e-14)
    for group in TREE.groups:
        assert found.combined[group].sum() == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("level", LEVELS)
def test_draws_are_combined_as_each_alone(level):
    rng = np.random.default_rng(2)
    draws = close_groups(TREE, rng.random((6, 7)))

    found = combine_levels(TREE, draws, VARIATION, product_combination, level=level)

    for position, draw in enumerate(draws):
        alone = combine_levels(TREE, draw, VARIATION, product_combination, level=level)
        assert found.effective[position] == pytest.approx(alone.effective, rel=1e-13)
        assert found.combined[position] == pytest.approx(alone.combined, rel=1e-13)
    assert found.variation.shape == (6, 7)


def test_rule_that_needs_the_data_gets_the_columns_of_the_group():
    rng = np.random.default_rng(4)
    data = rng.random((9, 5))

    found = combine_levels(TREE, EXPERT, VARIATION, max_deviation_combination, level="group", matrix=data)

    alone = max_deviation_combination([0.25, 0.75], [0.6, 0.4], data[:, [2, 3]])
    assert found.combined[[4, 5]] == pytest.approx(alone, rel=1e-14)


def test_group_without_variation_is_refused_with_its_codes():
    with pytest.raises(MatrixRefused) as refused:
        combine_levels(TREE, EXPERT, [0.0, 0.0, 0.5, 0.3, 0.2], product_combination, level="group")

    assert (refused.value.reason, refused.value.columns) == ("no_variation_in_group", ("A1", "A2"))


def test_single_indicator_of_a_group_keeps_the_whole_even_without_variation():
    tree = Tree(("A", "B", "A1", "B1", "B2"), (-1, -1, 0, 1, 1))

    found = combine_levels(
        tree, [0.4, 0.6, 1.0, 0.5, 0.5], [0.0, 0.5, 0.5], product_combination, level="group"
    )

    assert found.effective == pytest.approx([0.4, 0.6, 0.4, 0.3, 0.3])


@pytest.mark.parametrize(
    ("expert", "variation", "level", "reason"),
    [
        (EXPERT * 1.01, VARIATION, "global", "not_closed"),
        (EXPERT[:-1], VARIATION, "global", "nodes_do_not_match"),
        (EXPERT, VARIATION[:-1], "global", "leaves_do_not_match"),
        (EXPERT, VARIATION, "sideways", "unknown_level"),
    ],
)
def test_combine_levels_refuses_by_name(expert, variation, level, reason):
    with pytest.raises(MatrixRefused) as refused:
        combine_levels(TREE, expert, variation, product_combination, level=level)

    assert refused.value.reason == reason


def test_close_groups_closes_points_of_a_questionnaire():
    points = [50, 40, 60, 30, 1, 3, 20]

    assert close_groups(TREE, points) == pytest.approx(EXPERT, rel=1e-15)


def test_close_groups_refuses_a_group_of_zeros_with_its_codes():
    with pytest.raises(MatrixRefused) as refused:
        close_groups(TREE, [50, 0, 0, 30, 1, 3, 20])

    assert (refused.value.reason, refused.value.columns) == ("zero_total", ("A1", "A2"))


@pytest.mark.parametrize("pool", [arithmetic_pool, geometric_pool])
def test_pool_groups_pools_every_group_alone(pool):
    answers = close_groups(TREE, np.random.default_rng(6).random((8, 7)))

    pooled = pool_groups(TREE, answers, pool)

    assert pooled[[4, 5]] == pytest.approx(pool(answers[:, [4, 5]]), rel=1e-14)
    for group in TREE.groups:
        assert pooled[group].sum() == pytest.approx(1, rel=1e-14)
