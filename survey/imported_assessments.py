"""Self-assessments in a table of answers that were collected elsewhere: their columns, and what their cells mean."""

import unicodedata
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import override

from survey.cells import NUMBER, InvalidSheet, Problem, cell_address
from survey.core.authority import LEVELS
from survey.frameworks import Node
from survey.protocol import complete_part
from survey.self_assessment import WHOLE, Scope, familiarity_words, level_words

COLUMNS = {
    "familiarity": ("familiarity", "熟悉程度"),
    "practice": ("practice", "实践经验"),
    "theory": ("theory", "理论分析"),
    "literature": ("literature", "参考文献", "同行了解"),
    "intuition": ("intuition", "直觉"),
}
Said = dict[
    str, tuple[str, str]
]  # the parts of one self-assessment by name: the text and the address of its cell


def assessment_columns(header: list[str]) -> dict[str, int]:
    """The columns of the self-assessment; none where only some are there, which are items then."""
    lowered = [name.lower() for name in header]
    found = {
        part: lowered.index(name)
        for part, names in COLUMNS.items()
        for name in [next((name for name in names if name in lowered), None)]
        if name is not None
    }
    return found if len(found) == len(COLUMNS) else {}


def said_in(cells: list[str], columns: dict[str, int], number: int) -> Said:
    """What the row says of the expert's own judgement; nothing for an empty cell."""
    typed = {
        part: unicodedata.normalize("NFKC", cells[column]).strip() if column < len(cells) else ""
        for part, column in columns.items()
    }
    return {part: (text, cell_address(columns[part], number)) for part, text in typed.items() if text}


def told_twice(said: Said, before: Said) -> list[Problem]:
    """The cells that say something else of what an earlier row said already."""
    text = _("the expert said something else of this already in this round.")
    return [
        Problem(at, value[:40], text)
        for part, (value, at) in said.items()
        if part in before and before[part][0] != value
    ]


def scope_of(codes: dict[str, str], nodes: tuple[Node, ...]) -> str:
    """What the self-assessments are about; ``codes`` has the address of a cell for each. Raises `InvalidSheet`."""
    if not codes:
        return "none"
    first = {node.code for node in nodes if not node.parent}
    leaves = {node.code for node in nodes} - {node.parent for node in nodes}
    kinds = {"study": {WHOLE}, "dimension": first, "indicator": leaves}
    for scope, kind in kinds.items():
        if codes.keys() <= kind:
            return scope
    usual = next((kind for kind in kinds.values() if next(iter(codes)) in kind), set())
    odd = next(code for code in codes if code not in usual)
    text = _(
        "self-assessments stand either in rows without an item, or at first-level indicators, or at single indicators; "
        "in this file they are mixed."
    )
    raise InvalidSheet([Problem(codes[odd], "", text)])


def tables_of(rules: dict | None) -> dict:
    """The tables of familiarity and basis in numbers; raises `InvalidProtocol` where the rules hold none."""
    stated = complete_part("self_assessment", (rules or {}).get("self_assessment", {}))
    return {name: stated[name] for name in ("familiarity", "basis")}


def read_said(code: str, said: Said, tables: dict, problems: list[Problem]) -> dict:
    """The keys of an answer that hold one self-assessment; what the tables do not have goes on the list."""
    found = {}
    for part, (text, at) in said.items():
        table = tables["familiarity"] if part == "familiarity" else tables["basis"][part]
        place = _place(text, table, _words(part, table))
        if place is None:
            shown = ", ".join(f"{value:g}" for value in table)
            fault = _("“%(text)s” is not in the table: %(table)s.") % {"text": text[:40], "table": shown}
            problems.append(Problem(at, text[:40], fault))
        else:
            found[Scope(code, "").key(part)] = place if part == "familiarity" else LEVELS[place]
    return found


def _place(text: str, table: list[float], words: list[tuple[str, ...]]) -> int | None:
    """The step that the cell names, by its value or in words."""
    if NUMBER.fullmatch(text):
        values = [Fraction(str(value)) for value in table]
        return values.index(Fraction(text)) if Fraction(text) in values else None
    known = {word.lower(): place for each in words for place, word in enumerate(each)}
    return known.get(text.lower())


def _words(part: str, table: list[float]) -> list[tuple[str, ...]]:
    """The steps in words, in both languages."""
    found = [] if part == "familiarity" else [LEVELS]
    for language in ("en", "zh-hans"):
        with override(language):
            found.append(
                familiarity_words(len(table)) if part == "familiarity" else tuple(level_words().values())
            )
    return found
