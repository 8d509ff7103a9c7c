import numpy as np
import pytest
from scipy.stats import gmean, trim_mean

from weighting.core.expert import (
    arithmetic_pool,
    geometric_pool,
    median_pool,
    points_to_weights,
    replace_zeros,
    trimmed_experts,
    trimmed_pool,
)
from weighting.core.refusal import MatrixRefused

SHARES = np.array([[0.5, 0.3, 0.2], [0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [0.4, 0.35, 0.25]])


def test_points_to_weights_closes_every_row():
    shares = points_to_weights([[40, 35, 25], [2, 1, 1]])

    assert shares.tolist() == [[0.4, 0.35, 0.25], [0.5, 0.25, 0.25]]


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([[1.0, -1.0]], "negative_points"),
        ([[0.0, 0.0]], "zero_points"),
        ([[np.nan, 1.0]], "missing_values"),
        ([[np.inf, 1.0]], "not_finite"),
    ],
)
def test_points_to_weights_refuses_by_name(points, reason):
    with pytest.raises(MatrixRefused) as refused:
        points_to_weights(points)

    assert refused.value.reason == reason


def test_arithmetic_pool_is_the_mean():
    assert arithmetic_pool(SHARES) == pytest.approx([0.4, 0.4125, 0.1875], rel=1e-15)


def test_arithmetic_pool_accepts_zero_as_an_answer():
    assert arithmetic_pool([[1.0, 0.0], [0.5, 0.5]]).tolist() == [0.75, 0.25]


def test_arithmetic_pool_weighs_by_authority_free_of_its_scale():
    authority = np.array([0.9, 0.7, 0.8, 0.6])

    pooled = arithmetic_pool(SHARES, weights=authority)

    assert pooled == pytest.approx(np.average(SHARES, axis=0, weights=authority), rel=1e-14)
    assert arithmetic_pool(SHARES, weights=10 * authority) == pytest.approx(pooled, rel=1e-14)


def test_geometric_pool_is_the_closed_geometric_mean():
    expected = gmean(SHARES, axis=0)

    assert geometric_pool(SHARES) == pytest.approx(expected / expected.sum(), rel=1e-14)


def test_geometric_pool_by_authority_agrees_with_scipy():
    authority = np.array([3.0, 1.0, 0.0, 2.0])
    expected = gmean(SHARES, axis=0, weights=authority[:, None] * np.ones(3))

    assert geometric_pool(SHARES, weights=authority) == pytest.approx(expected / expected.sum(), rel=1e-14)


def test_geometric_pool_keeps_ratios_where_the_arithmetic_does_not():
    pooled = geometric_pool(SHARES)

    assert pooled[0] / pooled[1] == pytest.approx(gmean(SHARES[:, 0] / SHARES[:, 1]), rel=1e-13)


def test_geometric_pool_refuses_a_zero_and_names_the_item():
    with pytest.raises(MatrixRefused) as refused:
        geometric_pool([[0.5, 0.5, 0.0], [0.4, 0.3, 0.3]])

    assert (refused.value.reason, refused.value.columns) == ("zero_weight", ("2",))


def test_replace_zeros_keeps_sum_and_ratios():
    replaced = replace_zeros([[0.6, 0.4, 0.0, 0.0]], delta=0.005)[0]

    assert replaced == pytest.approx([0.594, 0.396, 0.005, 0.005], rel=1e-14)
    assert geometric_pool([replaced]) == pytest.approx(replaced, rel=1e-13)


def test_replace_zeros_refuses_a_delta_that_leaves_nothing():
    with pytest.raises(MatrixRefused, match="delta_too_large"):
        replace_zeros([[1.0, 0.0, 0.0]], delta=0.5)


def test_median_pool_is_closed_again():
    assert median_pool(SHARES) == pytest.approx(np.array([0.45, 0.325, 0.2]) / 0.975, rel=1e-14)


def test_trimmed_pool_agrees_with_scipy():
    shares = np.random.default_rng(3).dirichlet(np.ones(6), size=23)

    for proportion in (0.0, 0.1, 0.2):
        expected = trim_mean(shares, proportion, axis=0)
        assert trimmed_pool(shares, proportion=proportion) == pytest.approx(
            expected / expected.sum(), rel=1e-13
        )


def test_trimmed_pool_of_few_experts_trims_nobody():
    assert trimmed_experts(9, 0.1) == 0
    assert trimmed_pool(SHARES, proportion=0.1) == pytest.approx(arithmetic_pool(SHARES), rel=1e-15)


@pytest.mark.parametrize("pool", [arithmetic_pool, geometric_pool, median_pool, trimmed_pool])
def test_pool_of_equal_experts_is_their_answer(pool):
    answer = np.array([0.5, 0.3, 0.2])

    assert pool(np.tile(answer, (5, 1))) == pytest.approx(answer, rel=1e-15)
    assert pool(answer[None]) == pytest.approx(answer, rel=1e-15)


@pytest.mark.parametrize("pool", [arithmetic_pool, geometric_pool, median_pool, trimmed_pool])
def test_pool_of_a_batch_is_the_pool_of_each(pool):
    batch = np.random.default_rng(5).dirichlet(np.ones(4), size=(7, 11))

    pooled = pool(batch)

    assert pooled.shape == (7, 4)
    assert pooled == pytest.approx(np.stack([pool(one) for one in batch]), rel=1e-13)
    assert pooled.sum(axis=-1) == pytest.approx(1, rel=1e-14)


def test_pool_without_experts_is_refused():
    with pytest.raises(MatrixRefused, match="no_experts"):
        arithmetic_pool(np.empty((0, 3)))


def test_pool_refuses_authority_of_zero():
    with pytest.raises(MatrixRefused, match="zero_authority"):
        arithmetic_pool(SHARES, weights=np.zeros(4))
