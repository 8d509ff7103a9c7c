"""Runs: scores, ties, tiers and intervals from sealed weights."""

import numpy as np
import pytest
from django.utils import timezone

from ranking.models import Run, Score
from ranking.runs import WeightsNotSealed, compute_run, request_run
from survey.rounds import adopt_round
from tests.cast import MATRIX, POINTS, answer, close, make_panel, make_study, open_next
from weighting.datasets import import_dataset, seal_dataset
from weighting.weight_sets import build_weight_set, request_weight_set

pytestmark = pytest.mark.django_db
TIERS = {"method": "rank_cuts", "cuts": [1, 3], "names": ["一", "二"], "names_en": ["One", "Two"]}


def weighed(matrix=MATRIX, *, experts=3, slug="towns", weighting=None, **ranking):
    """Sealed weights of a one-round study."""
    protocol = {
        "survey": {"rounds": 1},
        "weighting": {"k": 10, **(weighting or {})},
        "ranking": {"listed": 3, "tiers": TIERS, **ranking},
    }
    study = make_study(slug=slug, protocol=protocol)
    names = [*POINTS, *[f"Expert {number}" for number in range(experts - 3)]]
    codes = make_panel(study, names)
    round = open_next(study)
    for place, name in enumerate(names):
        answer(round, codes[name], POINTS.get(name, {**POINTS["Ana"], "a1": 20 + place, "a2": 80 - place}))
    adopt_round(close(round), by="coco", at=timezone.now())
    study.refresh_from_db()
    dataset = import_dataset(study, matrix.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    seal_dataset(dataset, by="stefan", at=timezone.now())
    return build_weight_set(request_weight_set(dataset, by="stefan", at=timezone.now()), at=timezone.now())


def run_of(weight_set) -> Run:
    return compute_run(request_run(weight_set, by="stefan", at=timezone.now()), at=timezone.now())


def by_code(run):
    return {score.unit.code: score for score in Score.objects.filter(run=run).select_related("unit")}


def test_equal_units_share_the_better_rank():
    matrix = MATRIX + "w,丁城,Wton,east,3,10,2,6\n"
    scores = by_code(run_of(weighed(matrix)))
    assert [scores[code].rank for code in ("z", "w", "x", "y")] == [1, 1, 3, 4]


def test_tie_tolerance_joins_scores_that_differ_by_noise():
    matrix = MATRIX + "w,丁城,Wton,east,2.9999999999999,10,2,6\n"
    scores = by_code(run_of(weighed(matrix)))
    assert scores["z"].score != scores["w"].score
    assert scores["z"].rank == scores["w"].rank == 1


def test_units_outside_the_list_have_no_tier():
    scores = by_code(run_of(weighed(listed=2, tiers={**TIERS, "cuts": [1, 2]})))
    assert [scores[code].tier for code in ("z", "x", "y")] == [1, 2, 0]


@pytest.mark.parametrize(
    ("tiers", "expected"),
    [
        ({**TIERS, "method": "score_cuts", "cuts": [50]}, [1, 2, 2]),
        (
            {"method": "natural_breaks", "count": 2, "names": ["一", "二"], "names_en": ["One", "Two"]},
            [1, 2, 2],
        ),
    ],
)
def test_tiers_by_score_and_by_natural_breaks(tiers, expected):
    scores = by_code(run_of(weighed(tiers=tiers)))
    assert [scores[code].tier for code in ("z", "x", "y")] == expected


def test_vector_normalisation_gives_the_leader_a_hundred():
    run = run_of(weighed(normalization="vector"))
    scores = by_code(run)
    best = max(score.score for score in scores.values())
    assert best == 100
    raw = np.array([[1, 20, 6, 3], [2, 0, 4, 0], [3, 10, 2, 6]], dtype=float)
    raw[:, 1] = 1 / (10 + 20 + raw[:, 1])
    weights = [row.effective for row in run.weight_set.weights.all() if row.coefficient is not None]
    expected = (raw / np.sqrt((raw**2).sum(axis=0))) @ np.array(weights)
    got = np.array([scores[code].score for code in "xyz"])
    assert got == pytest.approx(100 * expected / expected.max(), abs=1e-12)


def test_dimension_scores_add_up_to_the_score():
    run = run_of(weighed())
    shares = {row.indicator.code: row.effective for row in run.weight_set.weights.select_related("indicator")}
    for score in by_code(run).values():
        total = sum(shares[code] * value for code, value in score.dimensions.items())
        assert total == pytest.approx(score.score, abs=1e-12)


def test_intervals_hold_the_rank_and_come_with_the_seed():
    weight_set = weighed(experts=9)
    first = by_code(run_of(weight_set))
    for score in first.values():
        assert 1 <= score.rank_low <= score.rank <= score.rank_high <= 3
    assert any(score.rank_low < score.rank_high for score in by_code(run_of(close_race())).values())


def close_race():
    matrix = "code,name,a1,a2,b1,b2\nx,甲,2,10,5,5\ny,乙,3,20,5,5\nz,丙,1,0,5,6\n"
    return weighed(matrix, experts=9, slug="close-race")


@pytest.mark.parametrize("aggregation", ["geometric", "copeland", ["additive", "copeland"]])
def test_every_aggregation_comes_with_intervals(aggregation):
    scores = by_code(run_of(weighed(experts=6, aggregation=aggregation, low=1)))
    for score in scores.values():
        assert 1 <= score.rank_low <= score.rank_high <= 3


def test_small_panel_has_no_interval():
    assert {score.rank_low for score in by_code(run_of(weighed(experts=4))).values()} == {None}


def test_same_request_gives_the_same_run_and_a_twin_writes_nothing():
    weight_set = weighed()
    slow = request_run(weight_set, by="stefan", at=timezone.now())
    fast = compute_run(Run.objects.get(pk=slow.pk), at=timezone.now())
    late = compute_run(slow, at=timezone.now())
    assert (late.pk, late.sha256, late.finished_at) == (fast.pk, fast.sha256, fast.finished_at)
    assert Score.objects.count() == 3
    assert request_run(weight_set, by="stefan", at=timezone.now()).pk == fast.pk


def test_run_needs_sealed_weights():
    weight_set = weighed()
    weight_set.status = "queued"
    with pytest.raises(WeightsNotSealed):
        request_run(weight_set, by="stefan", at=timezone.now())


def test_tiers_that_do_not_fit_fail_by_name():
    matrix = MATRIX.replace("y,乙城,Yton,west,2,0,4,0\n", "").replace(
        "z,丙城,Zton,east,3,10,2,6", "z,丙城,Zton,east,1,20,6,4"
    )
    tiers = {"method": "natural_breaks", "count": 3, "names": list("一二三"), "names_en": ["1", "2", "3"]}
    run = run_of(weighed(matrix, tiers=tiers))
    assert run.status == Run.Status.FAILED
    assert run.failure["reason"] == "too_few_distinct_scores"
    assert not Score.objects.exists()
