"""What the pages of the panel are told: shares of the whole, marks of a draft, events, words for figures."""

import pytest
from django.utils import timezone, translation

from survey.answers import effective_shares
from survey.audit import record_event, study_events
from survey.feedback import release_feedback
from survey.letters import queue_reminders
from survey.models import Letter, Round, Study
from survey.questionnaire import questionnaire
from survey.responses import draft_tag
from survey.results import agreement_words, round_statistics
from survey.studies import tree_rows
from tests.cast import POINTS, answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
RULES = {"elicitation": "points", "total": 100, "step": 1}
CHAIN = """code,parent,name,direction
A,,甲,1
B,,乙,1
A1,A,独,1
a,A1,子,1
b,A1,丑,1
"""


def test_shares_run_through_an_only_child():
    groups = questionnaire(make_study(framework=CHAIN))
    shares = effective_shares(groups, {"A": 60, "B": 40, "a": 70, "b": 30}, RULES)
    assert shares == pytest.approx({"A": 0.6, "B": 0.4, "a": 0.42, "b": 0.18})


def test_unfinished_group_and_what_stands_below_it_have_no_shares():
    groups = questionnaire(make_study())
    below = effective_shares(groups, {"A": 60, "B": 40, "a1": 70, "b1": 50, "b2": 50}, RULES)
    assert set(below) == {"A", "B", "b1", "b2"}
    assert effective_shares(groups, POINTS["Ana"] | {"A": 61}, RULES) == {}


def test_tree_rows_tell_depth_and_parents():
    rows = tree_rows(make_study(framework=CHAIN))
    assert [(row["indicator"].code, row["depth"], row["is_parent"]) for row in rows] == [
        ("A", 0, True),
        ("A1", 1, True),
        ("a", 2, False),
        ("b", 2, False),
        ("B", 0, False),
    ]


def test_correcting_a_fault_does_not_overwrite_a_newer_draft(client):
    study = make_study()
    codes = make_panel(study)
    open_next(study)
    client.post("/j", {"code": codes["Ana"]})
    stale = draft_tag({})
    client.post("/e/group/top/", {"A": "80", "B": "20", "tag": stale})
    fault = client.post("/e/group/top/", {"A": "many", "B": "40", "tag": stale})
    assert fault.status_code == 400
    assert f'name="tag" value="{stale}"' in fault.content.decode()
    assert client.post("/e/group/top/", {"A": "60", "B": "40", "tag": stale}).status_code == 409


def test_five_answers_are_told_as_a_middle_answer_alone(client):
    study = make_study()
    names = [f"Expert {number}" for number in range(5)]
    codes = make_panel(study, names)
    round = open_next(study)
    for name in names:
        answer(round, codes[name], POINTS["Ana"])
    close(round)
    release_feedback(round, by="coco", at=timezone.now())
    open_next(study)
    client.post("/j", {"code": codes[names[0]]})
    for path in ("/e/group/top/", "/e/feedback/"):
        page = client.get(path, headers={"accept-language": "en"}).content.decode()
        assert "The middle answer is 60; too few answered to show the middle half." in page
        assert "strip-band" not in page.split("<fieldset")[-1].split("q-rows")[-1]


def test_events_of_a_study_with_a_longer_name_stay_out():
    study = make_study("towns")
    make_study("towns-rehearsal-1")
    record_event(actor="coco", action="open_round", subject="towns#1", at=timezone.now())
    record_event(actor="stefan", action="seal_dataset", subject="towns v1", at=timezone.now())
    assert [event.subject for event in study_events(study)] == ["towns", "towns#1", "towns v1"]


def test_round_without_an_answer_has_a_result_page(client):
    study = make_study()
    make_panel(study)
    round = close(open_next(study))
    Study.objects.update(is_rehearsal=True)
    release_feedback(Round.objects.get(pk=round.pk), by="coco", at=timezone.now())
    found = round_statistics(Round.objects.get(pk=round.pk))
    assert (found["leaves"]["w"], found["stop"]["stable"], found["stop"]["items"]) == (None, 0, 6)
    sign_in(client, "coco")
    assert client.get(f"/studies/{study.slug}/results/").status_code == 200
    page = client.get(f"/studies/{study.slug}/rounds/", headers={"accept-language": "en"}).content.decode()
    assert "Figures are shown from 5 answers on" in page and "too few answers to show" not in page


@pytest.mark.parametrize(
    ("w", "words"),
    [
        (None, "cannot be worked out"),
        (0.2999, "very weak agreement"),
        (0.3, "weak agreement"),
        (0.5, "moderate agreement"),
        (0.7, "strong agreement"),
        (0.9, "unusually strong agreement"),
    ],
)
def test_agreement_in_words(w, words):
    with translation.override("en"):
        assert agreement_words(w) == words


def test_nobody_is_reminded_in_a_rehearsal():
    study = make_study()
    make_panel(study)
    Study.objects.update(is_rehearsal=True)
    round = open_next(Study.objects.get())
    assert queue_reminders(round, by="coco", at=timezone.now()) == 0
    assert not Letter.objects.exists()


def test_privacy_page_names_what_the_embedded_database_cannot_give(client, settings):
    page = client.get("/privacy/", headers={"accept-language": "en"}).content.decode()
    embedded = "sqlite" in settings.DATABASES["default"]["ENGINE"]
    assert ("What this installation cannot give" in page) == embedded
