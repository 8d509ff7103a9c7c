"""Rounds: who may move them, what is frozen, and that closing is sharp."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from survey.deviations import change_rule
from survey.feedback import FeedbackExists, RoundNotClosed, release_feedback
from survey.models import AuditEvent, Participation, Pending, Response, Round
from survey.participation import record_participation
from survey.refusal import InvalidTransition
from survey.responses import RoundClosed, save_draft
from survey.rounds import (
    DeadlinePast,
    NothingToAdopt,
    NotReady,
    adopt_round,
    close_due_rounds,
    close_round,
    open_round,
)
from survey.sealing import sha256_hex
from tests.cast import POINTS, answer, bearer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db


def test_opening_freezes_the_protocol():
    study = make_study()
    make_panel(study)
    assert not study.is_frozen
    open_next(study)
    study.refresh_from_db()
    assert len(study.protocol_sha256) == 64


def test_empty_panel_cannot_open():
    study = make_study()
    with pytest.raises(NotReady) as refused:
        open_next(study)
    assert refused.value.code == "not_ready"


def test_deadline_in_the_past_is_refused():
    study = make_study()
    make_panel(study)
    with pytest.raises(DeadlinePast):
        open_next(study, minutes=-1)


def test_next_round_waits_for_the_feedback():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    answer(round, codes["Ana"], POINTS["Ana"])
    close(round)
    with pytest.raises(NotReady):
        open_next(study)
    release_feedback(round, by="coco", at=timezone.now())
    assert open_next(study).number == 2


def test_snapshot_holds_the_answers_and_no_pseudonym():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    pseudonyms = set(Response.objects.values_list("pseudonym", flat=True))
    round = close(round)
    content = bytes(round.snapshot)
    assert sha256_hex(content) == round.sha256
    assert sorted(map(str, round.frozen_answers())) == sorted(map(str, POINTS.values()))
    assert round.receipts() == sorted(round.receipts())
    assert len(pseudonyms) == 3
    assert not [pseudonym for pseudonym in pseudonyms if pseudonym.encode() in content]


def test_closing_twice_is_refused_and_changes_nothing():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    answer(round, codes["Ana"], POINTS["Ana"])
    digest = close(round).sha256
    with pytest.raises(InvalidTransition):
        close(round)
    round.refresh_from_db()
    assert round.sha256 == digest
    assert study.rounds.count() == 2


def test_empty_round_can_be_closed_but_not_adopted():
    study = make_study()
    make_panel(study)
    round = close(open_next(study))
    assert round.answers == 0
    with pytest.raises(NothingToAdopt):
        adopt_round(round, by="coco", at=timezone.now())
    feedback = release_feedback(round, by="coco", at=timezone.now())
    assert {item["state"] for item in feedback.document()["items"].values()} == {"suppressed"}


def test_closing_counts_complete_drafts_and_deletes_unfinished_ones():
    study = make_study()
    codes = make_panel(study)
    round, now = open_next(study), timezone.now()
    save_draft(round, bearer(study, codes["Ana"]), POINTS["Ana"], tag=None, at=now)
    save_draft(round, bearer(study, codes["Bo"]), {"A": 60, "B": 40}, tag=None, at=now)
    round = close(round)
    assert round.frozen_answers() == [POINTS["Ana"]]
    assert Response.objects.count() == 1
    assert list(Participation.objects.values_list("expert__name", flat=True)) == ["Ana"]
    assert not round.marks_incomplete


def test_protocol_may_leave_drafts_uncounted():
    study = make_study(protocol={"survey": {"count_complete_drafts": False}})
    codes = make_panel(study)
    round = open_next(study)
    save_draft(round, bearer(study, codes["Ana"]), POINTS["Ana"], tag=None, at=timezone.now())
    assert close(round).answers == 0
    assert not Participation.objects.exists()


def test_due_rounds_are_closed_once():
    study = make_study()
    make_panel(study)
    round = open_next(study, hours=1)
    assert close_due_rounds(at=timezone.now()) == 0
    assert close_due_rounds(at=round.deadline) == 1
    assert close_due_rounds(at=round.deadline + timedelta(days=1)) == 0
    round.refresh_from_db()
    assert round.is_closed


def test_participation_is_recorded_in_batches_of_three_or_at_closing():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    for name in ("Ana", "Bo"):
        answer(round, codes[name], POINTS[name])
    assert record_participation(round) == 0
    assert not Participation.objects.exists()
    answer(round, codes["Chen"], POINTS["Chen"])
    assert record_participation(round) == 3
    assert Participation.objects.count() == 3 and not Pending.objects.exists()


def test_answer_rows_get_new_ids_at_closing():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    before = dict(Response.objects.values_list("pseudonym", "id"))
    close(round)
    after = dict(Response.objects.values_list("pseudonym", "id"))
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())


def test_participation_of_the_round_before_is_deleted_when_the_next_opens():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    answer(round, codes["Ana"], POINTS["Ana"])
    close(round)
    release_feedback(round, by="coco", at=timezone.now())
    assert Participation.objects.count() == 1
    open_next(study)
    assert not Participation.objects.exists()


def test_feedback_is_released_once_and_only_after_closing():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    answer(round, codes["Ana"], POINTS["Ana"])
    with pytest.raises(RoundNotClosed):
        release_feedback(round, by="coco", at=timezone.now())
    close(round)
    release_feedback(round, by="coco", at=timezone.now())
    with pytest.raises(FeedbackExists):
        release_feedback(round, by="coco", at=timezone.now())


def test_round_is_adopted_once():
    study = make_study(protocol={"survey": {"rounds": 1}})
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    round = close(round)
    assert not study.rounds.filter(number=2).exists()
    adopt_round(round, by="coco", at=timezone.now())
    with pytest.raises(InvalidTransition):
        adopt_round(round, by="coco", at=timezone.now())
    assert AuditEvent.objects.filter(action="adopt_round").count() == 1


@pytest.mark.parametrize("names", [["Ana"], ["Ana", "Bo"]])
def test_round_of_one_or_two_answers_is_not_adopted(names):
    study = make_study(protocol={"survey": {"rounds": 1}})
    codes = make_panel(study)
    round = open_next(study)
    for name in names:
        answer(round, codes[name], POINTS[name])
    with pytest.raises(NothingToAdopt):
        adopt_round(close(round), by="coco", at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_closing_is_sharp_under_simultaneous_answers():
    """In the snapshot if and only if acknowledged: eight writers against the coordinator, five times over."""
    acknowledged: dict[str, bool] = {}

    def write(round, who):
        try:
            answer(round, who[1], POINTS["Ana"])
            acknowledged[who[0]] = True
        except RoundClosed:
            acknowledged[who[0]] = False
        finally:
            connections.close_all()

    for turn in range(5):
        acknowledged.clear()
        study = make_study(slug=f"race-{turn}", protocol={"survey": {"count_complete_drafts": False}})
        codes = make_panel(study, names=[f"Expert {number}" for number in range(8)])
        round = open_next(study)
        threads = [threading.Thread(target=write, args=(round, item)) for item in codes.items()]
        for thread in threads[:4]:
            thread.start()
        closed = close_round(round, by="coco", at=timezone.now()) if turn % 2 else None
        for thread in threads[4:]:
            thread.start()
        closed = closed or close_round(round, by="coco", at=timezone.now())
        for thread in threads:
            thread.join()
        assert len(acknowledged) == 8
        assert closed.answers == len(closed.frozen_answers()) == sum(acknowledged.values())
        assert Response.objects.filter(round=round).filter(values__isnull=False).count() == closed.answers


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_open_one_round():
    study = make_study()
    make_panel(study)
    round, outcomes = study.rounds.get(), []

    def press():
        try:
            open_round(round, deadline=timezone.now() + timedelta(days=1), by="coco", at=timezone.now())
            outcomes.append("opened")
        except (InvalidTransition, NotReady):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["opened", "refused", "refused", "refused"]
    assert Round.objects.open().count() == 1
    assert AuditEvent.objects.filter(action="open_round").count() == 1


def test_last_round_of_too_few_leads_on_by_an_earlier_round_or_one_more(client):
    study = make_study(protocol={"survey": {"rounds": 2}})
    codes = make_panel(study)
    for names in (codes, ["Ana"]):
        round = open_next(study)
        for name in names:
            answer(round, codes[name], POINTS[name])
        release_feedback(close(round), by="coco", at=timezone.now())
    sign_in(client, "coco")
    address = f"/studies/{study.slug}/rounds/"
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "so few answers (1)" in page and "Or adopt round 1 instead" in page and "Adopt round 2" not in page
    change_rule(study, "survey.rounds", 3, reason="too few answered", by="coco", at=timezone.now())
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Open round 3" in page and f"{address}3/open/" in page
    assert client.post(f"{address}1/stop-early/", {"reason": "nobody has time"}).status_code == 302
    study.refresh_from_db()
    assert study.adopted_round.number == 1
