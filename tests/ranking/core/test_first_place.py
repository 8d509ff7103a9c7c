import numpy as np
import pytest

from ranking.core.first_place import weights_to_be_first
from weighting.core.refusal import MatrixRefused

TRIANGLE = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]])


def test_nearest_weights_stand_on_the_border_of_the_lead():
    found = weights_to_be_first(TRIANGLE, [0.5, 0.5], 0)

    assert found.weights == pytest.approx([0.6, 0.4], abs=1e-9)
    assert found.moved == pytest.approx(0.1, abs=1e-9)


def test_unit_that_leads_already_needs_no_change():
    found = weights_to_be_first(TRIANGLE, [0.5, 0.5], 2)

    assert found.weights == pytest.approx([0.5, 0.5])
    assert found.moved == pytest.approx(0, abs=1e-12)


def test_unit_beaten_by_a_mixture_is_never_first_though_nobody_dominates_it():
    found = weights_to_be_first([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]], [0.5, 0.5], 2)

    assert (found.weights, found.moved, found.reason) == (None, None, "never_first")


def test_bounds_may_forbid_what_the_simplex_allows():
    assert weights_to_be_first(TRIANGLE, [0.5, 0.5], 0, upper=0.55).reason == "never_first"


def test_nearest_weights_agree_with_a_fine_grid():
    rng = np.random.default_rng(6)
    figures, given = rng.random((7, 3)) * 100, np.array([0.2, 0.5, 0.3])
    steps = np.arange(0, 1.0001, 0.005)
    a, b = (grid.ravel() for grid in np.meshgrid(steps, steps))
    grid = np.column_stack([a, b, 1 - a - b])[a + b <= 1 + 1e-12]
    scores = grid @ figures.T

    for unit in range(7):
        leads = scores[:, unit] >= scores.max(axis=1) - 1e-9
        found = weights_to_be_first(figures, given, unit)
        if not leads.any():
            continue
        nearest = np.abs(grid[leads] - given).sum(axis=1).min() / 2
        assert found.moved <= nearest + 1e-9
        assert found.moved == pytest.approx(nearest, abs=0.011)
        assert figures[unit] @ found.weights == pytest.approx((figures @ found.weights).max(), rel=1e-7)


def test_many_units_give_what_all_of_them_at_once_give(monkeypatch):
    rng = np.random.default_rng(9)
    figures, given = rng.random((400, 6)), np.full(6, 1 / 6)
    order = np.argsort(-(figures @ given))
    together = [weights_to_be_first(figures, given, unit) for unit in order[:40]]

    monkeypatch.setattr("ranking.core.first_place.AT_ONCE", 3)
    for unit, whole in zip(order[:40], together, strict=True):
        found = weights_to_be_first(figures, given, unit)
        assert (found.moved is None) == (whole.moved is None)
        if whole.moved is not None:
            assert found.moved == pytest.approx(whole.moved, abs=1e-9)
            assert figures[unit] @ found.weights == pytest.approx((figures @ found.weights).max(), rel=1e-7)
    assert len({whole.moved is None for whole in together}) == 2


def test_single_unit_is_first_already():
    assert weights_to_be_first([[1.0, 2.0]], [0.5, 0.5], 0).moved == pytest.approx(0, abs=1e-12)


def test_unknown_unit_is_refused():
    with pytest.raises(MatrixRefused, match="unknown_unit"):
        weights_to_be_first(TRIANGLE, [0.5, 0.5], 3)
