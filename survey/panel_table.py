"""A table of answers that were collected elsewhere: expert × item × round, long or wide."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from survey.cells import InvalidSheet, Problem, cell_address, read_figure
from survey.frameworks import Node
from survey.imported_assessments import Said, assessment_columns, said_in, told_twice
from survey.self_assessment import WHOLE

POINTS, SCALE = "points", "scale"
NAMES = {
    "round": ("round", "轮次", "轮"),
    "expert": ("expert", "专家", "专家编号"),
    "item": ("item", "indicator", "指标", "条目"),
    "value": ("value", "score", "points", "rating", "评分", "得分", "赋值", "分值"),
}
MOST_ROUNDS = 9
CODE = re.compile(r"[^:~\s]{1,60}")
Cell = tuple[float, str]  # an answer and the address of its cell


@dataclass(frozen=True)
class PanelTable:
    """Answers as they stand in the file, the experts' labels replaced by numbers.

    ``answers`` holds for each round a dict of values by item for each expert, by number; ``cells`` the address of
    each of them in the file, for what is found later; ``problems`` the cells that could not be read. ``said`` holds the
    experts' self-assessments in the same way, by the code of what they are about.
    """

    nodes: tuple[Node, ...]
    answers: tuple[dict[int, dict[str, float]], ...]
    cells: dict[tuple[int, int, str], str]
    problems: tuple[Problem, ...] = ()
    said: tuple[dict[int, dict[str, Said]], ...] = ()

    @property
    def items(self) -> list[str]:
        """The codes of the items, in the order of the tree."""
        given = {code for one in self.answers for values in one.values() for code in values}
        return [node.code for node in self.nodes if node.code in given]

    def asked(self, code: str) -> tuple[int, int]:
        """The first and the last round in which somebody answered the item."""
        rounds = [
            n for n, one in enumerate(self.answers, 1) if any(code in values for values in one.values())
        ]
        return rounds[0], rounds[-1]


def read_panel_table(rows: list[list[str]], nodes: list[Node] | None = None) -> PanelTable:
    """The answers in a table whose first row names the columns.

    Raises `InvalidSheet` where columns, rounds or items are wrong; faults of single cells go with the table.

    Long: columns ``round``, ``expert``, ``item`` and ``value``. Wide: ``round``, ``expert`` and one column for each
    item. The column ``round`` may be left out where there was one. An empty cell is no answer. Five columns may hold
    the self-assessment: of the item of the row, or of the whole study where the row has none. With ``nodes``, the
    indicator tree, items are its codes or names; without, every item is a first-level indicator.
    """
    header = [unicodedata.normalize("NFKC", cell).strip() for cell in rows[0]] if rows else []
    place = _places(header)
    problems = _header_problems(header, place)
    if problems:
        raise InvalidSheet(problems)
    is_long = "item" in place and "value" in place
    found: dict[int, dict[str, dict[str, Cell]]] = {}
    said: dict[int, dict[str, dict[str, Said]]] = {}
    columns = assessment_columns(header)
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            expert, round_number = _take_row(
                number, cells, header, place, is_long, found, problems, {*columns.values()}
            )
            if columns and expert and round_number:
                label = _label(cells, place) if is_long else ""
                of_expert = said.setdefault(round_number, {}).setdefault(expert, {})
                _take_said(
                    said_in(cells, columns, number), of_expert.setdefault(label or WHOLE, {}), problems
                )
    tree, codes, wrong = _tree(found, header, place, is_long, nodes)
    wrong += _round_problems(found)
    if wrong:
        raise InvalidSheet([*problems, *wrong])
    codes[WHOLE] = WHOLE
    unknown = _unknown(said, codes)
    if unknown:
        raise InvalidSheet([*problems, *unknown])
    return _numbered(found, tree, codes, problems, said)


def _label(cells: list[str], place: dict[str, int]) -> str:
    return unicodedata.normalize("NFKC", cells[place["item"]]).strip()


def _take_said(said: Said, before: Said, problems: list[Problem]) -> None:
    problems += told_twice(said, before)
    before |= said


def _unknown(said: dict, codes: dict[str, str]) -> list[Problem]:
    """Self-assessments of something that nobody answered."""
    text = _("nobody answered “%s”, so nothing can be said of it.")
    return [
        Problem(at, label[:40], text % label[:60])
        for experts in said.values()
        for one in experts.values()
        for label, parts in one.items()
        if label not in codes
        for _value, at in [*parts.values()][:1]
    ]


def _places(header: list[str]) -> dict[str, int]:
    lowered = [name.lower() for name in header]
    return {
        key: lowered.index(name)
        for key, names in NAMES.items()
        for name in [next((name for name in names if name in lowered), None)]
        if name is not None
    }


def _header_problems(header: list[str], place: dict[str, int]) -> list[Problem]:
    problems = []
    if "expert" not in place:
        problems.append(Problem("1", "", _("the column “%s” is missing.") % "expert"))
    for column, name in enumerate(header):
        if name and name in header[:column]:
            problems.append(Problem(cell_address(column, 1), name, _("the column “%s” stands twice.") % name))
    return problems


def _take_row(number, cells, header, place, is_long, found, problems, beside: set[int]) -> tuple[str, int]:
    """Put the row's answers where they belong, or its faults on the list; returns its expert and its round."""
    expert = unicodedata.normalize("NFKC", cells[place["expert"]]).strip()
    if not expert:
        problems.append(Problem(cell_address(place["expert"], number), "", _("the expert is missing.")))
    round_number = _round_of(number, cells, place, problems)
    if is_long:
        label = _label(cells, place)
        if not label and not (beside and not cells[place["value"]].strip()):
            problems.append(Problem(cell_address(place["item"], number), "", _("the item is missing.")))
        given = [(label, place["value"])] if label else []
    else:
        named = {place["expert"], place.get("round"), *beside}
        given = [(name, column) for column, name in enumerate(header) if name and column not in named]
    is_whole = round_number and expert and all(label for label, _column in given)
    answers = found.setdefault(round_number, {}).setdefault(expert, {}) if is_whole else {}
    for label, column in given:
        address = cell_address(column, number)
        value, fault = read_figure(cells[column])
        if fault:
            problems.append(Problem(address, cells[column][:40], f"“{cells[column][:40]}” – {fault}"))
        elif label in answers and value is not None:
            text = _("expert “%(expert)s” answered “%(item)s” twice in this round.")
            problems.append(Problem(address, label, text % {"expert": expert[:40], "item": label[:40]}))
        elif value is not None:
            answers[label] = (value, address)
    return expert, round_number


