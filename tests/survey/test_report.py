"""The panel's report: its tables are the stored statistics, in both files and on the page."""

import csv
import html
import io
import json
import math
from statistics import variance

import numpy as np
import pytest
from django.utils import timezone, translation
from docx import Document
from python_calamine import CalamineWorkbook
from scipy.stats import gmean, trim_mean

from survey.credentials import issue_code
from survey.feedback import release_feedback
from survey.imported_answers import prepare_panel
from survey.imported_panels import import_panel
from survey.indicators import change_tree
from survey.models import Indicator, Response, Round, RoundStatistics, Study
from survey.panel_table import read_panel_table
from survey.report.checklists import checklists
from survey.report.csv_tables import groups_table, statistics_table
from survey.report.files import word_document, workbook
from survey.report.table import written
from survey.report.tables import NothingToReport, panel_report
from survey.results import round_statistics
from survey.round_document import read_record, round_document
from survey.rounds import adopt_round
from survey.sealing import canonical_bytes, sha256_hex
from tests.cast import POINTS, PROTOCOL, answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
SECOND = {
    "Ana": {"A": 55, "B": 45, "a1": 60, "a2": 40, "b1": 50, "b2": 50},
    "Bo": {"A": 50, "B": 50, "a1": 55, "a2": 45, "b1": 45, "b2": 55},
}


@pytest.fixture
def study():
    study = make_study()
    Study.objects.filter(pk=study.pk).update(is_rehearsal=True)  # a small panel whose figures may be shown
    study.refresh_from_db()
    codes = make_panel(study)
    for points in (POINTS, SECOND):
        round = open_next(study)
        for name, mine in points.items():
            answer(round, codes[name], mine)
        round = close(round)
        release_feedback(round, by="coco", at=timezone.now())
    study.refresh_from_db()
    return study


def table(report, code):
    return next(each for each in report.tables if each.code == code)


def test_every_rule_of_the_protocol_is_printed(study):
    with translation.override("en"):
        rules = dict(table(panel_report(study), "rules").rows)
    assert rules["survey.rounds"] == str(study.rules["rounds"])
    assert rules["survey.stability.scheibe_percent"] == "15"
    assert json.loads(rules["ranking.tiers.cuts"]) == study.protocol["ranking"]["tiers"]["cuts"]


def test_drop_outs_stand_beside_everybody(study):
    with translation.override("en"):
        report = panel_report(study)
    rows = table(report, "drop-outs-2").rows
    assert rows and all(row[1] == 2 and row[3] == 2 and row[5] == 1 for row in rows)
    assert [each.code for each in report.tables if each.code.startswith("drop-outs")] == ["drop-outs-2"]


def test_drop_outs_of_every_round_that_lost_somebody():
    """Four rounds: all come back in the second, one is missing in the third and again in the fourth."""
    study = make_study(protocol={**PROTOCOL, "survey": {"rounds": 4}})
    Study.objects.filter(pk=study.pk).update(is_rehearsal=True)
    study.refresh_from_db()
    codes = make_panel(study)
    for names in (POINTS, POINTS, SECOND, SECOND):
        round = open_next(study)
        for name in names:
            answer(round, codes[name], POINTS[name])
        release_feedback(close(round), by="coco", at=timezone.now())
    with translation.override("en"):
        report = panel_report(study)
    found = [each.code for each in report.tables if each.code.startswith("drop-outs")]
    assert found == ["drop-outs-3", "drop-outs-4"]
    assert {row[5] for row in table(report, "drop-outs-4").rows} == {1}


def test_items_stand_in_the_order_of_the_framework(study):
    """The statistics are stored by code; the questionnaire asks in the order of the framework."""
    indicators = list(Indicator.ever.filter(study=study))
    Indicator.ever.filter(pk=indicators[0].pk).update(position=1000)  # the first moves to the end
    with translation.override("en"):
        rows = table(panel_report(study), "central-1").rows
    first = [row[1] for row in rows if row[0] == "First-level indicators"]
    assert first == ["Green", "Innovation"]


