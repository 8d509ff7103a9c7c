"""TOPSIS and VIKOR against pymcdm 1.4.0 (and pyrepo-mcda 0.1.15, which agrees with it to eight figures)."""

import numpy as np
import pytest

from ranking.core.normalization import min_max
from ranking.core.topsis import topsis
from ranking.core.vikor import vikor
from weighting.core.refusal import MatrixRefused

MATRIX = np.array(
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
DIRECTIONS = [1, 1, -1, 1, -1]
WEIGHTS = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
TOPSIS_MIN_MAX = [
    0.4187050816850589,
    0.5022028981745045,
    0.35864812326054696,
    0.7684081463733498,
    0.3240398794695995,
    0.5595340863307701,
    0.3533003519750676,
]
TOPSIS_VECTOR = [
    0.3273571922988208,
    0.3902860598535627,
    0.3790777738867356,
    0.6111676479713025,
    0.4998453082674321,
    0.4460572657981509,
    0.41336487512543546,
]
VIKOR_Q = [
    0.6004768654165542,
    0.4195443541688285,
    0.8787306897631932,
    0.0,
    0.8571428571428572,
    0.5148277952059297,
    0.5568234297171408,
]


def test_topsis_agrees_with_pymcdm():
    by_length = MATRIX / np.sqrt((MATRIX**2).sum(axis=0))

    assert topsis(min_max(MATRIX, DIRECTIONS, high=1.0).values, WEIGHTS) == pytest.approx(
        TOPSIS_MIN_MAX, rel=1e-13
    )
    assert topsis(by_length, WEIGHTS) == pytest.approx(TOPSIS_VECTOR, rel=1e-13)


def test_vikor_agrees_with_pymcdm_on_any_linear_scale():
    for high in (1.0, 100.0):
        found = vikor(min_max(MATRIX, DIRECTIONS, high=high).values, WEIGHTS)
        assert found.compromise == pytest.approx(VIKOR_Q, abs=1e-14)


def test_vikor_total_and_worst_are_the_weighted_shortfalls():
    found = vikor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], [0.75, 0.25])

    assert found.total.tolist() == [0.25, 0.75, 0.5]
    assert found.worst.tolist() == [0.25, 0.75, 0.375]


def test_unit_best_in_everything_is_the_ideal():
    z = np.vstack([np.full(3, 9.0), np.random.default_rng(0).random((5, 3))])

    assert topsis(z, np.ones(3) / 3)[0] == 1.0
    assert vikor(z, np.ones(3) / 3).compromise[0] == 0.0


def test_topsis_without_variation_is_refused_and_vikor_is_even():
    z = np.ones((3, 2))

    with pytest.raises(MatrixRefused, match="no_variation"):
        topsis(z, [0.5, 0.5])
    assert vikor(z, [0.5, 0.5]).compromise.tolist() == [0.0, 0.0, 0.0]


def test_vikor_refuses_v_beyond_one():
    with pytest.raises(MatrixRefused, match="v_out_of_range"):
        vikor(np.eye(2), [0.5, 0.5], v=2.0)
