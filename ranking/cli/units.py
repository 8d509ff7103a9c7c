"""Units and their figures from a table, or from COINr's iData."""

from dataclasses import dataclass

import numpy as np

from ranking.cli.sheets import Problem, figure, require_columns, unique_codes

FEWEST = 2


@dataclass(frozen=True)
class Units:
    """The table of units.

    Attributes
    ----------
    codes, names : tuple of str (U,)
    matrix : ndarray (U, leaves)
        NaN is a missing cell.
    attributes : dict of str to tuple of str (U,)
        All columns that are no indicator.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    matrix: np.ndarray
    attributes: dict[str, tuple[str, ...]]

    def only(self, kept):
        """Return the units where the mask holds."""
        rows = np.flatnonzero(kept).tolist()
        attributes = {key: tuple(column[row] for row in rows) for key, column in self.attributes.items()}
        codes, names = (tuple(words[row] for row in rows) for words in (self.codes, self.names))
        return Units(codes, names, self.matrix[rows], attributes)


def read_units(sheet, leaf_codes, problems):
    """Return the units of a sheet; None, with the problems on the list, where it cannot be used."""
    before = len(problems)
    key, naming, blanks = (
        ("uCode", "uName", ("", "NA")) if "uCode" in sheet.header else ("code", "name", ("",))
    )
    why = "the framework has it as an indicator. Add it, or make it somebody's parent."
    complete = require_columns(sheet, [key], problems, "every unit needs a code.")
    complete &= require_columns(sheet, leaf_codes, problems, why)
    rows = unique_codes(sheet, key, problems) if key in sheet.header else {}
    if key in sheet.header and len(rows) < FEWEST:
        problems.append(
            Problem(sheet.file, f"units in this table: {len(rows)}; at least {FEWEST} are needed.")
        )
    check_time(sheet, problems)
    present = [code for code in leaf_codes if code in sheet.header]
    matrix = [
        [figure(sheet, number, code, cells[code], problems, blanks=blanks) for code in present]
        for number, cells in rows.values()
    ]
    if len(problems) > before:
        return None
    names = tuple(cells.get(naming) or code for code, (_, cells) in rows.items())
    others = [name for name in dict.fromkeys(sheet.header) if name and name not in (*leaf_codes, key)]
    attributes = {name: tuple(cells[name] for _, cells in rows.values()) for name in others}
    return Units(tuple(rows), names, np.array(matrix, dtype=np.float64), attributes)


def check_time(sheet, problems):
    """Put panel data of iData on the list: one list of units is ranked at a time."""
    if "uCode" in sheet.header and "Time" in sheet.header:
        times = list(dict.fromkeys(cells["Time"] for _, cells in sheet.rows))
        if len(times) > 1:
            text = f"holds {len(times)} times ({', '.join(times[:5])}); keep the rows of one of them."
            problems.append(Problem(sheet.file, text, None, "Time"))
