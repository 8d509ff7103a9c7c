"""The convergence dashboard: the statistics of the rounds that may be shown, item by item, as a page and a table."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from survey.cautions import cautions
from survey.core.verdicts import CONVERGED, MOVING, STABLE_DISAGREEMENT, UNDECIDED
from survey.models import Indicator, Round, Study
from survey.panel_rules import part
from survey.pooling import SHORT, kept_pools, missing_words
from survey.questionnaire import Group, questionnaire
from survey.results import agreement_words, may_show_results, round_statistics
from survey.usual_bounds import HUNDRED

STATES = {
    MOVING: gettext_lazy("moving"),
    STABLE_DISAGREEMENT: gettext_lazy("stable disagreement"),
    UNDECIDED: gettext_lazy("cannot be said yet"),
    CONVERGED: gettext_lazy("converged"),
}
MARKS = {MOVING: "moving", STABLE_DISAGREEMENT: "warning", UNDECIDED: "neutral", CONVERGED: "done"}
SORTS = {
    "tree": None,
    "state": lambda row: [*STATES].index(row.state),
    "variation": lambda row: -(row.statistics["variation"] or 0),
    "iqr": lambda row: -(row.statistics["iqr"] or 0),
    "changed": lambda row: -(row.changed or 0),
}
CHANGES = ("scheibe", "unchanged", "variation_change", "median_change", "iqr_change", "wilcoxon_p")
CHANGES += ("wilcoxon_p_holm", "rank_biserial", "stable")
WIDTH, HEIGHT = 64, 20  # of the small drawing of the middle halves


@dataclass(frozen=True)
class ItemRow:
    """One item in one round, with its path over the rounds shown."""

    indicator: Indicator
    group: Group
    found: dict
    path: tuple[tuple[int, dict], ...]
    high: float

    @property
    def statistics(self) -> dict:
        """Location and spread of all answers."""
        return self.found["statistics"]

    @property
    def state(self) -> str:
        """Converged, moving, stable disagreement, or cannot be said yet."""
        return self.found["state"]

    @property
    def state_words(self) -> str:
        """The state in words."""
        return str(STATES[self.state])

    @property
    def mark(self) -> str:
        """The icon of the state."""
        return MARKS[self.state]

    @property
    def stability(self) -> dict:
        """The change since the round before; None for each figure in the first round."""
        return self.found["stability"] or dict.fromkeys(CHANGES)

    @property
    def changed(self) -> float | None:
        """The share of the experts of both rounds who changed their answer."""
        unchanged = self.stability["unchanged"]
        return None if unchanged is None else 1 - unchanged

    @property
    def may_be_drop_out(self) -> bool:
        """Whether it converged only because people left or came."""
        return bool(self.found["returners"] and self.found["returners"]["may_be_drop_out"])

    @property
    def moves(self) -> dict:
        """Toward and away from the median that was fed back."""
        return self.found["conformity"] or {}

    @property
    def agreement(self) -> float | None:
        """The share of answers in the band of agreement; None where the scale has none."""
        return (self.found["agreement"] or {}).get("share")

    @property
    def disagreement(self) -> dict:
        """The disagreement index of RAND/UCLA; empty where it does not fit."""
        return self.found["rand"] or {}

    @property
    def toward(self) -> int | None:
        """Answers that moved toward the median that was fed back."""
        moves = self.moves
        return moves["toward_with_reason"] + moves["toward_without_reason"] if moves else None

    @cached_property
    def drawing(self) -> list[dict]:
        """One mark a round: the middle half and the median on a small drawing, 0 below."""
        place = WIDTH / len(self.path)

        def height(value: float) -> float:
            return round(HEIGHT - 1 - (HEIGHT - 2) * value / self.high, 1)

        return [
            {
                "x": round(place * (i + 0.5), 1),
                "q1": height(item["q1"]),
                "q3": height(item["q3"]),
                "median": height(item["median"]),
                "left": round(place * (i + 0.5) - 3, 1),
                "right": round(place * (i + 0.5) + 3, 1),
            }
            for i, (_number, item) in enumerate(self.path)
            if item["median"] is not None
        ]


@dataclass(frozen=True)
class GroupBlock:
    """One group of siblings in the round, with its own figures."""

    group: Group
    found: dict
    rows: tuple[ItemRow, ...]

    @property
    def pools(self) -> dict:
        """The group's weights pooled in two ways."""
        return kept_pools(self.found)

    @property
    def pools_missing(self) -> str:
        """Why the two ways cannot be compared, in words; nothing where they can."""
        return missing_words(self.pools)

    @property
    def words(self) -> str:
        """The group's Kendall's W in words."""
        return agreement_words(self.found["concordance"]["w"])


