"""Robustness of many units, without a table of units by ranks: the same figures, stages, sizes and refusals."""

import pytest
from django.utils import timezone

from ranking.models import RobustnessPart
from ranking.robustness import (
    compute_part,
    offered_presets,
    progress,
    request_robustness,
    waiting_parts,
)
from survey.refusal import Refusal
from tests.ranking.test_robustness import TIERS, as_large, cut_study, done, quick, towns

pytestmark = pytest.mark.django_db


def test_large_way_gives_what_the_table_of_units_by_ranks_gives(monkeypatch):
    run = towns()
    table = cut_study(run, "table", base=16)
    expected = done(table, table.parts.all()).result
    as_large(monkeypatch, many=6)  # as many as are listed
    streamed = cut_study(run, "streamed", base=16)
    found = done(streamed, streamed.parts.all()).result

    stages = list(streamed.parts.order_by("number").values_list("stage", flat=True))
    assert stages == sorted(stages) and set(stages) == {0, 1, 2}
    assert {part.kind for part in streamed.parts.all() if part.content} == {"windows"}  # the rest is let go
    for own, other in zip(found["units"], expected["units"], strict=True):
        for name in ("expected", "listed", "tiers"):
            assert own.pop(name) == pytest.approx(other.pop(name), abs=1e-12)
    assert found == expected


def test_large_list_compares_neighbours(monkeypatch):
    run = towns()
    table = cut_study(run, "table", base=8, draws=512, concentration=5.0)
    everyone = done(table, table.parts.all()).result["pairs"]
    as_large(monkeypatch)
    monkeypatch.setattr("ranking.core.rank_streams.NEXT", 2)
    streamed = cut_study(run, "streamed", base=8, draws=512, concentration=5.0)
    found = done(streamed, streamed.parts.all()).result["pairs"]

    ranks = {score.unit.code: score.rank for score in run.scores.select_related("unit")}
    near = [pair for pair in everyone["first"] if ranks[pair[1]] - ranks[pair[0]] <= 2]
    assert found["of"] == 5 + 4  # six listed units, each with the next two
    assert sorted(found["first"]) == sorted(near) and 0 < len(near) < everyone["count"]


@pytest.mark.parametrize(
    "rules",
    [{"aggregation": "geometric", "low": 1}, {"tiers": {**TIERS, "method": "score_cuts", "cuts": [50]}}],
)
def test_large_way_follows_the_rules_of_the_run(monkeypatch, rules):
    run = towns(**rules)
    table = cut_study(run, "table", base=8, draws=512)
    expected = done(table, table.parts.all()).result["units"]
    as_large(monkeypatch, many=6)
    streamed = cut_study(run, "streamed", base=8, draws=512)
    found = done(streamed, streamed.parts.all()).result["units"]
    ends = [[(row["low"], row["high"], len(row["tiers"])) for row in rows] for rows in (found, expected)]
    assert ends[0] == ends[1]


def test_parts_of_a_large_study_wait_for_their_stage(monkeypatch):
    run = towns()
    as_large(monkeypatch)
    study = cut_study(run, base=8, draws=512)
    first, last = study.parts.filter(stage=0), study.parts.last()
    assert waiting_parts(study) == [part.pk for part in first]
    compute_part(last, at=timezone.now())
    assert RobustnessPart.objects.get(pk=last.pk).content is None
    done(study, first)
    assert waiting_parts(study) == [part.pk for part in study.parts.filter(stage=1)]
    assert not done(study, study.parts.filter(stage=1)).is_done
    assert done(study, study.parts.filter(stage=2)).is_done


def test_large_run_has_the_studies_of_its_size(monkeypatch):
    run = towns()
    as_large(monkeypatch)
    assert offered_presets(run) == ["quick", "full"]
    study = quick(run)
    assert study.status == study.Status.QUEUED and progress(study)["done"] == 0
    assert study.parameters["draws"] == 10_000
    monkeypatch.setattr("ranking.robustness.FULL_UNITS", 8)
    with pytest.raises(Refusal) as refusal:
        request_robustness(run, preset="full", by="stefan", at=timezone.now())
    assert refusal.value.code == "too_many_units"


def test_large_run_that_is_no_one_sum_is_drawn_less_often(monkeypatch):
    run = towns(aggregation="geometric", low=1)
    as_large(monkeypatch)
    assert quick(run).parameters["draws"] == 1000


def test_large_run_under_copeland_is_refused(monkeypatch):
    run = towns(aggregation="copeland")
    as_large(monkeypatch)
    assert offered_presets(run) == []
    with pytest.raises(Refusal) as refusal:
        quick(run)
    assert refusal.value.code == "too_many_units"
