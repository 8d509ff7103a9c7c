"""Every way of asking: its page, its refusals by name, its shares and figures, and what a simulated expert types."""

import pytest
from django.utils.translation import override

from survey.answers import (
    answer_figures,
    check_answer,
    effective_shares,
    group_shares,
    is_finished,
    posted_answer,
)
from survey.modes import MODES, mode_of
from survey.protocol import InvalidProtocol, complete_protocol
from survey.questionnaire import questionnaire
from survey.refusal import InvalidInput
from tests.cast import answer, bearer, make_panel, make_study, open_next

FRAMEWORK = """code,parent,name,name_en,direction
A,,创新,Innovation,1
B,,绿色,Green,1
C,,品牌,Brand,1
a1,A,研发,Research,1
a2,A,排放,Emissions,-1
"""


def study_in(mode, **rules):
    return make_study(protocol={"survey": {"elicitation": mode, "rounds": 2, **rules}}, framework=FRAMEWORK)


def top_of(study):
    return questionnaire(study)[0]


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (1, 0, 0), (1 / 3, 1 / 3, 1 / 3)])
def test_what_a_simulated_expert_types_is_read_back_as_a_finished_group(mode, shares):
    study = study_in(mode)
    group, rules = top_of(study), study.rules
    typed = mode_of(rules).typed(group, dict(zip("ABC", shares, strict=True)), rules)
    values, faults = posted_answer(typed, group, rules)
    assert not faults
    assert is_finished(group, values, rules)
    found = group_shares(group, values, rules)
    assert sum(found.values()) == pytest.approx(1, abs=1e-12)
    assert found["A"] > found["B"] - 1e-12 and found["B"] > found["C"] - 1e-12
    assert set(answer_figures([group], values, rules)) == set("ABC")


def values_of(mode, study):
    """The same hand-made answer in every way of asking, and its shares."""
    key = {"best": "top:best", "worst": "top:worst"}
    return {
        "points": ({"A": 50, "B": 30, "C": 20}, (0.5, 0.3, 0.2)),
        "rating": ({"A": 5, "B": 3, "C": 2}, (0.5, 0.3, 0.2)),
        "ranking": ({"A": 1, "B": 2, "C": 3}, (11 / 18, 5 / 18, 2 / 18)),
        "swing": ({"A": 100, "B": 60, "C": 40}, (0.5, 0.3, 0.2)),
        "ahp": ({"A~B": 2, "A~C": 4, "B~C": 2}, (4 / 7, 2 / 7, 1 / 7)),
        "bwm": (
            {
                key["best"]: "A",
                key["worst"]: "C",
                "A:from-best": 1,
                "B:from-best": 2,
                "C:from-best": 8,
                "A:to-worst": 8,
                "B:to-worst": 4,
                "C:to-worst": 1,
            },
            (8 / 13, 4 / 13, 1 / 13),
        ),
    }[mode]


@pytest.mark.parametrize("mode", sorted(MODES))
def test_shares_by_hand(mode):
    study = study_in(mode)
    values, shares = values_of(mode, study)
    found = group_shares(top_of(study), values, study.rules)
    assert [found[code] for code in "ABC"] == pytest.approx(shares, abs=1e-12)


@pytest.mark.parametrize(
    "rules, shares",
    [
        ({"weights": "sum"}, (3 / 6, 2 / 6, 1 / 6)),
        ({"weights": "reciprocal"}, (6 / 11, 3 / 11, 2 / 11)),
    ],
)
def test_places_are_worth_what_the_protocol_says(rules, shares):
    study = study_in("ranking", ranking=rules)
    found = group_shares(top_of(study), {"A": 1, "B": 2, "C": 3}, study.rules)
    assert [*found.values()] == pytest.approx(shares, abs=1e-15)


def test_tied_places_share_the_mean_weight_where_they_are_allowed():
    tied = {"A": 1, "B": 1, "C": 3}
    strict, loose = study_in("ranking"), None
    assert group_shares(top_of(strict), tied, strict.rules) is None
    loose = make_study(
        slug="loose",
        protocol={"survey": {"elicitation": "ranking", "ranking": {"ties": "allow"}}},
        framework=FRAMEWORK,
    )
    assert [*group_shares(top_of(loose), tied, loose.rules).values()] == pytest.approx(
        (4 / 9, 4 / 9, 1 / 9), abs=1e-15
    )


