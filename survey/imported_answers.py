"""What answers collected elsewhere come to: values on their scale, faults by cell, rules, and what is to be noted."""

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from survey.cells import InvalidSheet, Problem
from survey.core.elicitation import WRONG_SUM, imported_allocation, shared_out
from survey.frameworks import Node
from survey.imported_assessments import COLUMNS, read_said, scope_of, tables_of
from survey.panel_table import POINTS, PanelTable
from survey.sealing import canonical_bytes, read_document
from survey.self_assessment import WHOLE, Scope

STEPS = (1, 0.5, 0.1, 0.01)  # the coarsest that holds every answer is the step of imported points
TOTAL = 100
FINE = 10**12
SKIP = ":skip"


@dataclass(frozen=True)
class PreparedPanel:
    """Everything that is counted when it is imported; plain values, so that it can wait between two requests.

    ``answers`` has one list for each round: pairs of an expert's number and the values. ``rounds_of`` tells of each
    item the first and the last round that asked for it.
    """

    kind: str
    low: float
    high: float
    step: float
    nodes: list[dict]
    rounds_of: dict[str, list[int]]
    answers: list[list]
    missing: int
    closed_again: int
    scope: str = "none"  # what the self-assessments are about
    assessed: int = 0  # answers with a complete self-assessment
    tables: dict | None = None  # the tables by which they were read

    @property
    def experts(self) -> list[int]:
        """How many experts answered each round."""
        return [len(one) for one in self.answers]

    @property
    def returned(self) -> list[int | None]:
        """How many of the round before answered each round; None for the first."""
        keys = [{expert for expert, _values in one} for one in self.answers]
        return [None, *(len(a & b) for a, b in pairwise(keys))]

    @property
    def items(self) -> list[int]:
        """How many items each round asked for."""
        return [
            sum(first <= number <= last for first, last in self.rounds_of.values())
            for number in range(1, len(self.answers) + 1)
        ]

    @property
    def notes(self) -> list[str]:
        """What a reader of the figures must know."""
        found = []
        if self.missing:
            text = ngettext("%d cell is empty: no answer.", "%d cells are empty: no answers.", self.missing)
            found.append(text % self.missing)
        if self.closed_again:
            text = ngettext(
                "%d group of points did not add up to 100 exactly and was closed again.",
                "%d groups of points did not add up to 100 exactly and were closed again.",
                self.closed_again,
            )
            found.append(text % self.closed_again)
        if self.scope != "none":
            words = {
                "study": _("of the study as a whole"),
                "dimension": _("of each first-level indicator"),
                "indicator": _("of each indicator"),
            }
            text = _("Self-assessments %(scope)s: complete with %(complete)d of %(all)d answers.")
            counts = {"complete": self.assessed, "all": sum(self.experts)}
            found.append(text % {"scope": words[self.scope], **counts})
        if any(back == 0 for back in self.returned[1:]):
            found.append(_("No expert stands in two rounds in a row, so nothing can be said of stability."))
        return found

    def content(self) -> bytes:
        """All of it as canonical JSON."""
        return canonical_bytes(asdict(self))

    @classmethod
    def of_content(cls, content: bytes) -> "PreparedPanel":
        """What `content` wrote."""
        return cls(**read_document(content))


def prepare_panel(
    table: PanelTable, *, kind: str, low: float = 0, high: float = TOTAL, rules: dict | None = None
) -> PreparedPanel:
    """Check every answer of the table and make it countable; raises `InvalidSheet` with every problem found.

    ``points``: every expert shares out 100 points in every group, or leaves the whole group empty; sums within half
    a point of 100 are closed again. ``scale``: numbers from ``low`` to ``high``, each cell by itself. ``rules`` may
    state the tables of the self-assessment.
    """
    groups, rounds_of = _groups(table.nodes), {code: list(table.asked(code)) for code in table.items}
    problems = [*table.problems]
    if problems and kind == POINTS:  # a group with an unreadable cell has no sum
        raise InvalidSheet(problems)
    problems += _lonely(table, groups, rounds_of)
    prepare = _Points(groups, rounds_of) if kind == POINTS else _Scale(low, high, rounds_of)
    answers = [
        [[expert, prepare.values(number, expert, values, table, problems)] for expert, values in one.items()]
        for number, one in enumerate(table.answers, start=1)
    ]
    scope, tables, said = _assessments(table, rules, problems)
    if problems:
        raise InvalidSheet(problems)
    step = prepare.step if kind == POINTS else 1
    if kind == POINTS:
        answers = [[[e, prepare.in_steps(values, step)] for e, values in one] for one in answers]
        low, high = 0, TOTAL
    for one, told in zip(answers, said, strict=True):
        for expert, values in one:
            values |= told.get(expert, {})
    nodes = [asdict(node) for node in table.nodes]
    counts = (prepare.missing, prepare.closed_again)
    panel = PreparedPanel(kind, low, high, step, nodes, rounds_of, answers, *counts, scope)
    return replace(panel, assessed=_complete(panel), tables=tables)


def _assessments(
    table: PanelTable, rules: dict | None, problems: list[Problem]
) -> tuple[str, dict | None, list[dict]]:
    """What the self-assessments are about, their tables, and for each round the keys of every answer that hold them."""
    about: dict[str, str] = {}
    for one in table.said:
        for told in one.values():
            for code, parts in told.items():
                about.setdefault(code, next(at for _text, at in parts.values()))
    scope = scope_of(about, table.nodes)
    tables = tables_of(rules) if about else None
    return (
        scope,
        tables,
        [
            {
                expert: {
                    key: value
                    for code, parts in told.items()
                    for key, value in read_said(code, parts, tables, problems).items()
                }
                for expert, told in one.items()
            }
            for one in table.said
        ],
    )


