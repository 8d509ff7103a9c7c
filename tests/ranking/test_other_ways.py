"""A run ranked in other ways: every alpha between the data alone and the experts alone, TOPSIS and VIKOR."""

import numpy as np
import pytest
from django.urls import reverse

from ranking.core.other_ways import ALPHAS, alpha_ranks, cross_checks
from ranking.core.recipe import Recipe, rules_of
from ranking.other_ways import other_ways
from tests.cast import MATRIX, make_study, sign_in
from tests.ranking.test_runs import by_code, run_of, weighed
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree

TREE = Tree(("A", "a1", "a2", "B", "b1"), (-1, 0, 0, -1, 3))
VALUES = np.array([[90.0, 10.0, 40.0], [20.0, 80.0, 60.0], [50.0, 50.0, 50.0]])
LOCAL, DATA = np.array([0.8, 0.9, 0.1, 0.2, 1.0]), np.array([0.1, 0.3, 0.6])


def swept(**options):
    return alpha_ranks(TREE, VALUES, LOCAL, DATA, [1, 2, 3], rules=rules_of(Recipe()), **options)


def test_sweep_goes_from_the_data_alone_to_the_experts_alone():
    found = swept()
    assert found.alphas == ALPHAS and len(ALPHAS) == 11
    assert found.weights[0, TREE.leaves] == pytest.approx(DATA)
    assert found.weights[-1, TREE.leaves] == pytest.approx([0.72, 0.08, 0.2])
    assert found.weights[5, TREE.leaves] == pytest.approx(DATA / 2 + np.array([0.36, 0.04, 0.1]))
    assert (found.ranks[0].tolist(), found.ranks[-1].tolist()) == ([3, 1, 2], [1, 3, 2])
    assert found.shift[0] == pytest.approx(4 / 3) and found.correlation[0] == pytest.approx(-0.5)


def test_sweep_inside_groups_keeps_the_dimensions():
    found = swept(level="group", alphas=(0.0, 1.0))
    assert found.weights[:, [0, 3]] == pytest.approx(np.array([[0.8, 0.2], [0.8, 0.2]]))
    assert found.weights[0, 1] == pytest.approx(0.8 * 0.25)


def test_sweep_refuses_an_alpha_outside_0_to_1():
    with pytest.raises(MatrixRefused, match="alpha_out_of_range"):
        swept(alphas=(1.5,))


def test_cross_check_that_refuses_does_not_stop_the_other():
    topsis, vikor = cross_checks([[1.0, 2.0], [1.0, 2.0]], [0.5, 0.5], [1, 1])
    assert topsis.refusal.reason == "no_variation" and vikor.ranks.tolist() == [1, 1]
    assert np.isnan(vikor.correlation)


@pytest.mark.django_db
@pytest.mark.parametrize("level", ["global", "group"])
def test_own_alpha_gives_the_ranks_and_weights_of_the_run(level):
    run = run_of(weighed(weighting={"combination": "linear", "alpha": 0.3, "level": level}))
    found = other_ways(run)
    scores = by_code(run)
    for row in found["alpha_units"]:
        assert row["ranks"][3]["rank"] == scores[row["score"].unit.code].rank
    stored = {row.indicator_id: row.effective for row in run.weight_set.weights.all()}
    for node in found["alpha_nodes"]:
        assert node["weights"][3] == pytest.approx(stored[node["indicator"].pk], abs=1e-12)
    assert found["alpha_summary"][3]["shift"] == 0 and found["own_alpha"] == 0.3


@pytest.mark.django_db
def test_page_shows_every_alpha_and_both_methods(client):
    run_of(weighed())
    sign_in(client, "stefan")
    client.cookies["django_language"] = "en"
    text = client.get(reverse("other-ways", args=["towns"])).content.decode()
    assert text.count("TOPSIS") > 2 and text.count("VIKOR") > 2
    for alpha in ("0", "0.1", "0.5", "0.9", "1"):
        assert f'<th scope="col" class="num">{alpha}</th>' in text
    assert (
        reverse("other-ways", args=["towns"]) in client.get(reverse("run", args=["towns"])).content.decode()
    )


@pytest.mark.django_db
def test_page_says_what_refuses_and_shows_the_rest(client):
    run_of(
        weighed(
            MATRIX.replace("y,乙城,Yton,west,2,0", "y,乙城,Yton,west,2,"), weighting={"missing": "reweight"}
        )
    )
    sign_in(client, "stefan")
    client.cookies["django_language"] = "en"
    response = client.get(reverse("other-ways", args=["towns"]))
    assert [bool(check["refusal"]) for check in response.context["checks"]] == [True, True]
    assert len(response.context["alpha_units"]) == 3


@pytest.mark.django_db
def test_page_without_a_run_says_what_comes_first(client):
    make_study()
    sign_in(client, "stefan")
    assert client.get(reverse("other-ways", args=["towns"])).status_code == 200