@pytest.mark.parametrize(
    "mode, values, code, named",
    [
        ("rating", {"A": 5, "B": 3}, "marks_missing", "Brand"),
        ("rating", {"A": 6, "B": 3, "C": 1}, "invalid_mark", "Innovation"),
        ("rating", {"A": 0, "B": 3, "C": 1}, "invalid_mark", "Innovation"),
        ("ranking", {"A": 1, "B": 2, "C": 2}, "place_twice", "Green, Brand"),
        ("ranking", {"A": 1, "B": 2, "C": 4}, "invalid_mark", "Brand"),
        ("swing", {"A": 90, "B": 60, "C": 0}, "no_full_swing", "First-level"),
        ("swing", {"A": 100, "B": None, "C": 0}, "marks_missing", "Green"),
        ("ahp", {"A~B": 2, "A~C": 4}, "judgements_missing", "Green – Brand"),
        ("ahp", {"A~B": 2, "A~C": 4, "B~C": -1}, "invalid_judgement", "Green – Brand"),
        ("bwm", {"top:best": "A", "top:worst": "A"}, "no_best_and_worst", "First-level"),
        ("bwm", {"top:best": "A", "top:worst": "C", "A:from-best": 1}, "judgements_missing", "Green"),
    ],
)
def test_refusals_name_what_is_wrong(mode, values, code, named):
    study = study_in(mode)
    with override("en"), pytest.raises(InvalidInput) as refused:
        mode_of(study.rules).check(top_of(study), values, study.rules)
    assert refused.value.code == code
    with override("en"):
        assert named in str(refused.value)


def test_best_worst_ends_must_agree():
    study = study_in("bwm")
    values, _shares = values_of("bwm", study)
    with pytest.raises(InvalidInput) as refused:
        mode_of(study.rules).check(top_of(study), values | {"A:to-worst": 7}, study.rules)
    assert refused.value.code == "invalid_judgement"


CONTRADICTION = {"A~B": 9, "A~C": -9, "B~C": 9}


def test_contradictions_are_refused_only_where_the_protocol_says_so():
    study = study_in("ahp")
    group, mode = top_of(study), mode_of(study.rules)
    mode.check(group, CONTRADICTION, study.rules)
    assert mode.advice(group, CONTRADICTION, study.rules)
    live = mode.live(group, CONTRADICTION, study.rules)
    assert (live.is_fine, live.limit, len(live.looks)) == (False, 0.1, 3)
    assert not mode.advice(group, {"A~B": 2, "A~C": 4, "B~C": 2}, study.rules)
    strict = study.rules | {"comparisons": study.rules["comparisons"] | {"consistency": "require"}}
    with pytest.raises(InvalidInput) as refused:
        mode.check(group, CONTRADICTION, strict)
    assert refused.value.code == "too_inconsistent"


def test_ratio_of_best_and_worst_follows_the_typing():
    study = study_in("bwm")
    group, mode = top_of(study), mode_of(study.rules)
    begun = {"top:best": "A", "top:worst": "C", "C:from-best": 8, "B:from-best": 4}
    assert mode.live(group, begun, study.rules).ratio is None  # nothing is known twice over
    live = mode.live(group, begun | {"B:to-worst": 8}, study.rules)
    assert live.ratio == pytest.approx(24 / 56)
    assert (live.limit, live.is_fine, live.missing) == (0.1309, False, 3)
    assert [(look.key, look.given, look.fitting) for look in live.looks] == [
        ("B:from-best", "4 × 8 = 32", "8")
    ]
    assert mode.live(group, {}, study.rules).ratio is None


def test_an_end_that_is_one_no_more_is_asked_anew():
    study = study_in("bwm")
    group, rules = top_of(study), study.rules
    posted = {
        "top:best": "B",
        "top:best-was": "A",
        "top:worst": "C",
        "top:worst-was": "C",
        "A:from-best": "1",
    }
    changes, faults = posted_answer(posted | {"C:from-best": "8"}, group, rules)
    assert not faults
    assert changes["A:from-best"] is None
    assert (changes["B:from-best"], changes["B:to-worst"], changes["C:to-worst"]) == (1, 8, 1)


@pytest.mark.parametrize(
    "mode, posted",
    [
        ("rating", {"A": "6"}),
        ("ranking", {"A": "4"}),
        ("swing", {"A": "-1"}),
        ("swing", {"A": "1" * 400}),
        ("ahp", {"A~B": "10"}),
        ("ahp", {"A~B": "0"}),
        ("bwm", {"top:best": "a1"}),
        ("bwm", {"A:from-best": "0"}),
    ],
)
def test_what_is_not_on_the_scale_is_not_read(mode, posted):
    study = study_in(mode)
    changes, faults = posted_answer(posted, top_of(study), study.rules)
    assert list(faults) == list(posted)
    assert not set(changes) & set(posted)


