"""Panels that were asked elsewhere: read from a table, checked cell by cell, frozen, analysed with the same statistics.

Two real panels are replayed from data/panels: repliCATS (metamelb-repliCATS/aggreCAT, MIT) and the trauma audit
filters (titco/utaf, CC BY 4.0). The small panel below is our own.
"""

import csv

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from survey.cells import InvalidSheet
from survey.frameworks import read_framework
from survey.imported_answers import prepare_panel
from survey.imported_panels import InvitedWrong, import_panel
from survey.models import AuditEvent, Expert, PanelUpload, Response, Series, Snapshot, Study
from survey.panel import Invitee, invite_experts
from survey.panel_answers import closed_answers
from survey.panel_table import POINTS, SCALE, read_panel_table
from survey.protocol import InvalidProtocol
from survey.report.checklists import checklists
from survey.report.csv_tables import statistics_table
from survey.report.tables import panel_report
from survey.result_pages import dashboard
from survey.results import round_statistics
from survey.rounds import NotReady, adopt_round, open_round
from survey.studies import PanelImported, copy_for_rehearsal, create_study
from tests.cast import FRAMEWORK, make_study, sign_in
from tests.panels import PANELS, panel_rows

pytestmark = pytest.mark.django_db
WIDE = """轮次,专家,创新,绿色,开放
1,甲,4,5,3
1,乙,5,4,3
1,丙,3,,2
2,甲,4,5,3
2,乙,5,5,3
2,丙,4,5,２
2,丁,4,4,4
"""
POINTS_FILE = """round,expert,A,B,a1,a2,b1,b2
1,e1,60,40,70,30,50,50
1,e2,50,50,33.3,66.7,40,60
1,e3,40,59.6,60,40,,
"""


def prepared(text: str, kind: str = SCALE, framework: str | None = None, **scale):
    rows = list(csv.reader(text.strip().splitlines()))
    nodes = read_framework(framework) if framework else None
    return prepare_panel(read_panel_table(rows, nodes), kind=kind, **scale)


def imported(panel, slug: str = "elsewhere", **options) -> Study:
    series, _ = Series.objects.get_or_create(slug="towns", defaults={"name": "城镇榜"})
    options = {"name": "外部专家组", "year": 2025, "by": "coco", "at": timezone.now()} | options
    return import_panel(series, panel, slug=slug, **options)


def items(study: Study, number: int) -> dict:
    found = round_statistics(study.rounds.get(number=number))
    return {code: item for group in found["groups"] for code, item in group["items"].items()}


def faults(text: str, kind: str = SCALE, framework: str | None = None, **scale) -> dict[str, str]:
    with translation.override("en"), pytest.raises(InvalidSheet) as refused:
        prepared(text, kind, framework, **scale)
    return {problem.cell: problem.text for problem in refused.value.problems}


def test_small_panel_has_the_figures_worked_out_by_hand():
    study = imported(prepared(WIDE, low=1, high=5), invited=[4, 5])
    first, second = items(study, 1), items(study, 2)

    assert (first["创新"]["statistics"]["mean"], first["绿色"]["statistics"]["n"]) == (4, 2)
    assert second["绿色"]["statistics"]["mean"] == 4.75
    assert second["绿色"]["statistics"]["full_mark_rate"] == 0.75
    assert second["绿色"]["agreement"]["share"] == 1  # all four gave 4 or 5
    assert second["创新"]["stability"]["n_pairs"] == 3
    assert second["创新"]["stability"]["unchanged"] == pytest.approx(2 / 3)
    flow = round_statistics(study.rounds.get(number=2))["flow"]
    assert (flow["sent"], flow["returned"], flow["returned_from_before"]) == (5, 4, 3)
    assert flow["positive"] == 0.8
    assert round_statistics(study.rounds.get(number=2))["leaves"]["m_used"] == 4