def test_spread_and_moves_of_a_groups_weights_by_a_second_way(study):
    """Variance of ln(a1 / a2) halved, and the move of the mean share, worked out from the answers themselves."""
    with translation.override("en"):
        rows = [row for row in table(panel_report(study), "spread").rows if row[1] == "Innovation"]
    ratios = [
        [math.log(points["a1"] / points["a2"]) for points in panel.values()] for panel in (POINTS, SECOND)
    ]
    means = [sum(points["a1"] for points in panel.values()) / len(panel) for panel in (POINTS, SECOND)]

    assert [row[2] for row in rows] == [3, 2]
    assert [row[3] for row in rows] == pytest.approx([variance(each) / 2 for each in ratios], abs=1e-9)
    assert rows[0][7:12] == (None, "", None, None, None)
    assert rows[1][7] == pytest.approx(abs(means[1] - means[0]), abs=1e-9)
    odds = [math.log(mean / (100 - mean)) for mean in means]
    assert rows[1][9] == pytest.approx(abs(odds[1] - odds[0]) / math.sqrt(2), abs=1e-9)
    centres = [np.mean(each) for each in ratios]
    assert rows[1][10] == pytest.approx(abs(centres[1] - centres[0]) / math.sqrt(2), abs=1e-9)


def test_the_lowest_level_has_a_spread_and_a_move_of_its_own(study):
    """Weights of all leaves: group share times indicator share; spread and move of them by NumPy and in the table."""
    with translation.override("en"):
        row = [row for row in table(panel_report(study), "spread").rows if row[1].startswith("All items")][1]
    paths = [("A", "a1"), ("A", "a2"), ("B", "b1"), ("B", "b2")]
    rounds = [
        np.array([[p[up] * p[leaf] / 1e4 for up, leaf in paths] for p in panel.values()])
        for panel in (POINTS, SECOND)
    ]
    logs = np.log(rounds[1]) - np.log(rounds[1]).mean(axis=1, keepdims=True)
    far = np.linalg.norm(logs - logs.mean(axis=0), axis=1)
    pooled = [  # groups are pooled first and multiplied then
        np.array(
            [np.mean([p[up] for p in panel.values()]) * np.mean([p[leaf] for p in panel.values()]) / 1e4]
        )
        for panel in (POINTS, SECOND)
        for up, leaf in paths
    ]
    moves = 100 * np.abs(np.ravel(pooled[4:]) - np.ravel(pooled[:4]))

    assert row[2:4] == (2, pytest.approx((far**2).sum(), abs=1e-9))
    assert row[7] == pytest.approx(moves.max(), abs=1e-9)
    centres = [(np.log(each) - np.log(each).mean(axis=1, keepdims=True)).mean(axis=0) for each in rounds]
    assert row[10] == pytest.approx(np.linalg.norm(centres[1] - centres[0]), abs=1e-9)


def test_conformity_stands_in_the_report_item_by_item():
    """Twelve experts, 50 fed back: four move toward it without a word, one away, seven stay."""
    study = make_study()
    names = [f"Expert {number:02d}" for number in range(12)]
    codes = make_panel(study, names)
    first = [30, 35, 40, 45, 50, 50, 50, 50, 55, 60, 65, 70]
    second = [40, 45, 45, 50, 50, 50, 50, 50, 55, 60, 65, 80]
    for given in (first, second):
        round = open_next(study)
        for name, a1 in zip(names, given, strict=True):
            answer(round, codes[name], {"A": 50, "B": 50, "a1": a1, "a2": 100 - a1, "b1": 50, "b2": 50})
        round = close(round)
        release_feedback(round, by="coco", at=timezone.now())
    adopt_round(round, by="coco", at=timezone.now())
    study.refresh_from_db()
    with translation.override("en"):
        found = table(panel_report(study), "conformity")

    rows = {row[1]: row for row in found.rows}
    assert rows["Research"] == (2, "Research", 12, 5, 0, 4, 1, 0.8, "Yes")
    assert rows["All items"] == (2, "All items", 72, 10, 0, 8, 2, 0.8, "Yes")
    assert found.rows[0][1] == "All items" and {row[0] for row in found.rows} == {2}


