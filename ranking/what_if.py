"""The list under other weights, worked out on the server: what the page shows without script and the script must find.

All scored units are weighed again, as a rank among the listed ones alone would be no rank. Shown are the units that
would stand on the list, and the listed ones that would leave it; a unit that is on neither list is not named
(docs/decisions/0014-what-if.md).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import kendalltau

from ranking.core.ranks import competition_ranks
from ranking.core.tiers import rank_cut_tiers
from ranking.core.what_if import Reach, blended, floored, leaf_weights, reach, shares_of, what_if_scores
from ranking.models import Run, Score
from ranking.runs import run_recipe, run_table
from ranking.what_if_state import BLEND, EQUAL, OWN, State, WhatIfRefused, read_state
from survey.core.correlation import rank_correlation
from weighting.core.refusal import MatrixRefused
from weighting.failures import REASONS
from weighting.trees import StudyTree, study_tree
from weighting.weight_table import weight_rows


@dataclass(frozen=True)
class Basis:
    """What the weights are changed on: the run's units in the order of the dataset, figures brought to one scale."""

    run: Run
    tree: StudyTree
    scores: tuple[Score, ...]
    figures: np.ndarray
    expert: np.ndarray
    variation: np.ndarray
    published: np.ndarray

    @property
    def listed(self) -> int:
        """The last rank of the list."""
        return self.run.parameters["listed"]

    @property
    def cuts(self) -> list[int] | None:
        """The last rank of each tier, where tiers are cut by rank."""
        tiers = self.run.parameters["tiers"]
        return tiers["cuts"] if tiers["method"] == "rank_cuts" else None

    @cached_property
    def official(self) -> np.ndarray:
        """The published ranks of all units."""
        return np.array([score.rank for score in self.scores])

    @property
    def highest_floor(self) -> float:
        """Percent; there nothing is left to share out."""
        return 100 / self.figures.shape[1]

    @property
    def is_complete(self) -> bool:
        """Whether every unit has every figure."""
        return not np.isnan(self.figures).any()

    @property
    def best_is_hundred(self) -> bool:
        """Whether the best score is set to 100."""
        return self.run.parameters["normalization"] == "vector"

    def state(self, asked) -> State:
        """What an address asks for on this basis."""
        pins = {score.unit.code for score in self.scores if score.rank <= self.listed}
        return read_state(asked, self.tree.tree.codes, pins, highest_floor=self.highest_floor)


def basis_of(run: Run) -> Basis | None:
    """The basis, or None where scores are no weighted sums of figures."""
    if not run_recipe(run).is_additive:
        return None
    tree = study_tree(run.study)
    by_code = {row.indicator.code: row for row in weight_rows(run.weight_set)}
    leaves = [by_code[leaf.code] for leaf in tree.leaves]
    return Basis(
        run=run,
        tree=tree,
        scores=tuple(Score.objects.filter(run=run).select_related("unit").order_by("unit__position")),
        figures=run_table(run, "normalized"),
        expert=np.array([row.expert for row in leaves]),
        variation=np.array([row.variation for row in leaves]),
        published=np.array([row.final for row in leaves]),
    )


@dataclass(frozen=True)
class Answer:
    """The list under the weights of a state."""

    basis: Basis
    state: State
    weights: np.ndarray
    scores: np.ndarray
    ranks: np.ndarray

    @cached_property
    def on_list(self) -> list[int]:
        """The units that would be listed, best first; equal ones as on the published list."""
        found = np.flatnonzero(self.ranks <= self.basis.listed)
        return sorted(
            found.tolist(), key=lambda place: (self.ranks[place], self.basis.official[place], place)
        )

    @cached_property
    def tiers(self) -> np.ndarray | None:
        """The tiers of all units by the published cuts; None where tiers are cut otherwise."""
        if self.basis.cuts is None:
            return None
        return np.where(self.ranks <= self.basis.listed, rank_cut_tiers(self.ranks, self.basis.cuts), 0)

    @property
    def entering(self) -> list[int]:
        """Units that would come onto the list, best first."""
        return [place for place in self.on_list if self.basis.official[place] > self.basis.listed]

    @property
    def leaving(self) -> list[int]:
        """Listed units that would go, in their published order."""
        gone = np.flatnonzero((self.ranks > self.basis.listed) & (self.basis.official <= self.basis.listed))
        return sorted(gone.tolist(), key=lambda place: (self.basis.official[place], place))

    @cached_property
    def agreement(self) -> dict[str, float | None]:
        """Spearman's and Kendall's correlation with the published ranks, over the published list."""
        listed = self.basis.official <= self.basis.listed
        before, after = self.basis.official[listed], self.ranks[listed]
        spearman = rank_correlation(before, after).value
        kendall = None if spearman is None else float(kendalltau(before, after)[0])
        return {"spearman": spearman, "kendall": kendall}

    @cached_property
    def pinned(self) -> int | None:
        """The row of the unit that is followed."""
        codes = [score.unit.code for score in self.basis.scores]
        return codes.index(self.state.pin) if self.state.pin else None

    @cached_property
    def reach(self) -> Reach | None:
        """How far the unit that is followed can rise and fall under the floor; None where figures are missing."""
        if self.pinned is None or not self.basis.is_complete:
            return None
        return reach(self.basis.figures, self.pinned, float(self.state.floor) / 100)


def answer_of(basis: Basis, state: State) -> Answer:
    """Weigh all units again; raises `WhatIfRefused` for weights that add up to nothing."""
    try:
        weights = floored(chosen_weights(basis, state), float(state.floor) / 100)
        scores = what_if_scores(basis.tree.tree, basis.figures, weights)
        if basis.best_is_hundred:
            scores = 100 * scores / scores.max()
        ranks = competition_ranks(scores, tolerance=basis.run.parameters["tie_tolerance"])
    except MatrixRefused as refused:
        raise WhatIfRefused(why=REASONS.get(refused.reason, refused.reason)) from refused
    return Answer(basis, state, weights, scores, ranks)


def chosen_weights(basis: Basis, state: State) -> np.ndarray:
    """The leaves' weights before the floor, sum 1."""
    tree = basis.tree.tree
    if state.by == BLEND:
        return blended(basis.expert, basis.variation, float(state.alpha) / 100)
    if state.by == EQUAL:
        return leaf_weights(tree, shares_of(np.ones(len(tree.codes)), tree.groups))
    if state.by == OWN:
        points = [float(state.points[code]) for code in tree.codes]
        return leaf_weights(tree, shares_of(points, tree.groups))
    return basis.published
