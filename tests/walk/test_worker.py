"""What a real worker does by itself: closing at the deadline, and finding the jobs whose bell nobody heard."""

import pytest
from celery import current_app
from django.core.management import call_command
from django.utils import timezone

from ranking.models import PublicationFile, Run
from survey.models import Letter, Response, Round, Study
from survey.panel import Invitee, invite_experts
from survey.rounds import adopt_round
from tests.cast import MATRIX, POINTS, answer, close, make_panel, make_study, open_next, wait_until
from tests.ranking.test_publications import published
from weighting.datasets import import_dataset, seal_dataset
from weighting.models import WeightSet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


def test_round_closes_at_its_deadline(celery_worker):
    study = make_study()
    codes = make_panel(study)
    round, look = open_next(study), "survey.tasks.close_due_rounds"
    answer(round, codes["Ana"], POINTS["Ana"])
    before = celery_worker.begun(look)
    current_app.send_task(look)
    wait_until(lambda: celery_worker.begun(look) > before and celery_worker.is_idle())
    assert Round.objects.get(pk=round.pk).is_open
    Round.objects.filter(pk=round.pk).update(deadline=timezone.now())
    for _ in range(2):  # a second clock changes nothing
        current_app.send_task(look)
    wait_until(lambda: Round.objects.get(pk=round.pk).is_closed)
    assert Round.objects.get(pk=round.pk).answers == 1


def test_jobs_are_found_again_when_the_broker_lost_them(celery_worker):
    study = make_study(protocol={"survey": {"rounds": 1}, "weighting": {"k": 10}, "ranking": ranking_rules()})
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    adopt_round(close(round), by="coco", at=timezone.now())
    study.refresh_from_db()
    dataset = import_dataset(study, MATRIX.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    seal_dataset(dataset, by="stefan", at=timezone.now())
    # rows exactly as an act leaves them, but nobody rang
    weight_set = WeightSet.objects.create(
        round=study.adopted_round,
        dataset=dataset,
        parameters=study.protocol["weighting"],
        key="k" * 64,
        requested_by="stefan",
        requested_at=timezone.now(),
    )
    current_app.send_task("weighting.tasks.ring_weight_sets")
    wait_until(lambda: WeightSet.objects.get(pk=weight_set.pk).is_sealed)
    run = Run.objects.create(
        weight_set=weight_set,
        parameters=study.protocol["ranking"],
        key="r" * 64,
        requested_by="stefan",
        requested_at=timezone.now(),
    )
    current_app.send_task("ranking.tasks.ring_runs")
    wait_until(lambda: Run.objects.get(pk=run.pk).is_done)
    assert run.scores.count() == 3


def ranking_rules():
    tiers = {"method": "rank_cuts", "cuts": [1, 3], "names": ["一", "二"], "names_en": ["One", "Two"]}
    return {"listed": 3, "tiers": tiers}


def test_letters_are_found_again_when_the_broker_lost_them(celery_worker):
    study = make_study()
    invite_experts(study, [Invitee("Ana", "ana@example.org")], by="coco", at=timezone.now())
    wait_until(lambda: not Letter.objects.exists())
    Letter.objects.create(expert=study.experts.get(), kind=Letter.Kind.INVITATION)
    current_app.send_task("survey.tasks.ring_mails")
    wait_until(lambda: not Letter.objects.exists())


def test_rehearsal_plays_a_copy_through_the_public_door(live_server, celery_worker):
    study = make_study()
    call_command("rehearse", study.slug, experts=8, seed=3, url=live_server.url, rounds=2)
    copy = Study.objects.get(is_rehearsal=True)
    assert copy.slug == "towns-rehearsal-1"
    assert not Response.objects.filter(round__study=study).exists()
    assert [round.status for round in copy.rounds.order_by("number")] == ["closed", "closed", "open"]
    assert copy.rounds.get(number=1).answers == 8
    assert not Letter.objects.exists()
    written = copy.rounds.get(number=2).reasons.all()
    assert written and all(reason.is_settled and reason.read_by == "rehearsal" for reason in written)
    assert not copy.rounds.get(number=1).reasons.exists()  # nobody explains before figures are told
    first = copy.rounds.get(number=1).frozen_answers()
    call_command("rehearse", study.slug, experts=8, seed=3, url=live_server.url, rounds=1)
    again = Study.objects.get(slug="towns-rehearsal-2").rounds.get(number=1).frozen_answers()
    assert sorted(map(str, first)) == sorted(map(str, again))


def test_files_are_made_after_approval_and_found_again_when_the_bell_was_lost(celery_worker, client):
    publication = published()
    wait_until(lambda: not PublicationFile.objects.exclude(status="done").exists(), seconds=100)
    assert client.get("/lists/towns/r1/files/report.zh.pdf").content.startswith(b"%PDF-1.7")

    lost = PublicationFile.objects.get(kind="zip", language="en")
    PublicationFile.objects.filter(pk=lost.pk).update(status="queued", content=None, taken_at=None)
    current_app.send_task("ranking.tasks.ring_publication_files")
    wait_until(lambda: PublicationFile.objects.get(pk=lost.pk).is_done)
    assert PublicationFile.objects.get(pk=lost.pk).sha256 == lost.sha256
    assert publication.is_live
