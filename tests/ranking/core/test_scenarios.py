"""Scenarios: every choice behind a ranking changed, against the recipe followed by hand."""

from dataclasses import replace

import numpy as np
import pytest

from ranking.core.levels import LEVELS, USUAL
from ranking.core.means import arithmetic_mean
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import Recipe, compose
from ranking.core.scenarios import World, scenario_ranks, small, world_factors
from ranking.core.tree_scores import score_tree
from weighting.core.combination import squared_deviations
from weighting.core.derivation import combining
from weighting.core.hierarchy import Tree
from weighting.core.refusal import MatrixRefused

TREE = Tree(("A", "A1", "A2", "B", "B1", "B2"), (-1, 0, 0, -1, 3, 3))
DIRECTIONS = np.array([1, 1, -1, 1])
UNITS, EXPERTS = 30, 6


def shares_of(experts=EXPERTS):
    """Random shares of every expert inside the three groups of two."""
    first = np.random.default_rng(2).uniform(0.2, 0.8, (experts, 3))
    shares = np.empty((experts, 6))
    for column, group in enumerate(([0, 3], [1, 2], [4, 5])):
        shares[:, group] = np.stack([first[:, column], 1 - first[:, column]], axis=1)
    return shares


def matrix_of(units=UNITS):
    return np.random.default_rng(4).lognormal(2, 0.6, (units, 4))


def world_of(recipe=None, matrix=None, **more):
    figures = matrix_of() if matrix is None else matrix
    given = {"matrices": {"refuse": figures}, "places": {"refuse": np.arange(len(figures))}, "seed": 5}
    return World(
        directions=DIRECTIONS, tree=TREE, shares=shares_of(), recipe=recipe or Recipe(), **{**given, **more}
    )


def composed(recipe, *, matrix=None, shares=None):
    figures, panel = matrix_of() if matrix is None else matrix, shares_of() if shares is None else shares
    return compose(figures, DIRECTIONS, TREE, panel.mean(axis=0), recipe)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(normalization="vector", combination="product"),
        Recipe(low=1.0, aggregation=("geometric", "additive"), level="group"),
        Recipe(normalization="rank", combination="max_deviation", objective="critic"),
    ],
)
def test_published_setting_gives_the_ranks_of_the_recipe(recipe):
    world = world_of(recipe)
    assert scenario_ranks(world, {}).tolist() == composed(recipe).ranks.tolist()
    everything_as_published = dict.fromkeys(("experts", "weights", "k", "missing"))
    assert scenario_ranks(world, everything_as_published).tolist() == composed(recipe).ranks.tolist()


def test_scores_within_the_tolerance_of_the_run_tie():
    matrix = matrix_of()
    matrix[3] = matrix[7] * (1 + 1e-13)
    exact = scenario_ranks(world_of(matrix=matrix), {})
    tolerant = scenario_ranks(world_of(Recipe(tolerance=1e-9), matrix=matrix), {})
    assert exact[3] != exact[7]
    assert tolerant[3] == tolerant[7]


def test_left_out_expert_is_left_out_of_the_mean():
    for expert in range(EXPERTS):
        others = np.delete(shares_of(), expert, axis=0)
        expected = composed(Recipe(), shares=others).ranks
        assert scenario_ranks(world_of(), {"without_expert": expert}).tolist() == expected.tolist()


def test_left_out_indicator_leaves_its_weight_to_its_sibling():
    weights, values = composed(Recipe()).weights.combined.copy(), composed(Recipe()).normalized.values
    weights[4], weights[5] = 0.0, 1.0
    expected = competition_ranks(score_tree(TREE, values, weights, rules=arithmetic_mean).composite)
    assert scenario_ranks(world_of(), {"without_indicator": "B1"}).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("setting", "changes"),
    [
        ({"combination": "linear 0.3"}, {"combination": "linear", "alpha": 0.3}),
        ({"combination": "product"}, {"combination": "product"}),
        ({"k": 1.0}, {"k": 1.0}),
        ({"normalization": "vector"}, {"normalization": "vector"}),
        ({"normalization": "sum"}, {"normalization": "sum"}),
        ({"normalization": "max"}, {"normalization": "max"}),
        ({"normalization": "z_score"}, {"normalization": "z_score"}),
        ({"combination": "game_theory"}, {"combination": "game_theory"}),
        ({"combination": "max_deviation"}, {"combination": "max_deviation"}),
        ({"direction": "max_minus"}, {"direction": "max_minus"}),
        ({"level": "group"}, {"level": "group"}),
        ({"level": "both"}, {"level": "both"}),
        ({"aggregation": "copeland"}, {"aggregation": "copeland"}),
        ({"aggregation": "harmonic"}, {"aggregation": "harmonic", "low": 1.0}),
        ({"aggregation": "power"}, {"aggregation": "power"}),
        (
            {"aggregation": "power", "normalization": "z_score"},
            {"aggregation": "power", "normalization": "min_max", "low": 1.0},
        ),
        *(({"objective": name}, {"objective": name}) for name in LEVELS["objective"]),
        ({"aggregation": "geometric"}, {"aggregation": "geometric", "low": 1.0}),
        (
            {"aggregation": "geometric", "normalization": "vector", "k": 0.01},
            {"aggregation": "geometric", "normalization": "min_max", "low": 1.0, "k": 0.01},
        ),
    ],
)
def test_changed_rules_are_the_rules_of_another_recipe(setting, changes):
    assert (
        scenario_ranks(world_of(), setting).tolist() == composed(replace(Recipe(), **changes)).ranks.tolist()
    )


def test_resampled_panel_is_a_panel_of_the_same_experts():
    world = world_of()
    different = {tuple(scenario_ranks(world, {"experts": panel})) for panel in range(16)}
    assert len(different) > 4
    again = scenario_ranks(world_of(), {"experts": 3, "without_expert": 1})
    assert scenario_ranks(world, {"experts": 3, "without_expert": 1}).tolist() == again.tolist()