def _complete(panel: PreparedPanel) -> int:
    """How many answers say everything of everything that is assessed."""
    found = 0
    for number, one in enumerate(panel.answers, start=1):
        scopes = _scopes(panel, number)
        keys = {Scope(code, "").key(part) for code in scopes for part in COLUMNS}
        found += sum(bool(keys) and keys <= values.keys() for _expert, values in one)
    return found


def _scopes(panel: PreparedPanel, number: int) -> list[str]:
    """The codes that the self-assessments of a round are about."""
    parents = {node["parent"] for node in panel.nodes}
    asked = set(_asked([*panel.rounds_of], panel.rounds_of, number))
    first = [node["code"] for node in panel.nodes if not node["parent"]]
    leaves = [node["code"] for node in panel.nodes if node["code"] in asked - parents]
    return {
        "none": [],
        "study": [WHOLE],
        "dimension": [code for code in first if code in asked or code in parents],
        "indicator": leaves,
    }[panel.scope]


def _groups(nodes: tuple[Node, ...]) -> dict[str, list[str]]:
    """The codes of the siblings below each parent."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        found.setdefault(node.parent, []).append(node.code)
    return found


def _asked(codes: list[str], rounds_of: dict, number: int) -> list[str]:
    """Those of the siblings that the round asked for."""
    return [
        code for code in codes if code in rounds_of and rounds_of[code][0] <= number <= rounds_of[code][1]
    ]


def _lonely(table: PanelTable, groups: dict, rounds_of: dict) -> list[Problem]:
    """Items without a sibling in some round, which nothing could be said of."""
    problems = []
    for codes in groups.values():
        for number in range(1, len(table.answers) + 1):
            alone = _asked(codes, rounds_of, number)
            if len(alone) == 1:
                where = next(
                    at for (n, _e, code), at in table.cells.items() if (n, code) == (number, alone[0])
                )
                text = _(
                    "“%(item)s” stands alone in its group in round %(number)d; a group has at least two items."
                )
                problems.append(Problem(where, alone[0], text % {"item": alone[0], "number": number}))
    return problems


class _Scale:
    """Numbers on a scale, each cell by itself."""

    closed_again = 0

    def __init__(self, low: float, high: float, rounds_of: dict):
        self.low, self.high, self.rounds_of, self.missing = low, high, rounds_of, 0

    def values(self, number: int, expert: int, values: dict, table: PanelTable, problems: list) -> dict:
        """The answers of one expert in one round; whole numbers as such."""
        for code, value in values.items():
            if not self.low <= value <= self.high:
                text = _("%(value)s is not on the scale from %(low)g to %(high)g.")
                found = text % {"value": f"{value:g}", "low": self.low, "high": self.high}
                problems.append(Problem(table.cells[number, expert, code], f"{value:g}", found))
        self.missing += len(_asked([*self.rounds_of], self.rounds_of, number)) - len(values)
        return {code: int(value) if value.is_integer() else value for code, value in values.items()}


class _Points:
    """Points that add up to 100 in every group; kept as shares until the common step is known."""

    def __init__(self, groups: dict, rounds_of: dict):
        self.groups, self.rounds_of = groups, rounds_of
        self.missing = self.closed_again = 0
        self.step = STEPS[0]

    def values(self, number: int, expert: int, values: dict, table: PanelTable, problems: list) -> dict:
        """The points of one expert in one round by group, and the groups that were left empty."""
        found = {}
        for parent, codes in self.groups.items():
            asked = [*_asked(codes, self.rounds_of, number), *self._only_parents(codes)]
            given = [values.get(code) for code in asked]
            if not any(value is not None for value in given):
                self.missing += len(asked)
                found |= {f"{parent or 'top'}{SKIP}": 1} if len(asked) > 1 else {}
                continue
            where = next(table.cells[number, expert, code] for code in asked if code in values)
            text = _fault(given)
            if text:
                problems.append(Problem(where, "", text))
                continue
            found |= self._closed(dict(zip(asked, given, strict=True)))
        return found

    def _only_parents(self, codes: list[str]) -> list[str]:
        """Those that stand in the tree for what lies below them, and were themselves never asked."""
        return [code for code in codes if code in self.groups and code not in self.rounds_of]

    def _closed(self, points: dict[str, float]) -> dict[str, Fraction]:
        exact = {code: Fraction(str(value)) for code, value in points.items()}
        total = sum(exact.values())
        finest = all((value / Fraction(str(STEPS[-1]))).denominator == 1 for value in exact.values())
        if total == TOTAL and finest:
            while any((value / Fraction(str(self.step))).denominator > 1 for value in exact.values()):
                self.step = STEPS[STEPS.index(self.step) + 1]
            return exact
        self.step, self.closed_again = STEPS[-1], self.closed_again + 1
        units = shared_out([round(value / total * FINE) for value in exact.values()], int(TOTAL / STEPS[-1]))
        return {code: n * Fraction(str(STEPS[-1])) for code, n in zip(exact, units, strict=True)}

    @staticmethod
    def in_steps(values: dict, step: float) -> dict[str, int]:
        """Points as whole numbers of the step."""
        return {
            code: value if code.endswith(SKIP) else int(value / Fraction(str(step)))
            for code, value in values.items()
        }


def _fault(points: list) -> str:
    """What is wrong with the points of one group, in words; nothing where they can be taken."""
    problem = imported_allocation(points).problem
    if problem is None:
        return ""
    if problem.code == WRONG_SUM:
        return _("the points of this group add up to %(sum)g, not 100.") % {"sum": problem.sum}
    if problem.code == "missing":
        return _("the group is half empty: give points to every item, 0 included, or leave all of it empty.")
    return _("points are numbers from 0 to 100.")
