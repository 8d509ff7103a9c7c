"""The page that says what is kept and for how long: set before round 1, shown to everybody with a role, carried out."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from survey.models import AuditEvent, Study
from survey.retention import begin_retention, forget_people, unlink_answers
from tests.cast import POINTS, answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
PAGE = "/studies/towns/retention/"
DAYS = {"codes_days": "10", "identities_days": "20", "abandoned_days": "90"}


def rows(client) -> list[list[str]]:
    """The cells of the table, a list for each line."""
    page = BeautifulSoup(client.get(PAGE, headers={"accept-language": "en"}).content, "html.parser")
    lines = page.select(".retention-table tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in line.find_all(["th", "td"])] for line in lines]


def test_coordinator_sets_the_days_until_round_1_opens(client):
    study = make_study()
    sign_in(client, "coco")
    assert client.post(PAGE, DAYS).headers["Location"] == PAGE
    assert Study.objects.get().rules["retention"] == {name: int(days) for name, days in DAYS.items()}
    assert AuditEvent.objects.filter(action="change_protocol").count() == 1
    make_panel(study)
    open_next(Study.objects.get())
    page = client.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert page.count(" disabled") == 3 and "never more" in page and ">Save<" not in page
    assert client.post(PAGE, DAYS).status_code == 409
    assert rows(client)[4][2] == "none while a round is open"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("codes_days", "31", "0 至 30"),
        ("codes_days", "-1", "0 至 30"),
        ("identities_days", "", "1 至 180"),
        ("abandoned_days", "一年", "30 至 730"),
        ("abandoned_days", "1e2", "30 至 730"),
        ("identities_days", "9", "姓名和邮箱不能先于专属码删除"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field_and_nothing_is_lost(client, field, typed, words):
    before = make_study().protocol
    sign_in(client, "coco")
    reply = client.post(PAGE, {**DAYS, field: typed}, headers={"accept-language": "zh-hans"})
    form = reply.context["form"]
    assert reply.status_code == 400 and set(form.errors) == {field}
    assert words in form.errors[field][0] and words in reply.content.decode()
    assert {name: form[name].value() for name in DAYS} == {**DAYS, field: typed}
    assert Study.objects.get().protocol == before


def test_table_and_experts_page_say_the_days_that_are_carried_out(client):
    study = make_study()
    code = make_panel(study)["Ana"]
    round = open_next(study)
    answer(round, code, POINTS["Ana"])
    close(round)
    sign_in(client, "stefan")
    today, now = timezone.localdate(), timezone.now()
    assert [line[2] for line in rows(client)[:4]] == ["counts from the first publication"] * 4
    assert rows(client)[4][2:] == [f"{today + timedelta(365)}", "kept"]

    begin_retention(study, on=today - timedelta(days=30))
    codes_end, names_end = f"{today}", f"{today + timedelta(days=150)}"
    due, none = [codes_end, "due today"], [codes_end, "nothing kept"]
    assert [line[2:] for line in rows(client)[:4]] == [due, due, none, [names_end, "kept"]]
    expert = Client()
    expert.post("/j", {"code": code})
    own = expert.get("/e/data/", headers={"accept-language": "en"}).content.decode()
    assert f"30 days after the first publication ({codes_end})" in own
    assert f"180 days after the first publication ({names_end})" in own

    unlink_answers(today=today, at=now), forget_people(today=today, at=now)
    assert [line[3] for line in rows(client)[:4]] == [f"deleted on {today}"] * 3 + ["kept"]
    Study.objects.update(published_on=today - timedelta(days=181))
    assert rows(client)[3][3] == "late: the nightly job has not run"