def test_who_came_into_agreement_is_tested_and_told():
    """Nine experts on 1 to 9: six come into 7-9 and one leaves it, so p = 2 (1 + 7) / 2^7; then 7 of 9 agree."""
    first, second = [5] * 6 + [8] * 3, [7] * 6 + [6, 9, 9]
    lines = [
        f"{number},e{i},{code},{x}"
        for number, xs in ((1, first), (2, second))
        for i, x in enumerate(xs)
        for code in "AB"
    ]
    study = imported(prepared("\n".join(["round,expert,item,value", *lines]), low=1, high=9))
    found = items(study, 2)["A"]

    change = found["agreement_change"]
    assert (change["n_pairs"], change["gave_up"], change["came_round"]) == (9, 1, 6)
    assert change["p"] == pytest.approx(0.125, abs=1e-12)
    assert (found["core_outcome"], items(study, 1)["A"]["core_outcome"]) == ("in", "none")
    with translation.override("en"):
        stability = next(table for table in panel_report(study).tables if table.code == "stability-2")
    assert (stability.columns[-1][0], stability.rows[0][-1]) == ("McNemar p, agreement", change["p"])


def test_rounds_are_frozen_and_nobody_is_known():
    study = imported(prepared(WIDE, low=1, high=5))

    assert study.is_imported and study.is_frozen and study.adopted_round is None
    assert [(round.status, round.answers) for round in study.rounds.all()] == [("closed", 3), ("closed", 4)]
    assert Snapshot.objects.filter(round__study=study).count() == 2
    assert not Expert.objects.filter(study=study).exists()
    assert not PanelUpload.objects.exists()
    kept = str([*Response.objects.values(), *AuditEvent.objects.values()])
    assert not any(label in kept for label in "甲乙丙丁")
    answered_both = closed_answers(study.rounds.get(number=1)).values.keys()
    assert answered_both < closed_answers(study.rounds.get(number=2)).values.keys()


def test_long_table_says_the_same_as_the_wide_one():
    rows = list(csv.reader(WIDE.strip().splitlines()))
    lines = ["round,expert,item,value"]
    lines += [
        f"{row[0]},{row[1]},{code},{v}"
        for row in rows[1:]
        for code, v in zip(rows[0][2:], row[2:], strict=True)
    ]
    wide, long = prepared(WIDE, low=1, high=5), prepared("\n".join(lines), low=1, high=5)

    assert long.answers == wide.answers
    assert long.rounds_of == wide.rounds_of


ASSESSED = """轮次,专家,创新,绿色,熟悉程度,实践经验,理论分析,参考文献,直觉
1,甲,4,5,0.8,大,中,小,小
1,乙,5,4,很熟悉,0.5,0.3,0.1,0.1
1,丙,3,4,0.2,小,小,,小
"""


def test_self_assessments_of_a_file_give_the_panel_its_authority():
    """甲: Ca .5 + .2 + .1 + .1 = .9, Cs .8, Cr .85; 乙: 1, 1, 1; 丙 left one basis out and does not count."""
    panel = prepared(ASSESSED, low=1, high=5)
    study = imported(panel)
    found = round_statistics(study.rounds.get())

    assert (panel.scope, panel.assessed, panel.items) == ("study", 2, [2])
    assert [found["authority"][name] for name in ("ca", "cs", "cr", "m_used", "m_total")] == [
        pytest.approx(0.95, abs=1e-12),
        pytest.approx(0.9, abs=1e-12),
        pytest.approx(0.925, abs=1e-12),
        2,
        3,
    ]
    weighted = items(study, 1)["创新"]["authority_mean"]
    assert weighted == pytest.approx((4 * 0.85 + 5 * 1) / 1.85, abs=1e-12)
    with translation.override("en"):
        report = panel_report(study)
        assert "complete with 2 of 3 answers" in " ".join(panel.notes)
    row = next(table for table in report.tables if table.code == "authority").rows[0]
    assert row[3:5] == (pytest.approx(0.925, abs=1e-12), "high (from 0.80)")