def test_tables_are_the_stored_statistics(study):
    with translation.override("en"):
        report = panel_report(study)
    second = round_statistics(study.rounds.get(number=2))
    flow = table(report, "flow").rows
    assert [row[3:6] for row in flow] == [(3, 3, 1.0), (3, 2, pytest.approx(2 / 3))]
    assert flow[1][6:] == ("good response", pytest.approx(2 / 3), 0, 2, pytest.approx(2 / 3), 2)
    items = {code: item for group in second["groups"] for code, item in group["items"].items()}
    rows = {row[1]: row for row in table(report, "central-2").rows}
    assert len(rows) == len(items) == 6
    assert rows["Research"][2:6] == tuple(
        items["a1"]["statistics"][name] for name in ("n", "mean", "sd", "variation")
    )
    assert rows["Research"][3] == 57.5
    w = [row for row in table(report, "coordination").rows if row[0] == 2]
    assert w[0][3] == second["leaves"]["w"] and w[0][5] == second["leaves"]["chi2"]
    assert {row[0] for row in table(report, "stability-2").rows} == set(rows)
    assert dict(report.facts)["Rules, SHA-256"] == study.protocol_sha256


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_both_files_hold_what_the_page_holds(study, client, language):
    with translation.override(language):
        report = panel_report(study)
        word, sheets = Document(io.BytesIO(word_document(report))), workbook(report)
        lists = checklists(study)
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheets))
    assert len(word.tables) == 1 + len(report.tables) + len(lists)
    for each, shown in zip(report.tables, word.tables[1:], strict=False):
        cells = [[cell.text for cell in row.cells] for row in shown.rows]
        kinds = [kind for _label, kind in each.columns]
        expected = [
            [written(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in each.rows
        ]
        assert cells[0] == [label for label, _kind in each.columns] and cells[1:] == expected
        lines = book.get_sheet_by_name(each.code).to_python()[4:]
        for line, row in zip(lines, each.rows, strict=True):
            for found, value in zip(line, row, strict=True):
                assert found == (
                    "" if value is None else pytest.approx(value) if isinstance(value, float) else value
                )
    sign_in(client, "coco")
    page = client.get(
        f"/studies/{study.slug}/report/", headers={"accept-language": language}
    ).content.decode()
    assert all(each.title in html.unescape(page) for each in report.tables)
    for kind in ("docx", "xlsx"):
        got = client.get(f"/studies/{study.slug}/report.{kind}", headers={"accept-language": language})
        assert got.status_code == 200 and got.content[:2] == b"PK"


def test_equal_reports_are_equal_workbooks(study):
    assert workbook(panel_report(study)) == workbook(panel_report(study))


def test_checklists_are_complete_and_mark_what_a_person_must_write(study):
    lists = checklists(study)
    assert [len(lists[name]) for name in ("ACCORD", "CREDES")] == [35, 16]
    answers = {entry.code: entry.answer for entry in lists["ACCORD"]}
    assert study.protocol_sha256 in answers["M1"] and answers["O3"] == "" and "2" in answers["R3"]


def test_nothing_is_reported_before_it_may_be_shown(client):
    study = make_study()
    with pytest.raises(NothingToReport):
        panel_report(study)
    sign_in(client, "coco")
    assert client.get(f"/studies/{study.slug}/report/").status_code == 200
    assert client.get(f"/studies/{study.slug}/report.docx").status_code == 409


@pytest.mark.parametrize(
    ("rule", "heads", "pooled", "beside"),
    [
        ("median", ("Closed median", "Arithmetic mean"), np.median, np.mean),
        ("trimmed", ("Closed trimmed mean", "Arithmetic mean"), lambda x: trim_mean(x, 0.1), np.mean),
        ("geometric", ("Closed geometric mean", "Arithmetic mean"), gmean, np.mean),
    ],
)
def test_weights_are_pooled_as_the_protocol_says_beside_the_other_way(client, rule, heads, pooled, beside):
    study = make_study(protocol=PROTOCOL | {"survey": {"aggregation": rule}})
    names = [f"Expert {number:02d}" for number in range(12)]
    codes, first = make_panel(study, names), [35, 41, 44, 47, 48, 52, 55, 58, 60, 63, 70, 90]
    round = open_next(study)
    for name, a1 in zip(names, first, strict=True):
        answer(round, codes[name], {"A": 50, "B": 50, "a1": a1, "a2": 100 - a1, "b1": 50, "b2": 50})
    round = close(round)
    release_feedback(round, by="coco", at=timezone.now())
    with pytest.raises(NothingToReport):
        panel_report(study)
    adopt_round(round, by="coco", at=timezone.now())
    study.refresh_from_db()
    with translation.override("en"):
        found = table(panel_report(study), "pools")

    a1 = np.array(first) / 100
    weight, other = (way(a1) / (way(a1) + way(1 - a1)) for way in (pooled, beside))
    row = next(row for row in found.rows if row[1] == "Research")
    assert [label for label, _kind in found.columns[2:4]] == [
        f"{head} of the experts' weights" for head in heads
    ]
    assert row[2:4] == (pytest.approx(weight, abs=1e-12), pytest.approx(other, abs=1e-12))
    apart = [row[4] for row in found.rows if row[0] == "Innovation" and row[4] is not None]
    assert apart == [pytest.approx(100 * abs(weight - other), abs=1e-9)]
    lines = list(csv.DictReader(io.StringIO(statistics_table(study))))
    line = next(line for line in lines if line["code"] == "a1")
    assert (line["pool_rule"], line["pool_other"]) == (rule, "arithmetic")
    assert float(line["weight_pooled"]) == pytest.approx(weight, abs=1e-12)


def test_w_over_other_items_is_not_compared(study):
    change_tree(
        study,
        "add",
        codes=[],
        table="a3,转化,Transfer",
        parent="A",
        reason="An expert missed it.",
        by="coco",
        at=timezone.now(),
    )
    round = open_next(study)
    codes = {expert.name: issue_code(expert) for expert in study.experts.order_by("name")}
    for name in POINTS:
        answer(round, codes[name], POINTS[name] | {"a1": 40, "a2": 30, "a3": 30})
    release_feedback(close(round), by="coco", at=timezone.now())
    with translation.override("en"):
        rows = table(panel_report(Study.objects.get(pk=study.pk)), "coordination").rows

    told = {(row[0], row[1]): row[-1] for row in rows}
    assert {told[1, label] for label in ("Innovation", "All items of the lowest level")} == {""}
    assert told[2, "Innovation"] == told[3, "First-level indicators"] == "same items"
    changed = "not comparable: the items changed"
    assert told[3, "Innovation"] == told[3, "All items of the lowest level"] == changed


def test_majorities_stand_on_the_page_and_in_every_export(client):
    """1-5, ten experts: A 6 for and 2 against, B 5 against 5, C 9 for: (6 + 0 + 9) / (8 + 10 + 9) is 55.6 %."""
    marks = {"A": [5] * 6 + [3] * 2 + [1] * 2, "B": [4] * 5 + [2] * 5, "C": [5] * 9 + [3]}
    lines = [f"1,e{i},{code},{x}" for code, given in marks.items() for i, x in enumerate(given)]
    rows = [line.split(",") for line in ["round,expert,item,value", *lines]]
    panel = prepare_panel(read_panel_table(rows), kind="scale", low=1, high=5)
    study = import_panel(
        make_study().series, panel, slug="x", name="x", year=2025, by="coco", at=timezone.now()
    )
    with translation.override("en"):
        report = panel_report(study)
        word = Document(io.BytesIO(word_document(report)))
        book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(report)))
    expected = (1, "First-level indicators", 27, 15, pytest.approx(100 * 15 / 27, abs=1e-9), "B")

    found = table(report, "apmo")
    assert found.rows[0] == expected and "middle of the scale is no opinion" in found.note
    assert tuple(book.get_sheet_by_name("apmo").to_python()[4]) == expected
    assert any(
        [cell.text for cell in shown.rows[1].cells][2:5] == ["27", "15", "55.556"] for shown in word.tables
    )
    agreed = {row[1]: row[2:7] for row in table(report, "consensus-1").rows}
    assert agreed["B"] == (0.5, "No", 5, 5, "Yes") and agreed["C"][2:] == (9, 0, "No")
    line = next(line for line in csv.DictReader(io.StringIO(statistics_table(study))) if line["code"] == "B")
    assert [line[f"apmo_{name}"] for name in ("agree", "disagree", "below")] == ["5", "5", "True"]
    groups = list(csv.DictReader(io.StringIO(groups_table(study))))
    assert [row["group"] for row in groups] == ["", "top"] and float(groups[0]["apmo_cut_off"]) == expected[4]
    sign_in(client, "coco")
    page = client.get("/studies/x/report/", headers={"accept-language": "en"}).content.decode()
    assert "55.556" in page and found.title in page
    assert client.get("/studies/x/results.json").json()["rounds"][0]["apmo"]["below"] == ["B"]
    assert client.get("/studies/x/results-groups.csv").content.decode("utf-8-sig") == groups_table(study)


