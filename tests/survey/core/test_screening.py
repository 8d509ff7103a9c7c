"""The threshold method: bounds from mean and SD over the items, proposals and no removals."""

import numpy as np
import pytest

from survey.core.consensus import item_statistics
from survey.core.screening import threshold_screening

PANEL = np.random.default_rng(8).integers(2, 6, size=(15, 8)).T.tolist()


def statistics(panel, full_mark=5):
    return [item_statistics(values, full_mark=full_mark) for values in panel]


def test_bounds_are_mean_less_or_plus_one_sample_sd():
    items = statistics(PANEL)
    mean, rate, variation = (
        np.array([getattr(i, f) for i in items]) for f in ("mean", "full_mark_rate", "variation")
    )

    found = threshold_screening(items)

    assert found.mean_min == pytest.approx(mean.mean() - mean.std(ddof=1), abs=1e-12)
    assert found.full_mark_min == pytest.approx(rate.mean() - rate.std(ddof=1), abs=1e-12)
    assert found.variation_max == pytest.approx(variation.mean() + variation.std(ddof=1), abs=1e-12)


def test_items_that_fail_everything_are_proposed_and_the_others_discussed():
    panel = [[5, 5, 5, 4], [5, 5, 4, 5], [5, 4, 5, 5], [5, 5, 5, 5], [1, 4, 2, 1], [4, 4, 4, 4]]

    found = threshold_screening(statistics(panel))

    assert found.proposals == ("keep", "keep", "keep", "keep", "remove", "discuss")
    assert found.failed[4] == ("mean", "full_mark_rate", "variation")
    assert found.failed[5] == ("full_mark_rate",)


def test_an_item_exactly_on_the_bound_passes():
    found = threshold_screening(statistics([[3, 3, 5]] * 4))

    assert found.proposals == ("keep",) * 4


def test_points_are_screened_by_mean_and_variation_alone():
    found = threshold_screening(statistics([[20, 22], [21, 23], [20, 21], [22, 22], [1, 9]], full_mark=None))

    assert (found.full_mark_min, found.proposals[-1], found.failed[-1]) == (
        None,
        "remove",
        ("mean", "variation"),
    )


@pytest.mark.parametrize(
    ("panel", "reason"),
    [
        ([[1, 2], [2, 3]], "n_too_small"),
        ([[1, 2], [2, 3], [4]], "n_too_small"),
        ([[1, 2], [2, 3], [0, 0]], "nonpositive_mean"),
    ],
)
def test_no_bounds_without_three_items_that_all_have_figures(panel, reason):
    found = threshold_screening(statistics(panel))

    assert (found.mean_min, found.proposals, found.reason) == (None, (), reason)
