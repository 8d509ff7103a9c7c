"""The life of an indicator: what comes and goes between rounds, and what may be compared afterwards."""

import pytest
from django.utils import timezone

from survey import indicators
from survey.feedback import release_feedback
from survey.models import Indicator, Round, Study
from survey.questionnaire import questionnaire
from survey.rounds import TreeChanged, adopt_round
from tests.cast import POINTS, answer, close, make_panel, make_study, open_next, sign_in
from weighting.trees import expert_shares, study_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def played():
    """One closed and released round, and the codes of the panel."""
    study = make_study()
    codes = make_panel(study)
    round = open_next(study)
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    release_feedback(close(round), by="coco", at=timezone.now())
    return Study.objects.get(pk=study.pk), codes


def change(study, kind, codes=(), table="", parent="", reason="the panel proposed it"):
    who = {"by": "coco", "at": timezone.now()}
    return indicators.change_tree(
        study, kind, codes=list(codes), table=table, parent=parent, reason=reason, **who
    )


def asked(study, number=None) -> dict:
    return {group.code: group.codes for group in questionnaire(study, number)}


def test_every_change_keeps_the_past_round_as_it_was_asked(played):
    study, _codes = played
    then = asked(study, 1)
    change(study, "split", ["a1"], "a3,专利,Patents\na4,论文,Papers")
    change(study, "add", parent="B", table="b3,港口,Ports")
    change(study, "merge", ["b1", "b2"], "b4,园区与工厂,Parks and plants")
    change(study, "reword", ["a2"], "a5,碳排放,Carbon")
    assert asked(study) == {"top": ("A", "B"), "A": ("a3", "a4", "a5"), "B": ("b4", "b3")}
    assert asked(study, 1) == then
    assert Indicator.objects.get(code="a5").direction == -1
    assert [(one.kind, one.from_round) for one in study.item_changes.all()] == [
        (kind, 2) for kind in ("split", "add", "merge", "reword")
    ]


def test_a_clarified_indicator_keeps_code_and_history(played):
    study, _codes = played
    found = change(study, "clarify", ["a1"], "a1,研发投入,R&D spending")
    assert (found.before[0]["name_en"], found.after[0]["name_en"]) == ("Research", "R&D spending")
    assert asked(study) == asked(study, 1)


def test_the_next_round_asks_for_the_new_tree_and_gives_its_weights(played, client):
    study, codes = played
    change(study, "split", ["a1"], "a3,专利,Patents\na4,论文,Papers")
    with pytest.raises(TreeChanged):
        adopt_round(study.rounds.get(number=1), by="coco", at=timezone.now())
    round = open_next(study)
    client.post("/j", {"code": codes["Ana"]})
    assert "Papers" in client.get("/e/", headers={"accept-language": "en"}).content.decode()
    assert client.get("/e/group/A/").status_code == 200
    assert client.get("/e/feedback/").status_code == 200
    points = {"A": 50, "B": 50, "a3": 20, "a4": 30, "a2": 50, "b1": 50, "b2": 50}
    for code in codes.values():
        answer(round, code, points)
    release_feedback(close(round), by="coco", at=timezone.now())
    adopt_round(Round.objects.get(pk=round.pk), by="coco", at=timezone.now())
    tree = study_tree(study).tree
    shares = dict(zip(tree.codes, expert_shares(Round.objects.get(pk=round.pk), tree)[0], strict=True))
    assert (shares["a3"], shares["a4"], shares["a2"]) == (0.2, 0.3, 0.5)


@pytest.mark.parametrize(
    ("kind", "codes", "table", "refusal"),
    [
        ("drop", ["A"], "", indicators.CannotGo),
        ("drop", ["a1", "a2"], "", indicators.CannotGo),
        ("drop", ["nothing"], "", indicators.CannotGo),
        ("merge", ["a1", "b1"], "c1,新,New", indicators.CannotGo),
        ("split", ["a1"], "c1,新,New", indicators.WrongShape),
        ("reword", ["a1"], "b2,新,New", indicators.CodeUsed),
        ("explode", ["a1"], "", indicators.WrongShape),
    ],
)
def test_what_would_break_the_tree_is_refused_by_name(played, kind, codes, table, refusal):
    study, _codes = played
    before = asked(study)
    with pytest.raises(refusal):
        change(study, kind, codes, table)
    assert asked(study) == before


def test_the_tree_stands_inside_a_round_and_after_the_protocols_round(played):
    study, codes = played
    round = open_next(study)
    with pytest.raises(indicators.TreeStands):
        change(study, "drop", ["a1"])
    for code in codes.values():
        answer(round, code, POINTS["Ana"])
    release_feedback(close(round), by="coco", at=timezone.now())
    assert indicators.may_change_tree(Study.objects.get(pk=study.pk))
    release_round_three(study, codes)
    assert not indicators.may_change_tree(Study.objects.get(pk=study.pk))


def release_round_three(study, codes):
    round = open_next(study)
    for code in codes.values():
        answer(round, code, POINTS["Ana"])
    release_feedback(close(round), by="coco", at=timezone.now())


def test_the_page_changes_the_tree(played, client):
    study, _codes = played
    sign_in(client, "coco")
    address = f"/studies/{study.slug}/indicators/"
    posted = {"kind": "add", "parent": "B", "table": "b3,港口,Ports", "reason": "An expert proposed it."}
    assert client.post(address, posted).status_code == 302
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "An expert proposed it." in page
    assert client.post(address, {"kind": "drop", "codes": ["a1", "b1"], "reason": "x"}).status_code == 400
