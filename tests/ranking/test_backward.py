"""Lists of other years by the study's own method, against the same steps done by hand with plain NumPy."""

import numpy as np
import pytest
from django.utils import timezone

from ranking.backward import (
    NothingCommon,
    NoYears,
    recompute_years,
    request_recomputation,
    waiting_recomputations,
)
from ranking.editions import edition_document
from ranking.models import PastEdition, Recomputation
from survey.models import AuditEvent
from tests.ranking.test_runs import run_of, weighed
from weighting.year_figures import NoCommonIndicator, SameFigures, import_year, newest_year

pytestmark = pytest.mark.django_db
YEAR = "code,name,a2,b1,note\nx,甲城,20,6,\ny,乙城,5,4,\nz,丙城,10,9,检查过\nw,旧城,8,1,\n"

NAMES = {"names": ["一", "二"], "names_en": ["One", "Two"]}


def figures(study, year=2025, table=YEAR):
    return import_year(study, year, table.encode(), file_name="t.csv", by="stefan", at=timezone.now())


def worked_out(run):
    job = request_recomputation(run, by="stefan", at=timezone.now())
    return recompute_years(job, at=timezone.now())


def scores_by_hand(run):
    """Weights and scores of a2 (smaller is better, k = 10) and b1, the only two columns."""
    expert = {row.indicator.code: row.expert for row in run.weight_set.weights.select_related("indicator")}
    s = np.array([expert["A"] * expert["a2"], expert["B"] * expert["b1"]])
    s /= s.sum()
    raw = np.array([[20, 6], [5, 4], [10, 9], [8, 1]], dtype=float)
    turned = np.column_stack([1 / (10 + 20 + raw[:, 0]), raw[:, 1]])
    variation = turned.std(axis=0, ddof=1) / turned.mean(axis=0)
    o = variation / variation.sum()
    weights = s * o / (s * o).sum()
    share = (raw - raw.min(axis=0)) / np.ptp(raw, axis=0)
    share[:, 0] = 1 - share[:, 0]
    return weights, 100 * share @ weights


def test_list_is_that_of_the_study_s_own_method_on_the_common_indicators():
    run = run_of(weighed(listed=4, tiers={"method": "rank_cuts", "cuts": [1, 4], **NAMES}))
    figures(run.study)
    assert worked_out(run).status == Recomputation.Status.DONE
    past = PastEdition.objects.get()
    weights, scores = scores_by_hand(run)
    order = np.argsort(-scores)
    found = list(past.ranks.values_list("rank", "code", "score", "tier"))
    assert [row[1] for row in found] == ["xyzw"[place] for place in order]
    np.testing.assert_allclose([row[2] for row in found], scores[order], rtol=1e-12)
    assert [row[0] for row in found] == [1, 2, 3, 4] and [row[3] for row in found] == [1, 2, 2, 2]
    told = [indicator["effective"] for indicator in past.facts["indicators"]]
    np.testing.assert_allclose(told, weights, rtol=1e-12)


def test_what_is_told_about_it():
    run = run_of(weighed())
    kept = figures(run.study)
    worked_out(run)
    past = PastEdition.objects.get()
    facts = past.facts
    assert (past.kind, past.year, past.indicators, past.listed) == ("recomputed", 2025, 2, 3)
    assert (facts["run"], facts["figures"]["sha256"]) == (run.sha256, kept.sha256)
    assert (facts["arithmetic"], facts["units"], facts["of_indicators"]) == ("decimal", 4, 4)
    assert facts["notes"] == [
        {"code": "z", "name": "丙城", "name_en": "Zton", "note": "检查过", "note_en": ""}
    ]
    assert "2项" in past.comparability.replace(" ", "") and "2 of the study's 4" in past.comparability_en
    first = past.ranks.get(code="x")
    assert (first.name_en, first.attributes) == ("Xton", {"region": "east"})
    assert AuditEvent.objects.filter(action="keep_past_list").count() == 1
    assert [kept["year"] for kept in edition_document(run)["past"]] == [2025]


def test_indicators_must_have_figures_in_every_year():
    run = run_of(weighed())
    with pytest.raises(NoYears):
        request_recomputation(run, by="stefan", at=timezone.now())
    figures(run.study)
    figures(run.study, 2024, "code,name,b1\nx,甲城,1\ny,乙城,3\n")
    worked_out(run)
    assert set(PastEdition.objects.values_list("year", "indicators")) == {(2024, 1), (2025, 1)}
    figures(run.study, 2023, "code,name,b2\nx,甲城,1\ny,乙城,3\n")
    with pytest.raises(NothingCommon):
        request_recomputation(run, by="stefan", at=timezone.now())


def test_working_out_again_takes_the_place_of_the_older_lists():
    run = run_of(weighed())
    figures(run.study)
    worked_out(run)
    before = PastEdition.objects.get().sha256
    figures(run.study, table=YEAR.replace("y,乙城,5,4", "y,乙城,5,40"))
    worked_out(run)
    assert PastEdition.objects.get().sha256 != before
    assert newest_year(run.study, 2025).version == 2


def test_request_waits_once_and_is_done_once():
    run = run_of(weighed())
    figures(run.study)
    first = request_recomputation(run, by="stefan", at=timezone.now())
    assert request_recomputation(run, by="stefan", at=timezone.now()) == first
    assert waiting_recomputations() == [first.pk]
    twin = Recomputation.objects.get(pk=first.pk)
    recompute_years(first, at=timezone.now())
    recompute_years(twin, at=timezone.now())
    assert PastEdition.objects.count() == 1 and waiting_recomputations() == []


def test_year_that_cannot_be_weighed_fails_by_name_and_leaves_nothing():
    run = run_of(weighed())
    figures(run.study)
    figures(run.study, 2024, "code,name,a2,b1\nx,甲城,1,2\ny,乙城,3,\n")
    job = worked_out(run)
    assert job.status == Recomputation.Status.FAILED
    assert (job.failure["reason"], job.failure["year"]) == ("missing_values", 2024)
    assert not PastEdition.objects.exists()


def test_tables_without_an_indicator_and_the_same_figures_are_refused():
    run = run_of(weighed())
    with pytest.raises(NoCommonIndicator):
        figures(run.study, table="code,name,q\nx,甲城,1\n")
    figures(run.study)
    with pytest.raises(SameFigures):
        figures(run.study)
