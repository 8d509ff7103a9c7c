"""The RAND/UCLA disagreement index against its published worked example and NumPy's percentiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.rand_ucla import rand_disagreement

ratings = st.lists(st.integers(1, 9), min_size=5, max_size=40)


def test_index_reproduces_the_worked_example_of_bmj_open():
    """BMJ Open 2012;2:e001431, Table 1: 15 panellists, P30 = 7, P70 = 8, IPR = 1, IPRCP = 7.5, AI = 2.5,
    IPRAS = 6.1 (the text prints 2.5 for the constant 2.35), no disagreement, median 7. The table places
    three panellists below 7, five on 7, five on 8 and two on 9."""
    found = rand_disagreement([1, 4, 6] + [7] * 5 + [8] * 5 + [9] * 2)

    assert (found.p30, found.p70, found.ipr, found.ipras) == (7, 8, 1, 6.1)
    assert (found.disagreement, found.level) == (False, "high")
    assert found.index == pytest.approx(1 / 6.1)


@given(ratings)
def test_percentiles_are_those_of_numpy(values):
    found = rand_disagreement(values)

    assert [found.p30, found.p70] == pytest.approx(np.percentile(values, [30, 70]).tolist(), abs=1e-12)


def test_a_range_exactly_at_its_bound_is_not_disagreement():
    """P30 = 2.95 and P70 = 5.3: IPR = 2.35, midpoint 4.125, IPRAS = 2.35 + 1.5 * 0.875, well above; the
    bound itself is met where P30 = 3.95 and P70 = 7.05: IPR = 3.1, IPRAS = 2.35 + 1.5 * 0.5 = 3.1."""
    values = [3.95] * 8 + [7.05] * 8

    found = rand_disagreement(values)

    assert found.ipr == found.ipras == 3.1
    assert (found.index, found.disagreement) == (1.0, False)


def test_a_split_panel_disagrees_and_is_uncertain_whatever_its_median():
    found = rand_disagreement([1] * 5 + [9] * 6)

    assert (found.disagreement, found.level) == (True, "uncertain")


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ([7] * 6, "high"),
        ([6.5] * 5, "high"),
        ([6] * 6, "uncertain"),
        ([3.5] * 5, "uncertain"),
        ([3] * 5, "low"),
    ],
)
def test_level_follows_the_median(values, level):
    assert rand_disagreement(values).level == level


def test_other_scales_are_mapped_and_say_so():
    on_five, on_nine = (
        rand_disagreement([1, 2, 5, 5, 4, 3], low=1, high=5),
        rand_disagreement([1, 3, 9, 9, 7, 5]),
    )

    assert (on_five.adapted, on_nine.adapted) == (True, False)
    assert on_five.index == on_nine.index


def test_fewer_than_five_ratings_have_no_index():
    found = rand_disagreement([7, 7, 8, 9])

    assert (found.n, found.index, found.disagreement, found.reason) == (4, None, None, "n_too_small")


def test_equal_ratings_have_index_zero():
    assert rand_disagreement([5] * 7).index == 0


def test_a_scale_without_length_is_refused():
    with pytest.raises(ValueError, match="no length"):
        rand_disagreement([1] * 5, low=3, high=3)


@given(ratings)
def test_index_mirrors_the_scale(values):
    assert rand_disagreement([10 - x for x in values]).index == pytest.approx(
        rand_disagreement(values).index, abs=1e-12
    )
