"""The matrix as it is used: gaps, targets and outliers by the protocol, each change on record."""

import numpy as np
import pytest
from django.utils import timezone

from survey.protocol import InvalidProtocol, complete_protocol
from tests.cast import MATRIX, make_study
from weighting.core.preparation import prepare
from weighting.core.refusal import MatrixRefused
from weighting.datasets import import_dataset, seal_dataset
from weighting.notices import notice_words
from weighting.tables import read_table
from weighting.trees import study_tree
from weighting.weight_sets import plain

pytestmark = pytest.mark.django_db
GAPS = """code,name,region,a1,a2,b1,b2
v,戊,east,5,7,1,2
w,丁,west,4,,6,3
x,甲,east,,20,6,3
y,乙,west,2,0,4,
z,丙,east,3,10,2,6
"""


def table_of(matrix, **weighting):
    study = make_study(protocol={"weighting": {"k": 10, **weighting}})
    dataset = import_dataset(study, matrix.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    seal_dataset(dataset, by="stefan", at=timezone.now())
    return read_table(dataset, study_tree(study), study.protocol["weighting"])


def noticed(table):
    return [(notice.code, notice.column) for notice in table.notices]


def words_of(table):
    """The notices as the page tells them."""
    notices = [
        {"code": notice.code, "column": notice.column, "numbers": plain(notice.numbers)}
        for notice in table.notices
    ]
    return " ".join(str(row["text"]) for row in notice_words(notices, table.units[0].dataset.study))


def test_complete_matrix_is_used_as_it_is():
    table = table_of(MATRIX)
    assert table.matrix.tolist() == [[1, 20, 6, 3], [2, 0, 4, 0], [3, 10, 2, 6]]
    assert table.directions.tolist() == [1, -1, 1, 1]
    assert (table.left_out, table.notices) == ((), ())


def test_gaps_are_refused_by_column():
    with pytest.raises(MatrixRefused) as refusal:
        table_of(GAPS)
    assert (refusal.value.reason, sorted(refusal.value.columns)) == ("missing_values", ["a1", "a2", "b2"])
    assert refusal.value.numbers == {"units": 3}


def test_units_with_gaps_are_left_out_by_name():
    table = table_of(GAPS, missing="leave_out")
    assert [unit.code for unit in table.units] == ["v", "z"]
    assert table.left_out == ("w", "x", "y")


def test_gaps_take_the_median_of_the_group():
    table = table_of(GAPS, missing="group_median", missing_group="region")
    filled = {unit.code: row.tolist() for unit, row in zip(table.units, table.matrix, strict=True)}
    assert filled["x"][0] == 4  # of 5 and 3, the other towns in the east
    assert filled["w"][1] == 0  # the other town in the west
    assert filled["y"][3] == 3
    assert noticed(table) == [("filled_with_median", code) for code in ("a1", "a2", "b2")]
    assert "1" in words_of(table) and "filled_with" not in words_of(table)


def test_gaps_take_the_median_of_the_column_without_a_group():
    table = table_of(GAPS, missing="group_median")
    filled = {unit.code: row.tolist() for unit, row in zip(table.units, table.matrix, strict=True)}
    assert (filled["x"][0], filled["w"][1], filled["y"][3]) == (3.5, 8.5, 3)


def test_group_without_a_figure_is_refused():
    with pytest.raises(MatrixRefused) as refusal:
        table_of(
            GAPS.replace("y,乙,west,2,0", "y,乙,west,2,"), missing="group_median", missing_group="region"
        )
    assert (refusal.value.reason, refusal.value.columns) == ("no_figure_in_group", ("a2",))


def test_gaps_stay_where_their_weight_is_shared_out():
    table = table_of(GAPS, missing="reweight")
    assert np.argwhere(np.isnan(table.matrix)).tolist() == [[1, 1], [2, 0], [3, 3]]
    assert table.left_out == ()


@pytest.mark.parametrize("missing", ["reweight", "group_median"])
def test_unit_without_any_figure_is_left_out(missing):
    table = table_of(GAPS + "q,己,east,,,,\n", missing=missing)
    assert table.left_out == ("q",)
    assert len(table.units) == 5


def test_target_turns_a_column_into_closeness():
    table = table_of(MATRIX, targets={"a2": [8, 10]})
    assert table.matrix[:, 1] == pytest.approx([0, 0.2, 1])  # 10, 8 and 0 away
    assert table.directions.tolist() == [1, 1, 1, 1]
    assert noticed(table) == [("toward_interval", "a2")]
    assert "8" in words_of(table) and "10" in words_of(table)


def test_headings_have_no_figures_for_the_largest_deviation():
    assert complete_protocol({"weighting": {"level": "both", "combination": "product"}})
    with pytest.raises(InvalidProtocol) as refusal:
        complete_protocol({"weighting": {"level": "both", "combination": "max_deviation"}})
    assert "weighting.level (max_deviation)" in str(refusal.value)


def test_target_of_an_unknown_column_is_refused_before_the_study_begins():
    with pytest.raises(InvalidProtocol) as refusal:
        table_of(MATRIX, targets={"a9": [1, 2], "a1": [1, 2]})
    assert "weighting.targets" in str(refusal.value) and "a9" in str(refusal.value)


def test_preparation_refuses_a_target_of_an_unknown_column():
    with pytest.raises(MatrixRefused, match="unknown_column: a9"):
        prepare([[1.0], [2.0]], [1], ("a1",), targets={"a9": (1, 2)})


def skewed(a1):
    """Units of which all columns are even but for the first."""
    rows = [f"u{n:03},城{n},east,{value},{n + 1},{100 - n},{n % 7 + 1}" for n, value in enumerate(a1)]
    return "code,name,region,a1,a2,b1,b2\n" + "\n".join(rows) + "\n"


def test_outlier_is_pulled_in_and_told():
    matrix = skewed([*range(1, 30), 500])
    treated = table_of(matrix, outliers="logarithm")
    assert treated.matrix[:, 0].tolist() == [*range(1, 30), 29]
    assert noticed(treated) == [("outliers_winsorised", "a1")]
    assert "1" in words_of(treated) and "outliers_" not in words_of(treated)
    assert treated.matrix[:, 1].tolist() == list(range(1, 31))


def test_outlier_is_kept_where_the_protocol_keeps_it():
    table = table_of(skewed([*range(1, 30), 500]))
    assert table.matrix[:, 0].max() == 500
    assert table.notices == ()


@pytest.mark.parametrize(
    ("bend", "code"), [("logarithm", "outliers_logarithm"), ("box_cox", "outliers_box_cox")]
)
def test_column_that_stays_skewed_is_bent_and_told(bend, code):
    matrix = skewed([round(1.5**n, 6) for n in range(60)])
    table = table_of(matrix, outliers=bend)
    assert noticed(table) == [(code, "a1")]
    assert (np.diff(table.matrix[:, 0]) > 0).all()
    assert "outliers_" not in words_of(table)
