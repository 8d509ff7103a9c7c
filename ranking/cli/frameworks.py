"""The tree of indicators from a framework table, or from COINr's iMeta."""

from dataclasses import dataclass, field

import numpy as np

from ranking.cli.sheets import Problem, figure, require_columns, unique_codes
from weighting.core.refusal import MatrixRefused, Notice
from weighting.core.tree import Tree

TAKEN = ("code", "name", "rank", "tier", "score")
TOP = "composite"
IN_THE_INDEX = ("Indicator", "Aggregate")
TYPES = (*IN_THE_INDEX, "Group", "Denominator", "Other")
BLANKS = ("", "NA")
REFERENCE_COLUMNS = {  # of a framework, and of iMeta
    False: {"lower": "lower", "upper": "upper", "target": "target"}
    | {"unacceptable": "unacceptable", "satisfactory": "satisfactory"},
    True: {"lower": "goalpost_lower", "upper": "goalpost_upper", "target": "Target"},
}
BEST_COLUMNS = ("best_from", "best_to")


@dataclass(frozen=True)
class Framework:
    """A tree with what its table says of the nodes.

    Attributes
    ----------
    tree : Tree
    names : tuple of str
        Of the nodes.
    directions : ndarray of int (leaves,)
    given : ndarray (nodes,) or None
        Local weights of the table, closed among siblings; None without a weight column.
    top : str
        Code of the composite: of the single node above all others, which is left out of the tree.
    notices : tuple of Notice
    references : dict of str to dict of str to float
        By name (``lower``, ``target`` …) the figures by code of the columns that the table has.
    targets : dict of str to tuple of float
        Best interval of the indicators that are best in between, by code.
    """

    tree: Tree
    names: tuple[str, ...]
    directions: np.ndarray
    given: np.ndarray | None
    top: str
    notices: tuple[Notice, ...] = ()
    references: dict = field(default_factory=dict)
    targets: dict = field(default_factory=dict)

    @property
    def leaf_codes(self):
        """Codes of the indicators, in the order of the matrix."""
        return tuple(self.tree.codes[leaf] for leaf in self.tree.leaves)


@dataclass(frozen=True)
class Node:
    """A row of the table that is part of the index."""

    number: int
    code: str
    parent: str
    name: str
    direction: str
    weight: float


def read_framework(sheet, problems):
    """Return the framework of a sheet; None, with the problems on the list, where it has none."""
    is_coinr, before = "iCode" in sheet.header, len(problems)
    nodes = coinr_nodes(sheet, problems) if is_coinr else project_nodes(sheet, problems)
    if not nodes and len(problems) == before:
        problems.append(Problem(sheet.file, "holds no indicator."))
    check_parents(sheet, nodes, problems, "Parent" if is_coinr else "parent")
    check_codes(sheet, nodes, problems)
    nodes, top = without_top(nodes)
    leaves = leaves_of(nodes)
    signs = [sign_of(sheet, node, problems, "Direction" if is_coinr else "direction") for node in leaves]
    references = read_references(sheet, leaves, problems, REFERENCE_COLUMNS[is_coinr])
    targets = read_targets(sheet, leaves, problems)
    tree = None if len(problems) > before else tree_of(sheet, nodes, problems)
    if tree is None:
        return None
    given = given_weights(sheet, tree, nodes, problems, closes=is_coinr)
    names = tuple(node.name for node in nodes)
    notices = not_divided(sheet, leaves)
    return Framework(tree, names, np.array(signs), given, top, notices, references, targets)


def project_nodes(sheet, problems):
    """Read rows of code, parent, name, direction and perhaps weight."""
    wanted = ("code", "parent", "direction")
    if not require_columns(sheet, wanted, problems, "a framework has code, parent and direction."):
        return []
    rows = unique_codes(sheet, "code", problems).items()
    return [
        Node(
            number,
            code,
            cells["parent"],
            cells.get("name") or code,
            cells["direction"],
            figure(sheet, number, "weight", cells.get("weight", ""), problems),
        )
        for code, (number, cells) in rows
    ]