def test_full_width_digits_are_read():
    study = study_in("swing")
    assert posted_answer({"A": "１００", "B": " 5 "}, top_of(study), study.rules)[0] == {"A": 100, "B": 5}


@pytest.mark.parametrize("mode", sorted(MODES))
def test_pages_show_save_and_submit_without_script(mode, client):
    study = study_in(mode)
    code = make_panel(study, ("Ana",))["Ana"]
    round = open_next(study)
    client.post("/j", {"code": code})
    for group in questionnaire(study):
        path = f"/e/group/{group.code}/"
        page = client.get(path)
        assert page.status_code == 200
        shares = dict(zip(group.codes, (0.5, 0.3, 0.2), strict=False))
        typed = mode_of(study.rules).typed(group, shares, study.rules)
        names = [f'name="{key}"' for key in typed]
        assert all(name in page.content.decode() for name in names)
        early = client.post(path, {"tag": page.context["page"].tag})
        assert early.status_code == 400
        answered = client.post(path, typed | {"tag": client.get(path).context["page"].tag, "go": "anyway"})
        assert answered.status_code == 302
    review = client.get("/e/review/")
    assert not review.context["sheet"].unfinished
    assert client.post("/e/submit/", {"tag": review.context["sheet"].tag}).status_code == 302
    counted = round.responses.get().values
    check_answer(questionnaire(study), counted, study.rules)
    assert sum(
        effective_shares(questionnaire(study), counted, study.rules)[code] for code in ("a1", "a2", "B", "C")
    ) == (pytest.approx(1, abs=1e-12))


def test_contradictions_hold_the_expert_up_once(client):
    study = study_in("ahp")
    code = make_panel(study, ("Ana",))["Ana"]
    open_next(study)
    client.post("/j", {"code": code})
    path = "/e/group/top/"
    posted = {key: str(value) for key, value in CONTRADICTION.items()}
    page = client.post(path, posted)
    assert page.status_code == 200
    assert page.content.decode().count('<li><a href="#points-') == 3
    assert 'value="anyway"' in page.content.decode()
    assert client.post(path, posted | {"go": "anyway"})["Location"] == "/e/group/A/"
    assert client.post(path, posted | {"go": "check"})["Location"] == path


def test_consistency_is_worked_out_without_saving(client):
    study = study_in("ahp")
    code = make_panel(study, ("Ana",))["Ana"]
    round = open_next(study)
    client.post("/j", {"code": code})
    answer = client.post("/e/group/top/live/", {key: str(value) for key, value in CONTRADICTION.items()})
    found = mode_of(study.rules).live(top_of(study), CONTRADICTION, study.rules)
    assert f"{found.ratio:.3f}" in answer.content.decode()
    assert not round.responses.exists()


@pytest.mark.parametrize(
    "rules",
    [
        {"elicitation": "guess"},
        {"rating_high": 6},
        {"ranking": {"weights": "best"}},
        {"comparisons": {"limit": 0}},
        {"aggregation": "mode"},
        {"aggregation": "authority_arithmetic"},
        {"self_assessment": {"familiarity": [0.2, 1]}},
        {"self_assessment": {"basis": {"practice": [1, 1, 1]}}},
    ],
)
def test_rules_that_cannot_be_followed_are_refused(rules):
    with pytest.raises(InvalidProtocol):
        complete_protocol({"survey": rules})


def test_the_protocol_holds_what_its_names_stand_for():
    rules = complete_protocol({"survey": {"elicitation": "bwm", "self_assessment": {"familiarity": "P3"}}})[
        "survey"
    ]
    assert rules["aggregation"] == "geometric"
    assert rules["self_assessment"]["familiarity"] == [1.0, 0.8, 0.5, 0.3, 0.1]
    assert complete_protocol()["survey"]["aggregation"] == "arithmetic"
    weighed = {"aggregation": "authority_geometric", "self_assessment": {"scope": "study"}}
    assert complete_protocol({"survey": weighed})["survey"]["self_assessment"]["required"] is True


def test_an_answer_in_another_way_is_refused_as_unknown():
    study = study_in("rating")
    who = make_panel(study, ("Ana",))["Ana"]
    round = open_next(study)
    assert bearer(study, who)
    with pytest.raises(InvalidInput):
        answer(round, who, {"A": 5, "B": 3, "C": 2, "a1": 1, "a2": 1, "A~B": 3})
