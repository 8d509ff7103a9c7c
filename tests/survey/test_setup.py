"""Setting a study up: from the template, from a table, with rules that are checked before anything is written."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from survey.models import Membership, Series, Study
from survey.protocol import InvalidProtocol, complete_protocol, protocol_sha256
from survey.rounds import open_round
from survey.studies import change_protocol
from tests.cast import FRAMEWORK, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db


def posted(**changes):
    series = Series.objects.get()
    data = {"series": series.pk, "name": "新研究", "slug": "new-one", "year": 2026, "source": "template"}
    return {**data, "protocol": json.dumps(complete_protocol()), **changes}


def test_study_from_the_template_has_five_and_twenty_four_indicators(client):
    make_study()
    sign_in(client, "coco")
    assert client.get("/studies/new/").status_code == 200
    assert client.post("/studies/new/", posted()).headers["Location"] == "/studies/new-one/"
    study = Study.objects.get(slug="new-one")
    assert study.indicators.filter(parent=None).count() == 5
    assert study.indicators.exclude(parent=None).count() == 24
    assert [round.number for round in study.rounds.all()] == [1]
    assert client.get("/studies/new-one/").status_code == 200


def test_study_from_an_own_table(client):
    make_study()
    sign_in(client, "coco")
    table = SimpleUploadedFile("tree.csv", FRAMEWORK.encode())
    assert client.post("/studies/new/", posted(source="upload", framework=table)).status_code == 302
    assert Study.objects.get(slug="new-one").indicators.count() == 6


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "towns"}, "towns"),
        ({"slug": "new"}, "short name"),
        ({"slug": "空格 不行"}, "Latin letters"),
        ({"source": "upload"}, "Choose the indicator table"),
        ({"protocol": "{"}, "not JSON"),
        ({"protocol": '{"survey": {"rounds": 10}}'}, "survey.rounds"),
        ({"protocol": '{"survey": {"disclosure": {"median": 3}}}'}, "survey.disclosure"),
        ({"protocol": '{"weighting": {"combination": "magic"}}'}, "weighting.combination"),
        ({"protocol": '{"ranking": {"tiers": 5}}'}, "ranking"),
        ({"protocol": '{"ranking": []}'}, "ranking"),
        ({"protocol": "[]"}, "protocol"),
        ({"protocol": '{"magic": {}}'}, "magic"),
        ({"year": "abc"}, "whole number"),
    ],
)
def test_study_with_a_fault_is_not_created_and_nothing_typed_is_lost(client, changes, words):
    make_study()
    sign_in(client, "coco")
    page = client.post("/studies/new/", posted(**changes), headers={"accept-language": "en"})
    assert page.status_code == 400
    assert words in page.content.decode()
    assert "新研究" in page.content.decode()
    assert Study.objects.count() == 1


@pytest.mark.parametrize(
    "table",
    [
        "nothing,here\n1,2\n",
        "code,parent,name\nA,,a\nA,,b\n",
        "code,parent,name\nA,B,a\nB,A,b\n",
        "code,parent,name\nA,Z,a\n",
        "code,parent,name,direction\nA,,a,2\n",
        "",
        "\x00\xff",
    ],
)
def test_faulty_table_is_refused_with_every_problem(client, table):
    make_study()
    sign_in(client, "coco")
    upload = SimpleUploadedFile("tree.csv", table.encode("latin-1") or b" ")
    page = client.post("/studies/new/", posted(source="upload", framework=upload))
    assert page.status_code == 400
    assert Study.objects.count() == 1


def test_only_coordinators_create_studies(client):
    make_study()
    sign_in(client, "stefan")
    assert client.get("/studies/new/").status_code == 403
    assert client.post("/studies/new/", posted()).status_code == 403


def test_coordinator_of_one_series_creates_none_in_another(client):
    make_study()
    other = Series.objects.create(slug="other", name="别的榜")
    sign_in(client, "coco")
    own = Series.objects.get(slug="towns")
    data = {"series": other.pk, "name": "x", "slug": "x-1", "year": 2026, "source": "template"}
    page = client.post("/studies/new/", {**data, "protocol": json.dumps(complete_protocol())})
    assert page.status_code == 400
    assert own.studies.count() == 1 and not other.studies.exists()


def test_protocol_changes_until_round_one_opens(client):
    study = make_study()
    sign_in(client, "coco")
    address, rules = f"/studies/{study.slug}/protocol/", complete_protocol({"survey": {"rounds": 3}})
    assert client.post(address, {"protocol": json.dumps(rules)}).status_code == 302
    study.refresh_from_db()
    assert study.rules["rounds"] == 3
    make_panel(study)
    open_next(study)
    assert client.post(address, {"protocol": json.dumps(complete_protocol())}).status_code == 409
    study.refresh_from_db()
    assert study.rules["rounds"] == 3
    assert study.protocol_sha256 in client.get(address).content.decode()


def test_opening_freezes_the_rules_as_they_are_stored_and_not_as_a_page_remembers_them():
    study = make_study()
    make_panel(study)
    remembered = study.rounds.select_related("study").get()
    changed = change_protocol(study, {"survey": {"rounds": 2}}, by="coco", at=timezone.now())
    now = timezone.now()
    open_round(remembered, deadline=now + timedelta(days=1), by="coco", at=now)
    study.refresh_from_db()
    assert study.protocol_sha256 == protocol_sha256(changed.protocol)


def test_staff_read_the_protocol_and_change_nothing(client):
    study = make_study()
    sign_in(client, "stefan")
    address = f"/studies/{study.slug}/protocol/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"protocol": json.dumps(complete_protocol())}).status_code == 403


def test_disclosure_steps_may_be_raised_and_never_lowered():
    raised = complete_protocol({"survey": {"disclosure": {"median": 8, "quartiles": 8, "distribution": 12}}})
    assert raised["survey"]["disclosure"]["median"] == 8
    for steps in (
        {"median": 4, "quartiles": 7, "distribution": 10},
        {"median": 9, "quartiles": 7, "distribution": 10},
    ):
        with pytest.raises(InvalidProtocol):
            complete_protocol({"survey": {"disclosure": steps}})


def test_series_command_sets_people_up_and_may_be_repeated(capsys):
    for _ in range(2):
        call_command("series", "parks", name="园区榜", coordinator=["kim"], staff=["kim", "lee"])
    assert Membership.objects.filter(series__slug="parks").count() == 3
    assert not get_user_model().objects.get(username="lee").has_usable_password()


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("consensus", {"iqr": -1}),
        ("consensus", {"mean": 4}),
        ("stability", {"scheibe_percent": "15"}),
        ("stopping", {"early_stop": 1}),
        ("far_out", {"reason": "welcome"}),
        ("reasons", {"fewest": 2}),
        ("item_changes_until", 10),
    ],
)
def test_rules_of_convergence_are_refused_by_name(rule, value):
    with pytest.raises(InvalidProtocol, match=rf"survey\.{rule}"):
        complete_protocol({"survey": {rule: value}})


def test_a_part_of_the_rules_is_completed():
    stopping = complete_protocol({"survey": {"stopping": {"early_stop": True}}})["survey"]["stopping"]
    assert stopping == {"early_stop": True, "retention_percent": 70}


def test_empty_protocol_is_every_rule_at_its_default(client):
    make_study()
    sign_in(client, "coco")
    assert client.post("/studies/new/", posted(protocol="{}")).status_code == 302
    assert Study.objects.get(slug="new-one").protocol == complete_protocol()


@pytest.mark.parametrize(
    ("asked", "consensus", "points"),
    [
        ({}, (5, 0.25), 3),
        ({"elicitation": "ahp"}, (5, 0.25), 3),
        ({"elicitation": "rating"}, (1, 0.25), 1),
        ({"elicitation": "rating", "rating_high": 9}, (2, 0.25), 2),
        ({"elicitation": "rating", "consensus": {"iqr": 1.5}}, (1.5, 0.25), 1),
        ({"elicitation": "ranking"}, (1, None), 1),
    ],
)
def test_bounds_are_in_the_steps_of_the_scale(asked, consensus, points):
    rules = complete_protocol({"survey": asked})["survey"]
    assert (rules["consensus"]["iqr"], rules["consensus"]["variation"]) == consensus
    assert rules["far_out"]["points"] == points
    assert complete_protocol({"survey": rules})["survey"] == rules


def test_bounds_and_pool_follow_the_way_of_asking_but_what_was_chosen_stays(client):
    study = make_study(protocol={"survey": {"consensus": {"variation": 0.2}}})
    sign_in(client, "coco")
    address = f"/studies/{study.slug}/asking/"
    asked = {field.name: field.value() for field in client.get(address).context["form"]}
    for mode, iqr, pool in (("rating", 1, "arithmetic"), ("ahp", 5, "geometric")):
        assert client.post(address, {**asked, "elicitation": mode}).status_code == 302
        rules = Study.objects.get(pk=study.pk).rules
        assert (rules["elicitation"], rules["aggregation"]) == (mode, pool)
        assert (rules["consensus"]["iqr"], rules["consensus"]["variation"]) == (iqr, 0.2)