def test_pools_by_authority_are_withheld_where_they_would_tell_a_few():
    """Twenty experts, some without a Cr: 1 to 9 on either side would let their answers be worked out from the pool."""
    rules = {"aggregation": "authority_arithmetic", "self_assessment": {"scope": "study", "required": True}}
    study = make_study(protocol=PROTOCOL | {"survey": rules})
    names = [f"Expert {number:02d}" for number in range(20)]
    codes, round = make_panel(study, names), open_next(study)
    given = np.arange(30, 70, 2)
    for place, name in enumerate(names):
        words = {f"self:*:{basis}": "large" for basis in ("practice", "theory", "literature", "intuition")}
        points = {
            "A": 50,
            "B": 50,
            "a1": int(given[place]),
            "a2": 100 - int(given[place]),
            "b1": 50,
            "b2": 50,
        }
        answer(round, codes[name], points | words | {"self:*:familiarity": place % 4})
    round = close(round)
    release_feedback(round, by="coco", at=timezone.now())

    def pooled(known):
        for response in round.responses.all():
            silent = (response.values["a1"] - 30) // 2 >= known
            values = {code: x for code, x in response.values.items() if not silent or "self:" not in code}
            Response.objects.filter(pk=response.pk).update(values=values)
        groups = round_document(read_record(Round.objects.get(pk=round.pk)))["groups"]
        return next(group for group in groups if group["code"] == "A")["pools"]["protocol"]

    for known, shown in ((20, True), (19, False), (11, False), (10, True), (9, False), (3, False)):
        found, cr = pooled(known), 1 - 0.1 * (np.arange(known) % 4)
        if shown:
            weight = (given[:known] * cr).sum() / cr.sum() / 100
            assert found["weights"]["a1"] == pytest.approx(weight, abs=1e-12)
            logs = [(np.log(points) * cr).sum() / cr.sum() for points in (given[:known], 100 - given[:known])]
            assert found["others"]["a1"] == pytest.approx(1 / (1 + np.exp(logs[1] - logs[0])), abs=1e-12)
        else:
            assert {name for name, value in found.items() if value is not None} == {"rule", "refused"}
            assert found["refused"] == "suppressed"

    adopt_round(round, by="coco", at=timezone.now())
    study.refresh_from_db()
    with translation.override("en"):
        found = table(panel_report(study), "pools")
    assert all(len(row) == 2 for row in found.rows) and "withheld: so few experts" in found.note
    for line in csv.DictReader(io.StringIO(statistics_table(study))):
        hidden = ("weight_pooled", "weight_other", "pools_largest_difference", "authority_mean")
        assert [line[name] for name in hidden] == [""] * 4 and line["pools_missing"] == "suppressed"


