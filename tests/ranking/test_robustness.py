"""Robustness studies: in the request, in parts by any workers in any order, and what the page tells."""

import csv
import json
import random
import time
from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from ranking import robustness
from ranking.models import RobustnessPart, RobustnessStudy, Run
from ranking.robustness import (
    compute_part,
    join_study,
    progress,
    request_robustness,
    study_parts,
    waiting_parts,
)
from ranking.robustness_files import FILES
from ranking.robustness_rows import factor_rows
from ranking.tasks import ring_robustness
from ranking.unit_robustness import first_place
from ranking.workbench import Workbench
from survey.refusal import Refusal
from tests.cast import sign_in
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db
SMALL = {"draws": 5120, "base": 64, "concentration": 50.0, "seed": 7}  # two parts of draws, two of settings
TOWNS = "code,name,name_en,region,a1,a2,b1,b2\n" + "".join(
    f"t{n},镇{n},Town{n},east,{n % 5 + 1},{20 - n},{n * n % 7 + 1},{n % 3 + 2}\n" for n in range(12)
)
TIERS = {"method": "rank_cuts", "cuts": [3, 6], "names": ["一", "二"], "names_en": ["One", "Two"]}


def towns(matrix=TOWNS, *, weighting=None, **ranking):
    rules = {"listed": 6, "tiers": TIERS, **ranking}
    return run_of(weighed(matrix, experts=6, slug="many-towns", weighting=weighting, **rules))


def cut_study(run, key="small", **parameters):
    """A queued study with its parts, as a request leaves it."""
    study = RobustnessStudy.objects.create(
        run=run,
        parameters={**SMALL, **parameters},
        key=key,
        requested_by="stefan",
        requested_at=timezone.now(),
    )
    RobustnessPart.objects.bulk_create(study_parts(Workbench(study)))
    return study


def as_large(monkeypatch, many=5):
    """Do as with a run of many units: no table of units by units is made."""
    for room in ("workbench", "robustness", "robustness_parts"):
        monkeypatch.setattr(f"ranking.{room}.MANY_UNITS", many)


def quick(run):
    return request_robustness(run, preset="quick", by="stefan", at=timezone.now())


def done(study, parts):
    for part in parts:
        compute_part(RobustnessPart.objects.get(pk=part.pk), at=timezone.now())
    study.refresh_from_db()
    return study


def test_quick_study_is_done_in_the_request():
    study = quick(towns())
    assert study.status == RobustnessStudy.Status.DONE
    assert progress(study)["done"] == progress(study)["parts"] > 2
    assert len(study.sha256) == 64
    assert len(study.result["units"]) == 12
    assert study.result["refused"] == 0


def test_same_request_gives_the_same_study():
    run = towns()
    first = quick(run)
    assert quick(run).pk == first.pk
    assert RobustnessStudy.objects.count() == 1


def test_parts_give_the_same_result_in_any_order():
    run = towns()
    forward = cut_study(run, "forward")
    shuffled = cut_study(run, "shuffled")
    parts = list(shuffled.parts.all())
    random.Random(4).shuffle(parts)
    assert [part.number for part in parts] != sorted(part.number for part in parts)

    first, second = done(forward, forward.parts.all()), done(shuffled, parts)

    assert len(parts) >= 5
    assert first.is_done and second.is_done
    assert second.result == first.result
    assert second.sha256 == first.sha256


def test_one_bench_gives_what_many_workers_give():
    run = towns()
    alone, shared = cut_study(run, "alone"), cut_study(run, "shared")
    done(alone, alone.parts.all())
    bench = Workbench(shared)
    for part in shared.parts.all():
        compute_part(part, at=timezone.now(), bench=bench)
    shared.refresh_from_db()
    assert shared.sha256 == alone.sha256


def test_another_seed_is_another_study():
    run = towns()
    one, other = cut_study(run, "one", base=8, draws=512), cut_study(run, "other", base=8, draws=512, seed=8)
    assert done(one, one.parts.all()).sha256 != done(other, other.parts.all()).sha256


