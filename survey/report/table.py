"""What a table of the report is, and how its values are written."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

TEXT, COUNT, FIGURE, SHARE, P = "text", "count", "figure", "share", "p"


@dataclass(frozen=True)
class Table:
    """One table: a title, columns with their kind, rows of plain values (None = undefined), and a note."""

    code: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple, ...]
    note: str = ""


def without_empty_end(table: Table) -> Table:
    """The table less its last column where no row has a figure in it: what the way of asking does not give."""
    if any(row[-1] is not None for row in table.rows):
        return table
    return replace(table, columns=table.columns[:-1], rows=tuple(row[:-1] for row in table.rows))


def day_of(instant) -> str:
    """The day as people file it."""
    return instant.date().isoformat() if instant else ""


def yes_or_no(value) -> str:
    """The answer in a word; nothing where there is none."""
    return "" if value is None else _("yes") if value else _("no")


def written(value, kind: str) -> str:
    """A value as the report shows it: figures with three decimals, p below 0.001 as such, nothing for None."""
    if value is None or value == "":
        return "–" if value is None else ""
    if kind == P:
        return "< 0.001" if value < 0.001 else f"{value:.3f}"
    if kind == SHARE:
        return f"{100 * value:.1f} %"
    if kind == FIGURE:
        return f"{value:.3f}"
    return str(value)


def items_of(document: dict):
    """Every item of a round with its group and its code."""
    for group in document["groups"]:
        for code, item in group["items"].items():
            yield group, code, item
