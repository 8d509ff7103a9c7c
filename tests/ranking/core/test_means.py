import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import gmean, hmean, pmean

from ranking.core.means import arithmetic_mean, geometric_mean, harmonic_mean, power_mean
from weighting.core.refusal import MatrixRefused

Z = np.array([[10.0, 40.0, 90.0], [50.0, 50.0, 50.0], [100.0, 1.0, 30.0]])
W = np.array([0.5, 0.3, 0.2])


def test_means_agree_with_scipy():
    assert arithmetic_mean(Z, W) == pytest.approx(np.average(Z, axis=1, weights=W), rel=1e-14)
    assert geometric_mean(Z, W) == pytest.approx(
        gmean(Z, axis=1, weights=W[None] * np.ones((3, 1))), rel=1e-13
    )
    assert harmonic_mean(Z, W) == pytest.approx(
        hmean(Z, axis=1, weights=W[None] * np.ones((3, 1))), rel=1e-13
    )
    for exponent in (-2.0, -0.5, 0.5, 2.0, 3.0):
        expected = pmean(Z, exponent, axis=1, weights=W[None] * np.ones((3, 1)))
        assert power_mean(Z, W, exponent=exponent) == pytest.approx(expected, rel=1e-12)


def test_geometric_mean_of_max_shares_agrees_with_pymcdm():
    # WPM(max_normalization) of pymcdm 1.4.0 on the matrix and weights of this test
    matrix = np.array(
        [
            [12.0, 3.4, 210, 0.82, 5.5],
            [15.0, 2.9, 180, 0.91, 7.1],
            [9.0, 4.1, 260, 0.77, 6.2],
            [22.0, 3.6, 150, 0.95, 4.8],
            [17.0, 2.2, 305, 0.64, 9.3],
            [11.0, 5.0, 190, 0.88, 3.9],
            [14.0, 3.1, 240, 0.71, 8.0],
        ]
    )

    found = geometric_mean(matrix / matrix.max(axis=0), [0.3, 0.25, 0.2, 0.15, 0.1])

    pymcdm = [
        0.6521390402360853,
        0.6770602435046967,
        0.6559036617711269,
        0.7481130609181088,
        0.7104597793077122,
        0.669659107182011,
        0.6964384249610509,
    ]
    assert found == pytest.approx(pymcdm, rel=1e-13)


def test_exponents_zero_minus_one_and_one_are_the_named_means():
    assert power_mean(Z, W, exponent=0) == pytest.approx(geometric_mean(Z, W), rel=1e-15)
    assert power_mean(Z, W, exponent=-1) == pytest.approx(harmonic_mean(Z, W), rel=1e-14)
    assert power_mean(Z, W, exponent=1) == pytest.approx(arithmetic_mean(Z, W), rel=1e-14)


@pytest.mark.parametrize(
    "mean", [geometric_mean, harmonic_mean, lambda z, w, **f: power_mean(z, w, exponent=-2, **f)]
)
def test_zero_that_carries_weight_ends_everything_and_a_floor_prevents_it(mean):
    z = [[0.0, 80.0], [50.0, 80.0]]

    assert mean(z, [0.5, 0.5])[0] == 0
    assert mean(z, [0.0, 1.0])[0] == pytest.approx(80)
    assert 0 < mean(z, [0.5, 0.5], floor=1.0)[0] < 80


def test_positive_exponent_lives_with_zero():
    assert power_mean([[0.0, 4.0]], [0.5, 0.5], exponent=0.5)[0] == pytest.approx(1.0)


@pytest.mark.parametrize("mean", [geometric_mean, harmonic_mean, lambda z, w: power_mean(z, w, exponent=2)])
def test_negative_figures_are_refused_with_their_column(mean):
    with pytest.raises(MatrixRefused, match="negative_figures: 1"):
        mean([[1.0, -1.0]], [0.5, 0.5])


def test_arithmetic_mean_takes_negative_figures():
    assert arithmetic_mean([[1.0, -1.0]], [0.5, 0.5]).tolist() == [0.0]


@pytest.mark.parametrize(
    ("figures", "weights", "reason"),
    [
        ([[1.0, np.nan]], [0.5, 0.5], "missing_values"),
        ([[1.0, 2.0]], [1.0], "weights_do_not_match"),
        ([[1.0, 2.0]], [1.5, -0.5], "negative_weight"),
        ([[1.0, 2.0]], [0.0, 0.0], "zero_total"),
    ],
)
def test_mean_refuses_by_name(figures, weights, reason):
    with pytest.raises(MatrixRefused) as refused:
        geometric_mean(figures, weights)

    assert refused.value.reason == reason


def test_mean_over_draws_is_the_mean_of_each():
    draws = np.random.default_rng(2).dirichlet(np.ones(3), size=4)

    found = geometric_mean(Z, draws[:, None, :])

    assert found == pytest.approx(np.stack([geometric_mean(Z, draw) for draw in draws]), rel=1e-14)


def test_power_mean_near_exponent_zero_is_nearly_geometric():
    assert power_mean(Z, W, exponent=1e-12) == pytest.approx(geometric_mean(Z, W), rel=1e-9)
    assert power_mean(Z, W, exponent=-1e-12) == pytest.approx(geometric_mean(Z, W), rel=1e-9)


def test_power_mean_of_zeros_is_zero_and_of_large_exponents_stays_finite():
    assert power_mean([[0.0, 0.0]], [0.5, 0.5], exponent=2).tolist() == [0.0]
    assert power_mean([[1.0, 100.0]], [0.5, 0.5], exponent=900)[0] == pytest.approx(100 * 0.5 ** (1 / 900))
    assert power_mean([[1.0, 100.0]], [0.5, 0.5], exponent=-900)[0] == pytest.approx(0.5 ** (-1 / 900))


@settings(deadline=None)
@given(
    arrays(float, (3, 4), elements=st.floats(1, 100)),
    arrays(float, 4, elements=st.floats(0.01, 1)),
    st.floats(-3, 3),
    st.floats(0.1, 1),
)
def test_power_means_rise_with_the_exponent_and_stay_within_the_figures(z, w, exponent, step):
    lower, upper = power_mean(z, w, exponent=exponent), power_mean(z, w, exponent=exponent + step)

    assert (lower <= upper * (1 + 1e-9)).all()
    assert (lower >= z.min(axis=1) * (1 - 1e-9)).all() and (upper <= z.max(axis=1) * (1 + 1e-9)).all()


@pytest.mark.parametrize("exponent", [-20.0, -9.5, 9.5, 20.0])
def test_figures_without_weight_leave_the_power_mean_alone(exponent):
    figures, weights = np.array([[1e-3, 40.0, 90.0, 1e6]]), np.array([0.0, 0.3, 0.7, 0.0])

    found = power_mean(figures, weights, exponent=exponent)

    assert found == pytest.approx(power_mean(figures[:, 1:3], weights[1:3], exponent=exponent), rel=1e-13)
    tiny = power_mean(
        [[40.0, 90.0]], [1e-30, 1.0], exponent=exponent
    )  # the extreme one weighs nearly nothing
    assert tiny[0] == pytest.approx((1e-30 * 40.0**exponent + 90.0**exponent) ** (1 / exponent), rel=1e-13)