LONG_ASSESSED = """round,expert,item,value,familiarity,practice,theory,literature,intuition
1,e1,创新,60,1,large,large,large,large
1,e1,绿色,40,0.4,small,small,small,small
1,e1,研发,70,,,,,
1,e1,排放,30,,,,,
1,e2,创新,50,not familiar,medium,medium,medium,medium
1,e2,绿色,50,0,much,some,little,little
1,e2,研发,50,,,,,
1,e2,排放,50,,,,,
"""  # nobody was asked about the parks and the factories of 绿色


def test_self_assessments_may_stand_at_the_first_level_and_count_below_it():
    """e1: Cr 1 in 创新 (A) and (.6 + .4) / 2 in 绿色 (B); e2: (.8 + 0) / 2 and (.9 + 0) / 2."""
    panel = prepared(LONG_ASSESSED, POINTS, FRAMEWORK)
    rules = {"aggregation": "authority_arithmetic"}
    study = imported(panel, rules=rules)
    group = next(g for g in round_statistics(study.rounds.get())["groups"] if g["code"] == "A")

    assert (panel.scope, panel.assessed) == ("dimension", 2)
    weight = (0.7 * 1 + 0.5 * 0.4) / 1.4
    assert group["pools"]["protocol"]["weights"]["a1"] == pytest.approx(weight, abs=1e-12)
    assert round_statistics(study.rounds.get())["authority"]["cr"] == pytest.approx((0.75 + 0.425) / 2)


def test_what_nobody_was_asked_is_in_no_round():
    """Only the leaves of A were shared out: the first level stands for them, b1 and b2 were never asked."""
    panel = prepared("expert,研发,排放\nx,60,40\ny,30,70\n", POINTS, FRAMEWORK)
    study = imported(panel)

    assert {code: item["statistics"]["n"] for code, item in items(study, 1).items()} == {
        **dict.fromkeys("AB", 0),
        **dict.fromkeys(("a1", "a2"), 2),
    }
    with translation.override("en"):
        assert panel_report(study).tables
    assert "half empty" in faults("expert,创新,研发,排放\nx,100,60,40\n", POINTS, FRAMEWORK)["B2"]


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        (("1,e1,创新,60,1,", "1,e1,创新,60,0.85,"), "E2", "not in the table: 1, 0.8, 0.6"),
        (("medium,medium\n", "medium,huge\n"), "I6", "not in the table"),
        (("1,e1,研发,70,,,,,", "1,e1,研发,70,1,,,,"), "E4", "mixed"),
        (("1,e1,研发,70,,,,,", "1,e1,创新,,0.8,,,,"), "E4", "something else"),
        (("1,e1,研发,70,,,,,", "1,e1,b1,,1,,,,"), "E4", "nobody answered"),
        (("1,e1,研发,70,,,,,", "1,e1,,70,1,,,,"), "C4", "item is missing"),
    ],
)
def test_self_assessments_that_cannot_be_read_are_named_with_their_cell(change, cell, words):
    assert words in faults(LONG_ASSESSED.replace(*change), POINTS, FRAMEWORK)[cell]


def test_tables_of_the_self_assessment_are_those_of_the_rules():
    panel = prepare_panel(
        read_panel_table(
            list(csv.reader(ASSESSED.replace("0.8", "0.7").replace("0.2", "0.1").strip().splitlines()))
        ),
        kind=SCALE,
        low=1,
        high=5,
        rules={"self_assessment": {"familiarity": "P2"}},
    )
    study = imported(panel)

    assert study.rules["self_assessment"]["familiarity"][1] == 0.7
    assert round_statistics(study.rounds.get())["authority"]["cs"] == pytest.approx((0.7 + 0.9) / 2)
    with pytest.raises(InvalidProtocol):
        prepare_panel(
            read_panel_table(list(csv.reader(ASSESSED.strip().splitlines()))),
            kind=SCALE,
            low=1,
            high=5,
            rules={"self_assessment": 5},
        )


