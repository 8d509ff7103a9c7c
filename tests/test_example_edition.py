"""The example's edition says only what its rows say: texts filled from the list, sums that add up, hosts that exist."""

import csv
import re

import pytest
from django.utils import timezone, translation

from benchmarks.bench_run import prepared_weights
from config.example import MATRIX, load_groupings
from config.example_edition import NATIONAL_VALUE_ADDED, write_edition
from ranking.checklist import obstacles
from ranking.editions import edition_to_propose
from ranking.exhibits.key_figures import value_of
from ranking.exhibits.supplements import supplement, supplement_choices
from ranking.models import EditionText, KeyFigure, Supplement
from ranking.runs import compute_run, request_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    weight_set, now = prepared_weights(), timezone.now()
    run = compute_run(request_run(weight_set, by="stefan", at=now), at=now)
    load_groupings(run.study.series, at=now)
    write_edition(run, by="stefan", at=now)
    write_edition(run, by="stefan", at=now)  # once is enough
    return edition_to_propose(run)


def test_example_has_texts_figures_and_clusters_that_follow_from_its_rows(edition):
    texts = edition.document["texts"]
    cases = {slot for slot in texts if slot.startswith("case:")}
    assert {"headline", "features", "advice", "comparability"} <= texts.keys() and len(cases) >= 3
    for said in texts.values():
        assert said["text"] and said["text_en"]
        assert not re.search(r"[{}]", said["text"] + said["text_en"])
    rows = {row["code"]: row for row in csv.DictReader(MATRIX.open(encoding="utf-8"))}
    listed = [entry.code for entry in edition.entries]
    total = sum(float(rows[code]["sec_value_added"]) for code in listed)
    figures = {figure["code"]: figure for figure in edition.document["key_figures"]}
    assert figures["value-added"]["numerator"] == pytest.approx(total)
    assert value_of(figures["value-added"]) == pytest.approx(100 * total / NATIONAL_VALUE_ADDED)
    assert f"{value_of(figures['value-added']):.1f}%" in texts["headline"]["text"]
    assert all(0 < value_of(figure) <= 100 and figure["source_en"] for figure in figures.values())
    (table,) = edition.document["supplements"]
    assert [column["kind"] for column in table["columns"]] == [
        "number",
        *["text"] * 6,
        "units",
    ]
    assert len(table["rows"]) == 25 and table["rows"][12][7] == "440100;440600;441300"
    assert [row[0] for row in table["rows"] if not row[7]] == [3, 15]
    for language, word in (("zh-hans", "新材料"), ("en", "New materials")):
        with translation.override(language):
            shown, (choice,) = supplement(edition, sort="新材料"), supplement_choices(edition)
        assert [column.code for column in shown.table.columns] == [
            *("no", "cluster", "direction", "promoting-body", "host-cities", "in_list"),
        ]
        assert set(shown.table.values("direction")) == {word} and len(shown.table.rows) == 2
        assert ("新材料", word) in choice.options
    assert EditionText.objects.count() == len(texts) and KeyFigure.objects.count() == 4
    assert Supplement.objects.count() == 1


def test_nothing_is_missing_but_what_needs_other_years(edition):
    with translation.override("en"):
        left = {item.code for item in obstacles(edition, by=None) if not item.code.startswith("exhibit:")}
    assert left <= {"no_approver"}, left