def _round_of(number: int, cells: list[str], place: dict, problems: list[Problem]) -> int:
    if "round" not in place:
        return 1
    typed = unicodedata.normalize("NFKC", cells[place["round"]]).strip()
    if re.fullmatch(r"[1-9]", typed):
        return int(typed)
    address = cell_address(place["round"], number)
    problems.append(
        Problem(address, typed[:40], _("the round must be a whole number from 1 to %d.") % MOST_ROUNDS)
    )
    return 0


def _round_problems(found: dict) -> list[Problem]:
    answered = sorted(number for number, one in found.items() if number and any(one.values()))
    if not answered:
        return [Problem("2", "", _("there is no answer in the table."))]
    gaps = [before + 1 for before, after in pairwise([0, *answered]) if after != before + 1]
    return [Problem("1", "", _("round %d is missing.") % number) for number in gaps]


def _tree(found, header, place, is_long, nodes) -> tuple[list[Node], dict[str, str], list[Problem]]:
    """The indicator tree, the code of each label of the table, and labels that the tree does not have."""
    labels = list(
        dict.fromkeys(label for one in found.values() for given in one.values() for label in given if label)
    )
    if nodes is None:
        return *_flat(labels), []
    known = {name: node.code for node in nodes for name in (node.code, node.name, node.name_en) if name}
    wrong = []
    for label in labels:
        if label not in known:
            where = cell_address(place["item"] if is_long else header.index(label), 1)
            text = _("“%s” is neither a code nor a name in the indicator table.") % label[:60]
            wrong.append(Problem(where, label[:40], text))
    return nodes, {label: known.get(label, "") for label in labels}, wrong


def _flat(labels: list[str]) -> tuple[list[Node], dict[str, str]]:
    """Every label a first-level indicator; its own code where it can be one."""
    codes = {
        label: label if CODE.fullmatch(label) else f"item-{place}" for place, label in enumerate(labels, 1)
    }
    return [Node(code=code, name=label[:200]) for label, code in codes.items()], codes


def _numbered(
    found: dict, nodes: list[Node], codes: dict[str, str], problems: list[Problem], said: dict
) -> PanelTable:
    """The table with numbers for the experts' labels, in the order in which they first stand in it."""
    rounds = [number for number in sorted(found) if any(found[number].values())]
    labels = dict.fromkeys(expert for number in rounds for expert in found[number])
    numbers = {expert: place for place, expert in enumerate(labels)}
    answers, cells = [], {}
    for number in rounds:
        given = {numbers[expert]: one for expert, one in found[number].items() if one}
        answers.append(
            {e: {codes[label]: value for label, (value, _at) in one.items()} for e, one in given.items()}
        )
        cells |= {
            (number, e, codes[label]): at for e, one in given.items() for label, (_v, at) in one.items()
        }
    told = [
        {
            numbers[expert]: {codes[label]: parts for label, parts in one.items() if parts}
            for expert, one in said.get(number, {}).items()
        }
        for number in rounds
    ]
    return PanelTable(tuple(nodes), tuple(answers), cells, tuple(problems), tuple(told))