def test_points_keep_their_tree_their_finest_step_and_what_was_not_judged():
    panel = prepared(POINTS_FILE, POINTS, FRAMEWORK)
    study = imported(panel)
    answers = closed_answers(study.rounds.get())

    assert (panel.step, panel.closed_again, panel.missing) == (0.01, 1, 2)
    assert study.rules["step"] == 0.01 and study.rules["cannot_judge"]
    assert sorted(answers.columns["a1"]) == [33.3, 60, 70]  # to the last digit
    assert sorted(answers.columns["A"]) == [40.16, 50, 60]  # 40 / 99.6
    assert {code: item["statistics"]["n"] for code, item in items(study, 1).items()} == {
        **dict.fromkeys(("A", "B", "a1", "a2"), 3),
        **dict.fromkeys(("b1", "b2"), 2),
    }
    assert items(study, 1)["a1"]["statistics"]["full_mark_rate"] is None


def test_whole_points_stay_whole_points():
    text = "round,expert,A,B\n1,x,60,40\n1,y,30,70\n"
    assert prepared(text, POINTS).step == 1
    assert prepared(text.replace("60,40", "60.5,39.5"), POINTS).step == 0.5


def test_every_fault_is_named_with_its_cell():
    text = "round,expert,A,B\n1,x,6,abc\nzero,y,1,2\n1,,3,3\n1,x,4,5\n"
    found = faults(text, low=1, high=5)

    assert set(found) == {"C2", "D2", "A3", "B4", "C5"}
    assert "twice" in found["C5"]
    assert set(faults("round,expert,A,B\n1,x,6,5\n1,y,3,0.5\n", low=1, high=5)) == {"C2", "D3"}


@pytest.mark.parametrize(
    ("text", "cell", "words"),
    [
        ("round,A,B\n1,2,3\n", "1", "expert"),
        ("round,expert,A,A\n1,x,2,3\n", "D1", "stands twice"),
        ("round,expert,A,B\n1,x,2,3\n3,x,2,3\n", "1", "round 2 is missing"),
        ("round,expert,A,B\n1,x,,\n", "2", "no answer"),
        ("round,expert,A\n1,x,2\n", "C2", "stands alone"),
        ("round,expert,item,value\n1,x,A,2\n1,x,B,2\n1,x,A,3\n", "D4", "twice"),
        ("round,expert,item,value\n1,x,,2\n", "C2", "item is missing"),
    ],
)
def test_broken_tables_are_refused_by_name(text, cell, words):
    assert words in faults(text, low=1, high=5)[cell]


def test_points_that_do_not_add_up_are_refused_by_group():
    text = POINTS_FILE.replace("40,59.6", "40,50").replace("70,30", "70,")
    found = faults(text, POINTS, FRAMEWORK)

    assert "add up to 90" in found["C4"]
    assert "half empty" in found["E2"]


def test_items_that_the_tree_does_not_have_are_refused():
    assert "neither a code nor a name" in faults("expert,研发,新的\n1,50,50\n", POINTS, FRAMEWORK)["C1"]


def test_invited_must_fit_the_answers():
    for wrong in ([4], [2, 4], [4, 4, 4]):
        with pytest.raises(InvitedWrong):
            imported(prepared(WIDE, low=1, high=5), invited=wrong)
    assert not Study.objects.filter(slug="elsewhere").exists()


def test_nothing_live_happens_to_an_imported_panel():
    study, now = imported(prepared(WIDE, low=1, high=5)), timezone.now()
    last = study.rounds.last()

    with pytest.raises(PanelImported):
        invite_experts(study, [Invitee(name="Ana", email="ana@example.org")], by="coco", at=now)
    with pytest.raises(PanelImported):
        adopt_round(last, by="coco", at=now)
    with pytest.raises(PanelImported):
        copy_for_rehearsal(study, by="coco", at=now)
    with pytest.raises(NotReady):
        open_round(last, deadline=now + timezone.timedelta(days=1), by="coco", at=now)