def test_twin_of_a_part_changes_nothing():
    study = cut_study(towns(), base=8, draws=512)
    parts = list(study.parts.all())
    late = RobustnessPart.objects.get(pk=parts[0].pk)  # read before its twin had finished
    compute_part(parts[0], at=timezone.now())
    content = bytes(RobustnessPart.objects.get(pk=late.pk).content)
    compute_part(late, at=timezone.now())
    assert bytes(RobustnessPart.objects.get(pk=late.pk).content) == content

    done(study, parts)
    later = timezone.now() + timedelta(hours=1)
    stale = RobustnessStudy.objects.get(pk=study.pk)
    stale.status = RobustnessStudy.Status.QUEUED
    assert join_study(stale, at=later).finished_at == study.finished_at
    compute_part(RobustnessPart.objects.get(pk=late.pk), at=later)
    assert RobustnessStudy.objects.get(pk=study.pk).finished_at == study.finished_at


def test_lost_parts_are_found_again():
    run = towns()
    study, other = cut_study(run, "one", base=8, draws=512), cut_study(run, "other", base=8, draws=512)
    parts = list(study.parts.all())
    assert waiting_parts(study) == [part.pk for part in parts]
    compute_part(parts[1], at=timezone.now())
    assert waiting_parts(study) == [part.pk for part in parts if part != parts[1]]
    assert sorted(waiting_parts()) == sorted(waiting_parts(study) + waiting_parts(other))


def test_study_that_was_never_joined_waits_with_its_first_part():
    run = towns()
    study, other = cut_study(run, "one", base=8, draws=512), cut_study(run, "other", base=8, draws=512)
    bench = Workbench(study)
    for part in study.parts.all():  # as a worker that died between its last part and the joining leaves it
        content = robustness.pack(**robustness.part_arrays(part, bench))
        RobustnessPart.objects.filter(pk=part.pk).update(content=content)
    first = study.parts.get(number=0)
    assert waiting_parts(study) == [first.pk]
    assert first.pk in waiting_parts() and len(waiting_parts()) == 1 + other.parts.count()
    assert done(study, [first]).is_done
    assert waiting_parts(study) == []


def test_refused_settings_are_counted_and_stand_with_the_published_ranks():
    rows = [line.split(",") for line in TOWNS.split()]
    flat = [rows[0], *[[*row[:5], "5", "4", "4"] for row in rows[1:]]]  # only a1 tells the towns apart
    study = quick(towns("\n".join(",".join(row) for row in flat)))
    assert study.is_done
    dropped = [(row["choice"], row["reason"]) for row in study.result["factors"]["dropped"]]
    assert ("a1", "nothing_left") in dropped
    left_out = {row["code"]: row["shift"] for row in study.result["without_indicator"]}
    assert left_out["a1"] is None and left_out["b1"] == 0.0


def test_intervals_are_about_the_published_ranks():
    study = quick(towns())
    for row in study.result["units"]:
        assert 1 <= row["low"] <= row["median"] <= row["high"] <= 12
        assert row["low"] <= row["rank"] <= row["high"]
        assert row["all_low"] <= row["all_high"]
        assert sum(row["tiers"]) == pytest.approx(1)
        assert sum(row["tiers"][1:]) == pytest.approx(row["listed"])


def test_draws_without_scatter_give_the_published_ranks():
    study = cut_study(towns(), draws=256, base=8, concentration=1e12)
    result = done(study, study.parts.all()).result
    assert all(row["low"] == row["rank"] == row["high"] for row in result["units"])
    assert result["pairs"]["count"] == 0


@pytest.mark.parametrize(
    "rules", [{"aggregation": "geometric", "low": 1}, {"aggregation": "harmonic", "low": 1}]
)
def test_drawn_ranks_follow_the_aggregation_of_the_run(rules):
    study = cut_study(towns(**rules), draws=256, base=8, concentration=1e12)
    result = done(study, study.parts.all()).result
    assert all(row["low"] == row["rank"] == row["high"] for row in result["units"])
    assert result["first_place"] == []


def test_gaps_are_shared_out_in_the_draws_as_in_the_run():
    matrix = TOWNS.replace("t3,镇3,Town3,east,4,17,", "t3,镇3,Town3,east,4,,")
    assert matrix != TOWNS
    run = towns(matrix, weighting={"missing": "reweight"})
    assert run.is_done, run.failure
    study = cut_study(run, draws=256, base=8, concentration=1e12)
    result = done(study, study.parts.all()).result
    assert all(row["low"] == row["rank"] == row["high"] for row in result["units"])
    assert "missing" in [row["name"] for row in result["factors"]["rows"]]


CUT = {
    "score_cuts": {**TIERS, "method": "score_cuts", "cuts": [50]},
    "quantiles": {**TIERS, "method": "quantiles", "count": 2},
    "natural_breaks": {**TIERS, "method": "natural_breaks", "count": 2},
}


