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
    is_grouped: bool = False  # rows of equal first cells stand together, as a group under its name


def without_empty_columns(table: Table) -> Table:
    """The table less the columns in which no row has anything, named in the note.

    The way of asking does not give them, there was no round before, or the statistics are older than the figure.
    """
    kept = [
        place
        for place in range(len(table.columns))
        if not table.rows or any(row[place] not in (None, "") for row in table.rows)
    ]
    if len(kept) == len(table.columns):
        return table
    left = [label for place, (label, _kind) in enumerate(table.columns) if place not in kept]
    words = _("Left out, as there is no such figure here: %s.") % _(", ").join(left)
    return replace(
        table,
        columns=tuple(table.columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in table.rows),
        note=" ".join(filter(None, (table.note, words))),
    )


def mean_of(values) -> float | None:
    """The mean of the values there are; None where there is none."""
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


def day_of(instant) -> str:
    """The day as people file it."""
    return instant.date().isoformat() if instant else ""


def yes_or_no(value) -> str:
    """The answer in a word; nothing where there is none."""
    return "" if value is None else _("Yes") if value else _("No")


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
