"""What stands beside each item from round 2 on, for the one who looks at it."""

import re

import pytest
from django.utils import timezone

from survey import reasons
from survey.feedback import release_feedback
from survey.models import Comment, Response, Study
from survey.notes import ReasonMissing, sheet_notes
from survey.questionnaire import questionnaire
from survey.responses import save_draft, submit_response
from tests.cast import answer, bearer, close, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db
NAMES = [f"Expert {number:02d}" for number in range(12)]
TEXTS = [f"reason {number}" for number in range(8)]


def points(a1: int) -> dict:
    return {"A": 50, "B": 50, "a1": a1, "a2": 100 - a1, "b1": 50, "b2": 50}


@pytest.fixture
def played():
    """One round of twelve, eleven at 50 and one far out at 90, with reasons; the second round is open."""
    return play()


def play(**rules):
    study = make_study(protocol={"survey": rules})
    codes = make_panel(study, NAMES)
    round = open_next(study)
    for place, name in enumerate(NAMES):
        answer(round, codes[name], points(90 if place == 0 else 48 + place % 3))
    for name, text in zip(NAMES, TEXTS, strict=False):
        reasons.save_comments(round, bearer(study, codes[name]), {"reason-a1": text}, sides={"a1": "above"})
    round = close(round)
    for reason in round.reasons.all():
        reasons.accept_reason(reason, by="coco", at=timezone.now())
    release_feedback(round, by="coco", at=timezone.now())
    return Study.objects.get(pk=study.pk), codes, open_next(study)


def notes_of(study, codes, round, name, draft=None):
    who = bearer(study, codes[name])
    last = points(90 if name == NAMES[0] else 50)
    return sheet_notes(round, who, questionnaire(study), draft or {}, last)


def test_far_out_answers_are_asked_about_and_others_are_not(played):
    assert {note.code for note in notes_of(*played, NAMES[0]).asked} == {"a1", "a2"}
    assert notes_of(*played, NAMES[3]).asked == []
    assert notes_of(*played, NAMES[0], draft=points(52)).asked == []


def test_at_most_three_reasons_a_side_in_an_order_of_ones_own(played):
    shown = {name: notes_of(*played, name).rows["a1"].told["above"] for name in NAMES}
    assert {len(texts) for texts in shown.values()} == {3}
    assert len(set(shown.values())) > 3
    assert shown[NAMES[0]] == notes_of(*played, NAMES[0]).rows["a1"].told["above"]


def test_keep_confirms_every_last_answer_in_one_tap(played, client):
    _study, codes, round = played
    client.post("/j", {"code": codes[NAMES[0]]})
    page = client.get("/e/", headers={"accept-language": "en"}).content.decode()
    assert "Keep all my answers of round 1" in page
    tag = re.search(r'name="tag" value="([^"]+)"', page)[1]
    assert client.post("/e/keep/", {"tag": tag}).headers["Location"] == "/e/review/"
    assert Response.objects.get(round=round).draft == points(90)
    review = client.get("/e/review/", headers={"accept-language": "en"}).content.decode()
    assert "Far from the middle half" in review
    assert "yours 90, middle half" in review


def test_keep_of_one_group_leaves_the_others_alone(played, client):
    _study, codes, round = played
    client.post("/j", {"code": codes[NAMES[1]]})
    client.post("/e/group/A/", {"go": "keep", "a1": "1", "a2": "99"})
    assert Response.objects.get(round=round).draft == {"a1": 49, "a2": 51}


def test_reasons_are_kept_with_the_points_and_shown_again(played, client):
    _study, codes, round = played
    client.post("/j", {"code": codes[NAMES[0]]})
    client.post(
        "/e/group/A/", {"a1": "90", "a2": "10", "reason-a1": "because", "reason-a2": "", "stand-a2": "1"}
    )
    rows = {comment.item: comment for comment in Comment.objects.filter(round=round)}
    assert (rows["a1"].side, rows["a1"].body) == ("above", "because")
    assert (rows["a2"].side, rows["a2"].body) == ("below", "")
    notes = notes_of(*played, NAMES[0], draft={"a1": 90, "a2": 10})
    assert notes.unexplained == []
    assert "because" in client.get("/e/group/A/").content.decode()
    client.cookies.clear()
    client.post("/j", {"code": codes[NAMES[1]]})
    assert "because" not in client.get("/e/group/A/").content.decode()


def test_a_required_reason_is_required_and_a_requested_one_is_not():
    for rule, refused in (("requested", False), ("required", True)):
        study, codes, round = play(far_out={"reason": rule, "most": 1}) if not refused else play_again(rule)
        who = bearer(study, codes[NAMES[0]])
        save_draft(round, who, points(90), tag=None, at=timezone.now())
        if refused:
            with pytest.raises(ReasonMissing, match=r"研发|Research|排放|Emissions"):
                submit_response(round, who, tag=None, at=timezone.now())
            asked = notes_of(study, codes, round, NAMES[0]).asked
            reasons.save_comments(
                round,
                who,
                {f"reason-{note.code}": "why" for note in asked},
                sides={n.code: n.side for n in asked},
            )
        assert submit_response(round, who, tag=None, at=timezone.now()).values == points(90)


def play_again(rule):
    Study.objects.filter(slug="towns").update(slug="earlier")
    return play(far_out={"reason": rule, "most": 1})


def test_a_long_reason_is_refused_and_nothing_is_overwritten(played, client):
    _study, codes, round = played
    client.post("/j", {"code": codes[NAMES[0]]})
    answered = client.post("/e/group/A/", {"a1": "80", "a2": "20", "reason-a1": "x" * 501})
    assert answered.status_code == 400
    assert not Response.objects.filter(round=round).exists()


def test_a_proposal_is_kept_and_read_like_a_reason(played, client):
    _study, codes, round = played
    client.post("/j", {"code": codes[NAMES[0]]})
    assert client.post("/e/proposal/", {"reason-new": "Ports"}).status_code == 302
    assert "Ports" in client.get("/e/review/").content.decode()
    assert close(round).reasons.get().item == reasons.PROPOSAL