@pytest.mark.parametrize("method", CUT)
def test_chances_of_tiers_cut_in_any_way(monkeypatch, method):
    run = towns(tiers=CUT[method], normalization="vector")
    published = {score.unit.code: score.tier for score in run.scores.select_related("unit")}
    sure = cut_study(run, "sure", draws=256, base=8, concentration=1e12)
    for row in done(sure, sure.parts.all()).result["units"]:
        assert row["tiers"][published[row["code"]]] == 1 and sum(row["tiers"]) == 1
    table = cut_study(run, "table", draws=2816, base=8, concentration=8.0)
    expected = done(table, table.parts.all()).result
    assert expected["tier_draws"] == 2816
    for row in expected["units"]:
        assert sum(row["tiers"]) == pytest.approx(1) and 1 - row["tiers"][0] == pytest.approx(row["listed"])
    assert any(0 < row["tiers"][1] < 1 for row in expected["units"])
    as_large(monkeypatch, many=6)
    streamed = cut_study(run, "streamed", draws=2816, base=8, concentration=8.0)
    assert [row["tiers"] for row in done(streamed, streamed.parts.all()).result["units"]] == [
        row["tiers"] for row in expected["units"]
    ]


def test_breaks_of_a_long_list_are_cut_in_the_first_draws_alone(monkeypatch):
    monkeypatch.setattr("ranking.core.tier_draws.STEPS", 1)
    study = cut_study(towns(tiers=CUT["natural_breaks"]), draws=2816, base=8)
    result = done(study, study.parts.all()).result
    assert result["tier_draws"] == 512 and sum(result["units"][0]["tiers"]) == pytest.approx(1)


def test_leaders_have_their_shares_and_central_weights():
    study = cut_study(towns(), draws=5120, base=8, concentration=8.0)
    result = done(study, study.parts.all()).result
    leads, first = result["leads"], {row["code"]: row["ranks"][0] for row in result["leading"]}
    assert leads["count"] == len(leads["first"]) > 1 and sum(leads["weights"]) == pytest.approx(1)
    for row in leads["first"]:
        assert sum(row["weights"]) == pytest.approx(1)
        assert row["draws"] / 5120 == pytest.approx(first[row["code"]])
    assert [row["draws"] for row in leads["first"]] == sorted(
        (r["draws"] for r in leads["first"]), reverse=True
    )


def test_method_that_needs_every_figure_keeps_the_published_rule_for_gaps():
    matrix = TOWNS.replace("t3,镇3,Town3,east,4,17,", "t3,镇3,Town3,east,4,,")
    run = towns(matrix, weighting={"missing": "leave_out"})
    levels = {"missing": ["reweight"], "aggregation": ["copeland"]}
    study = cut_study(run, draws=256, base=8, levels=levels)
    result = done(study, study.parts.all()).result
    assert result["settled"] > 0 and result["refused"] == 0
    bench = Workbench(study)
    assert bench.tried_ranks({"missing": "reweight", "aggregation": "copeland"}) is None


def test_page_of_a_score_tells_how_far_its_rank_carries(client):
    run = towns()
    sign_in(client, "stefan")
    client.cookies["django_language"] = "en"
    last = run.scores.get(rank=run.scores.order_by("-rank").first().rank).unit.code
    page = reverse("score", args=["many-towns", run.pk, last])
    assert "Chance to lead" not in client.get(page).content.decode()
    study = quick(run)
    text = client.get(page).content.decode()
    row = next(row for row in study.result["units"] if row["code"] == last)
    assert f"ranks {row['low']}–{row['high']} in nine of ten draws" in text and "Reckon them" in text
    asked = client.get(page, {"first": "1"}).content.decode()
    moved = first_place(Workbench(RobustnessStudy(run=run)), run.scores.get(unit__code=last))["moved"]
    expected = "No weights can make" if moved is None else f"At least {100 * moved:.1f} percentage points"
    assert expected in asked and "Reckon them" not in asked


def test_way_to_the_first_place_is_refused_in_words_where_scores_are_no_sum(client):
    run = towns(aggregation="geometric", low=1)
    sign_in(client, "stefan")
    client.cookies["django_language"] = "en"
    page = reverse("score", args=["many-towns", run.pk, leader(run)])
    assert "these scores are no weighted sum" in client.get(page, {"first": "1"}).content.decode()


