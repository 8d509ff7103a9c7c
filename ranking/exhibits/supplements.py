"""表5 and every other table that an editor adds, such as the winning clusters with their host cities."""

from functools import partial

from django.utils.translation import gettext as _

from ranking.charts import GRID, NAVY, axis, labelled, names, room_for_names
from ranking.editions import Edition
from ranking.exhibits.shapes import NUMBER, TEXT, Choice, Column, Exhibit, Shown, Table
from ranking.exhibits.words import in_sentence, lacking, said, several, source_note
from weighting.models import Unit

UNITS = "units"
CLUSTERS = "clusters"
ROW, NARROW_ROW = 28, 36  # pixels of a bar with its name
FEWEST_KINDS, MOST_KINDS = 2, 20
ENGLISH = "-en"  # a text column whose short name ends so has the English words of the column without it


def supplement_of(edition: Edition, code: str) -> dict | None:
    """The table by its code; for clusters, where none is called so, the first with host units."""
    tables = edition.document.get("supplements", [])
    named = next((table for table in tables if table["code"] == code), None)
    if named or code != CLUSTERS:
        return named
    return next((table for table in tables if _place(table, UNITS) is not None), None)


def other_supplements(edition: Edition) -> list[Exhibit]:
    """An exhibit for each table beside that of the clusters."""
    clusters = supplement_of(edition, CLUSTERS)
    return [
        Exhibit(
            f"table-{table['code']}",
            "",
            said(table, "title"),
            partial(supplement, code=table["code"]),
            partial(supplement_choices, code=table["code"]),
        )
        for table in edition.document.get("supplements", [])
        if table is not clusters
    ]


def _place(table: dict, kind: str) -> int | None:
    return next((place for place, column in enumerate(table["columns"]) if column["kind"] == kind), None)


def _kind_place(table: dict) -> int | None:
    """The text column that sorts the rows: the first whose values repeat."""
    for place, column in enumerate(table["columns"]):
        values = {row[place] for row in table["rows"]}
        is_sorting = FEWEST_KINDS <= len(values) <= MOST_KINDS and len(values) < len(table["rows"])
        if column["kind"] == TEXT and is_sorting:
            return place
    return None


def _english_place(table: dict, place: int) -> int | None:
    """The column with the English words of that column, if there is one."""
    column = table["columns"][place]
    wanted = (column["code"] + ENGLISH, TEXT, TEXT)
    kinds = ((other["code"], other["kind"], column["kind"]) for other in table["columns"])
    return next((at for at, found in enumerate(kinds) if found == wanted), None)


def in_language(table: dict) -> dict:
    """The table with one column for each pair of a column and its English words: the words of the reader's language."""
    pairs = {place: _english_place(table, place) for place in range(len(table["columns"]))}
    kept = [place for place in pairs if place not in pairs.values()]
    rows = [[_worded(row, place, pairs[place]) for place in kept] for row in table["rows"]]
    return table | {"columns": [table["columns"][place] for place in kept], "rows": rows}


def _worded(row: list, place: int, english: int | None):
    if english is None:
        return row[place]
    return said({"cell": row[place], "cell_en": row[english]}, "cell")


def supplement_choices(edition: Edition, code: str = CLUSTERS) -> tuple[Choice, ...]:
    """Readers choose rows of one sort, such as a direction of clusters."""
    table = supplement_of(edition, code)
    place = _kind_place(table) if table else None
    if place is None:
        return ()
    english = _english_place(table, place)
    labels = {str(row[place]): str(_worded(row, place, english)) for row in table["rows"]}
    options = (("", _("all")), *labels.items())
    return (Choice("sort", said(table["columns"][place], "name"), options, ""),)


