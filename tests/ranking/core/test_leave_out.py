import numpy as np
import pytest

from ranking.core.leave_out import without_each_expert, without_each_leaf
from weighting.core.expert import arithmetic_pool
from weighting.core.hierarchy import Tree, effective_weights
from weighting.core.refusal import MatrixRefused

TREE = Tree(("A", "A1", "A2", "B", "B1", "C"), (-1, 0, 0, -1, 3, -1))
LOCAL = np.array([0.5, 0.4, 0.6, 0.3, 1.0, 0.2])


def test_each_expert_is_left_out_once():
    shares = np.random.default_rng(1).dirichlet(np.ones(3), size=5)

    pools = arithmetic_pool(shares[without_each_expert(5)])

    assert pools[2] == pytest.approx(np.delete(shares, 2, axis=0).mean(axis=0), rel=1e-14)


def test_a_lone_expert_cannot_be_left_out():
    with pytest.raises(MatrixRefused, match="no_experts"):
        without_each_expert(1)


def test_weight_of_a_left_out_indicator_goes_to_its_siblings():
    rows = without_each_leaf(TREE, LOCAL)

    assert rows[0].tolist() == [0.5, 0.0, 1.0, 0.3, 1.0, 0.2]
    assert rows[3] == pytest.approx([0.5 / 0.8, 0.4, 0.6, 0.3 / 0.8, 1.0, 0.0])


def test_only_child_takes_its_parent_along():
    row = without_each_leaf(TREE, LOCAL)[2]

    assert row == pytest.approx([0.5 / 0.7, 0.4, 0.6, 0.0, 0.0, 0.2 / 0.7])
    assert effective_weights(TREE, row)[TREE.leaves].sum() == pytest.approx(1, rel=1e-14)


def test_last_indicator_cannot_be_left_out():
    with pytest.raises(MatrixRefused, match="nothing_left"):
        without_each_leaf(Tree(("A", "A1"), (-1, 0)), [1.0, 1.0])