def test_weight_needed_to_be_first_is_none_for_the_first():
    study = quick(towns())
    assert len(study.result["first_place"]) == 6  # every listed town
    first = next(row for row in study.result["first_place"] if row["code"] == leader(study.run))
    assert first["moved"] == pytest.approx(0, abs=1e-9)


def leader(run):
    return run.scores.get(rank=1).unit.code


def test_unfinished_run_cannot_be_studied():
    run = towns()
    run.status = Run.Status.QUEUED
    with pytest.raises(Refusal) as refusal:
        quick(run)
    assert refusal.value.code == "run_not_finished"


def test_page_goes_from_empty_to_the_result(client):
    weight_set = weighed(TOWNS, experts=6, slug="many-towns", listed=6, tiers=TIERS)
    sign_in(client, "stefan")
    page = reverse("robustness", args=["many-towns"])
    assert reverse("run", args=["many-towns"]) in client.get(page).content.decode()
    run_of(weight_set)
    assert 'value="quick"' in client.get(page).content.decode()

    response = client.post(
        reverse("request-robustness", args=["many-towns"]), {"preset": "quick"}, follow=True
    )

    study, text = RobustnessStudy.objects.get(), response.content.decode()
    assert response.redirect_chain == [(page, 302)]
    assert study.sha256 in text and 'value="quick"' not in text and 'value="full"' in text
    assert all(row["code"] not in ("Ana", "Bo") for row in study.result["units"])
    assert "Ana" not in text and "Expert 1" not in text


def test_page_shows_progress_and_failure(client):
    study = cut_study(towns(), base=8, draws=512)
    sign_in(client, "stefan")
    page = reverse("robustness", args=["many-towns"])
    compute_part(study.parts.first(), at=timezone.now())
    parts = study.parts.count()
    waiting = client.get(page).content.decode()
    assert f'<progress class="progress-line" max="{parts}" value="1"' in waiting
    assert '<meta http-equiv="refresh"' in waiting
    study.advance(study.Status.FAILED, failure={"reason": "no_variation", "columns": []})
    refused = client.get(page).content.decode()
    assert 'role="alert"' in refused and "<progress" not in refused


def test_page_keeps_the_fullest_study_when_a_rougher_one_follows(client):
    run = towns()
    fuller = cut_study(run, "fuller", base=32, draws=512)
    rough = cut_study(run, "rough", base=8, draws=512)
    done(fuller, fuller.parts.all())
    done(rough, rough.parts.all())
    sign_in(client, "stefan")
    text = client.get(reverse("robustness", args=["many-towns"])).content.decode()
    assert fuller.sha256 in text and rough.sha256 not in text


def files_of(client, study):
    """Every file of a study by name, tables as rows."""
    found = {}
    for name in FILES:
        response = client.get(reverse("robustness-file", args=["many-towns", study.pk, name]))
        text = response.content.decode()
        assert f"robustness-{study.pk}-{name}" in response.headers["Content-Disposition"]
        found[name] = json.loads(text) if name.endswith("json") else list(csv.reader(text.splitlines()))
    return found


def test_result_can_be_taken_away_as_files(client):
    study = quick(towns())
    sign_in(client, "stefan")
    files = files_of(client, study)
    page = client.get(reverse("robustness", args=["many-towns"])).content.decode()
    assert all(reverse("robustness-file", args=["many-towns", study.pk, name]) in page for name in FILES)

    result = files["result.json"]
    assert result["sha256"] == study.sha256 and result["result"]["units"] == study.result["units"]
    alone = next(row for row in result["result"]["factors"]["rows"] if row["name"] == "without_expert")
    assert alone["alone"][1:] == sorted(alone["alone"][1:])
    head, *rows = files["units.csv"]
    units = [dict(zip(head, row, strict=True)) for row in rows]
    assert [float(row["expected"]) for row in units] == [row["expected"] for row in study.result["units"]]
    head, *rows = files["acceptability.csv"]
    shares = np.array([row[1:] for row in rows], dtype=float)
    assert head[1:] == [str(rank) for rank in range(1, 13)]
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares @ np.arange(1, 13) == pytest.approx([row["expected"] for row in study.result["units"]])
    head, published, *rows = files["central.csv"]
    assert head[3:] == ["a1", "a2", "b1", "b2"] and published[0] == "published"
    assert [row[0] for row in rows] == [row["code"] for row in study.result["leads"]["first"]]
    head, *rows = files["factors.csv"]
    for row in study.result["factors"]["rows"]:
        own = [found for found in rows if found[0] == row["name"]]
        assert len(own) == len(row["alone"]) and {float(found[5]) for found in own} == {row["total"]}
        assert {float(found[6]) for found in own} == {row["total_error"]}
    assert {row[1] for row in rows if row[0] == "without_expert"} == {"published", "…"}
    left_out = [float(row[2]) for row in files["left-out.csv"][1:] if row[0] == "expert"]
    assert left_out == study.result["without_expert"] and len(files["left-out.csv"]) == 1 + 4 + 6
    assert files["pairs.csv"][1:] == study.result["pairs"]["first"]
    assert len(files["first.csv"]) == 1 + 6
    assert (
        client.get(reverse("robustness-file", args=["many-towns", study.pk, "else.csv"])).status_code == 404
    )


