"""Explanations: every score as arithmetic that adds up, down to the raw cells."""

from itertools import product

import numpy as np
import pytest
from django.urls import reverse

from ranking.core.recipe import Recipe
from ranking.explanations import explain_score
from ranking.mixtures import mixtures_of
from ranking.replay import replay_run
from tests.cast import MATRIX, sign_in
from tests.ranking.test_runs import by_code, run_of, weighed
from weighting.core.derivation import COMBINATIONS
from weighting.core.hierarchy import LEVELS
from weighting.core.objective import METHODS
from weighting.core.tree import Tree

pytestmark = pytest.mark.django_db
REFERENCES = {
    "goalposts": {"a1": [0, 4], "a2": [5, 25], "b1": [3, 5], "b2": [-2, 8]},
    "distance_to_target": {"a1": [4], "a2": [5], "b1": [5], "b2": [3]},
    "efficacy": {"a1": [0, 4], "a2": [25, 5], "b1": [3, 5], "b2": [-2, 8]},
}
SCALES = ("min_max", "vector", "sum", "max", "z_score", "rank", *REFERENCES)


def scaled_run(scale, **rules):
    return run_of(weighed(normalization=scale, references=REFERENCES.get(scale, {}), **rules))


def explained(run, code="x"):
    return explain_score(run, by_code(run)[code])


def line_of(explanation, code):
    return next(line for line in explanation.lines if line.indicator.code == code)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("unit", ["x", "y", "z"])
def test_points_add_up_to_the_score(scale, unit):
    found = explained(scaled_run(scale), unit)
    leaves = [line for line in found.lines if line.is_leaf]
    assert sum(line.points for line in leaves) == pytest.approx(found.total, abs=1e-9)
    for line in found.lines:
        assert line.value * line.effective * found.factor == pytest.approx(line.points, abs=1e-9)
    for group, members in {"A": ("a1", "a2"), "B": ("b1", "b2")}.items():
        below = sum(line_of(found, code).points for code in members)
        assert line_of(found, group).points == pytest.approx(below, abs=1e-9)


def scaled(kind, scaling):
    """The scaled figure reckoned again from the numbers of the explanation alone."""
    if kind == "min_max":
        top = scaling.most - scaling.x if scaling.is_reversed else scaling.x - scaling.least
        return 100 * top / (scaling.most - scaling.least)
    if kind == "rank":
        return 100 * (scaling.place - 1) / (scaling.count - 1)
    if kind == "z_score":
        return (-1 if scaling.is_reversed else 1) * (scaling.x - scaling.mean) / scaling.sd
    if kind in REFERENCES:
        way = (scaling.x - scaling.worst) / (scaling.best - scaling.worst)
        return scaling.first + (scaling.last - scaling.first) * way
    return scaling.turned / scaling.divisor


@pytest.mark.parametrize("scale", SCALES)
def test_numbers_of_the_scale_give_the_scaled_figure(scale):
    run = scaled_run(scale)
    for code in "xyz":
        for line in explained(run, code).lines:
            if line.is_leaf:
                assert scaled(scale, line.scaling) == pytest.approx(line.value, abs=1e-12)
                assert line.raw == line.used == line.scaling.x


def test_figures_beyond_their_references_are_cut_where_the_protocol_says_so(client):
    run = scaled_run("goalposts", beyond="cut")
    gone = [
        line for code in "xyz" for line in explained(run, code).lines if line.scaling and line.scaling.is_cut
    ]
    assert [(line.indicator.code, line.value) for line in gone] == [("b1", 100), ("a2", 100), ("b1", 0)]
    assert {notice["column"]: notice["numbers"] for notice in run.notices} == {
        "a2": {"worse": 0, "better": 1, "cut": True},
        "b1": {"worse": 1, "better": 1, "cut": True},
    }
    sign_in(client, "stefan")
    client.cookies["django_language"] = "en"
    assert "brings them to the end" in client.get(reverse("run", args=["towns"])).content.decode()
    assert (
        "The figure lies beyond" in client.get(reverse("score", args=["towns", run.pk, "x"])).content.decode()
    )


def test_ends_of_a_scale_are_the_protocols(client):
    run = run_of(weighed(low=1, high=7))
    assert {line.value for code in "xyz" for line in explained(run, code).lines if line.is_leaf} >= {1, 7}
    for code in "xyz":
        for line in explained(run, code).lines:
            if line.is_leaf:
                assert 1 + 6 / 100 * scaled("min_max", line.scaling) == pytest.approx(line.value, abs=1e-12)