def test_statistics_older_than_a_figure_say_so_in_words(study, client):
    """What rounds frozen by an earlier version never had: no empty column, and the reason in a sentence."""
    for stored in RoundStatistics.objects.filter(round__study=study):
        document = stored.document()
        for name in ("apmo", "lowest"):
            del document[name]
        for group in document["groups"]:
            del group["pools"], group["apmo"]
            for item in group["items"].values():
                del item["relative_iqr"], item["authority_mean"]
                (item["stability"] or {}).pop("pratt_p", None)
        content = canonical_bytes(document)
        RoundStatistics.objects.filter(pk=stored.pk).update(content=content, sha256=sha256_hex(content))
    with translation.override("en"):
        report = panel_report(study)
        pools, stability = table(report, "pools"), table(report, "stability-2")
        word_document(report), workbook(report)

    assert [label for label, _kind in pools.columns][2:] == ["Arithmetic mean of the experts' weights"]
    assert "frozen before both ways to pool were kept" in pools.note and "Left out" in pools.note
    assert "p, Pratt" in stability.note and "p, Pratt" not in dict(stability.columns)
    assert {line["pools_missing"] for line in csv.DictReader(io.StringIO(statistics_table(study)))} == {
        "not_kept"
    }
    sign_in(client, "coco")
    page = client.get(f"/studies/{study.slug}/results/", headers={"accept-language": "en"}).content.decode()
    assert "A dash there: these statistics were frozen before both ways to pool were kept." in page
    assert "Pooled: arithmetic mean against geometric mean" in page
