"""Thresholds are met exactly at their bound, in decimals as an expert reads them, not in binary."""

from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.bounds import at_most
from survey.core.consensus import item_statistics
from survey.core.screening import threshold_screening
from survey.core.stability import StabilityRule, item_stability
from survey.core.verdicts import ConsensusRule, converged

VARIATION = StabilityRule(scheibe_below=None, variation_change=0.05)
tenths = st.lists(st.integers(0, 100), min_size=2, max_size=12)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_decimals_are_compared_as_they_are_written(bound, step, thousandths):
    figure = (bound * 1000 + thousandths * step) / 1000 - thousandths * step / 1000

    assert at_most(figure, bound)
    assert not at_most(bound + step / 1000, bound)


def test_a_variation_that_falls_from_a_fifth_to_three_twentieths_is_steady():
    """16, 20, 24 have V = 4/20, 17, 20, 23 have V = 3/20: five hundredths apart, 0.05000000000000002 in binary."""
    found = item_stability([16, 20, 24], [17, 20, 23], rule=VARIATION)

    assert found.variation_change > 0.05
    assert found.stable is True
    assert item_stability([16, 20, 24], [17.01, 20, 22.99], rule=VARIATION).stable is False


@given(tenths, st.integers(0, 100))
@settings(deadline=None)
def test_a_middle_half_of_tenths_is_held_against_its_bound_in_fractions(answers, bound):
    exact = sorted(Fraction(answer, 10) for answer in answers)

    def quartile(quarter):
        whole, part = divmod((len(exact) - 1) * quarter, 4)
        above = exact[min(whole + 1, len(exact) - 1)]
        return exact[whole] + Fraction(part, 4) * (above - exact[whole])

    narrow = quartile(3) - quartile(1) <= Fraction(bound, 10)

    assert converged([a / 10 for a in answers], ConsensusRule(iqr=bound / 10)).holds is (
        narrow or len(set(answers)) == 1
    )


def test_every_variation_exactly_at_its_bound_holds():
    """All triples up to 40 whose S / M is a tenth, a fifth, a quarter or three tenths in fractions."""
    met = 0
    for answers in combinations_with_replacement(range(1, 41), 3):
        mean = Fraction(sum(answers), 3)
        variance = sum((x - mean) ** 2 for x in answers) / 2
        for bound in (Fraction(1, 10), Fraction(1, 5), Fraction(1, 4), Fraction(3, 10)):
            if variance == (bound * mean) ** 2:
                met += 1
                assert converged(answers, ConsensusRule(variation=float(bound))).holds is True
    assert met > 10


@pytest.mark.parametrize("lowest", [1.1, 2.3, 3.2, 4.7, 0.7])
def test_three_items_a_unit_apart_put_the_lowest_exactly_on_its_screening_bound(lowest):
    """Means b, b + 1, b + 2 have mean b + 1 and sample SD 1: the bound is b itself, and passes."""
    items = [item_statistics([b, b + 0.5]) for b in (lowest, lowest + 1, lowest + 2)]

    assert "mean" not in threshold_screening(items).failed[0]
