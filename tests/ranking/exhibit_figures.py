"""What a chart draws, held against the table beside it: an extractor for every kind of series.

A series names a column of the table by its ``id``, or several by its ``dimensions``; what begins with an underscore is
drawn without being a figure, such as the place of a strip. ``@column=value`` picks the rows it is about.
"""

from ranking.charts import HALF_DOT

EMPTY = ("-", None)
NEAR = 1e-6


def unlike(shown) -> list[str]:
    """The figures of the chart that the table does not have, in words; empty where both say the same."""
    return [fault for series in shown.chart["series"] for fault in _faults(series, shown)]


def _faults(series: dict, shown):
    name = series["id"]
    if name.startswith("_"):
        return
    if series["type"] == "radar":
        yield from _radar(series, shown.table)
    elif "dimensions" in series:
        yield from _points(series, shown.table)
    elif name.startswith("@"):
        yield from _across(series, shown)
    elif name.endswith(":"):
        yield from _one_row(series, shown)
    else:
        yield from _column(series, shown)


def _same(drawn, told) -> bool:
    if drawn in EMPTY or told in EMPTY:
        return drawn in EMPTY and told in EMPTY
    return abs(drawn - told) < NEAR


def _value(item):
    return item["value"] if isinstance(item, dict) else item


def _codes(table) -> list[str]:
    return [column.code for column in table.columns]


def _radar(series, table):
    codes = [code.strip() for code in series["id"].split(",")]
    for shape in series["data"]:
        told = [table.values(code) for code in codes]
        if not any(all(map(_same, shape["value"], column)) for column in told):
            yield f"{series['id']}: {shape['value']} is no column"


def _points(series, table):
    codes = _codes(table)
    for item in series["data"]:
        drawn = {
            code: value
            for code, value in zip(series["dimensions"], _value(item), strict=False)
            if not code.startswith("_")
        }
        rows = [row for row in table.rows if all(_same(v, row[codes.index(c)]) for c, v in drawn.items())]
        name = item.get("name", "") if isinstance(item, dict) else ""
        if not rows or (
            name and "name" in codes and not any(row[codes.index("name")] == name for row in rows)
        ):
            yield f"{series['id']}: {item} is no row"


def _across(series, shown):
    """A line over the years: the cells of one row, left to right."""
    table, (column, name) = shown.table, series["id"][1:].split("=", 1)
    years = [code for code in _codes(table) if code.startswith("y")]
    rows = [row for row in table.rows if row[_codes(table).index(column)] == name]
    told = [[row[_codes(table).index(year)] for year in years] for row in rows]
    drawn = list(map(_value, series["data"]))
    if not any(len(drawn) == len(one) and all(map(_same, drawn, one)) for one in told):
        yield f"{series['id']}: {drawn} is not {told}"


def _one_row(series, shown):
    """The bars of one year: the only row, under the names of the columns."""
    (row,) = shown.table.rows
    labels = [column.label for column in shown.table.columns]
    for name, item in zip(shown.chart["yAxis"]["data"], series["data"], strict=True):
        if not _same(_value(item), row[labels.index(name)]):
            yield f"{name}: {item} is not {row}"


def _column(series, shown):
    """A column from top to bottom, shares times 100; the ends of intervals reach a bit past their ranks."""
    table, (code, _, picked) = shown.table, series["id"].partition("@")
    column = table.columns[_codes(table).index(code)]
    rows = table.rows
    told = [row[_codes(table).index(code)] for row in rows]
    if column.kind == "percent":
        told = [None if value is None else 100 * value for value in told]
    drawn = list(map(_value, series["data"]))
    if code in ("rank_low", "width") and series.get("stack") == "interval":
        shift = HALF_DOT if code == "rank_low" else -2 * HALF_DOT
        drawn = [value + shift for value in drawn]
    if picked:
        where, value = picked.split("=", 1)
        kept = [row[_codes(table).index(where)] == value for row in rows]
        told = [one if keep else None for one, keep in zip(told, kept, strict=True)]
    if code == "count" and not picked:  # a tier's number stands in each of its rows
        told = list(dict(zip(table.values("tier"), told, strict=True)).values())
    if len(drawn) > len(told) or not all(map(_same, drawn, told)):
        yield f"{series['id']}: {drawn} is not {told[: len(drawn)]}"
