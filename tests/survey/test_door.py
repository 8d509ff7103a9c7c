"""The expert's door: codes, sessions, and what is said to whom."""

import re

import pytest
from django.utils import timezone

from survey.credentials import issue_code, revoke_code
from survey.expert_session import COOKIE
from survey.models import Credential, DeadCredential, Response
from survey.responses import CodeWaits
from tests.cast import POINTS, answer, bearer, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db


def test_code_opens_the_questionnaire(client):
    study = make_study()
    codes = make_panel(study)
    open_next(study)
    assert client.post("/j", {"code": codes["Ana"]}).headers["Location"] == "/e/"
    assert client.get("/e/").status_code == 200


def test_unknown_and_revoked_codes_get_the_same_answer(client):
    study = make_study()
    codes = make_panel(study)
    revoke_code(study.experts.get(name="Bo"), by="coco", at=timezone.now())
    unknown = client.post("/j", {"code": "000G-40R4-0M30-E209-185G-R38E-1W81-24GK R"})
    revoked = client.post("/j", {"code": codes["Bo"]})
    mistyped = client.post("/j", {"code": "nonsense"})
    pages = [re.sub(r'value="[^"]*"', "", page.content.decode()) for page in (unknown, revoked, mistyped)]
    assert [page.status_code for page in (unknown, revoked, mistyped)] == [400, 400, 400]
    assert pages[0] == pages[1] == pages[2]
    assert COOKIE not in revoked.cookies


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_door_changes_nothing(client, method):
    study = make_study()
    make_panel(study)
    before = list(Credential.objects.order_by("auth").values())
    for path in ("/j", "/j%23000G-40R4-0M30-E209-185G-R38E-1W81-24GK-R"):
        response = getattr(client, method)(path)
        assert response.status_code == 200
        assert response.headers["Referrer-Policy"] == "strict-origin"
        assert not {COOKIE} & set(response.cookies)
    assert list(Credential.objects.order_by("auth").values()) == before


def test_expert_pages_without_a_code_lead_to_the_door(client):
    make_study()
    for path in ("/e/", "/e/group/top/", "/e/review/", "/e/done/", "/e/feedback/"):
        assert client.get(path).headers["Location"] == "/j"
    client.cookies[COOKIE] = "forged"
    assert client.get("/e/").headers["Location"] == "/j"


def test_session_ends_when_the_code_is_revoked(client):
    study = make_study()
    codes = make_panel(study)
    client.post("/j", {"code": codes["Ana"]})
    revoke_code(study.experts.get(name="Ana"), by="coco", at=timezone.now())
    assert client.get("/e/").headers["Location"] == "/j"


def test_session_cookie_does_not_show_the_code(client):
    study = make_study()
    codes = make_panel(study)
    client.post("/j", {"code": codes["Ana"]})
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Strict"
    assert codes["Ana"].replace("-", "")[:16] not in cookie.value.replace("-", "")


def test_code_is_stored_nowhere():
    study = make_study()
    codes = make_panel(study)
    open_next(study)
    answer(study.open_round(), codes["Ana"], POINTS["Ana"])
    keys = bearer(study, codes["Ana"]).keys
    everything = repr([list(model.objects.values()) for model in (Credential, DeadCredential, Response)])
    assert codes["Ana"] not in everything
    assert codes["Ana"].replace("-", "").replace(" ", "")[:32] not in everything
    assert keys.auth in everything  # the hash is what is kept, so this test would see a leak
    assert keys.pseudonym in everything


def test_new_code_before_answering_works_at_once_and_kills_the_old():
    study = make_study()
    old = make_panel(study)["Ana"]
    open_next(study)
    new = issue_code(study.experts.get(name="Ana"))
    assert bearer(study, old) is None
    answer(study.open_round(), new, POINTS["Ana"])
    assert Response.objects.count() == 1


def test_new_code_after_answering_waits_for_the_next_round(client):
    study = make_study()
    old = make_panel(study)["Ana"]
    open_next(study)
    answer(study.open_round(), old, POINTS["Ana"])
    new = issue_code(study.experts.get(name="Ana"))
    client.post("/j", {"code": new})
    assert client.get("/e/group/top/").headers["Location"] == "/e/"
    refused = client.post("/e/submit/", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (409, "code_waits")
    assert Response.objects.count() == 1


def test_revoking_and_sending_anew_inside_a_round_gives_no_second_answer():
    study = make_study()
    old = make_panel(study)["Ana"]
    round = open_next(study)
    answer(round, old, POINTS["Ana"])
    expert = study.experts.get(name="Ana")
    revoke_code(expert, by="coco", at=timezone.now())
    new = issue_code(expert)
    with pytest.raises(CodeWaits):
        answer(round, new, POINTS["Bo"])
    assert Response.objects.count() == 1


def test_staff_login_is_no_expert_session(client):
    make_study()
    sign_in(client, "coco")
    assert client.get("/e/").headers["Location"] == "/j"
