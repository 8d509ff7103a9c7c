"""The panel: lists with faults, the frozen roster, and letters."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from survey.codes import read_code
from survey.credentials import find_bearer, issue_code
from survey.letters import queue_reminders, send_letter, waiting_letters
from survey.models import Expert, Letter
from survey.panel import (
    ExpertWithdrawn,
    InvalidRoster,
    Invitee,
    PanelFinished,
    RosterFrozen,
    invite_experts,
    read_roster,
    send_new_code,
    withdraw_expert,
)
from survey.participation import missing_experts
from survey.rounds import adopt_round
from tests.cast import POINTS, answer, bearer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
LIST = "name,email\n王芳,wang@example.org,示例大学,zh\nJo Smith\tjo@example.org\tInstitute\ten\n"


def test_roster_is_read_with_commas_or_tabs_and_a_header():
    assert read_roster(LIST) == [
        Invitee("王芳", "wang@example.org", "示例大学", "zh-hans"),
        Invitee("Jo Smith", "jo@example.org", "Institute", "en"),
    ]


def test_every_faulty_line_is_named_and_nobody_is_added(client):
    study = make_study()
    sign_in(client, "coco")
    lines = [
        "王芳, wang@example.org",
        ", nobody@example.org",
        "Li, not-an-address",
        "Wu, wu@example.org, , fr",
        f"Xu, xu@example.org, {'x' * 201}",
        f"Yu, y@{'.'.join(['b' * 60] * 5)}.org",
    ]
    roster = "\n".join([*lines, "Two, wang@example.org"])
    page = client.post(f"/studies/{study.slug}/panel/", {"roster": roster}, headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.status_code == 400
    assert all(f"Line {number}" in text for number in (2, 3, 4, 5, 6))
    assert "wang@example.org stands twice" in text and "longer than 200" in text
    assert "王芳, wang@example.org" in text  # what was typed is not lost
    assert not Expert.objects.exists()


@pytest.mark.parametrize("text", ["", "\n\n", "name,email\n"])
def test_empty_list_is_refused(text):
    with pytest.raises(InvalidRoster):
        read_roster(text)


def test_panel_does_not_change_inside_a_round():
    study = make_study()
    make_panel(study)
    open_next(study)
    with pytest.raises(RosterFrozen):
        invite_experts(study, [Invitee("New", "new@example.org")], by="coco", at=timezone.now())
    with pytest.raises(RosterFrozen):
        withdraw_expert(study.experts.first(), by="coco", at=timezone.now())


def test_inviting_twice_adds_nobody_twice():
    study = make_study()
    invitees = [Invitee("Ana", "ana@example.org")]
    assert invite_experts(study, invitees, by="coco", at=timezone.now()) == 1
    assert invite_experts(study, invitees, by="coco", at=timezone.now()) == 0
    assert Letter.objects.count() == 1


def test_withdrawn_expert_is_no_longer_let_in():
    study = make_study()
    codes = make_panel(study)
    withdraw_expert(study.experts.get(name="Ana"), by="coco", at=timezone.now())
    assert bearer(study, codes["Ana"]) is None
    assert study.experts.active().count() == 2


def test_invitation_carries_a_code_that_works_and_leaves_no_row(settings):
    study = make_study()
    invite_experts(study, [Invitee("Ana", "ana@example.org", "", "en")], by="coco", at=timezone.now())
    (letter,) = waiting_letters(timezone.now())
    assert send_letter(letter, at=timezone.now())
    assert not Letter.objects.exists()
    (sent,) = mail.outbox
    code = next(line.strip() for line in sent.body.splitlines() if line.strip().count("-") == 7)
    assert find_bearer(read_code(code), study).expert.name == "Ana"
    assert f"{settings.BASE_URL}/j#" in sent.body
    assert sent.bcc == [] and sent.alternatives == []


def test_letter_is_sent_once_though_the_task_comes_twice():
    study = make_study()
    invite_experts(study, [Invitee("Ana", "ana@example.org")], by="coco", at=timezone.now())
    (letter,) = waiting_letters(timezone.now())
    assert send_letter(letter, at=timezone.now())
    assert not send_letter(letter, at=timezone.now())
    assert len(mail.outbox) == 1


def test_letter_waits_while_the_mail_server_is_away(settings):
    study = make_study()
    invite_experts(study, [Invitee("Ana", "ana@example.org")], by="coco", at=timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens on the discard port
    (letter,) = waiting_letters(timezone.now())
    assert not send_letter(letter, at=timezone.now())
    assert Letter.objects.get().failure == "ConnectionRefusedError"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert not send_letter(letter, at=timezone.now())  # it rests before the next try
    assert waiting_letters(timezone.now()) == []
    assert waiting_letters(timezone.now() + timedelta(hours=1)) == [letter]
    send_new_code(study.experts.get(), by="coco", at=timezone.now())  # asking again tries at once
    assert send_letter(letter, at=timezone.now())
    assert len(mail.outbox) == 1


def test_letter_is_tried_again_for_as_long_as_it_takes(settings):
    study = make_study()
    invite_experts(study, [Invitee("Ana", "ana@example.org")], by="coco", at=timezone.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    at = timezone.now()
    for _ in range(30):
        (letter,) = waiting_letters(at)
        assert not send_letter(letter, at=at)
        at += timedelta(hours=1)
    assert Letter.objects.get().attempts == 30


def test_finished_panel_and_withdrawn_experts_get_no_letters():
    study = make_study(protocol={"survey": {"rounds": 1}})
    codes = make_panel(study)
    withdraw_expert(study.experts.get(name="Ana"), by="coco", at=timezone.now())
    with pytest.raises(ExpertWithdrawn):
        send_new_code(study.experts.get(name="Ana"), by="coco", at=timezone.now())
    invite_experts(study, [Invitee("Dora", "dora@example.org")], by="coco", at=timezone.now())
    round = open_next(study)
    codes["Dora"] = issue_code(study.experts.get(name="Dora"))
    for name in ("Bo", "Chen", "Dora"):
        answer(round, codes[name], POINTS["Ana"])
    adopt_round(close(round), by="coco", at=timezone.now())
    with pytest.raises(PanelFinished):
        invite_experts(study, [Invitee("Eve", "eve@example.org")], by="coco", at=timezone.now())
    assert not Letter.objects.filter(kind="invitation", expert__name="Ana").exists()


def test_new_letter_kills_the_earlier_code():
    study = make_study()
    codes = make_panel(study)
    expert = study.experts.get(name="Ana")
    Letter.objects.all().delete()
    send_new_code(expert, by="coco", at=timezone.now())
    (letter,) = waiting_letters(timezone.now())
    send_letter(letter, at=timezone.now())
    assert bearer(study, codes["Ana"]) is None


def test_reminder_goes_to_those_who_have_not_submitted_and_carries_no_link():
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    answer(round, codes["Ana"], POINTS["Ana"])
    assert {Expert.objects.get(pk=pk).name for pk in missing_experts(round)} == {"Bo", "Chen"}
    Letter.objects.all().delete()
    queue_reminders(round, by="coco", at=timezone.now())
    for letter in waiting_letters(timezone.now()):
        send_letter(letter, at=timezone.now())
    assert sorted(message.to[0] for message in mail.outbox) == ["bo@example.org", "chen@example.org"]
    assert not [message for message in mail.outbox if "/j#" in message.body]


def test_line_ends_of_any_kind_and_a_cell_out_of_all_bounds():
    lines = "Ana, ana@example.org\rBo, bo@example.org\r\nChen, chen@example.org\nDo, do@example.org"
    assert [invitee.name for invitee in read_roster(lines)] == ["Ana", "Bo", "Chen", "Do"]
    with pytest.raises(InvalidRoster):
        read_roster("x" * 200_000)
    with pytest.raises(InvalidRoster):
        read_roster("b=a :eikooC-teS\n\rx")