def coinr_nodes(sheet, problems):
    """Read the rows of iMeta that are part of the index; groups, denominators and others are not."""
    wanted = ("iCode", "Parent", "Weight", "Direction", "Type")
    if not require_columns(sheet, wanted, problems, f"iMeta has {', '.join(wanted)}."):
        return []
    found = []
    for code, (number, cells) in unique_codes(sheet, "iCode", problems).items():
        if cells["Type"] not in TYPES:
            text = f"“{cells['Type']}” is none of {', '.join(TYPES)}."
            problems.append(Problem(sheet.file, text, number, "Type"))
        elif cells["Type"] in IN_THE_INDEX:
            weight = figure(sheet, number, "Weight", cells["Weight"], problems, blanks=BLANKS)
            parent = "" if cells["Parent"] in BLANKS else cells["Parent"]
            name = cells.get("iName") or code
            found.append(Node(number, code, parent, name, cells["Direction"], weight))
    check_types(sheet, found, problems)
    return found


def check_types(sheet, nodes, problems):
    """Put aggregates without children, indicators with children and parents on the wrong level on the list."""
    parents, cells_of = {node.parent for node in nodes}, dict(sheet.rows)
    levels = {node.code: cells_of[node.number].get("Level", "") for node in nodes}
    for node in nodes:
        is_leaf = cells_of[node.number]["Type"] == "Indicator"
        if is_leaf and node.code in parents:
            text = f"{node.code} is an Indicator and cannot be a parent; make it an Aggregate."
            problems.append(Problem(sheet.file, text, node.number, "Type"))
        if not is_leaf and node.code not in parents:
            text = f"{node.code} is an Aggregate of nothing; take it out, or name it as a parent."
            problems.append(Problem(sheet.file, text, node.number, "Type"))
        own, above = levels[node.code], levels.get(node.parent, "")
        if own.isdecimal() and above.isdecimal() and int(above) != int(own) + 1:
            text = f"{node.code} is on level {own}, its parent {node.parent} on level {above}; it must be one up."
            problems.append(Problem(sheet.file, text, node.number, "Level"))


def tree_of(sheet, nodes, problems):
    """Build the tree; None, with the problem on the list, where parents run in a circle."""
    place = {node.code: position for position, node in enumerate(nodes)}
    try:
        return Tree(tuple(place), tuple(place.get(node.parent, -1) for node in nodes))
    except MatrixRefused as refused:
        text = f"{', '.join(refused.columns)} are each other's parents in a circle; one of them must end it."
        problems.append(Problem(sheet.file, text))
        return None


def check_parents(sheet, nodes, problems, column):
    """Put parents that are no code of the table on the list."""
    codes = {node.code for node in nodes}
    for node in nodes:
        if node.parent and node.parent not in codes:
            text = f"the parent {node.parent} of {node.code} is no code of this table; add it, or correct it."
            problems.append(Problem(sheet.file, text, node.number, column))


def without_top(nodes):
    """Take a single node above all others out: it is the composite itself."""
    roots = [node for node in nodes if not node.parent]
    if len(roots) != 1 or len(nodes) == 1:
        return nodes, TOP
    return [node for node in nodes if node is not roots[0]], roots[0].code


def leaves_of(nodes):
    """Return the nodes that are nobody's parent, the indicators."""
    parents = {node.parent for node in nodes}
    return [node for node in nodes if node.code not in parents]


def read_references(sheet, leaves, problems, columns):
    """Return the figures of every reference column that the table has, by name and code."""
    cells_of, found = dict(sheet.rows), {}
    for name, column in columns.items():
        if column in sheet.header:
            read = {
                node.code: figure(
                    sheet, node.number, column, cells_of[node.number][column], problems, blanks=BLANKS
                )
                for node in leaves
            }
            found[name] = {code: value for code, value in read.items() if not np.isnan(value)}
    return found


