"""From an adopted round and sealed data to weights: rules, refusals, and twins."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from survey.rounds import adopt_round
from tests.cast import MATRIX, POINTS, answer, close, make_panel, make_study, open_next
from weighting.datasets import import_dataset, seal_dataset
from weighting.models import IndicatorWeight, WeightSet
from weighting.weight_sets import (
    NothingAdopted,
    NotSealed,
    build_weight_set,
    request_weight_set,
    waiting_weight_sets,
)

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def ready(matrix=MATRIX, *, points=POINTS, seal=True, **weighting):
    """A study with one adopted round and a dataset."""
    study = make_study(protocol={"survey": {"rounds": 1}, "weighting": {"k": 10, **weighting}})
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, points[name])
    adopt_round(close(round), by="coco", at=timezone.now())
    study.refresh_from_db()
    dataset = import_dataset(study, matrix.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    return seal_dataset(dataset, by="stefan", at=timezone.now()) if seal else dataset


def build(dataset):
    weight_set = request_weight_set(dataset, by="stefan", at=timezone.now())
    return build_weight_set(weight_set, at=timezone.now())


def effective(weight_set):
    rows = IndicatorWeight.objects.filter(weight_set=weight_set).select_related("indicator")
    return {row.indicator.code: row.effective for row in rows}


def test_effective_weights_of_leaves_sum_to_one_and_parents_to_their_leaves():
    weights = effective(build(ready()))
    assert sum(weights[code] for code in ("a1", "a2", "b1", "b2")) == pytest.approx(1, abs=1e-15)
    assert weights["A"] == pytest.approx(weights["a1"] + weights["a2"], abs=1e-15)


def test_group_level_keeps_the_weights_of_the_dimensions():
    weights = effective(build(ready(level="group")))
    assert weights["A"] == pytest.approx(0.5, abs=1e-15)
    assert weights["b1"] == pytest.approx(0.5 * (0.5 * 0.5) / (0.5 * 0.5 + 0.5 * 1.0), abs=1e-15)


def test_linear_with_alpha_one_is_the_experts_alone():
    weights = effective(build(ready(combination="linear", alpha=1)))
    assert [weights[code] for code in ("a1", "a2", "b1", "b2")] == pytest.approx(
        [0.3, 0.2, 0.25, 0.25], abs=1e-15
    )


def test_entropy_is_the_closed_square_root_of_the_product():
    product, entropy = effective(build(ready())), None
    study_two = ready_again("entropy")
    entropy = effective(study_two)
    ratio = entropy["a1"] / entropy["b2"]
    assert ratio == pytest.approx((product["a1"] / product["b2"]) ** 0.5, abs=1e-12)


def ready_again(combination):
    study = make_study(
        slug="towns-two",
        protocol={"survey": {"rounds": 1}, "weighting": {"k": 10, "combination": combination}},
    )
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    adopt_round(close(round), by="coco", at=timezone.now())
    study.refresh_from_db()
    dataset = import_dataset(study, MATRIX.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    return build(seal_dataset(dataset, by="stefan", at=timezone.now()))


@pytest.mark.parametrize(
    ("matrix", "rules", "reason", "columns"),
    [
        (MATRIX.replace("甲城,Xton,east,1", "甲城,Xton,east,-1"), {}, "negative_values", ["a1"]),
        (MATRIX.replace("甲城,Xton,east,1", "甲城,Xton,east,"), {}, "missing_values", ["a1"]),
        ("code,name,a1,a2,b1,b2\nx,甲,0,1,1,1\ny,乙,0,1,1,2\n", {}, "zero_mean", ["a1"]),
        (MATRIX.replace("甲城,Xton,east,1", "甲城,Xton,east,"), {"missing": "leave_out"}, None, None),
    ],
)
def test_figures_that_cannot_be_weighed_are_refused_with_the_column(matrix, rules, reason, columns):
    weight_set = build(ready(matrix, **rules))
    if reason is None:
        assert weight_set.is_sealed and weight_set.units_left_out == ["x"]
        return
    assert weight_set.status == WeightSet.Status.FAILED
    assert (weight_set.failure["reason"], weight_set.failure["columns"]) == (reason, columns)
    assert not IndicatorWeight.objects.exists()


def test_negative_figures_count_as_zero_where_the_protocol_says_so():
    matrix = MATRIX.replace("甲城,Xton,east,1", "甲城,Xton,east,-1")
    weight_set = build(ready(matrix, negative_values="zero"))
    assert weight_set.is_sealed
    assert [notice["column"] for notice in weight_set.notices if "negative" in notice["code"]] == ["a1"]


def test_constant_column_gets_no_weight_and_a_notice():
    matrix = "code,name,a1,a2,b1,b2\nx,甲,1,20,6,3\ny,乙,1,0,4,1\nz,丙,1,10,2,6\n"
    weight_set = build(ready(matrix))
    assert effective(weight_set)["a1"] == 0
    assert [notice["column"] for notice in weight_set.notices if notice["code"] == "constant_column"] == [
        "a1"
    ]


def test_weights_need_an_adopted_round_and_sealed_data():
    dataset = ready(seal=False)
    with pytest.raises(NotSealed):
        request_weight_set(dataset, by="stefan", at=timezone.now())
    fresh = make_study(slug="fresh")
    other = import_dataset(fresh, MATRIX.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    with pytest.raises(NothingAdopted):
        request_weight_set(other, by="stefan", at=timezone.now())


def test_same_inputs_give_the_same_row_and_a_second_build_changes_nothing():
    dataset = ready()
    first = build(dataset)
    again = build(dataset)
    assert first.pk == again.pk and first.sha256 == again.sha256
    assert IndicatorWeight.objects.count() == 6


def test_twin_that_is_late_leaves_the_first_result():
    dataset = ready()
    slow = request_weight_set(dataset, by="stefan", at=timezone.now())
    fast = WeightSet.objects.get(pk=slow.pk)
    done = build_weight_set(fast, at=timezone.now())
    late = build_weight_set(slow, at=timezone.now())  # still believes that it is queued
    assert late.finished_at == done.finished_at
    assert IndicatorWeight.objects.count() == 6


def test_job_whose_bell_nobody_heard_is_found_in_the_database(settings):
    dataset = ready()
    weight_set = request_weight_set(dataset, by="stefan", at=timezone.now())
    assert waiting_weight_sets() == [weight_set.pk]
    build_weight_set(weight_set, at=timezone.now())
    assert waiting_weight_sets() == []


def test_bell_with_no_broker_is_no_error_and_hardly_waits_for_it():
    code = """
import time
waited = []
time.sleep = waited.append  # whoever tries again does it at once and says how long it would have waited
import django
django.setup()
import config.celery
from survey.doorbell import ring
ring('no.such.task', [1, 2])
print(sum(waited))
"""
    broken = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=broken, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert 0 < float(done.stdout) < 1
    assert "The broker is away: no.such.task waits in the database." in done.stderr
