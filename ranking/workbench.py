"""The bench a robustness study is worked on: everything its parts are computed from, worked out once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ranking.arrays import unpack
from ranking.core.draw_ranks import block_ranks, blocks, drawn_scores
from ranking.core.ranks import competition_ranks
from ranking.core.recipe import Recipe, rules_of, shown_scores
from ranking.core.resampling import aggregated_scores
from ranking.core.scenarios import (
    Dropped,
    Factors,
    World,
    composite_scores,
    gap_rule,
    scenario_ranks,
    world_factors,
)
from ranking.core.study import StudyPlan, plan_study
from ranking.core.tier_draws import draws_cut
from ranking.models import RobustnessPart, RobustnessStudy, Run
from ranking.runs import run_recipe, run_table
from weighting.core.hierarchy import local_weights
from weighting.core.refusal import MatrixRefused
from weighting.models import IndicatorWeight
from weighting.tables import Table, read_table
from weighting.trees import StudyTree, expert_panel, study_tree


class StudyJoinedMeanwhile(Exception):
    """A twin has joined the study and let go of what its parts had found; the result stands in the database."""


OTHER_RULES = ("group_median", "reweight")  # for missing cells
MANY_UNITS = 1024  # beyond, no table of units by units is made


@dataclass
class Workbench:
    """A study with its world, its settings and the tables of its run; the same wherever it is set up.

    On a trial the panel's answers are not read: their pooled weights stand in for one expert.
    """

    study: RobustnessStudy
    is_trial: bool = False

    @property
    def run(self) -> Run:
        """The run that is studied."""
        return self.study.run

    @cached_property
    def tree(self) -> StudyTree:
        """The study's tree."""
        return study_tree(self.run.study)

    @cached_property
    def recipe(self) -> Recipe:
        """The run's recipe."""
        return run_recipe(self.run)

    @cached_property
    def values(self) -> np.ndarray:
        """The run's normalised figures."""
        return run_table(self.run, "normalized")

    @cached_property
    def weights(self) -> np.ndarray:
        """The run's effective weights, in the order of the tree's leaves."""
        rows = IndicatorWeight.objects.filter(weight_set=self.run.weight_set)
        effective = dict(rows.values_list("indicator__code", "effective"))
        return np.array([effective[leaf.code] for leaf in self.tree.leaves])

    @property
    def is_large(self) -> bool:
        """Whether the run has too many units for a table of units by ranks."""
        return self.run.facts["units"] > MANY_UNITS

    @cached_property
    def published(self) -> np.ndarray:
        """Published ranks, units in the order of the figures."""
        return np.array(self.run.scores.order_by("unit__position").values_list("rank", flat=True))

    @property
    def listed_places(self) -> np.ndarray:
        """The listed units: in the order of the figures, or of their ranks where only neighbours are compared."""
        places = np.flatnonzero(self.published <= self.run.parameters["listed"])
        many = len(places) > MANY_UNITS
        return places[np.argsort(self.published[places], kind="stable")] if many else places

    @property
    def cuts(self) -> list[int]:
        """Ranks at which chances are asked for: the end of the list, and of every tier that is cut by rank."""
        tiers = self.run.parameters["tiers"]
        return [self.run.parameters["listed"], *(tiers["cuts"] if tiers["method"] == "rank_cuts" else ())]

    def arrays(self, kind: str, names: tuple[str, ...] = ()) -> Iterator[dict[str, np.ndarray]]:
        """What the study's parts of a kind have found, one at a time.

        Raises `StudyJoinedMeanwhile` where a twin joins the study between two of them.
        """
        parts = self.study.parts.filter(kind=kind).exclude(content=None)
        for pk in parts.values_list("pk", flat=True):
            content = bytes(RobustnessPart.objects.get(pk=pk).content)
            if not content:
                raise StudyJoinedMeanwhile
            yield unpack(content)

    def joined(self, kind: str, names: tuple[str, ...]) -> dict[str, np.ndarray]:
        """The sums of what the parts of a kind have counted."""
        sums: dict[str, np.ndarray] = {}
        for found in self.arrays(kind, names):
            for name in names:
                own = found[name].astype(np.int64 if name in ("total", "counts") else np.uint32)
                sums[name] = np.add(sums[name], own, out=sums[name]) if name in sums else own
        return sums

    @property
    def has_one_sum(self) -> bool:
        """Whether every score is one weighted sum of complete figures."""
        return self.recipe.is_additive and not np.isnan(self.values).any()

    @cached_property
    def world(self) -> World:
        """Everything the scenarios of the run are computed from."""
        matrices, places, directions = _kept_figures(self.run, self.tree) or _read_figures(
            self.run, self.tree
        )
        return World(
            matrices=matrices,
            places=places,
            directions=directions,
            tree=self.tree.tree,
            shares=self._pooled()
            if self.is_trial
            else expert_panel(self.run.weight_set.round, self.tree.tree),
            recipe=replace(self.recipe, tolerance=self.run.parameters["tie_tolerance"]),
            seed=self.study.parameters["seed"],
            concentration=self.study.parameters["concentration"],
            levels=self.study.parameters.get("levels"),
        )

    def _pooled(self) -> np.ndarray:
        """The experts' pooled weights as the shares of one expert."""
        rows = IndicatorWeight.objects.filter(weight_set=self.run.weight_set)
        expert = dict(rows.values_list("indicator__code", "expert"))
        return np.array([[expert[code] for code in self.tree.tree.codes]])

    @cached_property
    def factors(self) -> Factors:
        """The named factors that can be varied; the refused choices of a large run are tried once, by one part."""
        done = next(self.arrays(RobustnessPart.Kind.ALONE), None) if self.is_large else None
        dropped = done and [Dropped(*row) for row in json.loads(str(done["dropped"]))]
        return world_factors(self.world, dropped)

    @cached_property
    def plan(self) -> StudyPlan:
        """The settings of the named factors."""
        rules = self.study.parameters
        return plan_study(self.factors.factors, base=rules["base"], seed=rules["seed"])

    @cached_property
    def tier_rules(self) -> dict:
        """How the units of a draw are cut into tiers: the run's rules, the list no longer than the run."""
        rules = self.run.parameters
        return {"tiers": rules["tiers"], "listed": min(rules["listed"], self.run.facts["units"])}

    @property
    def tiers_by_rank(self) -> bool:
        """Whether the chances of the tiers follow from the ranks alone."""
        return self.tier_rules["tiers"]["method"] == "rank_cuts"

    @property
    def tier_draws(self) -> int:
        """How many draws, from the first on, are cut into tiers."""
        return draws_cut(self.tier_rules, self.study.parameters["draws"])

    def drawn_blocks(
        self, draws: np.ndarray, *, with_scores: bool
    ) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """Ranks of all units under drawn weights of the leaves, aggregated as the run does, some draws at a time.

        With them the scores as they are shown, where they are asked for.
        """
        if self.has_one_sum:
            drawn = drawn_scores(self.values, draws)
            for start, stop in blocks(drawn):
                scores = drawn.plain_scores(start, stop) if with_scores else None
                yield block_ranks(drawn, start, stop), self._shown(scores)
            return
        for scores in self._aggregated(draws):
            yield competition_ranks(scores), self._shown(scores if with_scores else None)

    def drawn_ranks(self, draws: np.ndarray) -> Iterator[np.ndarray]:
        """The ranks alone."""
        return (ranks for ranks, _ in self.drawn_blocks(draws, with_scores=False))

    def _aggregated(self, draws: np.ndarray) -> Iterator[np.ndarray]:
        """Scores that are no one weighted sum; of many units those of one draw after the other."""
        tree = self.tree.tree
        local = local_weights(tree, draws)
        if self.is_large:
            return (composite_scores(tree, self.values, row, self.recipe)[None] for row in local)
        gaps = gap_rule(self.values)
        return aggregated_scores(tree, self.values, local, rules=rules_of(self.recipe), missing=gaps)

    def _shown(self, scores: np.ndarray | None) -> np.ndarray | None:
        """Scores of some draws on the scale on which the run shows them."""
        return None if scores is None else np.array([shown_scores(row, row, self.recipe) for row in scores])

    def tried_ranks(self, setting: dict) -> np.ndarray | None:
        """Ranks under a setting; None where its choices refuse each other."""
        try:
            return scenario_ranks(self.world, setting)
        except MatrixRefused:
            return None