@dataclass(frozen=True)
class Dashboard:
    """One round as it may be shown, and every other round that may be."""

    study: Study
    round: Round
    found: dict
    blocks: tuple[GroupBlock, ...]
    rounds: tuple[tuple[Round, dict], ...]

    @property
    def is_rating(self) -> bool:
        """Whether answers are marks on a scale, with a full mark and a band of agreement."""
        return any(row.found["rand"] for row in self.rows)

    @property
    def has_band(self) -> bool:
        """Whether the scale has a usual band of agreement."""
        return any(row.found["agreement"] for row in self.rows)

    @property
    def columns(self) -> int:
        """How many columns the table of items has."""
        return 16 + 2 * self.is_rating + self.has_band

    @property
    def words(self) -> str:
        """Kendall's W over all leaves in words."""
        return agreement_words(self.found["leaves"]["w"])

    @property
    def rows(self) -> list[ItemRow]:
        """Every item, in the order of the tree."""
        return [row for block in self.blocks for row in block.rows]

    def sorted_rows(self, sort: str, state: str) -> list[ItemRow]:
        """The items of one state (or of all), worst first by the chosen figure."""
        rows = [row for row in self.rows if state in ("", row.state)]
        return sorted(rows, key=SORTS[sort]) if SORTS.get(sort) else rows

    @property
    def cautions(self) -> list[str]:
        """What a reader must be warned of."""
        return cautions(self.round, self.found)

    @property
    def pool_names(self) -> tuple[str, str]:
        """The two ways to pool that are set beside each other, in short."""
        pools = [block.pools for block in self.blocks]
        ways = [next((each[way] for each in pools if each[way]), None) for way in ("rule", "other")]
        return tuple(str(SHORT[way]) if way else _("the other way") for way in ways)

    @property
    def pools_missing(self) -> list[str]:
        """Why the two ways cannot be compared in some group, in words."""
        return list(dict.fromkeys(words for block in self.blocks if (words := block.pools_missing)))

    @property
    def counts(self) -> list[dict]:
        """How many items there are of each state."""
        states = [row.state for row in self.rows]
        return [{"state": name, "words": STATES[name], "n": states.count(name)} for name in STATES]

    @property
    def advice(self) -> str:
        """The stop rule of the protocol in one sentence with its one number."""
        return advice_words(self.found["stop"])

    @property
    def grid(self) -> list[dict]:
        """Item by round: the interquartile range with its shade, for the items of this round."""
        widest = part(self.study.rules, "consensus")["iqr"] or HUNDRED["consensus"]["iqr"]
        return [
            {
                "row": row,
                "cells": [
                    {"iqr": item["iqr"], "shade": _shade(item["iqr"], widest)} if item else None
                    for item in (_of_round(row, number) for number in self.numbers)
                ],
            }
            for row in self.rows
        ]

    @property
    def numbers(self) -> list[int]:
        """The numbers of the rounds shown, first to last."""
        return [round.number for round, _found in self.rounds]


def _of_round(row: ItemRow, number: int) -> dict | None:
    return next((item for at, item in row.path if at == number), None)


def _shade(iqr: float | None, widest: float) -> int:
    """Darker where the middle half is wider; the widest one of a converged item is pale."""
    return 0 if iqr is None else min(5, int(iqr // (0.6 * widest)))


def advice_words(stop: dict) -> str:
    """The stop rule evaluated: one sentence, one number."""
    sentences = {
        "announced_rounds_done": _("The announced %(rounds)d rounds are done: the panel stops."),
        "first_round": _("One round says nothing about stability: go on."),
        "items_moving": _("Go on: items are still moving."),
        "retention_too_low": _("Go on: too few of the round before came back for its stability to count."),
        "not_registered": _(
            "The answers have settled, but the protocol did not register an early stop: go on to round %(rounds)d."
        )
        if stop["stable_share"] == 1
        else _(
            "The panel's weights hardly move any more, though single answers still do; the protocol did not register "
            "an early stop: go on to round %(rounds)d."
        ),
        "early_stop": _("The protocol allows to stop now."),
        "withheld": _("Too few answered both rounds to say whether their answers have settled."),
    }
    share = stop["stable_share"]
    number = "" if share is None or stop["round_number"] < 2 else _("Stable: %(share).0f %% of the items.")
    between = "" if (get_language() or "").startswith("zh") else " "
    return between.join(
        text % {"rounds": stop["rounds"], "share": 100 * (share or 0)}
        for text in (sentences[stop["code"]], number)
        if text
    )


def shown_rounds(study: Study) -> list[Round]:
    """The closed rounds whose exact statistics may be shown, first to last."""
    closed = study.rounds.closed().select_related("study").order_by("number")
    return [round for round in closed.exclude(statistics=None) if may_show_results(round)]


def dashboard(study: Study, number: int | None = None) -> Dashboard | None:
    """The page of one round, the last one by default; None where nothing may be shown."""
    documents = [(round, round_statistics(round)) for round in shown_rounds(study)]
    chosen = next((pair for pair in documents if pair[0].number == number), None) or (documents or [None])[-1]
    if chosen is None:
        return None
    round, found = chosen
    groups = {group.code: group for group in questionnaire(study, round.number)}
    blocks = tuple(
        GroupBlock(groups[block["code"]], block, _rows(groups[block["code"]], block, documents))
        for block in found["groups"]
    )
    return Dashboard(study, round, found, blocks, tuple(documents))


def _rows(group: Group, block: dict, documents: list) -> tuple[ItemRow, ...]:
    by_round = [
        (round.number, items)
        for round, found in documents
        for other in found["groups"]
        if other["code"] == group.code
        for items in [other["items"]]
    ]
    marks = [item["statistics"]["q3"] or 0 for _number, items in by_round for item in items.values() if item]
    high = max([*marks, 1])
    return tuple(
        ItemRow(
            item,
            group,
            block["items"][item.code],
            tuple(
                (number, items[item.code]["statistics"]) for number, items in by_round if item.code in items
            ),
            high,
        )
        for item in group.items
        if item.code in block["items"]
    )
