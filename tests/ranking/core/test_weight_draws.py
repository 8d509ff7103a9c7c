import numpy as np
import pytest

from ranking.core.weight_draws import dirichlet_draws, dirichlet_local_draws, simplex_draws
from weighting.core.hierarchy import Tree
from weighting.core.refusal import MatrixRefused

WEIGHTS = np.array([0.5, 0.3, 0.15, 0.05])


def test_draws_are_weights_and_depend_on_nothing_but_the_seed():
    draws = simplex_draws(4, 1000, seed=5)

    assert (draws >= 0).all()
    assert draws.sum(axis=1) == pytest.approx(1, rel=1e-14)
    assert np.array_equal(draws, simplex_draws(4, 1000, seed=5))
    assert not np.array_equal(draws, simplex_draws(4, 1000, seed=6))


def test_blocks_of_workers_are_the_bits_of_the_whole():
    whole = dirichlet_draws(WEIGHTS, 1000, seed=5)

    parts = [dirichlet_draws(WEIGHTS, count, seed=5, start=start) for start, count in ((0, 512), (512, 488))]

    assert np.array_equal(np.vstack(parts), whole)


def test_uniform_draws_have_the_moments_of_the_simplex():
    draws = simplex_draws(5, 40_000, seed=2)

    assert draws.mean(axis=0) == pytest.approx([0.2] * 5, abs=0.004)
    assert draws.var(axis=0) == pytest.approx([0.16 / 6] * 5, rel=0.03)


def test_dirichlet_draws_have_the_mean_and_variance_asked_for():
    draws = dirichlet_draws(WEIGHTS, 40_000, seed=2, concentration=50)

    assert draws.mean(axis=0) == pytest.approx(WEIGHTS, abs=0.002)
    assert draws.var(axis=0) == pytest.approx(WEIGHTS * (1 - WEIGHTS) / 51, rel=0.03)


def test_weight_of_zero_stays_zero():
    assert (dirichlet_draws([0.5, 0.0, 0.5], 300, seed=1)[:, 1] == 0).all()


def test_local_draws_sum_to_one_in_every_group():
    tree = Tree(("A", "A1", "A2", "B"), (-1, 0, 0, -1))

    draws = dirichlet_local_draws(tree, [0.6, 0.25, 0.75, 0.4], 20_000, seed=3, concentration=30)

    for group in tree.groups:
        assert draws[:, group].sum(axis=1) == pytest.approx(1, rel=1e-14)
    assert draws.mean(axis=0) == pytest.approx([0.6, 0.25, 0.75, 0.4], abs=0.004)
    assert draws[:, 1].var() == pytest.approx(0.25 * 0.75 / 31, rel=0.04)


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (lambda: dirichlet_draws([-0.5, 1.5], 3, seed=1), "not_a_weight"),
        (lambda: dirichlet_draws([0.5, 0.5], 3, seed=1, concentration=0), "concentration_not_positive"),
        (lambda: simplex_draws(3, 0, seed=1), "no_draws"),
        (lambda: simplex_draws(3, 9, seed=1, start=100), "start_inside_block"),
    ],
)
def test_draws_refuse_by_name(draw, reason):
    with pytest.raises(MatrixRefused, match=reason):
        draw()
