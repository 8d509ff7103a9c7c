"""Weights from people: a table of experts, a table of given weights, or equal weights."""

from dataclasses import dataclass

import numpy as np

from ranking.cli.frameworks import closed_weights
from ranking.cli.sheets import Problem, figure, require_columns, unique_codes
from weighting.core.expert import arithmetic_pool
from weighting.core.hierarchy import pool_groups

POINTS = 100
WITHIN = 1e-6


@dataclass(frozen=True)
class Panel:
    """Where the local weights come from.

    Attributes
    ----------
    source : str
        ``experts``, ``weights``, ``framework`` or ``equal``.
    local : ndarray (nodes,)
        Sum 1 inside every group.
    shares : ndarray (m, nodes) or None
        Every expert's shares.
    """

    source: str
    local: np.ndarray
    shares: np.ndarray | None = None


def only_children(tree):
    """Mark nodes without siblings: nobody is asked for their weight."""
    alone = np.zeros(len(tree.codes), dtype=bool)
    for group in tree.groups:
        alone[group] = len(group) == 1
    return alone


def equal_panel(framework):
    """Weigh siblings equally, or as the framework's own weight column says."""
    if framework.given is not None:
        return Panel("framework", framework.given)
    local = np.empty(len(framework.tree.codes))
    for group in framework.tree.groups:
        local[group] = 1 / len(group)
    return Panel("equal", local)


def read_experts(sheet, framework, problems):
    """Read one row an expert, 100 points in every group of siblings; an only child need not be there."""
    tree, before = framework.tree, len(problems)
    alone = only_children(tree)
    asked = [code for code, single in zip(tree.codes, alone, strict=True) if not single]
    why = "an experts' table has one column for every code with siblings, parents included."
    if not require_columns(sheet, asked, problems, why):
        return None
    if not sheet.rows:
        problems.append(Problem(sheet.file, "holds no expert; every row below the header is one."))
    points = np.ones((len(sheet.rows), len(tree.codes)))
    for expert, (number, cells) in enumerate(sheet.rows):
        for node in np.flatnonzero(~alone).tolist():
            points[expert, node] = read_points(sheet, number, tree.codes[node], cells, problems)
        check_sums(sheet, number, tree, points[expert], problems)
    if len(problems) > before:
        return None
    shares = points / np.where(alone, 1.0, POINTS)
    return Panel("experts", pool_groups(tree, shares, arithmetic_pool), shares)


def read_points(sheet, number, code, cells, problems):
    """Return one answer; an empty or negative one goes on the list (0 is an answer)."""
    value = figure(
        sheet, number, code, cells[code], problems, otherwise="Write the points, 0 where none are meant."
    )
    if not cells[code]:
        problems.append(Problem(sheet.file, "no points; write 0 where none are meant.", number, code))
    elif value < 0:
        problems.append(Problem(sheet.file, f"{value:g} points; points are 0 or more.", number, code))
    return value


def check_sums(sheet, number, tree, points, problems):
    """Put groups whose points do not sum to 100 on the list."""
    for group in tree.groups:
        total = points[group].sum()
        if len(group) > 1 and abs(total - POINTS) > WITHIN:
            siblings = ", ".join(tree.codes[node] for node in group)
            text = f"the points of {siblings} sum to {total:.10g}; every group of siblings shares {POINTS}."
            problems.append(Problem(sheet.file, text, number))


def read_weights(sheet, framework, problems):
    """Read given local weights, a row a code, siblings of sum 1 (or 100); an only child need not be there."""
    tree, before = framework.tree, len(problems)
    if not require_columns(sheet, ("code", "weight"), problems, "given weights have code and weight."):
        return None
    rows = unique_codes(sheet, "code", problems)
    for code in [code for code in rows if code not in (*tree.codes, framework.top)]:
        problems.append(Problem(sheet.file, f"{code} is no code of the framework.", rows[code][0], "code"))
    alone, values = only_children(tree), np.ones(len(tree.codes))
    for node in np.flatnonzero(~alone).tolist():
        values[node] = read_weight(sheet, tree.codes[node], rows, problems)
    local = closed_weights(sheet.file, tree, values, problems)
    return Panel("weights", local) if len(problems) == before else None


def read_weight(sheet, code, rows, problems):
    """Return one given weight, NaN with a problem on the list where there is none."""
    if code not in rows:
        problems.append(
            Problem(sheet.file, f"{code} has no row; every code of the framework needs a weight.")
        )
        return np.nan
    number, cells = rows[code]
    value = figure(
        sheet, number, "weight", cells["weight"], problems, otherwise="Write the weight as a number."
    )
    if not cells["weight"] or value < 0:
        text = f"the weight of {code} is missing or below 0."
        problems.append(Problem(sheet.file, text, number, "weight"))
    return value
