"""Item statistics against NumPy, SciPy, exact fractions and their own invariances."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survey.core.answers import UnusableAnswers
from survey.core.consensus import item_statistics

ratings = st.lists(st.integers(1, 9), min_size=1, max_size=40)
points = st.lists(st.integers(0, 200).map(lambda half: half / 2), min_size=2, max_size=40)


def test_item_statistics_agree_with_numpy_and_scipy():
    answers = np.random.default_rng(7).integers(0, 101, size=23).astype(float)

    found = item_statistics(answers, full_mark=100)

    assert found.mean == pytest.approx(answers.mean(), abs=1e-12)
    assert found.sd == pytest.approx(answers.std(ddof=1), abs=1e-12)
    assert found.variation == pytest.approx(stats.variation(answers, ddof=1), abs=1e-12)
    assert [found.q1, found.median, found.q3] == np.percentile(answers, [25, 50, 75]).tolist()
    assert found.iqr == pytest.approx(stats.iqr(answers), abs=1e-12)
    assert found.mad == pytest.approx(stats.median_abs_deviation(answers), abs=1e-12)
    assert found.full_mark_rate == np.mean(answers == 100)


def test_item_statistics_reproduce_counts_of_a_teaching_deck():
    """Item 1 of the 33-nurse example in the deck delphi函询法 (zixin 10289659): 10, 12, 9, 2 and 0 answers of
    5, 4, 3, 2 and 1; mean and variance worked out in fractions."""
    answers = [5] * 10 + [4] * 12 + [3] * 9 + [2] * 2
    mean = Fraction(sum(answers), 33)
    variance = sum((x - mean) ** 2 for x in answers) / 32

    found = item_statistics(answers, full_mark=5)

    assert found.mean == float(mean)
    assert found.variation == pytest.approx(math.sqrt(variance) / float(mean), abs=1e-15)
    assert found.full_mark_rate == 10 / 33


def test_quartiles_are_type_7_and_not_the_other_conventions():
    answers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 20]

    found = item_statistics(answers)

    assert (found.q1, found.q3) == (3.25, 7.75)
    assert found.q1 != np.percentile(answers, 25, method="weibull")


def test_missing_answers_are_left_out_and_counted():
    found = item_statistics([3, math.nan, 5, math.nan])

    assert (found.n, found.mean) == (2, 4.0)


def test_without_answers_everything_is_none_with_a_reason():
    found = item_statistics([math.nan, math.nan], full_mark=5)

    assert found.n == 0
    names = set(found.__dataclass_fields__) - {"n", "reasons"}
    assert all(getattr(found, name) is None for name in names)
    assert found.reasons == dict.fromkeys(names, "n_too_small")


def test_one_answer_has_a_place_but_no_spread():
    found = item_statistics([4])

    assert (found.mean, found.median, found.q1, found.q3, found.iqr, found.mad) == (4, 4, 4, 4, 0, 0)
    assert found.sd is None and found.variation is None
    assert found.reasons["sd"] == found.reasons["variation"] == "n_too_small"


def test_variation_is_undefined_when_the_mean_is_not_above_zero():
    assert item_statistics([0, 0, 0]).reasons["variation"] == "nonpositive_mean"
    assert item_statistics([-3, 1]).variation is None


def test_full_mark_rate_is_left_out_for_points():
    found = item_statistics([20, 30])

    assert (found.full_mark_rate, found.reasons["full_mark_rate"]) == (None, "no_full_mark")


def test_equal_answers_have_no_spread_at_all_even_when_they_are_not_binary():
    found = item_statistics([0.1] * 7)

    assert (found.mean, found.sd, found.variation, found.iqr, found.mad) == (0.1, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("answers", [[1, math.inf], [[1, 2]], ["a"], 3])
def test_unusable_answers_are_refused_by_name(answers):
    with pytest.raises(UnusableAnswers):
        item_statistics(answers)


def test_statistics_do_not_change_their_input():
    answers = np.array([3.0, 1.0, np.nan, 2.0])
    before = answers.copy()

    item_statistics(answers)

    assert np.array_equal(answers, before, equal_nan=True)


@given(points, st.randoms())
def test_the_order_of_the_experts_changes_no_bit(answers, random):
    shuffled = answers[:]
    random.shuffle(shuffled)

    assert item_statistics(shuffled) == item_statistics(answers)


@given(points.filter(any), st.integers(1, 50))
@settings(deadline=None)
def test_variation_ignores_the_unit_but_not_the_origin(answers, factor):
    once, scaled = item_statistics(answers), item_statistics([factor * x for x in answers])

    assert scaled.variation == pytest.approx(once.variation, rel=1e-12)
    if once.sd:
        shifted = item_statistics([x + 1 for x in answers])
        assert shifted.variation < once.variation


@given(ratings)
def test_location_stays_inside_the_answers_and_in_order(answers):
    found = item_statistics(answers, full_mark=9)

    assert min(answers) <= found.q1 <= found.median <= found.q3 <= max(answers)
    assert min(answers) <= found.mean <= max(answers)
    assert 0 <= found.full_mark_rate <= 1
