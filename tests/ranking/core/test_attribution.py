"""A change split by its causes: parts add up, a cause that changes nothing gets nothing, order does not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.core.attribution import attribute_change
from weighting.core.refusal import MatrixRefused

CAUSES = ("data", "weights", "method", "universe")
SUBSETS = [frozenset(name for bit, name in enumerate(CAUSES) if number >> bit & 1) for number in range(16)]


def games(elements):
    return st.lists(st.tuples(elements, elements), min_size=16, max_size=16).map(
        lambda rows: {chosen: list(row) for chosen, row in zip(SUBSETS, rows, strict=True)}
    )


@given(games(st.integers(1, 30_000)))
def test_parts_of_ranks_add_up_without_any_error(game):
    found = attribute_change(game.__getitem__, CAUSES)
    twelfths = np.rint(found.parts * 12)
    assert np.abs(found.parts * 12 - twelfths).max() < 1e-7
    assert (twelfths.sum(axis=0) == 12 * (found.after - found.before)).all()


@given(games(st.floats(-1e3, 1e3)))
def test_parts_of_scores_add_up_to_the_last_digits(game):
    found = attribute_change(game.__getitem__, CAUSES)
    assert found.parts.sum(axis=0) == pytest.approx(found.after - found.before, abs=1e-9)


@given(games(st.integers(0, 1000)), st.permutations(CAUSES))
def test_order_of_the_causes_does_not_matter(game, order):
    one, other = attribute_change(game.__getitem__, CAUSES), attribute_change(game.__getitem__, order)
    for name in CAUSES:
        assert one.parts[CAUSES.index(name)] == pytest.approx(other.parts[list(order).index(name)], abs=1e-9)


def test_cause_that_changes_nothing_gets_nothing_and_twins_get_the_same():
    def value(new):
        return [5.0 * (("data" in new) and ("weights" in new))]

    assert attribute_change(value, CAUSES).parts.ravel().tolist() == [2.5, 2.5, 0.0, 0.0]


def test_unit_without_a_figure_in_some_state_has_no_parts():
    found = attribute_change(lambda new: [np.nan if "data" in new else 1.0, 2.0], CAUSES)
    assert np.isnan(found.parts[:, 0]).any()
    assert found.parts[:, 1].tolist() == [0.0] * 4


@pytest.mark.parametrize(("causes", "reason"), [([], "no_causes"), (["a", "a"], "repeated_code")])
def test_unusable_causes_are_refused(causes, reason):
    with pytest.raises(MatrixRefused) as refused:
        attribute_change(lambda new: [0.0], causes)
    assert refused.value.reason == reason