def supplement(edition: Edition, code: str = CLUSTERS, sort: str = "") -> Shown:
    """The table with the names of its units and whether they are listed; a bar for each sort of rows."""
    table = supplement_of(edition, code)
    if table is None or not table["rows"]:
        return lacking(
            _("No such table was added to this edition."),
            _("An editor adds it in the studio, one row a line, host units by their codes."),
        )
    kinds = _kind_place(table)
    rows = [row for row in table["rows"] if not sort or kinds is None or str(row[kinds]) == sort]
    code_of_kinds = None if kinds is None else table["columns"][kinds]["code"]
    table = in_language(table | {"rows": rows})
    codes = [column["code"] for column in table["columns"]]
    hosts, kinds, rows = (
        _place(table, UNITS),
        None if kinds is None else codes.index(code_of_kinds),
        table["rows"],
    )
    listed = {entry.code: entry.label for entry in edition.entries if entry.code}
    hosted = [row for row in rows if hosts is not None and any(one in listed for one in _codes(row[hosts]))]
    return Shown(
        title=_title(table, rows, hosted, hosts is not None),
        subtitle=""
        if kinds is None
        else _("Number by %(sort)s") % {"sort": in_sentence(said(table["columns"][kinds], "name"))},
        table=Table(_columns(table), tuple(_rows(edition, table, rows, hosts, listed))),
        chart=None if kinds is None else _chart(rows, kinds),
        alt=_("A bar for the number of rows of each sort"),
        note=" · ".join(filter(None, (said(table, "source") or source_note(edition), said(table, "note")))),
        height=_height(rows, kinds, ROW),
        narrow_height=_height(rows, kinds, NARROW_ROW),
    )


def _height(rows: list, kinds: int | None, row: int) -> int:
    """Pixels for a bar for each sort; names break into three lines on a phone."""
    return 32 + row * len({cells[kinds] for cells in rows}) if kinds is not None else 0


def _codes(cell) -> list[str]:
    """The unit codes of a cell, split by semicolons."""
    return [code.strip() for code in str(cell or "").split(";") if code.strip()]


def _title(table: dict, rows: list, hosted: list, has_hosts: bool) -> str:
    if has_hosts:
        facts = {"hosted": len(hosted), "all": len(rows), "table": said(table, "title")}
        return _("%(hosted)d of %(all)d stand in listed units: %(table)s") % facts
    return _("%(table)s: %(count)d rows") % {"table": said(table, "title"), "count": len(rows)}


def _columns(table: dict) -> tuple[Column, ...]:
    columns = [
        Column(
            column["code"],
            said(column, "name"),
            NUMBER if column["kind"] == NUMBER else TEXT,
            "",
            _decimals(table, place),
        )
        for place, column in enumerate(table["columns"])
    ]
    if _place(table, UNITS) is not None:
        columns.append(Column("in_list", _("In a listed unit")))
    return tuple(columns)


def _decimals(table: dict, place: int) -> int:
    """No decimals where every number is whole."""
    numbers = [row[place] for row in table["rows"] if isinstance(row[place], (int, float))]
    return 0 if all(float(number).is_integer() for number in numbers) else 2


def _rows(edition: Edition, table: dict, rows: list, hosts: int | None, listed: dict[str, str]):
    known = _unit_names(edition) | listed if hosts is not None else {}
    for row in rows:
        cells = list(row)
        if hosts is not None:
            codes = _codes(row[hosts])
            cells[hosts] = several(known.get(code, code) for code in codes)
            cells.append(_("Yes") if any(code in listed for code in codes) else _("No"))
        yield tuple(cells)


def _unit_names(edition: Edition) -> dict[str, str]:
    """Every unit of the data by code, listed or not."""
    if edition.run is None:
        return {}
    return {unit.code: unit.label for unit in Unit.objects.filter(dataset=edition.run.weight_set.dataset_id)}


def _chart(rows: list, place: int) -> dict:
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[str(row[place])] = sizes.get(str(row[place]), 0) + 1
    ordered = sorted(sizes, key=lambda name: -sizes[name])
    return {
        "grid": GRID | {"right": 40, "top": 8},
        "xAxis": axis("value", minInterval=1, position="bottom", show=False),
        "yAxis": names(ordered),
        "series": [
            {
                "type": "bar",
                "id": "~counts",
                "barMaxWidth": 16,
                "itemStyle": {"color": NAVY},
                "data": [labelled(sizes[name], str(sizes[name])) for name in ordered],
            }
        ],
        "media": room_for_names(ordered),
    }
