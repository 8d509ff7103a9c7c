"""What an expert may do with a code: lose it, stop it, join an earlier one, see the data, leave; what ends."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from survey.audit import chain_fault, record_event
from survey.codes import CodeNotAccepted, read_code
from survey.credentials import find_bearer, issue_code
from survey.feedback import release_feedback
from survey.letters import answer_link_request, send_letter
from survey.models import (
    Credential,
    Expert,
    Letter,
    LinkRequest,
    Participation,
    Pending,
    Reason,
    Response,
    Study,
)
from survey.own_data import join_earlier_code, leave_panel, own_document
from survey.panel import CodesEnded, Invitee, invite_experts, send_new_code
from survey.participation import missing_experts, record_participation
from survey.protocol import InvalidProtocol, complete_protocol
from survey.retention import begin_retention, forget_people, last_sign_of_life, unlink_answers
from survey.rounds import adopt_round
from survey.tasks import let_leavers_go
from tests.cast import POINTS, answer, bearer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_earlier_requests():
    cache.clear()


def page_for(code: str, **posted) -> Client:
    client = Client()
    assert client.post("/j", {"code": code, **posted}).status_code == 302
    return client


def code_in(letter: Letter) -> str:
    assert send_letter(letter.pk, at=timezone.now())
    lines = [line.strip() for line in mail.outbox[-1].body.splitlines()]
    return next(line for line in lines if line.count("-") == 7 and "/" not in line)


def test_known_and_unknown_address_get_the_same_answer_and_leave_the_same_trace(client):
    make_panel(make_study())
    pages = []
    for address in ("ana@example.org", "nobody@example.org"):
        page = client.post("/j/lost/", {"email": address})
        pages.append((page.status_code, page.content.replace(address.encode(), b"")))
        assert LinkRequest.objects.filter(email=address).count() == 1
    tokens = [page[1].split(b"csrfmiddlewaretoken")[0] for page in pages]
    assert pages[0][0] == pages[1][0] == 200 and tokens[0] == tokens[1]
    assert not Letter.objects.exists()  # the page itself looks nobody up


def test_lost_link_brings_a_new_code_and_the_earlier_one_dies():
    study = make_study()
    old = make_panel(study)["Ana"]
    request = LinkRequest.objects.create(email="ana@example.org")
    assert answer_link_request(request.pk) == 1 and not LinkRequest.objects.exists()
    new = code_in(Letter.objects.get())
    assert bearer(study, old) is None and bearer(study, new).expert.name == "Ana"
    again = LinkRequest.objects.create(email="ana@example.org")
    assert answer_link_request(again.pk) == 0  # not more than one mail in ten minutes
    assert answer_link_request(again.pk) == 0  # a bell rung twice


def test_address_that_is_no_address_is_refused_in_words(client):
    page = client.post("/j/lost/", {"email": "ana at example"}, headers={"accept-language": "en"})
    assert page.status_code == 400 and b"This is not an e-mail address" in page.content
    assert not LinkRequest.objects.exists()


def test_new_code_after_an_answer_waits_and_the_earlier_answers_come_along_with_both_codes():
    study = make_study()
    codes = make_panel(study)
    first = open_next(study)
    for name, code in codes.items():
        answer(first, code, POINTS[name])
    new = issue_code(Expert.objects.get(name="Ana"))
    assert bearer(study, new).valid_from_round == 2
    before = Response.objects.count()
    client = page_for(new)
    assert client.post("/e/data/join/", {"code": codes["Ana"]}).status_code == 302
    holder = bearer(study, new)
    assert Response.objects.count() == before
    assert Response.objects.get(round=first, pseudonym=holder.keys.pseudonym).values == POINTS["Ana"]
    assert close(first).answers == len(POINTS)  # nobody is counted twice


def test_joining_keeps_one_row_where_both_codes_answered_the_open_round():
    study = make_study()
    codes = make_panel(study)
    first = open_next(study)
    answer(first, codes["Ana"], POINTS["Ana"])
    Pending.objects.all().delete()  # as after a crash of the server that held the marks
    new = issue_code(Expert.objects.get(name="Ana"))
    answer(first, new, POINTS["Bo"])
    assert Response.objects.filter(round=first).count() == 2
    assert join_earlier_code(bearer(study, new), codes["Ana"]) == 0
    assert [row.values for row in Response.objects.filter(round=first)] == [POINTS["Bo"]]


def test_only_a_replaced_code_of_this_study_can_be_joined():
    study, other = make_study(), make_study("other")
    codes, strange = make_panel(study), make_panel(other)
    issue_code(other.experts.get(name="Bo"))
    holder = bearer(study, codes["Ana"])
    for text in (codes["Ana"], codes["Bo"], strange["Bo"], "0000", ""):
        with pytest.raises(CodeNotAccepted):
            join_earlier_code(holder, text)
    page = page_for(codes["Ana"]).post("/e/data/join/", {"code": strange["Bo"]})
    assert page.status_code == 400 and strange["Bo"] in page.content.decode()


def test_stolen_code_stops_at_once_and_a_new_one_goes_to_the_owner():
    study = make_study()
    code = make_panel(study)["Ana"]
    thief, owner = page_for(code), page_for(code)
    assert owner.post("/e/data/replace/").status_code == 302
    assert thief.get("/e/data/").status_code == 302  # to the door
    assert answer_link_request(LinkRequest.objects.get().pk) == 1
    assert Letter.objects.get().expert.name == "Ana"
    assert bearer(study, code_in(Letter.objects.get())).expert.name == "Ana"


def test_stolen_code_is_replaced_after_the_last_round_too_as_long_as_there_are_codes():
    _study, codes = finished_study()
    page_for(codes["Ana"]).post("/e/data/replace/")
    assert answer_link_request(LinkRequest.objects.get().pk) == 1
    new = code_in(Letter.objects.get(kind=Letter.Kind.INVITATION))
    page_for(new).post("/e/data/replace/")
    Study.objects.update(codes_ended_on=timezone.localdate())
    assert answer_link_request(LinkRequest.objects.get().pk) == 0


def test_panel_whose_codes_are_gone_gets_no_new_ones(client):
    study, _codes = finished_study()
    ana = study.experts.get(name="Ana")
    begin_retention(study, on=timezone.localdate() - timedelta(days=30))
    forget_people(today=timezone.localdate(), at=timezone.now())
    with pytest.raises(CodesEnded):
        send_new_code(ana, by="coco", at=timezone.now())
    with pytest.raises(CodesEnded):
        invite_experts(study, [Invitee("Dai", "dai@example.org")], by="coco", at=timezone.now())
    assert not Letter.objects.exists() and not Credential.objects.exists()
    sign_in(client, "coco")
    page = client.get("/studies/towns/panel/", headers={"accept-language": "en"}).content.decode()
    assert "were deleted on" in page and "Send a new code" not in page


def test_holder_sees_and_takes_along_own_rows_alone():
    study = make_study()
    codes = make_panel(study)
    first = open_next(study)
    for name in ("Ana", "Bo"):
        answer(first, codes[name], POINTS[name])
    client = page_for(codes["Ana"])
    document = client.get("/e/data/file/").json()
    assert document == own_document(bearer(study, codes["Ana"]))
    assert [row["submitted"] for row in document["answers"]] == [POINTS["Ana"]]
    assert document["answers"][0]["receipt"][:16] in client.get("/e/data/").content.decode()


def test_leaving_inside_a_round_deletes_the_answer_and_shows_with_the_next_batch():
    study = make_study()
    codes = make_panel(study)
    first = open_next(study)
    for name, code in codes.items():
        answer(first, code, POINTS[name])
    record_participation(first)
    ana = Expert.objects.get(name="Ana")
    assert leave_panel(bearer(study, codes["Ana"]), at=timezone.now())
    assert Response.objects.filter(round=first).count() == 2
    assert Participation.objects.filter(expert=ana).exists()  # nothing to see yet
    assert ana.pk not in missing_experts(first)
    closed = close(first)
    ana.refresh_from_db()
    assert closed.answers == 2 and ana.state == Expert.State.WITHDRAWN
    assert not Credential.objects.filter(expert=ana).exists() and not closed.marks_incomplete
    assert bearer(study, codes["Ana"]) is None


def test_leaving_is_taken_back_by_submitting_again_before_the_batch():
    study = make_study()
    codes = make_panel(study)
    first = open_next(study)
    leave_panel(bearer(study, codes["Ana"]), at=timezone.now())
    answer(first, codes["Ana"], POINTS["Ana"])
    assert close(first).answers == 1
    assert Expert.objects.get(name="Ana").state == Expert.State.INVITED


def test_leaving_between_rounds_holds_at_once():
    study = make_study()
    code = make_panel(study)["Ana"]
    assert page_for(code).post("/e/data/leave/").status_code == 302
    let_leavers_go(study.rounds.get().pk)
    assert Expert.objects.get(name="Ana").state == Expert.State.WITHDRAWN


def test_own_device_is_remembered_for_sixty_days_others_for_eight_hours():
    code = make_panel(make_study())["Ana"]
    for posted, seconds in (({}, 8 * 3600), ({"own_device": "on"}, 60 * 86_400)):
        cookie = page_for(code, **posted).cookies["heng-e"]
        assert cookie["max-age"] == seconds and cookie["httponly"] and cookie["samesite"] == "Strict"


def finished_study() -> tuple[Study, dict]:
    study = make_study()
    codes = make_panel(study)
    for _number in range(2):
        round = open_next(study)
        for name, code in codes.items():
            answer(round, code, POINTS[name])
        round = close(round)
        release_feedback(round, by="coco", at=timezone.now())
    adopt_round(round, by="coco", at=timezone.now())
    return study, codes


def test_after_thirty_days_codes_are_dead_and_rounds_unlinked_and_after_180_names_are_gone():
    study, codes = finished_study()
    today, now = timezone.localdate(), timezone.now()
    snapshots = [(round.sha256, round.receipts()) for round in study.rounds.closed()]
    begin_retention(study, on=today)
    begin_retention(study, on=today + timedelta(days=9))  # a later revision moves nothing
    assert forget_people(today=today + timedelta(days=29), at=now) == []
    assert unlink_answers(today=today + timedelta(days=29), at=now) == []
    holder, first = bearer(study, codes["Ana"]), study.rounds.get(number=1)
    for status in ("accepted", "checked", "held"):
        Reason.objects.create(round=first, item="a1", original=status, paraphrase="p", status=status)

    due = today + timedelta(days=30)
    assert unlink_answers(today=due, at=now) == ["towns"] and unlink_answers(today=due, at=now) == []
    assert {reason.original for reason in first.reasons.all()} == {"accepted", ""}
    assert forget_people(today=due, at=now) == ["towns: codes"]
    assert find_bearer(read_code(codes["Ana"]), study) is None
    names = list(Response.objects.values_list("pseudonym", flat=True))
    assert len(names) == len(set(names)) == 6 and holder.keys.pseudonym not in names
    assert Expert.objects.count() == 3

    assert forget_people(today=today + timedelta(days=180), at=now) == ["towns: names"]
    assert not Expert.objects.exists() and chain_fault() is None
    after = [(round.sha256, round.receipts()) for round in study.rounds.closed()]
    assert after == snapshots  # the list can still be recomputed


def test_a_study_that_is_given_up_keeps_nobody():
    study, codes = finished_study()
    last, now = last_sign_of_life(study), timezone.now()
    assert last == timezone.localdate()
    assert forget_people(today=last + timedelta(days=364), at=now) == []
    assert unlink_answers(today=last + timedelta(days=364), at=now) == []
    due = last + timedelta(days=365)
    assert unlink_answers(today=due, at=now) == ["towns"]
    assert forget_people(today=due, at=now) == ["towns: codes", "towns: names"]
    assert not Expert.objects.exists() and find_bearer(read_code(codes["Ana"]), study) is None
    names = list(Response.objects.values_list("pseudonym", flat=True))
    assert len(names) == len(set(names)) == 6
    assert forget_people(today=due + timedelta(days=1), at=now) == [] == unlink_answers(today=due, at=now)


def test_nothing_goes_while_a_round_is_open_and_an_act_begins_the_days_anew():
    study = make_study()
    make_panel(study)
    round = open_next(study)
    later = timezone.localdate() + timedelta(days=3_000)
    assert last_sign_of_life(study) is None and forget_people(today=later, at=timezone.now()) == []
    close(round)
    record_event(actor="coco", action="remind", subject=study.slug, at=timezone.now() + timedelta(days=100))
    assert last_sign_of_life(study) == timezone.localdate() + timedelta(days=100)
    record_event(
        actor="system", action="end_codes", subject=study.slug, at=timezone.now() + timedelta(days=200)
    )
    assert last_sign_of_life(study) == timezone.localdate() + timedelta(days=100)


def test_a_study_may_keep_less_but_not_more():
    rules = complete_protocol({"survey": {"retention": {"codes_days": 0, "identities_days": 7}}})
    assert rules["survey"]["retention"]["identities_days"] == 7
    for wrong in ({"identities_days": 181}, {"codes_days": 31}, {"codes_days": -1}, {"abandoned_days": 731}):
        with pytest.raises(InvalidProtocol):
            complete_protocol({"survey": {"retention": wrong}})


def test_command_lists_and_carries_out(capsys):
    study, _codes = finished_study()
    begin_retention(study, on=timezone.localdate() - timedelta(days=200))
    call_command("retention")
    assert "towns: codes" in capsys.readouterr().out and Expert.objects.exists()
    call_command("retention", "--apply")
    assert "done: towns: names" in capsys.readouterr().out and not Expert.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_threats_are_told_in_both_languages(client, language):
    page = client.get("/privacy/threats/", headers={"accept-language": language})
    assert page.status_code == 200 and page.content.count(b'<h2 class="h4') == 14
