"""Figures of other years, and the check of every year against the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.models import Indicator, Study
from survey.refusal import InvalidInput
from survey.sealing import canonical_bytes, sha256_hex
from survey.uploads import read_rows
from weighting.core.year_on_year import year_on_year
from weighting.imports import Row, read_matrix
from weighting.models import Dataset, Unit, YearFigures
from weighting.trees import study_tree


class NoCommonIndicator(InvalidInput):
    """The table has no column of the study's tree."""

    code = "no_common_indicator"
    message = _("The table has no column with the code of an indicator of this study.")


class SameFigures(InvalidInput):
    """The newest version of the year holds exactly these figures."""

    code = "same_figures"
    message = _("Version %(version)d of %(year)d holds exactly these figures already.")


@dataclass(frozen=True)
class YearTable:
    """Figures of one year: codes of the columns, and the units."""

    year: int
    codes: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Jump:
    """One cell that moved against the year before as hardly any other in its column."""

    unit: Row
    indicator: Indicator
    year_before: int
    before: float
    now: float
    deviation: float

    @property
    def ratio(self) -> float:
        """The figure over that of the year before."""
        return self.now / self.before


def import_year(
    study: Study, year: int, content: bytes, *, file_name: str, by: str, at: datetime
) -> YearFigures:
    """Keep a table of another year's figures, on whichever of the study's indicators it has columns for.

    Nothing is changed where the table has faults; the same figures again are refused.
    """
    table = read_rows(content)
    header = {cell.strip() for cell in table[0]} if table else set()
    codes = [leaf.code for leaf in study_tree(study).leaves if leaf.code in header]
    if not codes:
        raise NoCommonIndicator
    matrix = read_matrix(table, codes=codes)
    rows = [vars(row) for row in sorted(matrix.rows, key=lambda row: row.code)]
    sha256 = sha256_hex(canonical_bytes({"year": year, "codes": codes, "units": rows}))
    with transaction.atomic():
        newest = newest_year(study, year)
        if newest and newest.sha256 == sha256:
            raise SameFigures(year=year, version=newest.version)
        of_year = YearFigures.objects.filter(study=study, year=year)
        figures = YearFigures.objects.create(
            study=study,
            year=year,
            version=1 + (of_year.aggregate(Max("version"))["version__max"] or 0),
            file_name=file_name[:200],
            file_sha256=sha256_hex(content),
            codes=codes,
            rows=rows,
            sha256=sha256,
            imported_by=by,
            imported_at=at,
        )
        record_event(
            actor=by,
            action="import_year_figures",
            subject=f"{study.slug} {year} v{figures.version}",
            at=at,
            detail={"units": len(rows), "indicators": codes, "sha256": sha256},
        )
    return figures


def newest_year(study: Study, year: int) -> YearFigures | None:
    """The version of a year's figures that counts."""
    return YearFigures.objects.filter(study=study, year=year).order_by("-version").first()


def newest_years(study: Study) -> list[YearFigures]:
    """The figures of every year in the version that counts, oldest year first."""
    newest: dict[int, YearFigures] = {}
    for figures in YearFigures.objects.filter(study=study).order_by("version"):
        newest[figures.year] = figures
    return [newest[year] for year in sorted(newest)]


def common_codes(years: Sequence[YearFigures], study: Study) -> list[str]:
    """The indicators that have a column in every one of these years, in the order of the tree."""
    shared = set.intersection(*(set(figures.codes) for figures in years)) if years else set()
    return [leaf.code for leaf in study_tree(study).leaves if leaf.code in shared]


def year_table(figures: YearFigures) -> YearTable:
    """The kept figures as rows."""
    rows = tuple(Row(**row | {"values": _floats(row["values"])}) for row in figures.rows)
    return YearTable(figures.year, tuple(figures.codes), rows)


def named_today(study: Study, table: YearTable) -> YearTable:
    """The table with the English names of the study's own units where it has none."""
    names = dict(Unit.objects.filter(dataset__study=study).order_by("pk").values_list("code", "name_en"))
    rows = (replace(row, name_en=row.name_en or names.get(row.code, "")) for row in table.rows)
    return replace(table, rows=tuple(rows))


def dataset_table(dataset: Dataset) -> YearTable:
    """A study's own matrix as rows."""
    rows = tuple(
        Row(unit.code, unit.name, unit.name_en, unit.attributes, _floats(unit.values))
        for unit in dataset.units.all()
    )
    return YearTable(dataset.study.year, tuple(dataset.codes), rows)


def _floats(values: list) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def table_before(study: Study, year: int) -> YearTable | None:
    """The newest figures before a year: those kept for the study, or the sealed matrix of the series' earlier study."""
    kept = [figures for figures in newest_years(study) if figures.year < year]
    sealed = Dataset.objects.sealed().filter(study__series=study.series, study__year__lt=year)
    dataset = sealed.filter(study__is_rehearsal=study.is_rehearsal).order_by("-study__year", "-pk").first()
    if dataset and (not kept or dataset.study.year > kept[-1].year):
        return dataset_table(dataset)
    return year_table(kept[-1]) if kept else None


def jumps_between(study: Study, now: YearTable, before: YearTable) -> list[Jump]:
    """The cells that jump, largest deviation first; units and columns that both years have."""
    codes = [code for code in now.codes if code in before.codes]
    earlier = {row.code: row for row in before.rows}
    units = [row for row in now.rows if row.code in earlier]
    figures = _matrix(now, units, codes), _matrix(before, [earlier[row.code] for row in units], codes)
    found, leaves = year_on_year(*figures), {leaf.code: leaf for leaf in study_tree(study).leaves}
    cells = sorted(np.argwhere(found.flagged).tolist(), key=lambda cell: -abs(found.deviation[*cell]))
    return [
        Jump(
            units[row],
            leaves[codes[column]],
            before.year,
            *(float(table[row, column]) for table in reversed(figures)),
            float(found.deviation[row, column]),
        )
        for row, column in cells
    ]


def _matrix(table: YearTable, rows: Sequence[Row], codes: list[str]) -> np.ndarray:
    columns = [table.codes.index(code) for code in codes]
    figures = [[row.values[column] for column in columns] for row in rows]
    return np.array(figures, dtype=float).reshape(len(rows), len(codes))