def reference_columns(sheet, framework, names, problems):
    """Return the figures of a table of references, by name and code."""
    if not require_columns(
        sheet, ("code", *names), problems, f"references have code and {', '.join(names)}."
    ):
        return {}
    rows = unique_codes(sheet, "code", problems)
    for code in [code for code in rows if code not in framework.leaf_codes]:
        problems.append(
            Problem(sheet.file, f"{code} is no indicator of the framework.", rows[code][0], "code")
        )
    found = {}
    for name in names:
        read = {
            code: figure(sheet, number, name, cells[name], problems) for code, (number, cells) in rows.items()
        }
        found[name] = {code: value for code, value in read.items() if not np.isnan(value)}
    return found


def read_targets(sheet, leaves, problems):
    """Return the best interval of the indicators that have one, by code."""
    if not set(BEST_COLUMNS) <= set(sheet.header):
        return {}
    cells_of, found = dict(sheet.rows), {}
    for node in leaves:
        texts = [cells_of[node.number][column] for column in BEST_COLUMNS]
        pair = [
            figure(sheet, node.number, column, text, problems, blanks=BLANKS)
            for column, text in zip(BEST_COLUMNS, texts, strict=True)
        ]
        if np.isnan(pair).any() != np.isnan(pair).all() or pair[0] > pair[1]:
            text = (
                f"the best figures of {node.code} need a from that is not above the to, or both cells empty."
            )
            problems.append(Problem(sheet.file, text, node.number, BEST_COLUMNS[0]))
        elif not np.isnan(pair).any():
            found[node.code] = tuple(pair)
    return found


def sign_of(sheet, node, problems, column):
    """Return 1 or -1."""
    signs = {"1": 1, "+1": 1, "-1": -1}
    if node.direction not in signs:
        text = (
            f"the direction of {node.code} is “{node.direction}”; write 1 (more is better) or -1 (less is)."
        )
        problems.append(Problem(sheet.file, text, node.number, column))
    return signs.get(node.direction, 0)


def check_codes(sheet, nodes, problems):
    """Put codes that are the name of a column of the results on the list."""
    for node in nodes:
        if node.code in TAKEN:
            text = f"{node.code} is a column of the results; give this node another code."
            problems.append(Problem(sheet.file, text, node.number))


def given_weights(sheet, tree, nodes, problems, *, closes):
    """Return the table's local weights, None where it has none; iMeta's are closed among siblings."""
    values = np.array([node.weight for node in nodes])
    if not closes and "weight" not in sheet.header:
        return None
    column = "Weight" if closes else "weight"
    for node in nodes:
        if not node.weight >= 0:
            text = f"the weight of {node.code} is missing or below 0; every indicator and parent needs one."
            problems.append(Problem(sheet.file, text, node.number, column))
    return closed_weights(sheet.file, tree, values, problems, closes=closes)


def closed_weights(file, tree, values, problems, *, closes=False, column="weight"):
    """Return weights of sum 1 inside every group; other sums but 1 and 100 go on the list unless they may be closed."""
    local = values.copy()
    for group in tree.groups:
        total = values[group].sum()
        if np.isnan(total):
            continue
        if total <= 0 or not (closes or np.isclose(total, (1, 100), rtol=0, atol=1e-6).any()):
            siblings = ", ".join(tree.codes[node] for node in group)
            text = f"the weights of {siblings} sum to {total:.10g}; siblings must sum to 1 (or 100)."
            problems.append(Problem(file, text, None, column))
            continue
        local[group] = values[group] / total
    return local


def not_divided(sheet, leaves):
    """Notice indicators for which iMeta names a denominator: figures are read as they are."""
    if "iCode" not in sheet.header or "Denominator" not in sheet.header:
        return ()
    cells_of = dict(sheet.rows)
    named = [(node.code, cells_of[node.number]["Denominator"]) for node in leaves]
    return tuple(
        Notice("not_divided", code, {"denominator": denominator})
        for code, denominator in named
        if denominator not in BLANKS
    )