def test_a_live_study_cannot_be_dressed_as_an_imported_one():
    series = Series.objects.create(slug="s", name="s")
    rules = {"collected": {"low": 1, "high": 5}, "elicitation": "collected"}
    options = {"name": "x", "year": 2026, "by": "coco", "at": timezone.now()}
    for protocol in ({"survey": rules}, {"survey": {"elicitation": "collected"}}, {"survey": {"step": 0.01}}):
        with pytest.raises(InvalidProtocol):
            create_study(series, read_framework(FRAMEWORK), slug="x", protocol=protocol, **options)
    with pytest.raises(InvalidProtocol):
        create_study(series, read_framework(FRAMEWORK), slug="x", is_imported=True, **options)


def test_page_checks_first_and_imports_with_a_second_click(client):
    make_study()
    sign_in(client, "coco")
    page, series = reverse("import-panel"), Series.objects.get()
    fields = {
        "series": series.pk,
        "name": "外部",
        "slug": "elsewhere",
        "year": 2025,
        "kind": "scale",
        "low": 1,
        "high": 5,
    }

    def posted(go, text=None, **more):
        files = {"table": SimpleUploadedFile("t.csv", text.encode())} if text else {}
        return client.post(page, {**fields, "go": go, **files, **more})

    wrong = posted("check", WIDE.replace("1,乙,5,4,3", "1,乙,9,x,3"))
    assert wrong.status_code == 400
    assert "C3" in wrong.content.decode() and "D3" in wrong.content.decode()
    checked = posted("check", WIDE)
    assert checked.status_code == 200 and not Study.objects.filter(slug="elsewhere").exists()
    token = checked.context["form"]["checked"].value()
    assert posted("import", checked="forged").status_code == 400
    assert posted("import", checked=token, invited="2, 3").status_code == 400
    done = posted("import", checked=token, invited="４、5")
    assert (done.status_code, done.url) == (302, reverse("results", args=["elsewhere"]))
    assert [round.invited for round in Study.objects.get(slug="elsewhere").rounds.all()] == [4, 5]
    for name in (
        "study",
        "results",
        "report",
        "rounds",
        "protocol",
        "asking",
        "retention",
        "panel",
        "participation",
        "indicators",
    ):
        assert client.get(reverse(name, args=["elsewhere"])).status_code == 200, name
    for name in ("results-csv", "results-json"):
        assert client.get(reverse(name, args=["elsewhere"])).status_code == 200, name
    for kind in ("docx", "xlsx"):
        assert client.get(reverse("report-file", args=["elsewhere", kind])).status_code == 200
    assert posted("import", checked=token).status_code == 400  # the short name is taken


@pytest.mark.parametrize("name", ["panel", "participation", "reasons"])
def test_pages_about_people_are_not_offered_and_say_why(client, name):
    study = make_study()
    sign_in(client, "coco")
    imported(prepared(WIDE, low=1, high=5))

    here, elsewhere = (
        client.get(reverse(name, args=[slug]), headers={"accept-language": "en"}).content.decode()
        for slug in (study.slug, "elsewhere")
    )

    assert f'href="{reverse(name, args=[study.slug])}"' in here
    assert f'href="{reverse(name, args=["elsewhere"])}"' not in elsewhere
    assert "there is nobody to invite or to remind" in elsewhere and "nobody to invite" not in here
    assert 'name="roster"' not in elsewhere and "<table" not in elsewhere


def test_report_claims_nothing_that_the_record_does_not_know():
    study = imported(prepared(WIDE, low=1, high=5))
    with translation.override("en"):
        found, report = checklists(study), panel_report(study)
    answers = " ".join(entry.answer for entries in found.values() for entry in entries)
    assert "before round 1" not in answers and "web page" not in answers and "anonymous" not in answers
    assert ("Origin", "asked elsewhere; the answers were imported") in report.facts
    assert "stop" not in {table.code for table in report.tables}


