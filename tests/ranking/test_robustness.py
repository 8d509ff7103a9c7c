"""Robustness studies: in the request, in parts by any workers in any order, and what the page tells."""

import random
import time
from datetime import timedelta

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
from ranking.robustness_rows import factor_rows
from ranking.tasks import ring_robustness
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


def test_weight_needed_to_be_first_is_none_for_the_first():
    study = quick(towns())
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
