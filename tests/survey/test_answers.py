"""Answering: what is refused by name, what is kept, and that the last acknowledged answer counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from survey.models import Pending, Response
from survey.modes.points import GroupSumWrong
from survey.questionnaire import GroupUnfinished
from survey.responses import RoundClosed, StaleAnswer, draft_tag, save_draft, submit_response
from tests.cast import POINTS, answer, bearer, close, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(client):
    """Ana at her open questionnaire."""
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    client.post("/j", {"code": codes["Ana"]})
    return study, round, codes


def fill(client, points, groups=("top", "A", "B")):
    items = {"top": ("A", "B"), "A": ("a1", "a2"), "B": ("b1", "b2")}
    return [
        client.post(f"/e/group/{group}/", {code: points[code] for code in items[group]}) for group in groups
    ]


def test_answer_through_the_pages_is_counted(client, seat):
    assert [page.status_code for page in fill(client, POINTS["Ana"])] == [302, 302, 302]
    assert client.post("/e/submit/").headers["Location"] == "/e/done/"
    assert Response.objects.get().values == POINTS["Ana"]


@pytest.mark.parametrize("points", [99, 101, 0])
def test_wrong_sum_is_refused_with_the_groups_name(client, seat, points):
    page = client.post("/e/group/A/", {"a1": points, "a2": 0}, headers={"accept-language": "en"})
    assert page.status_code == 400
    assert "Innovation" in page.content.decode()
    assert str(points) in page.content.decode()
    fill(client, POINTS["Ana"], groups=("top", "B"))
    refused = client.post("/e/submit/", headers={"accept-language": "en"})
    assert refused.status_code == 400
    assert "“Innovation”" in refused.content.decode()
    assert Response.objects.get().values is None


def test_empty_is_not_zero(client, seat):
    fill(client, POINTS["Ana"] | {"a1": 100, "a2": ""})
    refused = client.post("/e/submit/", headers={"accept-language": "en"})
    assert refused.status_code == 400
    fill(client, POINTS["Ana"] | {"a1": 100, "a2": 0})
    assert client.post("/e/submit/").status_code == 302
    assert Response.objects.get().values["a2"] == 0


@pytest.mark.parametrize(
    "typed",
    [
        "-1",
        "101",
        "1e2",
        "NaN",
        "inf",
        "5.5",
        "٣",
        "0x10",
        "1" * 400,
        "true",
        "=1+1",
        "<svg onload=alert(1)>",
    ],
)
def test_field_that_is_no_whole_number_is_refused_and_shown_again(client, seat, typed):
    page = client.post("/e/group/A/", {"a1": typed, "a2": "30"}, headers={"accept-language": "en"})
    assert page.status_code == 400
    assert "<svg onload" not in page.content.decode()
    assert 'value="30"' in page.content.decode()
    assert not Response.objects.exists()


@pytest.mark.parametrize("typed", ["７０", " 70 ", "70%", "070"])
def test_field_takes_the_ways_people_type_seventy(client, seat, typed):
    assert client.post("/e/group/A/", {"a1": typed, "a2": "30"}).status_code == 302
    assert Response.objects.get().draft == {"a1": 70, "a2": 30}


def test_unknown_fields_are_ignored(client, seat):
    fill(client, POINTS["Ana"])
    client.post("/e/group/A/", {"a1": 70, "a2": 30, "b1": 99, "zz": 1, "pseudonym": "x"})
    assert Response.objects.get().draft == POINTS["Ana"]


def test_closed_round_refuses_by_name(client, seat):
    _study, round, _codes = seat
    fill(client, POINTS["Ana"], groups=("top",))
    close(round)
    refused = client.post("/e/submit/", headers={"accept": "application/json"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "round_closed"
    assert client.post("/e/submit/", headers={"accept-language": "en"}).status_code == 409
    assert not Response.objects.exists()


def test_round_refuses_after_its_deadline_though_nobody_closed_it(seat):
    study, round, codes = seat
    who, late = bearer(study, codes["Ana"]), round.deadline
    with pytest.raises(RoundClosed):
        save_draft(round, who, POINTS["Ana"], tag=None, at=late)
    save_draft(round, who, POINTS["Ana"], tag=None, at=late - timedelta(microseconds=1))


def test_stale_page_overwrites_nothing(client, seat):
    study, round, codes = seat
    who, now = bearer(study, codes["Ana"]), timezone.now()
    save_draft(round, who, {"a1": 70, "a2": 30}, tag=draft_tag({}), at=now)
    with pytest.raises(StaleAnswer):
        save_draft(round, who, {"a1": 10, "a2": 90}, tag=draft_tag({}), at=now)
    page = client.post("/e/group/A/", {"a1": 10, "a2": 90, "tag": draft_tag({})})
    assert page.status_code == 409
    assert Response.objects.get().draft == {"a1": 70, "a2": 30}


def test_double_click_makes_one_answer(client, seat):
    fill(client, POINTS["Ana"])
    for _ in range(5):
        assert client.post("/e/submit/").status_code == 302
    assert Response.objects.count() == 1
    assert Pending.objects.count() == 1


def test_change_after_submitting_counts_only_when_submitted_again(seat):
    study, round, codes = seat
    answer(round, codes["Ana"], POINTS["Ana"])
    who = bearer(study, codes["Ana"])
    save_draft(round, who, {"a1": 1}, tag=None, at=timezone.now())
    with pytest.raises(GroupSumWrong):
        submit_response(round, who, tag=None, at=timezone.now())
    assert Response.objects.get().values == POINTS["Ana"]
    save_draft(round, who, {"a2": 99}, tag=None, at=timezone.now())
    submit_response(round, who, tag=None, at=timezone.now())
    assert Response.objects.get().values["a1"] == 1


def test_submitting_nothing_names_the_first_group(seat):
    study, round, codes = seat
    with pytest.raises(GroupUnfinished):
        submit_response(round, bearer(study, codes["Bo"]), tag=None, at=timezone.now())
    assert not Response.objects.exists()


def test_receipt_differs_between_experts_with_the_same_answer(seat):
    _study, round, codes = seat
    for code in codes.values():
        answer(round, code, POINTS["Ana"])
    assert len(set(Response.objects.values_list("leaf", flat=True))) == 3


def test_only_child_is_not_asked_and_counts_whole():
    framework = "code,parent,name\nA,,甲\nB,,乙\na1,A,丙\nb1,B,丁\nb2,B,戊\n"
    study = make_study(framework=framework)
    codes = make_panel(study)
    round = open_next(study)
    answer(round, codes["Ana"], {"A": 40, "B": 60, "b1": 50, "b2": 50})
    assert Response.objects.get().values == {"A": 40, "B": 60, "b1": 50, "b2": 50}


def test_deep_tree_asks_every_level():
    framework = "code,parent,name\nA,,a\nB,,b\nA1,A,c\nA2,A,d\nA11,A1,e\nA12,A1,f\n"
    study = make_study(framework=framework)
    codes = make_panel(study)
    round = open_next(study)
    with pytest.raises(GroupUnfinished):
        answer(round, codes["Ana"], {"A": 40, "B": 60, "A1": 50, "A2": 50})
    answer(round, codes["Ana"], {"A": 40, "B": 60, "A1": 50, "A2": 50, "A11": 1, "A12": 99})
