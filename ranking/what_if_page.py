"""What-if as rows for the page, as a document for programs, and as the figures the reader's browser works on."""

from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from django.utils.translation import gettext as _

from ranking.core.what_if import local_shares
from ranking.listing import tier_name
from ranking.what_if import Answer, Basis, chosen_weights
from ranking.what_if_state import BLEND, EQUAL, FIRST, OWN, PREFIX, PUBLISHED, State
from survey.models import Indicator


@dataclass(frozen=True)
class Row:
    """One unit under the reader's weights; ``rank`` is None off the list, ``official`` off the published one."""

    code: str
    label: str
    rank: int | None
    official: int | None
    score: float
    tier: int
    tier_name: str
    official_tier: int

    @property
    def move(self) -> int | None:
        """Places gained; None where it is on one of the two lists alone."""
        return None if self.rank is None or self.official is None else self.official - self.rank

    @property
    def places(self) -> int:
        """Places up or down."""
        return abs(self.move or 0)


@dataclass(frozen=True)
class Field:
    """One indicator's points as the form shows them, and its share of the whole."""

    indicator: Indicator
    name: str
    points: str
    share: float


@dataclass(frozen=True)
class Group:
    """Siblings that share 100 %; ``parent`` is None for the first level."""

    parent: Indicator | None
    fields: tuple[Field, ...]
    share: float


@dataclass(frozen=True)
class Preset:
    """A ready choice as a link."""

    label: str
    query: str
    by: str
    alpha: str
    is_chosen: bool


def row_of(answer: Answer, place: int) -> Row:
    """One unit, its rank hidden where it is not on the list."""
    basis, score = answer.basis, answer.basis.scores[place]
    rank, tier = int(answer.ranks[place]), int(answer.tiers[place]) if answer.tiers is not None else 0
    is_listed = score.rank <= basis.listed
    return Row(
        code=score.unit.code,
        label=score.unit.label,
        rank=rank if rank <= basis.listed else None,
        official=score.rank if is_listed else None,
        score=float(answer.scores[place]),
        tier=tier,
        tier_name=tier_name(basis.run, tier),
        official_tier=score.tier,
    )


def page_context(answer: Answer) -> dict:
    """Everything the page shows of an answer."""
    rows, state = [row_of(answer, place) for place in answer.on_list], answer.state
    moved = [row for row in rows if row.tier and row.official_tier and row.tier != row.official_tier]
    return {
        "rows": rows if state.everything else rows[:FIRST],
        "entering": [row_of(answer, place) for place in answer.entering],
        "leaving": [row_of(answer, place) for place in answer.leaving],
        "tier_changes": [
            {"row": row, "before": tier_name(answer.basis.run, row.official_tier)} for row in moved
        ],
        "tiers_up": sum(row.tier < row.official_tier for row in moved),
        "tiers_down": sum(row.tier > row.official_tier for row in moved),
        "agreement": answer.agreement,
        "pinned": row_of(answer, answer.pinned) if answer.pinned is not None else None,
        "reach": reach_words(answer),
        "groups": groups_of(answer),
        "full": max(100.0, max(row.score for row in rows)),
    }


def reach_words(answer: Answer) -> dict[str, str] | None:
    """The best and the worst rank the followed unit can reach, as far as known; ranks off the list are not told."""
    if answer.reach is None:
        return None
    found, listed, now = answer.reach, answer.basis.listed, int(answer.ranks[answer.pinned])
    best, worst = min(found.best, now), max(found.worst, now)
    return {
        "best": _between(found.best_bound, best, best, listed),
        "worst": _between(worst, found.worst_bound, worst, listed),
    }


def _between(low: int, high: int, found: int, listed: int) -> str:
    if low > listed:
        return _("off the list")
    if low == high:
        return str(low)
    if high > listed:
        return _("{found} or worse").format(found=found)
    return _("between {low} and {high}").format(low=low, high=high)