def test_turned_figure_is_the_reciprocal_of_the_protocol():
    scaling = line_of(explained(run_of(weighed(normalization="vector"))), "a2").scaling
    assert scaling.is_reversed
    assert scaling.turned == pytest.approx(1 / (10 + scaling.largest + scaling.x))


SIGNS = {"÷": "/", "×": "*", "−": "-", "²": "**2"}


@pytest.mark.parametrize("objective", METHODS)
def test_data_weights_come_with_their_derivation(client, objective):
    matrix = MATRIX.replace(
        "y,乙城,Yton,west,2,0,4,0", "y,乙城,Yton,west,2,8,5,1"
    )  # no zero, no two columns alike
    run = run_of(weighed(matrix, weighting={"objective": objective}))
    for line in explained(run).lines:
        if not line.is_leaf:
            continue
        found = line.derived.reckoning
        formula = "".join(
            part.signs + (repr(part.figure) if part.figure is not None else "") for part in found.parts
        )
        for sign, python in SIGNS.items():
            formula = formula.replace(sign, python)
        if objective != "merec":  # a sum over all units
            assert eval(formula) == pytest.approx(found.importance, rel=1e-9)
        assert found.importance / found.total == pytest.approx(line.derived.variation, rel=1e-12)
    sign_in(client, "stefan")
    heads = client.get(reverse("weights", args=["towns"])).context["heads"]
    stored = {name for row in run.weight_set.weights.all() for name in row.measured}
    assert set(heads) == stored
    assert client.get(reverse("score", args=["towns", run.pk, "x"])).status_code == 200
    assert replay_run(run) == []
    run.weight_set.weights.filter(indicator__code="a1").update(measured={"sd": 1.0})
    assert any("measured" in words for words in replay_run(run))


def combined(recipe, mixture):
    """The combined share reckoned again from the numbers of the explanation alone."""
    if recipe.combination == "product":
        return mixture.s * mixture.o / mixture.total
    if recipe.combination == "entropy":
        return (mixture.s * mixture.o) ** 0.5 / mixture.total
    if recipe.combination == "linear":
        return recipe.alpha * mixture.s + (1 - recipe.alpha) * mixture.o
    ss, so, oo = mixture.products
    if recipe.combination == "game_theory":
        raw = (oo * (ss - so), ss * (oo - so))
    else:
        _, vectors = np.linalg.eigh(np.array([[ss, so], [so, oo]]))
        raw = tuple(np.abs(vectors[:, -1]))
    kept = [max(part, 0) for part in raw]
    first = kept[0] / sum(kept)
    assert (first, 1 - first) == pytest.approx((mixture.first, mixture.second), abs=1e-9)
    return first * mixture.s + (1 - first) * mixture.o


@pytest.mark.parametrize(
    ("combination", "level"),
    [pair for pair in product(COMBINATIONS, LEVELS) if pair != ("max_deviation", "both")],
)
def test_numbers_of_the_combination_give_the_final_weight(client, combination, level):
    run = run_of(weighed(weighting={"combination": combination, "level": level, "alpha": 0.3}))
    found = explained(run)
    sign_in(client, "stefan")
    text = client.get(reverse("score", args=["towns", run.pk, "x"])).content.decode()
    together = [line for line in found.lines if line.mixture]
    assert len(together) == (6 if level == "both" else 4)
    for line in together:
        share = combined(found.recipe, line.mixture)
        whole = share if level == "global" else share * line.mixture.share * line.above
        assert share == pytest.approx(line.mixture.result, abs=1e-9)
        assert whole == pytest.approx(line.derived.final, abs=1e-9)
        assert f"<b>{100 * line.mixture.result:.2f} %</b>" in text
        if combination in ("game_theory", "max_deviation"):
            assert f"= {line.mixture.first:.4f} : {line.mixture.second:.4f}" in text


def test_leaf_alone_in_its_group_has_nothing_to_combine():
    tree = Tree(("A", "a1", "a2", "B", "b1"), (-1, 0, 0, -1, 3))
    expert, data = np.array([0.5, 0.25, 0.75, 0.5, 1.0]), np.array([0.6, 0.5, 0.5, 0.4, 1.0])
    found = mixtures_of(tree, Recipe(combination="product", level="group"), expert, data, None)
    assert sorted(found) == [1, 2]
    assert found[2].result == pytest.approx(0.75)


def test_negative_coefficient_is_cut_and_said():
    tree = Tree(("a", "b", "c"), (-1, -1, -1))
    s, o = np.array([0.5, 0.3, 0.2]), np.array([0.98, 0.01, 0.01])
    found = mixtures_of(tree, Recipe(combination="game_theory"), s, o, None)[0]
    assert found.is_cut and (found.first, found.second) == (0, 1)


