"""A run's tables side by side: every unit's figures, scaled figures, places and points as arrays."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ranking.core.peers import percentile_positions
from ranking.core.ranks import competition_ranks
from ranking.explanations import scale_factor
from ranking.models import Run, Score
from ranking.runs import run_recipe, run_table
from weighting.core.hierarchy import effective_weights
from weighting.trees import StudyTree, study_tree


@dataclass(frozen=True, eq=False)
class Measured:
    """Scored units in the order of the run's tables; columns are the leaves, or the nodes, of the tree.

    ``points`` are what each leaf brought to the score, and add up to it; ``is_sum`` tells whether they are weight times
    scaled figure.
    """

    tree: StudyTree
    codes: tuple[str, ...]
    raw: tuple[list[float | None], ...]
    used: np.ndarray
    scaled: np.ndarray
    nodes: np.ndarray
    weights: np.ndarray
    points: np.ndarray
    is_sum: bool

    @cached_property
    def row(self) -> dict[str, int]:
        """The row of every unit by its code."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def positions(self) -> np.ndarray:
        """Where every scaled figure stands among all scored units, 0 to 1."""
        return percentile_positions(self.scaled)

    @cached_property
    def ranks(self) -> np.ndarray:
        """Competition rank of every scaled figure; 0 where it is missing."""
        ranks = np.zeros(self.scaled.shape, dtype=np.int64)
        for column in range(self.scaled.shape[1]):
            known = np.isfinite(self.scaled[:, column])
            ranks[known, column] = competition_ranks(self.scaled[known, column], tolerance=0.0)
        return ranks

    @cached_property
    def known(self) -> np.ndarray:
        """How many units have a figure in each column."""
        return np.isfinite(self.scaled).sum(axis=0)

    def change(self, place: int, column: int) -> str:
        """What happened to a raw figure before it was scaled: none, missing, filled or treated."""
        raw, used = self.raw[place][column], self.used[place, column]
        if raw is None:
            return "missing" if np.isnan(used) else "filled"
        return "none" if raw == used else "treated"


def measured(run: Run) -> Measured:
    """Read the run's kept tables."""
    tree, recipe = study_tree(run.study), run_recipe(run)
    kept = {
        name: run_table(run, name) for name in ("figures", "normalized", "nodes", "local", "contributions")
    }
    units = list(
        Score.objects.filter(run=run).order_by("unit__position").values_list("unit__code", "unit__values")
    )
    weights = effective_weights(tree.tree, kept["local"])
    return Measured(
        tree=tree,
        codes=tuple(code for code, _values in units),
        raw=tuple(values for _code, values in units),
        used=kept["figures"],
        scaled=kept["normalized"],
        nodes=kept["nodes"],
        weights=weights,
        points=kept["contributions"] * scale_factor(recipe, kept["contributions"]),
        is_sum=recipe.is_additive,
    )