def groups_of(answer: Answer) -> list[Group]:
    """The fields of the form, first level first; the reader's own points, or the shares that the choice comes to."""
    tree, state = answer.basis.tree, answer.state
    shares = local_shares(tree.tree, chosen_weights(answer.basis, state))
    whole = np.zeros(len(shares))
    whole[tree.tree.leaves] = answer.weights
    for node in reversed(range(len(whole))):
        if tree.tree.parents[node] >= 0:
            whole[tree.tree.parents[node]] += whole[node]

    def field(node: int) -> Field:
        indicator = tree.indicators[node]
        points = state.points[indicator.code] if state.by == OWN else points_text(100 * shares[node])
        return Field(indicator, PREFIX + indicator.code, points, float(whole[node]))

    found = []
    for group in sorted(tree.tree.groups, key=lambda group: tree.tree.levels[group[0]]):
        parent = tree.tree.parents[group[0]]
        above = tree.indicators[parent] if parent >= 0 else None
        share = float(whole[parent]) if parent >= 0 else 1.0
        found.append(Group(above, tuple(map(field, group.tolist())), share))
    return found


def points_text(value: float) -> str:
    """Points as the form shows them, at most two decimals; the script writes them alike."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def presets(state: State) -> list[Preset]:
    """Ready choices, each with its address."""
    choices = [
        (PUBLISHED, "", _("As published")),
        (BLEND, "100", _("Experts only")),
        (BLEND, "0", _("Variation only")),
        (EQUAL, "", _("All equal")),
    ]
    kept = {name: text for name, text in state.parts().items() if name in ("floor", "pin", "all")}
    found = []
    for by, alpha, label in choices:
        parts = {"by": by if by != PUBLISHED else "", "alpha": alpha}
        said = {name: text for name, text in parts.items() if text} | kept
        is_chosen = state.by == by and (not alpha or float(state.alpha) == float(alpha))
        found.append(Preset(label, urlencode(said), by, alpha, is_chosen))
    return found


def document(answer: Answer) -> dict:
    """The answer for programs; weights and scores are not rounded."""
    basis, rows = answer.basis, [row_of(answer, place) for place in answer.on_list]
    pinned = row_of(answer, answer.pinned) if answer.pinned is not None else None
    return {
        "official": False,
        "notice": _("Not the official ranking: what the list would be under weights that a reader chose."),
        "state": answer.state.parts(),
        "weights": dict(zip([leaf.code for leaf in basis.tree.leaves], answer.weights.tolist(), strict=True)),
        "list": [
            {"rank": row.rank, "code": row.code, "name": row.label, "score": row.score}
            | {"official_rank": row.official, "move": row.move, "tier": row.tier or None}
            for row in rows
        ],
        "entering": [basis.scores[place].unit.code for place in answer.entering],
        "leaving": [basis.scores[place].unit.code for place in answer.leaving],
        **answer.agreement,
        "pin": pinned and {"code": pinned.code, "rank": pinned.rank, "official_rank": pinned.official},
        "reach": answer.reach and vars(answer.reach),
    }


def script_figures(basis: Basis) -> dict:
    """What the browser works on: figures by indicator, weights, the tree, and the units with their published ranks."""
    tree, listed = basis.tree.tree, basis.listed
    groups = sorted(tree.groups, key=lambda group: -tree.levels[group[0]])
    return {
        "codes": tree.codes,
        "tree": {
            "parents": tree.parents,
            "leaves": tree.leaves.tolist(),
            "groups": [group.tolist() for group in groups],
        },
        "expert": basis.expert.tolist(),
        "variation": basis.variation.tolist(),
        "published": basis.published.tolist(),
        "figures": [
            [None if np.isnan(value) else value for value in column] for column in basis.figures.T.tolist()
        ],
        "units": [
            {"code": score.unit.code, "label": score.unit.label, "rank": score.rank, "tier": score.tier}
            if score.rank <= listed
            else {"code": score.unit.code, "label": score.unit.label}
            for score in basis.scores
        ],
        "listed": listed,
        "tolerance": basis.run.parameters["tie_tolerance"],
        "cuts": basis.cuts,
        "tiers": [tier_name(basis.run, number + 1) for number in range(len(basis.cuts or ()))],
        "best_is_hundred": basis.best_is_hundred,
        "first": FIRST,
    }