@pytest.mark.parametrize("scale", ["min_max", "vector"])
@pytest.mark.parametrize("rules", ["geometric", ["power", "harmonic"], ["additive", "geometric"]])
def test_points_of_any_mean_add_up_and_are_parted_as_told(scale, rules):
    found = explained(run_of(weighed(aggregation=rules, normalization=scale, low=1)), "y")
    assert not found.is_additive
    leaves = [line for line in found.lines if line.is_leaf]
    assert sum(line.points for line in leaves) == pytest.approx(found.total, rel=1e-12)
    for line in found.lines:
        if not line.parting.points:  # on the vector scale a zero ends the group, and the score with it
            assert line.share is None and line.points == 0
            continue
        share = line.weight * (line.value / line.parting.mean) ** line.parting.exponent
        assert line.share == pytest.approx(share, rel=1e-9)
        assert line.points == pytest.approx(line.share * line.parting.points, rel=1e-12)


def test_pairings_are_shared_down_to_the_indicators():
    run = run_of(weighed(aggregation="copeland"))
    for code in "xyz":
        found = explained(run, code)
        leaves = [line for line in found.lines if line.is_leaf]
        assert sum(line.points for line in leaves) == pytest.approx(found.total, abs=1e-12)
        assert {line.parting.exponent for line in found.lines} == {None}


def test_missing_figure_brings_nothing_and_leaves_its_weight_to_its_sibling():
    run = run_of(weighed(MATRIX.replace("y,乙城,Yton,west,2,0", "y,乙城,Yton,west,2,"), weighting=REWEIGHT))
    found = explained(run, "y")
    gap, sibling = line_of(found, "a2"), line_of(found, "a1")
    assert (gap.value, gap.used, gap.scaling, gap.points, gap.change) == (None, None, None, 0, "missing")
    assert sibling.weight == pytest.approx(1)
    assert found.has_shared_weights and not explained(run, "x").has_shared_weights
    assert sum(line.points for line in found.lines if line.is_leaf) == pytest.approx(found.total, abs=1e-9)


REWEIGHT = {"missing": "reweight"}


@pytest.mark.parametrize(
    ("rules", "code", "change"),
    [
        ({"missing": "group_median", "missing_group": ""}, "a2", "filled"),
        ({"missing": "group_median", "targets": {"b1": [3, 5]}}, "b1", "toward_interval"),
    ],
)
def test_changed_figures_say_how_they_were_changed(rules, code, change):
    run = run_of(weighed(MATRIX.replace("y,乙城,Yton,west,2,0", "y,乙城,Yton,west,2,"), weighting=rules))
    line = line_of(explained(run, "y"), code)
    assert line.change == change
    assert line.used is not None and line.used != line.raw


@pytest.mark.parametrize("scale", SCALES)
def test_page_shows_the_arithmetic(client, scale):
    run = scaled_run(scale)
    sign_in(client, "stefan")
    text = client.get(reverse("score", args=["towns", run.pk, "x"])).content.decode()
    found = explained(run)
    assert f"{found.total:.2f}" in text
    for line in found.lines:
        assert f"{line.points:z.2f}" in text
    assert text.count("<details") >= 4


@pytest.mark.parametrize("rules", [["harmonic", "geometric"], "copeland"])
def test_page_of_any_rule_shows_points_and_how_they_are_parted(client, rules):
    run = run_of(weighed(aggregation=rules, low=1))
    sign_in(client, "stefan")
    response = client.get(reverse("score", args=["towns", run.pk, "x"]))
    text = response.content.decode()
    for line in response.context["explanation"].lines:
        assert f"{line.points:z.2f}" in text
    assert ("每负一次计负1分" in text) == (rules == "copeland")
    assert ("偏导数" in text) == (rules != "copeland")


def test_every_row_of_the_run_leads_to_its_arithmetic(client):
    run = run_of(weighed())
    sign_in(client, "stefan")
    text = client.get(reverse("run", args=["towns"])).content.decode()
    for code in "xyz":
        assert reverse("score", args=["towns", run.pk, code]) in text


def test_score_of_another_study_is_not_found(client):
    run = run_of(weighed())
    weighed(slug="other")
    sign_in(client, "stefan")
    assert client.get(reverse("score", args=["other", run.pk, "x"])).status_code == 404
    assert client.get(reverse("score", args=["towns", run.pk, "nobody"])).status_code == 404
