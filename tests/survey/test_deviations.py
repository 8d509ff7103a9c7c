"""Deviations: what was done otherwise than planned, with a date and a reason, for everybody to see."""

import pytest
from django.utils import timezone

from survey import deviations, rounds
from survey.credentials import issue_code
from survey.models import AuditEvent, Round, Study
from survey.protocol import InvalidProtocol, NamesBeforeCodes, protocol_sha256
from survey.refusal import InvalidTransition
from tests.cast import POINTS, answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db


def change(study, rule, value, reason="the panel asked for it"):
    return deviations.change_rule(study, rule, value, reason=reason, by="coco", at=timezone.now())


@pytest.fixture
def study():
    """A study whose first round is closed."""
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    close(round)
    return Study.objects.get(pk=study.pk)


def test_a_rule_changes_and_the_launched_protocol_stays_known(study):
    change(study, "survey.rounds", 3)
    change(study, "survey.rounds", 4)
    change(study, "weighting.k", 7)
    change(study, "survey.retention.codes_days", 7)
    again = Study.objects.get(pk=study.pk)
    assert (again.rules["rounds"], again.protocol["weighting"]["k"]) == (4, 7)
    assert again.protocol_sha256 == study.protocol_sha256
    assert protocol_sha256(again.protocol) != study.protocol_sha256
    assert protocol_sha256(deviations.launched_protocol(again)) == study.protocol_sha256
    assert [(one.number, one.before, one.after) for one in again.deviations.all()] == [
        (1, 5, 3),
        (2, 3, 4),
        (3, 10, 7),
        (4, 30, 7),
    ]
    assert AuditEvent.objects.filter(action="deviate").count() == 4


@pytest.mark.parametrize(
    ("rule", "value", "refusal"),
    [
        ("survey.elicitation", "rating", deviations.RuleIsFixed),
        ("survey.rating_high", 9, deviations.RuleIsFixed),
        ("survey.self_assessment.familiarity", "P2", deviations.RuleIsFixed),
        ("survey.self_assessment.basis.practice", [0.5, 0.4, 0.2], deviations.RuleIsFixed),
        ("survey.self_assessment", {}, deviations.UnknownRule),
        ("survey.aggregation", "by_mode", deviations.NothingChanged),
        ("survey.disclosure.median", 4, deviations.RuleIsFixed),
        ("survey.disclosure", {}, deviations.UnknownRule),
        ("survey.retention", {}, deviations.UnknownRule),
        ("survey.retention.identities_days", 181, deviations.PromiseStands),
        ("survey.retention.identities_days", 29, NamesBeforeCodes),
        ("survey.nothing", 1, deviations.UnknownRule),
        ("rounds", 1, deviations.UnknownRule),
        ("survey.rounds", "many", InvalidProtocol),
        ("survey.rounds", 5, deviations.NothingChanged),
    ],
)
def test_what_cannot_be_deviated_from_is_refused_by_name(study, rule, value, refusal):
    with pytest.raises(refusal):
        change(study, rule, value)
    assert Study.objects.get(pk=study.pk).protocol == study.protocol


def test_a_name_is_written_out_before_it_is_recorded(study):
    change(study, "survey.consensus.iqr", 8)
    found = change(study, "survey.consensus.iqr", "by_mode")
    assert (found.before, found.after) == (8, 5)
    assert Study.objects.get(pk=study.pk).rules["consensus"]["iqr"] == 5


def test_a_threshold_may_rise(study):
    change(study, "survey.disclosure.quartiles", 8)
    assert Study.objects.get(pk=study.pk).rules["disclosure"]["quartiles"] == 8


def test_no_deviation_without_a_reason_before_round_1_or_inside_a_round(study):
    with pytest.raises(deviations.ReasonNeeded):
        change(study, "survey.rounds", 3, reason=" \u200b")
    with pytest.raises(deviations.NotFrozenYet):
        change(make_study("fresh"), "survey.rounds", 3)
    Round.objects.filter(study=study, number=2).update(status="open")
    with pytest.raises(deviations.RoundIsOpen):
        change(study, "survey.rounds", 3)


def test_experts_see_what_was_changed(study, client):
    code = issue_code(study.experts.get(name="Ana"))
    sign_in(client, "coco")
    address = f"/studies/{study.slug}/protocol/"
    posted = {"rule": "survey.rounds", "value": "4", "reason": "Two experts fell ill."}
    assert client.post(f"{address}deviation/", posted).status_code == 302
    assert (
        client.post(
            f"{address}deviation/", {"rule": "", "value": "", "reason": "A mail went out late."}
        ).status_code
        == 302
    )
    assert (
        client.post(f"{address}deviation/", {"rule": "survey.x", "value": "1", "reason": "why"}).status_code
        == 400
    )
    page = client.get(address).content.decode()
    assert "Two experts fell ill." in page
    assert "A mail went out late." in page
    client.logout()
    client.post("/j", {"code": code})
    assert "Two experts fell ill." in client.get("/e/").content.decode()


def test_stopping_early_needs_a_reason_and_is_a_deviation(study):
    round = study.rounds.get(number=1)
    now = {"by": "coco", "at": timezone.now()}
    with pytest.raises(InvalidTransition):
        rounds.adopt_last(round, **now)
    with pytest.raises(deviations.ReasonNeeded):
        rounds.stop_early(round, reason=" ", **now)
    assert rounds.stop_early(round, reason="nobody changed", **now).adopted_round == round
    assert study.deviations.get().reason == "#1/5: nobody changed"
