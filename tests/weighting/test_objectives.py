"""The objective weightings beside each other, as the page compares them."""

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import MATRIX, make_study, sign_in
from tests.ranking.test_runs import weighed
from weighting.core.entropy import entropy_weights
from weighting.core.objective import METHODS
from weighting.datasets import import_dataset, seal_dataset
from weighting.objectives import NAMES, REWARDS, compare_methods
from weighting.protocol import CHOICES

pytestmark = pytest.mark.django_db


def sealed(matrix=MATRIX, **weighting):
    study = make_study(protocol={"weighting": {"k": 10, **weighting}})
    dataset = import_dataset(study, matrix.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    seal_dataset(dataset, by="stefan", at=timezone.now())
    return dataset


def by_code(comparison):
    return {method.code: method for method in comparison.methods}


def test_every_method_of_the_protocol_has_a_name_and_a_sentence():
    assert set(NAMES) == set(REWARDS) == set(METHODS) == set(CHOICES["objective"])


def test_weights_of_every_method_add_up():
    comparison = compare_methods(sealed())
    assert len(comparison.methods) == len(METHODS)
    for method in comparison.taken:
        assert sum(method.weights) == pytest.approx(1)
        assert not method.refusal
    assert [leaf.code for leaf, _ in comparison.rows] == ["a1", "a2", "b1", "b2"]
    assert comparison.largest == max(weight for _, weights in comparison.rows for weight in weights)


def test_chosen_method_has_the_weights_that_are_sealed():
    weight_set = weighed()
    stored = [row.variation for row in weight_set.weights.all() if row.coefficient is not None]
    groups = {row.indicator.code: row.variation for row in weight_set.weights.select_related("indicator")}
    chosen = by_code(compare_methods(weight_set.dataset))["variation"]
    above = [groups["A"], groups["A"], groups["B"], groups["B"]]
    expected = [own * group for own, group in zip(stored, above, strict=True)]
    assert chosen.is_chosen
    assert chosen.weights == pytest.approx(expected)


def test_other_methods_weigh_the_same_figures():
    found = by_code(compare_methods(sealed(objective="entropy")))
    expected = entropy_weights([[1, 20, 6, 3], [2, 0, 4, 0], [3, 10, 2, 6]], [1, -1, 1, 1], k=10).weights
    assert found["entropy"].weights == pytest.approx(tuple(expected))
    assert found["entropy"].is_chosen and not found["variation"].is_chosen


def test_method_that_refuses_says_why_and_for_which_indicator():
    found = by_code(compare_methods(sealed(MATRIX.replace("x,甲城,Xton,east,1,", "x,甲城,Xton,east,-1,"))))
    assert not found["entropy"].weights
    assert "Research" in found["entropy"].refusal or "研发" in found["entropy"].refusal
    assert found["standard_deviation"].weights


@pytest.mark.parametrize("missing", ["refuse", "leave_out"])
def test_incomplete_units_are_left_out_of_the_comparison(missing):
    comparison = compare_methods(sealed(MATRIX + "w,丁城,Wton,east,,10,2,6\n", missing=missing))
    assert comparison.units == 3


def test_gaps_that_stay_are_left_out_of_columns_and_refused_by_methods_of_whole_rows(client):
    dataset = sealed(MATRIX + "w,丁城,Wton,east,,10,2,6\n", missing="reweight")
    comparison = compare_methods(dataset)
    assert (comparison.units, comparison.gaps) == (4, 1)
    refused = {method.code for method in comparison.methods if not method.weights}
    whole_rows = {code for code, method in METHODS.items() if not method.takes_gaps}
    assert refused - whole_rows <= {"principal_components"}  # four units: correlations contradict each other
    assert whole_rows <= refused
    expected = entropy_weights(
        [[1, 20, 6, 3], [2, 0, 4, 0], [3, 10, 2, 6], [np.nan, 10, 2, 6]],
        [1, -1, 1, 1],
        k=10,
        missing="available",
    )
    assert by_code(comparison)["entropy"].weights == pytest.approx(tuple(expected.weights))
    sign_in(client, "stefan")
    assert "整行" in client.get(reverse("compare-weights", args=["towns"])).content.decode()


def test_gaps_are_filled_before_methods_are_compared():
    assert compare_methods(sealed(MATRIX + "w,丁,W,east,,1,2,6\n", missing="group_median")).units == 4


def test_page_shows_methods_sentences_and_refusals(client):
    sealed(MATRIX.replace("x,甲城,Xton,east,1,", "x,甲城,Xton,east,-1,"))
    sign_in(client, "stefan")
    text = client.get(reverse("compare-weights", args=["towns"])).content.decode()
    assert all(str(name) in text for name in NAMES.values())
    assert "status-failed" in text and "status-done" in text
    assert text.count('class="bar bar-short series-5"') >= 4


def test_page_without_sealed_data_says_what_to_do(client):
    make_study()
    sign_in(client, "stefan")
    assert (
        reverse("data", args=["towns"])
        in client.get(reverse("compare-weights", args=["towns"])).content.decode()
    )


def test_page_tells_when_no_unit_is_complete(client):
    sealed("code,name,a1,a2,b1,b2\nx,甲,,1,2,3\ny,乙,1,,2,3\n", missing="leave_out")
    sign_in(client, "stefan")
    text = client.get(reverse("compare-weights", args=["towns"])).content.decode()
    assert "status-failed" in text and "status-done" not in text


def test_weights_lead_to_the_comparison(client):
    weighed()
    sign_in(client, "stefan")
    text = client.get(reverse("weights", args=["towns"])).content.decode()
    assert reverse("compare-weights", args=["towns"]) in text
