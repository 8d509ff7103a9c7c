"""Reading an indicator tree from a table."""

import csv
import io
import re
from dataclasses import dataclass, fields

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from survey.formulas import unguarded
from survey.models import Indicator
from survey.plain_names import fits_address, plain_name
from survey.refusal import InvalidInput

MOST_NODES, DEEPEST = 2_000, 20


@dataclass(frozen=True)
class Node:
    """One row of a framework table."""

    code: str
    parent: str = ""
    name: str = ""
    name_en: str = ""
    definition: str = ""
    definition_en: str = ""
    unit: str = ""
    unit_en: str = ""
    direction: str = "1"
    source: str = ""
    source_en: str = ""
    closeness: str = ""
    stands_for: str = ""
    note: str = ""
    note_en: str = ""


class InvalidFramework(InvalidInput):
    """The table does not describe a tree; ``problems`` lists every row that stands in the way."""

    code = "invalid_framework"
    message = gettext_lazy("The indicator table cannot be used: %(summary)s")

    def __init__(self, problems: list[str]):
        super().__init__(summary=" ".join(problems))
        self.problems = problems


def read_framework(text: str) -> list[Node]:
    """The nodes of a framework table (CSV with a header); `framework_of` tells the rules."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    return framework_of([[unguarded(cell) for cell in row] for row in rows])


def framework_of(rows: list[list[str]]) -> list[Node]:
    """The nodes in the rows of a framework table, the header first; parents before children.

    Raises `InvalidFramework` with every problem found: missing columns, empty or repeated codes, missing names, texts
    that are too long, unknown parents, a direction other than 1 or -1, a parent with no child, an indicator below
    itself, more than `MOST_NODES` rows or `DEEPEST` levels.
    """
    header = [cell.strip() for cell in rows[0]] if rows else []
    known = {field.name for field in fields(Node)}
    filled = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    missing = {"code", "parent", "name"} - set(header if filled else [])
    if missing:
        raise InvalidFramework([_("Columns missing: %s.") % ", ".join(sorted(missing))])
    if len(filled) > MOST_NODES:
        raise InvalidFramework([_("More than %d rows are no tree that a panel could weigh.") % MOST_NODES])
    nodes = [
        Node(**{key: _cell(key, cell) for key, cell in zip(header, row, strict=False) if key in known})
        for row in filled
    ]
    problems = _problems(nodes)
    if problems:
        raise InvalidFramework(problems)
    return _parents_first(nodes)


def _cell(column: str, text: str) -> str:
    """A code stays as it was typed, so that a fault in it is told; all else is one line of plain text."""
    return text.strip() if column in ("code", "parent") else plain_name(text)


def _problems(nodes: list[Node]) -> list[str]:
    codes = [node.code for node in nodes]
    problems = []
    for line, node in enumerate(nodes, start=2):
        if not node.code or codes.count(node.code) > 1:
            problems.append(
                _("Row %(row)d: the code “%(code)s” is empty or stands twice.")
                % {"row": line, "code": node.code}
            )
        if not node.name and not node.name_en:
            problems.append(_("Row %d: the name is missing.") % line)
        if re.search(r"[:~\s]", node.code):
            problems.append(
                _("Row %(row)d: the code “%(code)s” may not hold a colon, a tilde or a space.")
                % {"row": line, "code": node.code}
            )
        elif node.code and not fits_address(node.code):
            problems.append(
                _("Row %(row)d: the code “%(code)s” may not hold a slash or hidden characters.")
                % {"row": line, "code": plain_name(node.code)}
            )
        if node.parent and node.parent not in codes:
            problems.append(
                _("Row %(row)d: the parent “%(parent)s” is not in the table.")
                % {"row": line, "parent": node.parent}
            )
        problems += _too_long(node, line)
        if node.direction not in ("1", "-1", ""):
            problems.append(_("Row %d: the direction must be 1 or -1.") % line)
        if node.closeness and node.closeness not in Indicator.Closeness.values:
            problems.append(_("Row %d: closeness must be same, close, proxy or extra.") % line)
    return problems or _loops(nodes)


def _too_long(node: Node, line: int) -> list[str]:
    lengths = {field.name: Indicator._meta.get_field(field.name).max_length for field in fields(Node)}
    return [
        _("Row %(row)d: “%(column)s” is longer than %(most)d characters.")
        % {"row": line, "column": name, "most": most}
        for name, most in lengths.items()
        if most and name not in ("parent", "direction") and len(getattr(node, name)) > most
    ]


def _loops(nodes: list[Node]) -> list[str]:
    parent_of = {node.code: node.parent for node in nodes}
    for code in parent_of:
        seen, at = set(), code
        while at:
            if at in seen:
                return [_("The indicator “%s” stands below itself.") % code]
            seen.add(at)
            at = parent_of[at]
        if len(seen) > DEEPEST:
            return [_("“%(code)s” stands deeper than %(most)d levels.") % {"code": code, "most": DEEPEST}]
    return []


def _parents_first(nodes: list[Node]) -> list[Node]:
    """Depth first from the top, siblings in the table's order."""

    def below(parent: str) -> list[Node]:
        return [node for child in nodes if child.parent == parent for node in (child, *below(child.code))]

    return below("")


def create_indicators(study, nodes: list[Node]) -> None:
    """Write the tree's rows for the study."""
    written: dict[str, Indicator] = {}
    for position, node in enumerate(nodes):
        values = {field.name: getattr(node, field.name) for field in fields(Node)}
        values["parent"] = written.get(node.parent)
        values["direction"] = int(node.direction or 1)
        written[node.code] = Indicator.objects.create(study=study, position=position, **values)
