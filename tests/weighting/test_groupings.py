"""Region schemes: versions, faults by line, and what no group takes."""

import csv
import io

import pytest
from django.utils import timezone

from survey.cells import InvalidSheet
from survey.models import AuditEvent
from tests.cast import MATRIX, make_study
from weighting.datasets import import_dataset
from weighting.groupings import (
    NoGroups,
    SameGrouping,
    groups_csv,
    newest_grouping,
    newest_groupings,
    read_groups,
    save_grouping,
    unknown_values,
)

pytestmark = pytest.mark.django_db
TABLE = "group,name,name_en,value\nleft,左,Left,east\nright,右,Right,west\nright,右,Right,south\n"


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def save(series, text=TABLE, **said):
    said = {"code": "sides", "attribute": "region", "name": "左右", "name_en": "Sides"} | said
    return save_grouping(series, groups=read_groups(rows(text)), by="stefan", at=timezone.now(), **said)


def test_change_is_a_new_version_and_the_old_one_stays():
    series = make_study().series
    first = save(series)
    second = save(series, TABLE + "left,左,Left,north\n")
    assert (first.version, second.version) == (1, 2)
    first.refresh_from_db()
    assert first.groups[0]["values"] == ["east"] and second.groups[0]["values"] == ["east", "north"]
    assert newest_grouping(series, "sides") == second and newest_groupings(series) == [second]
    assert AuditEvent.objects.filter(action="save_grouping").count() == 2


def test_same_words_are_no_new_version():
    series = make_study().series
    save(series)
    with pytest.raises(SameGrouping):
        save(series)
    assert save(series, name_en="Both sides").version == 2


def test_table_goes_out_as_it_came_in():
    assert groups_csv(read_groups(rows(TABLE))) == TABLE


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("group,name\n", ["1"]),
        ("group,name,value\na,甲,\n,乙,x\n", ["2", "3"]),
        ("group,name,value\na,甲,x\nb,乙,x\n", ["3"]),
        ("group,name,value\na,甲,x\na,乙,y\n", ["3"]),
        (f"group,name,value\na,{'甲' * 201},x\n", ["2"]),
    ],
)
def test_every_fault_is_named_by_its_line(table, cells):
    with pytest.raises(InvalidSheet) as refused:
        read_groups(rows(table))
    assert [problem.cell for problem in refused.value.problems] == cells


def test_scheme_without_groups_is_refused():
    with pytest.raises(NoGroups):
        read_groups(rows("group,name,value\n\n"))


def test_values_that_no_group_takes_are_told():
    study = make_study()
    table = MATRIX.replace("x,甲城,Xton,east", "x,甲城,Xton,middle")
    dataset = import_dataset(study, table.encode(), file_name="t.csv", by="stefan", at=timezone.now())
    assert unknown_values(save(study.series), dataset) == ["middle"]
    by_code = save(study.series, "group,name,value\na,甲,x\na,甲,y\n", code="own", attribute="code")
    assert unknown_values(by_code, dataset) == ["z"]
    assert unknown_values(by_code, None) == []