def test_page_is_the_coordinators(client):
    make_study()
    get_user_model().objects.get(username="stefan")
    sign_in(client, "stefan")
    assert client.get(reverse("import-panel")).status_code == 403


def test_command_checks_and_imports(tmp_path, capsys):
    Series.objects.create(slug="towns", name="城镇榜")
    file = tmp_path / "panel.csv"
    file.write_text(WIDE, encoding="utf-8")
    options = {"series": "towns", "slug": "elsewhere", "name": "外部", "invited": "4,4"}

    call_command("import_panel", file, check=True, **options)
    assert not Study.objects.exists()
    call_command("import_panel", file, **options)
    said = capsys.readouterr().out
    assert "Round 2: 4 experts, 3 items, 3 of the round before" in said
    assert Study.objects.get().is_imported
    file.write_text(WIDE.replace("5,4,3", "5,9,3"), encoding="utf-8")
    with pytest.raises(CommandError, match="D3: 9 "):
        call_command("import_panel", file, **options)
    with pytest.raises(CommandError, match="none"):
        call_command("import_panel", file, **{**options, "series": "none"})


def test_replicats_comes_out_exactly():
    """25 experts × 25 claims × 2 rounds: the published means and medians of round 2, to the last digit."""
    study = imported(prepared((PANELS / "replicats.csv").read_text(encoding="utf-8"), low=0, high=100))
    published = {row["claim"]: row for row in panel_rows("replicats-published.csv")}
    first, second = items(study, 1), items(study, 2)

    assert len(second) == 25 and {item["statistics"]["n"] for item in second.values()} == {25}
    for claim, item in second.items():
        assert item["statistics"]["mean"] / 100 == pytest.approx(float(published[claim]["mean"]), abs=1e-15)
        assert item["statistics"]["median"] / 100 == float(published[claim]["median"])
    changed = [1 - item["stability"]["unchanged"] for item in second.values()]
    assert sum(changed) / 25 == pytest.approx(0.60, abs=0.005)
    assert sum(item["statistics"]["sd"] for item in first.values()) / 25 == pytest.approx(16.9, abs=0.05)
    assert dashboard(study).round.number == 2
    assert statistics_table(study).count("\n") == 51


def test_all_67_medians_of_the_audit_filters_are_exact():
    """Scores are not linked to persons, so every round has labels of its own."""
    results = panel_rows("audit-filters.csv")
    lines = [
        f"{row['round']},{row['round']}-{row['item'].rpartition('/')[2]}-{place},{row['item']},{score}"
        for row in results
        for place, score in enumerate(row["scores"].split())
    ]
    study = imported(prepared("\n".join(["round,expert,item,value", *lines]), low=1, high=10))
    by_round = {number: items(study, number) for number in range(1, 5)}

    found = [by_round[int(row["round"])][row["item"]]["statistics"] for row in results]

    assert [item["median"] for item in found] == [float(row["median"]) for row in results]
    assert (len(found), sum(item["n"] for item in found)) == (67, 789)


@pytest.mark.parametrize(("low", "warned"), [(1, False), (0, True)])
def test_variation_on_a_scale_from_elsewhere_and_few_answers_carry_a_warning(client, low, warned):
    make_study()
    study = imported(prepared(WIDE, low=low, high=5))
    with translation.override("en"):
        note = next(table.note for table in panel_report(study).tables if table.code == "central-2")
    sign_in(client, "coco")
    address = reverse("results", args=[study.slug])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()

    for text in (note, page):
        assert ("The scale starts at 0 and not at 1" in text) == warned
        assert "3 of 3 items have fewer than 8 valid answers" in text
    assert "少于 8 个" in client.get(address, headers={"accept-language": "zh-hans"}).content.decode()


def test_eight_answers_carry_no_warning():
    lines = [f"1,e{i},{code},{1 + i % 5}" for i in range(8) for code in "AB"]
    study = imported(prepared("\n".join(["round,expert,item,value", *lines]), low=1, high=5))
    assert dashboard(study).cautions == []