def _kept_figures(run: Run, tree: StudyTree) -> tuple | None:
    """The run's own table of figures and their directions where no cell is missing, which leaves no other rule."""
    rules, dataset = run.weight_set.parameters, run.weight_set.dataset
    if rules["missing"] == "group_median" or dataset.units.count() != run.facts["units"]:
        return None
    figures = run_table(run, "figures")
    if np.isnan(figures).any():
        return None
    targeted = np.isin([leaf.code for leaf in tree.leaves], list(rules["targets"]))
    places = np.arange(len(figures))
    return {rules["missing"]: figures}, {rules["missing"]: places}, np.where(targeted, 1, tree.directions)


def _read_figures(run: Run, tree: StudyTree) -> tuple:
    """The figures under each rule for missing cells, the places of the published units in them, the directions."""
    tables = _tables(run, tree)
    first = next(iter(tables.values()))
    published = [unit.code for unit in first.units]
    return (
        {rule: table.matrix for rule, table in tables.items()},
        {rule: _places(published, table) for rule, table in tables.items()},
        first.directions,
    )


def _tables(run: Run, tree: StudyTree) -> dict[str, Table]:
    """The run's table by its rule for missing cells; where there are such cells, by the other rules as well."""
    rules, dataset = run.weight_set.parameters, run.weight_set.dataset
    tables = {rules["missing"]: read_table(dataset, tree, rules)}
    published = tables[rules["missing"]]
    if published.left_out or any(None in unit.values for unit in published.units):
        for rule in OTHER_RULES:
            if rule not in tables:
                _add_table(tables, run, tree, rules | {"missing": rule, "missing_group": ""})
    return tables


def _add_table(tables: dict, run: Run, tree: StudyTree, rules: dict) -> None:
    """Add the table under another rule for missing cells, unless that rule refuses the figures."""
    try:
        tables[rules["missing"]] = read_table(run.weight_set.dataset, tree, rules)
    except MatrixRefused:
        return


def _places(published: list[str], table: Table) -> np.ndarray:
    """Rows of the published units in a table."""
    rows = {unit.code: row for row, unit in enumerate(table.units)}
    return np.array([rows[code] for code in published])