def test_noise_is_drawn_about_the_chosen_panel():
    sure = world_of(concentration=1e12)
    for panel in ({}, {"without_expert": 2}, {"experts": 4}):
        quiet = scenario_ranks(sure, panel)
        assert scenario_ranks(sure, {**panel, "weights": 7}).tolist() == quiet.tolist()
    loud = world_of(concentration=5.0)
    assert len({tuple(scenario_ranks(loud, {"weights": draw})) for draw in range(16)}) == 16


def test_another_missing_rule_ranks_the_published_units_among_themselves():
    full = matrix_of(12)
    full[[2, 9], 1] = np.nan
    complete = np.flatnonzero(~np.isnan(full).any(axis=1))
    world = world_of(
        matrices={"leave_out": full[complete], "reweight": full},
        places={"leave_out": np.arange(10), "reweight": complete},
    )
    scores = composed(Recipe(missing="reweight"), matrix=full).scores.composite
    expected = competition_ranks(scores[complete])
    assert scenario_ranks(world, {"missing": "reweight"}).tolist() == expected.tolist()
    assert [factor.choices for factor in world_factors(world).factors if factor.name == "missing"] == [
        (None, "reweight")
    ]


def test_choices_that_are_refused_alone_are_dropped_with_their_reason():
    tree = Tree(("A", "B", "C"), (-1, -1, -1))
    matrix = np.column_stack([matrix_of()[:, 0], np.ones(UNITS), np.ones(UNITS)])
    shares = np.full((4, 3), 1 / 3)
    places = {"refuse": np.arange(UNITS)}
    recipe = Recipe(combination="product")
    world = World({"refuse": matrix}, places, np.array([1, 1, 1]), tree, shares, recipe, seed=1)

    found = world_factors(world)

    assert [(drop.factor, drop.choice, drop.reason) for drop in found.dropped] == [
        ("without_indicator", "A", "nothing_left")
    ]
    choices = {factor.name: factor.choices for factor in found.factors}
    assert choices["without_indicator"] == (None, "B", "C")
    with pytest.raises(MatrixRefused, match="nothing_left"):
        scenario_ranks(world, {"without_indicator": "A"})


def names(world):
    return {factor.name for factor in world_factors(world).factors}


def test_factors_that_cannot_matter_are_not_listed():
    everything = "experts without_expert weights without_indicator combination k normalization aggregation"
    assert names(world_of()) == set(everything.split())
    assert "k" not in names(world_of(Recipe(direction="max_minus")))
    alone = world_of()
    alone.shares = shares_of(1)
    assert not names(alone) & {"experts", "without_expert"}


def test_own_levels_take_the_place_of_the_usual_ones():
    own = {"objective": ["variation", "entropy"], "aggregation": ["copeland"], "combination": ["linear 0.2"]}
    factors = {factor.name: factor.choices for factor in world_factors(world_of(levels=own)).factors}
    assert factors["objective"] == (None, "entropy")  # the published one is not its own alternative
    assert factors["aggregation"] == (None, "copeland") and factors["combination"] == (None, "linear 0.2")
    assert not {"k", "normalization", "direction"} & set(factors)
    everything = world_of(levels=LEVELS | {"k": USUAL["k"]}, matrix=matrix_of() + 1.0)
    found = world_factors(everything)
    assert found.dropped == () and len(found.factors) == len(names(world_of())) + 3


@pytest.mark.parametrize("scale", ["goalposts", "efficacy"])
def test_better_ends_of_a_published_scale_are_the_targets_of_a_distance(scale):
    ends = [
        (0.0, 40.0),
        (1.0, 60.0),
        (2.0, 30.0),
        (0.0, 90.0),
    ]  # the third indicator is better where it is less
    turned = [pair[::-1] if scale == "efficacy" and i == 2 else pair for i, pair in enumerate(ends)]
    given = dict(zip(("A1", "A2", "B1", "B2"), turned, strict=True))
    world = world_of(Recipe(normalization=scale, references=given))
    targets = {"A1": (40.0,), "A2": (60.0,), "B1": (2.0,), "B2": (90.0,)}
    expected = composed(Recipe(normalization="distance_to_target", references=targets))
    assert scenario_ranks(world, {"normalization": "distance_to_target"}).tolist() == expected.ranks.tolist()
    assert expected.ranks.tolist() != composed(world.recipe).ranks.tolist()
    world.levels = LEVELS
    factors = {factor.name: factor.choices for factor in world_factors(world).factors}
    assert factors["normalization"][-1] == "distance_to_target"


def test_deviations_of_many_units_are_kept_as_two_rows(monkeypatch):
    world, recipe = world_of(), Recipe(combination="max_deviation")
    many = combining(matrix_of(), DIRECTIONS, world.codes, recipe)
    monkeypatch.setattr("ranking.core.scenarios.UNITS_AT_ONCE", UNITS - 1)
    few = small(many)
    assert few.matrix.shape == (2, 4)
    assert squared_deviations(few.matrix) == pytest.approx(squared_deviations(many.matrix), rel=1e-12)


def test_what_a_world_knows_never_changes_an_answer():
    settings = [
        {},
        {"without_indicator": "A1"},
        {"k": 1.0},
        {"weights": 3, "experts": 2},
        {"without_expert": 0},
    ]
    forth, back = world_of(), world_of()
    found = [scenario_ranks(forth, setting).tolist() for setting in settings]
    assert [scenario_ranks(back, setting).tolist() for setting in reversed(settings)] == found[::-1]
    assert [scenario_ranks(forth, setting).tolist() for setting in settings] == found
