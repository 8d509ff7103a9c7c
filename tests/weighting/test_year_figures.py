"""The check of a year against the one before, on the real figures: it must find the two known errors of the source."""

import csv

import numpy as np
import pytest
from django.utils import timezone

from config.example import FOLDER, MATRIX, YEARS, YEARS_FOLDER, load_example, load_years
from weighting.core.year_on_year import year_on_year
from weighting.datasets import import_dataset
from weighting.year_figures import (
    common_codes,
    dataset_table,
    import_year,
    jumps_between,
    newest_years,
    table_before,
    year_table,
)

AS_THE_SOURCE_HAS_IT = {  # 2022, before it was marked missing
    "150600": {"tertiary_share": "40", "sec_value_added": "11240", "sec_va_density": "0.1294"},
    "340400": {"tertiary_share": "20.62", "sec_value_added": "210.1", "sec_va_density": "0.03798"},
}


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@pytest.mark.django_db
def test_the_two_known_errors_of_the_source_are_found():
    study = load_example(at=timezone.now())
    load_years(study, by="stefan", at=timezone.now())
    rows = rows_of(YEARS_FOLDER / "2022.csv")
    for code, cells in AS_THE_SOURCE_HAS_IT.items():
        rows[code] |= cells
    lines = [",".join(list(rows["150600"])[:7])]
    lines += [",".join(list(row.values())[:7]) for row in rows.values()]
    raw = import_year(
        study, 2022, "\n".join(lines).encode(), file_name="raw.csv", by="stefan", at=timezone.now()
    )
    found = jumps_between(study, year_table(raw), table_before(study, 2022))
    by_column = {
        column: [jump.unit.name for jump in found if jump.indicator.code == column]
        for column in ("sec_value_added", "sec_va_density")
    }
    assert by_column == {name: ["鄂尔多斯", "淮南"] for name in by_column}
    assert {jump.unit.name for jump in found if jump.indicator.code == "tertiary_share"} == {
        "鄂尔多斯",
        "淮南",
    }
    first = next(
        jump for jump in found if jump.unit.name == "淮南" and jump.indicator.code == "sec_value_added"
    )
    assert (first.before, first.now, first.year_before) == (594.9, 210.1, 2021)
    assert first.deviation < -9 and first.ratio == pytest.approx(0.353, abs=1e-3)


@pytest.mark.django_db
def test_marked_as_missing_they_raise_no_flag_and_carry_a_note():
    study = load_example(at=timezone.now())
    load_years(study, by="stefan", at=timezone.now())
    table = year_table(newest_years(study)[-1])
    noted = {row.code: row for row in table.rows if row.attributes["note"]}
    assert set(noted) == set(AS_THE_SOURCE_HAS_IT)
    assert all(row.attributes["note_en"] and row.values.count(None) == 3 for row in noted.values())
    flagged = {jump.unit.code for jump in jumps_between(study, table, table_before(study, 2022))}
    assert not flagged & set(noted)
    assert common_codes(newest_years(study), study) == [
        "tertiary_share",
        "year_end_loans",
        "sec_value_added",
        "sec_va_density",
        "co2_intensity",
    ]


def test_year_2021_is_that_of_the_example_itself():
    own, year = rows_of(FOLDER / "cities.csv"), rows_of(YEARS_FOLDER / "2021.csv")
    columns = list(year["110100"] if "110100" in year else next(iter(year.values())))[2:7]
    assert {code: [row[name] for name in columns] for code, row in year.items()} == {
        code: [row[name] for name in columns] for code, row in own.items()
    }
    assert [rows_of(YEARS_FOLDER / f"{each}.csv").keys() for each in YEARS] == [own.keys()] * 5


@pytest.mark.django_db
def test_a_matrix_is_checked_against_the_newest_earlier_year():
    study = load_example(at=timezone.now())
    dataset = import_dataset(study, MATRIX.read_bytes(), file_name="c.csv", by="stefan", at=timezone.now())
    assert table_before(study, 2021) is None
    load_years(study, by="stefan", at=timezone.now())
    found = jumps_between(study, dataset_table(dataset), table_before(study, 2021))
    assert (found[0].unit.name, found[0].year_before) == ("儋州", 2020)


def test_ratios_that_have_no_logarithm_are_left_alone():
    before = np.full((30, 2), 2.0)
    now = before * np.linspace(1, 1.1, 30)[:, None]
    now[0], before[1], now[2] = 0, -1, np.nan
    found = year_on_year(now, before)
    assert np.isnan(found.deviation[:3]).all() and not found.flagged.any()


def test_growth_that_all_share_raises_no_flag():
    assert not year_on_year(np.full((20, 1), 5.0), np.ones((20, 1))).flagged.any()
    assert np.isnan(year_on_year(np.ones((5, 1)), np.ones((5, 1))).deviation).all()