def test_file_of_a_large_run_has_windows_of_ranks(client, monkeypatch):
    run = towns()
    as_large(monkeypatch)
    monkeypatch.setattr("ranking.core.rank_streams.WINDOWS", 4)
    study = cut_study(run, base=8, draws=512)
    assert done(study, study.parts.all()).is_done
    sign_in(client, "stefan")
    head, *rows = files_of(client, study)["acceptability.csv"]
    assert head[1:] == ["1-3", "4-6", "7-9", "10-12"]
    shares = np.array([row[1:] for row in rows], dtype=float)
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares[:, :2].sum(axis=1) == pytest.approx([row["listed"] for row in study.result["units"]])


def test_page_of_a_large_run_says_what_is_compared(client, monkeypatch):
    run = towns()
    as_large(monkeypatch)
    for room in ("views.robustness", "robustness_rows"):
        monkeypatch.setattr(f"ranking.{room}.MANY_UNITS", 5)
    monkeypatch.setattr("ranking.robustness_rows.MOST_ROWS", 4)
    sign_in(client, "stefan")
    page = reverse("robustness", args=["many-towns"])
    client.cookies["django_language"] = "en"
    before = client.get(page).content.decode()
    assert "This run has 12 units" in before and "Quick study, by the workers" in before
    study = cut_study(run, base=8, draws=512, concentration=5.0)
    done(study, study.parts.all())
    text = client.get(page).content.decode()
    assert "compared with the next 20 only" in text and "The first 4 are shown" in text


def test_study_is_asked_for_by_staff_only(client):
    towns()
    sign_in(client, "coco")
    assert client.post(reverse("request-robustness", args=["many-towns"])).status_code == 403
    assert not RobustnessStudy.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120)
def test_workers_do_the_parts_and_one_of_them_joins(celery_worker):
    run = towns()
    study, alone = cut_study(run), cut_study(run, "alone")
    RobustnessStudy.objects.filter(pk=alone.pk).update(status=RobustnessStudy.Status.FAILED)  # out of the way
    ring_robustness()
    end = time.monotonic() + 60
    while not RobustnessStudy.objects.get(pk=study.pk).is_done:
        assert time.monotonic() < end, progress(study)
        time.sleep(0.2)
    RobustnessStudy.objects.filter(pk=alone.pk).update(status=RobustnessStudy.Status.QUEUED)
    assert done(alone, alone.parts.all()).sha256 == RobustnessStudy.objects.get(pk=study.pk).sha256


def test_pairs_name_neighbours_first_and_the_better_rank_first():
    study = cut_study(towns(), draws=512, base=8, concentration=5.0)
    result = done(study, study.parts.all()).result
    ranks = {row["code"]: row["rank"] for row in result["units"]}
    gaps = [ranks[second] - ranks[first] for first, second in result["pairs"]["first"]]
    assert result["pairs"]["count"] == len(gaps) > 2
    assert gaps == sorted(gaps) and gaps[0] >= 0
    assert all(ranks[second] <= 6 for _, second in result["pairs"]["first"])


def test_rows_name_the_furthest_choice_and_no_expert():
    rows = {row["name"]: row for row in factor_rows(quick(towns()))}
    assert "6" not in str(rows["without_expert"]["worst"])
    for row in rows.values():
        assert row["shift"] == max(row["alone"][1:])
    totals = [row["total"] for row in factor_rows(RobustnessStudy.objects.get())]
    assert totals == sorted(totals, reverse=True)
