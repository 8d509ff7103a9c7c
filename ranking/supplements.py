"""Tables beside the list, such as clusters with their host units: uploaded or typed, checked cell by cell."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ranking.key_figures import CodeTaken
from ranking.models import Supplement
from ranking.prose import clean_prose
from ranking.studio import LARGEST, locked, note_edit, refuse_stale, stamp_of, study_units
from survey.cells import InvalidSheet, Problem, cell_address, read_figure
from survey.models import Study
from survey.refusal import InvalidInput

TEXT, NUMBER, UNITS = "text", "number", "units"
KINDS = (
    (TEXT, gettext_lazy("text")),
    (NUMBER, gettext_lazy("number")),
    (UNITS, gettext_lazy("units of the list")),
)
MOST_COLUMNS, MOST_ROWS, MOST_TABLES, LONGEST_CELL = 20, 2_000, 12, 500
PARTS = re.compile(r"[;；、,，]")


class TableTooLarge(InvalidInput):
    """No reader gets through such a table."""

    code = "table_too_large"
    message = gettext_lazy("A table takes %(rows)d rows and %(columns)d columns at the most.")


class NoTable(InvalidInput):
    """There is no header, or no row under it."""

    code = "no_table"
    message = gettext_lazy(
        "The table needs a first row with the names of the columns, and at least one row under it."
    )


class TooManyTables(InvalidInput):
    """Nobody reads that many."""

    code = "too_many_tables"
    message = gettext_lazy("An edition takes %(most)d tables; drop one first.")


def table_at(study: Study, code: str) -> Supplement | None:
    """What is stored under the short name."""
    return Supplement.objects.filter(study=study, code=code).first()


def columns_of(header: list[str], rows: list[list[str]], *, study: Study) -> list[dict]:
    """Columns as an uploaded table suggests them: ``名称 / Name`` gives both names, and the cells tell the kind."""
    names = [[part.strip() for part in clean_prose(cell).split("/", 1)] for cell in header]
    places, columns = _places(study), []
    for place, parts in enumerate(names):
        cells = [row[place].strip() for row in rows if row[place].strip()]
        english = parts[1] if len(parts) > 1 else ""
        code = slugify(english or parts[0])[:40] or f"column-{place + 1}"
        taken = {column["code"] for column in columns}
        columns.append(
            {
                "code": code if code not in taken else f"{code}-{place + 1}",
                "name": parts[0][:200],
                "name_en": english[:200],
                "kind": _kind(cells, places),
            }
        )
    return columns


def _line(words: str) -> str:
    """A heading on one line, without invisible characters."""
    return " ".join(clean_prose(words).split())


def _kind(cells: list[str], places: dict[str, list[str]]) -> str:
    if not cells:
        return TEXT
    if all(places.get(part) for cell in cells for part in _parts(cell)):
        return UNITS
    return TEXT if any(read_figure(cell)[1] for cell in cells) else NUMBER


def _places(study: Study) -> dict[str, list[str]]:
    """The codes that a code or a name may mean."""
    places: dict[str, set[str]] = {}
    for unit in study_units(study):
        for name in {unit.code, unit.name, unit.name_en} - {""}:
            places.setdefault(name, set()).add(unit.code)
    return {name: sorted(codes) for name, codes in places.items()}


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in PARTS.split(cell) if part.strip()]


def split_table(table: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Header and filled rows of an uploaded table; raises `NoTable` and `TableTooLarge`."""
    rows = [row for row in table if any(cell.strip() for cell in row)]
    if len(rows) < 2 or not any(cell.strip() for cell in rows[0]):
        raise NoTable
    width = max(place + 1 for place, cell in enumerate(rows[0]) if cell.strip())
    if width > MOST_COLUMNS or len(rows) - 1 > MOST_ROWS:
        raise TableTooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS)
    return [cell.strip() for cell in rows[0][:width]], [row[:width] for row in rows[1:]]


def read_cells(columns: list[dict], rows: list[list[str]], *, study: Study, first_row: int = 2) -> list[list]:
    """The cells by the kinds of their columns; raises `InvalidSheet` with every fault, each with its address."""
    problems: list[Problem] = []
    places, found = _places(study), []
    for number, row in enumerate(rows, start=first_row):
        cells = []
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            value, fault = _cell(column["kind"], cell, places)
            if fault:
                problems.append(Problem(cell_address(place, number), cell[:40], f"“{cell[:40]}” – {fault}"))
            cells.append(value)
        found.append(cells)
    if problems:
        raise InvalidSheet(problems)
    return found


def _cell(kind: str, cell: str, places: dict[str, list[str]]) -> tuple[str | float | None, str]:
    """One cell as it is kept, and what is wrong with it."""
    words = clean_prose(cell)
    if kind == NUMBER:
        value, fault = read_figure(words)
        return value, fault or (_("the number is too large.") if value and abs(value) >= LARGEST else "")
    if kind == UNITS:
        return _units(words, places)
    return words, _("longer than %d characters.") % LONGEST_CELL if len(words) > LONGEST_CELL else ""


def _units(words: str, places: dict[str, list[str]]) -> tuple[str, str]:
    codes = []
    for part in _parts(words):
        meant = places.get(part, [])
        if not meant:
            return "", _("%s is no unit of this study's data; write its code or its name.") % part[:40]
        if len(meant) > 1:
            facts = {"name": part[:40], "codes": ", ".join(meant)}
            return "", _("%(name)s may be %(codes)s: write the code.") % facts
        codes += meant
    return ";".join(dict.fromkeys(codes)), ""


@transaction.atomic
def save_table(
    study: Study,
    code: str,
    *,
    fields: dict,
    columns: list[dict],
    rows: list[list[str]],
    stamp: str,
    by: str,
    at: datetime,
) -> Supplement:
    """Keep a table; an empty ``code`` adds one. Rows are cells as typed; ``fields`` its code, titles, notes, sources.

    Raises `SavedMeanwhile`, `InvalidSheet`, `TableTooLarge`, `NoTable`, `CodeTaken`, `TooManyTables`.
    """
    study = locked(study)
    kept = table_at(study, code) if code else None
    refuse_stale(kept, stamp, study=study, part=f"table:{code or fields['code']}")
    if not columns or not rows:
        raise NoTable
    if len(columns) > MOST_COLUMNS or len(rows) > MOST_ROWS:
        raise TableTooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS)
    columns = [column | {name: _line(column[name]) for name in ("name", "name_en")} for column in columns]
    cells = read_cells(columns, rows, study=study)
    others = Supplement.objects.filter(study=study).exclude(pk=kept.pk if kept else None)
    if others.filter(code=fields["code"]).exists():
        raise CodeTaken(code=fields["code"])
    if kept is None:
        if others.count() >= MOST_TABLES:
            raise TooManyTables(most=MOST_TABLES)
        last = others.aggregate(Max("position"))["position__max"] or 0
        kept = Supplement(study=study, position=last + 1)
    for name, value in fields.items():
        setattr(kept, name, value)
    kept.columns, kept.rows = columns, cells
    kept.save()
    note_edit(study, f"table:{kept.code}", by=by, at=at, stamp=stamp_of(kept))
    return kept


@transaction.atomic
def remove_table(study: Study, code: str, *, stamp: str, by: str, at: datetime) -> None:
    """Take a table away; raises `SavedMeanwhile` where it is not what the page showed."""
    study = locked(study)
    kept = table_at(study, code)
    refuse_stale(kept, stamp, study=study, part=f"table:{code}")
    if kept:
        kept.delete()
        note_edit(study, f"table:{code}", by=by, at=at, stamp="")
