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
from survey.indicators import change_tree
from survey.models import Study
from survey.report.checklists import checklists
from survey.report.files import word_document, workbook
from survey.report.table import written
from survey.report.tables import NothingToReport, panel_report
from survey.result_pages import statistics_table
from survey.results import round_statistics
from survey.rounds import adopt_round
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
        rows = table(panel_report(study), "drop-outs-2").rows
    assert rows and all(row[1] == 2 and row[3] == 2 and row[5] == 1 for row in rows)


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
    assert rows[0][6:10] == (None, "", None, None)
    assert rows[1][6] == pytest.approx(abs(means[1] - means[0]), abs=1e-9)
    odds = [math.log(mean / (100 - mean)) for mean in means]
    assert rows[1][8] == pytest.approx(abs(odds[1] - odds[0]) / math.sqrt(2), abs=1e-9)


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
    assert rows["Research"] == (2, "Research", 12, 5, 0, 4, 1, 0.8, "yes")
    assert rows["All items"] == (2, "All items", 72, 10, 0, 8, 2, 0.8, "yes")
    assert found.rows[0][1] == "All items" and {row[0] for row in found.rows} == {2}


def test_tables_are_the_stored_statistics(study):
    with translation.override("en"):
        report = panel_report(study)
    second = round_statistics(study.rounds.get(number=2))
    flow = table(report, "flow").rows
    assert [row[3:6] for row in flow] == [(3, 3, 1.0), (3, 2, pytest.approx(2 / 3))]
    assert flow[1][6:] == (0, 2, pytest.approx(2 / 3), 2)
    items = {code: item for group in second["groups"] for code, item in group["items"].items()}
    rows = {row[1]: row for row in table(report, "central-2").rows}
    assert len(rows) == len(items) == 6
    assert rows["Research"][2:6] == tuple(
        items["a1"]["statistics"][name] for name in ("n", "mean", "sd", "variation")
    )
    assert rows["Research"][3] == 57.5
    w = [row for row in table(report, "coordination").rows if row[0] == 2]
    assert w[0][3] == second["leaves"]["w"] and w[0][4] == second["leaves"]["chi2"]
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
