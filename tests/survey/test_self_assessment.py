"""Self-assessment: what is asked, the coefficients by hand, the page, what a later round starts with."""

import numpy as np
import pytest
from django.utils import timezone

from survey.core.authority import FAMILIARITY_TABLES
from survey.feedback import release_feedback
from survey.models import Response, Study
from survey.questionnaire import questionnaire
from survey.responses import save_draft
from survey.round_document import read_record, round_document
from survey.self_assessment import (
    InvalidSelfAssessment,
    SelfAssessmentMissing,
    answers_authority,
    check_self_assessment,
    group_authority,
    scopes,
)
from tests.cast import POINTS, answer, bearer, close, make_panel, make_study, open_next

pytestmark = pytest.mark.django_db
MUCH = dict.fromkeys(("practice", "theory", "literature", "intuition"), "large")


def study_of(scope, **rules):
    return make_study(protocol={"survey": {"self_assessment": {"scope": scope, **rules}}})


def assessed(code, familiarity, **basis):
    parts = {"familiarity": familiarity, **MUCH, **basis}
    return {f"self:{code}:{name}": value for name, value in parts.items()}


@pytest.mark.parametrize(
    "scope, codes",
    [("none", ""), ("study", "*"), ("dimension", "AB"), ("indicator", ("a1", "a2", "b1", "b2"))],
)
def test_what_is_asked_about(scope, codes):
    study = study_of(scope)
    assert [each.code for each in scopes(questionnaire(study), study.rules)] == list(codes)


def test_coefficients_by_hand():
    study = study_of("dimension")
    groups, rules = questionnaire(study), study.rules
    # A: Ca 1, Cs 1, Cr 1; B: Ca .3 + .3 + .1 + .1 = .8, Cs .4, Cr .6; the expert .8. The second said nothing of B.
    first = assessed("A", 0) | assessed("B", 3, practice="small")
    second = assessed("A", 1)
    found = group_authority(groups, [first, second], rules)
    assert found["top"][0] == pytest.approx(0.8, abs=1e-15)
    assert [found["A"][0], found["B"][0], found["A"][1]] == pytest.approx([1, 0.6, 0.9], abs=1e-15)
    assert [found["top"][1] == found["top"][1], found["B"][1] == found["B"][1]] == [False, False]
    panel = answers_authority(groups, [first, second], rules)
    assert (panel.cr, panel.ca, panel.cs, panel.m_used, panel.m_total) == pytest.approx((0.8, 0.9, 0.7, 1, 2))
    low = answers_authority(groups, [assessed("A", 5) | assessed("B", 5)], rules)
    assert (low.accepted, low.flagged) == (False, (0,))


def test_required_parts_are_named_and_optional_ones_may_be_left_out():
    strict = study_of("dimension", required=True)
    groups = questionnaire(strict)
    with pytest.raises(SelfAssessmentMissing, match=r"绿色|Green"):
        check_self_assessment(groups, assessed("A", 0), strict.rules)
    check_self_assessment(groups, assessed("A", 0) | assessed("B", 0), strict.rules)
    loose = strict.rules | {"self_assessment": strict.rules["self_assessment"] | {"required": False}}
    check_self_assessment(groups, {}, loose)


@pytest.mark.parametrize(
    "wrong", [{"self:A:familiarity": 6}, {"self:A:practice": "huge"}, {"self:C:practice": "large"}]
)
def test_what_the_tables_do_not_have_is_refused(wrong):
    study = study_of("dimension")
    with pytest.raises(InvalidSelfAssessment):
        check_self_assessment(questionnaire(study), wrong, study.rules)


def test_page_comes_first_saves_and_is_carried_into_the_next_round(client):
    study = study_of("study", required=True)
    codes = make_panel(study)
    round = open_next(study)
    for name in ("Bo", "Chen"):
        answer(round, codes[name], POINTS[name] | assessed("*", 0))
    client.post("/j", {"code": codes["Ana"]})
    assert client.get("/e/").context["start"] == "/e/self/#go-on"
    wrong = client.post("/e/self/", {"self:*:familiarity": "9" * 400})
    assert wrong.status_code == 400
    typed = {key: str(value) for key, value in assessed("*", 2).items()}
    save_draft(round, bearer(study, codes["Ana"]), POINTS["Ana"], tag=None, at=timezone.now())
    waits = "Not yet: this study requires the self-assessment."
    assert waits in client.get("/e/review/", headers={"accept-language": "en"}).content.decode()
    tag = client.get("/e/self/").context["sheet"].tag
    assert client.post("/e/self/", typed | {"tag": tag})["Location"] == "/e/review/"
    assert waits not in client.get("/e/review/", headers={"accept-language": "en"}).content.decode()
    answer(round, codes["Ana"], POINTS["Ana"])
    assert POINTS["Ana"] | assessed("*", 2) in [row.values for row in round.responses.all()]
    release_feedback(close(round), by="coco", at=timezone.now())
    following = open_next(study)
    page = client.get("/e/", headers={"accept-language": "en"}).content.decode()
    assert "stands until you" in page and "First you say" not in page
    answer(following, codes["Ana"], POINTS["Ana"])
    assert following.responses.get().values == POINTS["Ana"] | assessed("*", 2)


def test_mean_by_authority_is_reported_unless_it_would_tell_a_single_answer():
    study = study_of("study")
    Study.objects.filter(pk=study.pk).update(is_rehearsal=True)
    codes, round = make_panel(study), open_next(study)
    steps = dict(zip(POINTS, (0, 2, 5), strict=True))
    for name, points in POINTS.items():
        answer(round, codes[name], points | assessed("*", steps[name]))
    round = close(round)
    cr = [(1 + FAMILIARITY_TABLES["P1"][step]) / 2 for step in steps.values()]
    expected = np.average([points["a1"] for points in POINTS.values()], weights=cr)

    def told():
        groups = round_document(read_record(round))["groups"]
        return next(group for group in groups if group["code"] == "A")["items"]["a1"]["authority_mean"]

    assert told() == pytest.approx(expected, abs=1e-9)
    Study.objects.filter(pk=study.pk).update(is_rehearsal=False)
    round.refresh_from_db()
    response = Response.objects.filter(round=round).first()
    response.values = {key: value for key, value in response.values.items() if not key.startswith("self:")}
    Response.objects.filter(pk=response.pk).update(values=response.values)
    assert told() is None
