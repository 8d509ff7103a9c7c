"""The disclosure rules: the ladder, the grid, and figures that do not move for one or two people."""

import dataclasses
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.consensus import kendall_w
from survey.core.disclosure import (
    Bin,
    ConcordanceRelease,
    ItemRelease,
    ReleasedFigures,
    Thresholds,
    ThresholdTooLow,
    band,
    enough_changes,
    final_ladder,
    group_weights,
    ladder,
    reasons_may_be_shown,
    released_concordance,
    released_figures,
    released_round,
    subgroup_may_be_shown,
    to_grid,
)

answers_of = st.dictionaries(st.integers(0, 30), st.integers(0, 100), min_size=5, max_size=25)
ANSWERS = {f"p{i}": value for i, value in enumerate([5, 10, 15, 20, 20, 25, 25, 30, 35, 60])}


def released(answers, **options):
    return released_figures(answers, grid=5, **options)


@pytest.mark.parametrize(
    ("n", "shown"),
    [
        (0, (False, False, False, False)),
        (4, (False, False, False, False)),
        (5, (True, False, False, False)),
        (6, (True, False, False, False)),
        (7, (True, True, False, False)),
        (9, (True, True, False, False)),
        (10, (True, True, True, True)),
        (24, (True, True, True, True)),
    ],
)
def test_ladder_shows_median_from_5_quartiles_from_7_distribution_from_10(n, shown):
    assert dataclasses.astuple(ladder(n)) == shown


@given(answers_of, st.integers(0, 8))
def test_figures_are_there_exactly_where_the_ladder_allows_them(answers, gone):
    answers = dict(list(answers.items())[gone:])
    steps, found = ladder(len(answers)), released(answers)

    assert (found.median is not None) == steps.shows_median
    assert (found.q1 is not None) == (found.q3 is not None) == steps.shows_quartiles
    assert (found.distribution is not None) == steps.shows_distribution
    assert (found.n is None) == (found.state == "suppressed") == (not steps.shows_median)


def test_thresholds_can_be_raised_and_never_lowered():
    assert not ladder(7, thresholds=Thresholds(8, 9, 12)).shows_median
    for too_low in ((4, 7, 10), (5, 6, 10), (5, 7, 9), (8, 7, 10)):
        with pytest.raises(ThresholdTooLow):
            Thresholds(*too_low)
    with pytest.raises(ThresholdTooLow):
        enough_changes({}, {}, fewest=2)
    with pytest.raises(ThresholdTooLow):
        released(ANSWERS, earlier=[ItemRelease(released(ANSWERS), ANSWERS)], fewest=1)


def test_thresholds_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Thresholds().median = 2


@pytest.mark.parametrize(
    ("value", "step", "point"),
    [
        (22.4, 5, 20), (22.5, 5, 20), (22.6, 5, 25), (27.5, 5, 30), (2.5, 1, 2), (3.5, 1, 4), (0, 5, 0),
        (0.15, 0.1, 0.2), (0.25, 0.1, 0.2), (0.35, 0.1, 0.4), (-2.5, 5, 0), (Fraction(15, 2), 5, 10),
        (Decimal("12.5"), 5, 10), (np.float64(12.5), 5, 10),
    ],
)  # fmt: skip
def test_grid_rounds_half_to_even_at_the_decimal_face_value(value, step, point):
    assert to_grid(value, step) == point


@given(st.fractions(-1000, 1000), st.sampled_from([1, 5, 0.5, 0.1]))
def test_grid_gives_the_nearest_multiple(value, step):
    found = Fraction(str(to_grid(value, step))) / Fraction(str(step))

    assert found.denominator == 1
    assert abs(found - value / Fraction(str(step))) <= Fraction(1, 2)


@pytest.mark.parametrize("step", [0, -5])
def test_grid_needs_a_step(step):
    with pytest.raises(ValueError, match="above 0"):
        to_grid(3, step)


def test_bands_have_both_edges_in_the_middle_one():
    assert [band(v) for v in (0.0, 0.1499, 0.15, 0.25, 0.2501, None)] == [0, 0, 1, 1, 2, None]


def test_a_release_holds_grid_points_counts_and_a_band_and_nothing_finer():
    found = released(ANSWERS)

    assert found == ReleasedFigures(
        state="released", n=10, median=20.0, q1=15.0, q3=30.0, variation_band=2,
        distribution=(
            Bin(5.0, 1), Bin(10.0, 1), Bin(15.0, 1), Bin(20.0, 2), Bin(25.0, 2), Bin(30.0, 1), Bin(35.0, 1),
            Bin(60.0, 1),
        ),
    )  # fmt: skip
    fields = {field.name for field in dataclasses.fields(found)}
    assert fields == {"state", "n", "median", "q1", "q3", "variation_band", "distribution"}


def test_missing_answers_do_not_lift_a_small_panel_over_a_step():
    four = {"a": 1, "b": 2, "c": 3, "d": 4, "e": None, "f": math.nan}

    assert released(four).state == "suppressed"


@given(answers_of, st.data())
@settings(max_examples=200)
def test_one_or_two_differing_answers_move_nothing_at_all(before, data):
    """Whether they change, leave or come new: the panel sees the very figures it saw before."""
    first = released(before)
    now = dict(before)
    for _ in range(data.draw(st.integers(0, 2))):
        key = data.draw(st.integers(0, 35))
        new = data.draw(st.one_of(st.none(), st.integers(0, 100)))
        now.pop(key, None) if new is None else now.__setitem__(key, new)

    found = released(now, earlier=[ItemRelease(first, before)])

    assert found == dataclasses.replace(first, state="unchanged")


@given(answers_of, st.data())
def test_three_differing_answers_are_worked_out_anew(before, data):
    kept = data.draw(st.permutations(sorted(before)))[3:]
    now = {key: before[key] for key in kept}

    assert released(now, earlier=[ItemRelease(released(before), before)]) == released(now)


def test_small_steps_over_many_rounds_are_measured_from_the_last_real_release():
    """One expert a round would slip through if each round were held against the one before it."""
    first = released(ANSWERS)
    history, now = [ItemRelease(first, dict(ANSWERS))], dict(ANSWERS)
    states = []
    for key in ("p0", "p1", "p2", "p3"):
        now = now | {key: 100}
        figures = released(now, earlier=history)
        history.append(ItemRelease(figures, dict(now)))
        states.append(figures.state)

    assert states == ["unchanged", "unchanged", "released", "unchanged"]
    assert history[2].figures.median == first.median
    assert history[4].figures.median == history[3].figures.median


def test_a_panel_that_shrinks_and_comes_back_repeats_what_was_last_released():
    five = {key: ANSWERS[key] for key in list(ANSWERS)[:5]}
    shown = ItemRelease(released(five), five)
    two = {key: five[key] for key in list(five)[:2]}
    hidden = ItemRelease(released(two, earlier=[shown]), two)

    back = released(five, earlier=[shown, hidden])

    assert hidden.figures == ReleasedFigures("suppressed")
    assert back == dataclasses.replace(shown.figures, state="unchanged")


def test_a_panel_too_small_at_first_is_released_once_it_is_large_enough():
    four = {key: ANSWERS[key] for key in list(ANSWERS)[:4]}
    hidden = ItemRelease(released(four), four)

    assert released(four | {"new": 50}, earlier=[hidden]).state == "released"


def test_four_puppets_cannot_see_where_the_fifth_went():
    """Two at 0, two at 100: the median is the target's own answer, which a fresh release would tell."""
    puppets = {"puppet1": 0, "puppet2": 0, "puppet3": 100, "puppet4": 100}
    first = puppets | {"target": 40}
    history = [ItemRelease(released(first), first)]

    told = {released(puppets | {"target": there}, earlier=history) for there in (20, 60, 80)}
    fresh = {released(puppets | {"target": there}) for there in (20, 60, 80)}

    assert (len(told), len(fresh)) == (1, 3)


def test_enough_changes_counts_changed_gone_and_new():
    before = {"a": 1, "b": 2, "c": 3, "gap": None}

    assert enough_changes(before, {"a": 9, "c": 3, "d": 4})
    assert not enough_changes(before, {"a": 9, "b": 2, "d": 4, "gap": math.nan, "c": 3})
    assert not enough_changes(before, dict(reversed(before.items())))


def test_inputs_stay_as_they_were():
    now = dict(ANSWERS)

    released(now, earlier=[ItemRelease(released(ANSWERS), ANSWERS)])

    assert now == ANSWERS


def test_a_round_releases_each_item_against_its_own_history():
    first = {"x": ANSWERS, "y": {key: value + 5 for key, value in ANSWERS.items()}}
    figures = released_round(first, grid=5)
    past = {item: ItemRelease(figures[item], first[item]) for item in first}
    now = {"x": ANSWERS | {"p0": 90}, "y": dict.fromkeys(ANSWERS, 50), "z": ANSWERS}

    found = released_round(now, grid=5, earlier=[past])

    assert [found[item].state for item in now] == ["unchanged", "released", "released"]


def test_group_weights_come_from_released_medians_and_close_to_one():
    figures = [released(ANSWERS), released({key: 2 * value for key, value in ANSWERS.items()})]

    weights = group_weights(figures)

    assert weights == (20 / 65, 45 / 65)
    assert group_weights([*figures, ReleasedFigures("suppressed")]) is None
    assert group_weights([released(dict.fromkeys(ANSWERS, 0))]) is None
    assert group_weights([]) is None


def test_concordance_is_told_to_one_decimal_from_ten_complete_experts_on():
    rows = np.random.default_rng(4).integers(0, 40, size=(10, 5)).tolist()
    panel = {f"p{i}": tuple(row) for i, row in enumerate(rows)}

    found = released_concordance(panel)

    assert found.w == to_grid(kendall_w(rows, draws=0).w, 0.1)
    assert (found.state, found.n) == ("released", 10)
    one_gap = panel | {"p3": (1, None, 2, 3, 4)}
    assert released_concordance(one_gap).state == "suppressed"


def test_concordance_does_not_move_for_two_experts():
    panel = {f"p{i}": (1, 2, 3) for i in range(12)}
    history = [ConcordanceRelease(released_concordance(panel), panel)]

    two = panel | {"p0": (3, 2, 1), "p1": (3, 2, 1)}
    three = two | {"p2": (3, 2, 1)}

    assert released_concordance(two, earlier=history) == dataclasses.replace(
        history[0].figure, state="unchanged"
    )
    assert released_concordance(three, earlier=history).w < 1
    assert released_concordance(dict.fromkeys(panel, (5, 5, 5))).w is None


def test_final_tables_reasons_and_subgroups_keep_to_their_steps():
    assert [dataclasses.astuple(final_ladder(n)) for n in (4, 5, 9, 10)] == [
        (False, False, False), (True, True, False), (True, True, False), (True, True, True),
    ]  # fmt: skip
    assert not reasons_may_be_shown(20, 2, fewest_reasons=1)
    assert [reasons_may_be_shown(respondents, 3) for respondents in (9, 10)] == [False, True]
    assert [subgroup_may_be_shown(size, 24) for size in (9, 10, 14, 15)] == [False, True, True, False]
