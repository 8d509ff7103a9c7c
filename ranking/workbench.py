"""The bench a robustness study is worked on: everything its parts are computed from, worked out once."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ranking.core.recipe import Recipe, rules_of
from ranking.core.resampling import additive_ranks, aggregated_ranks
from ranking.core.scenarios import Factors, World, gap_rule, scenario_ranks, world_factors
from ranking.core.study import StudyPlan, plan_study
from ranking.models import RobustnessStudy, Run
from ranking.runs import run_recipe, run_table
from weighting.core.hierarchy import local_weights
from weighting.core.refusal import MatrixRefused
from weighting.models import IndicatorWeight
from weighting.tables import Table, read_table
from weighting.trees import StudyTree, expert_panel, study_tree

OTHER_RULES = ("group_median", "reweight")  # for missing cells


@dataclass
class Workbench:
    """A study with its world, its settings and the tables of its run; the same wherever it is set up."""

    study: RobustnessStudy

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
    def has_one_sum(self) -> bool:
        """Whether every score is one weighted sum of complete figures."""
        return self.recipe.is_additive and not np.isnan(self.values).any()

    @cached_property
    def world(self) -> World:
        """Everything the scenarios of the run are computed from."""
        tables = _tables(self.run, self.tree)
        first = next(iter(tables.values()))
        published = [unit.code for unit in first.units]
        return World(
            matrices={rule: table.matrix for rule, table in tables.items()},
            places={rule: _places(published, table) for rule, table in tables.items()},
            directions=first.directions,
            tree=self.tree.tree,
            shares=expert_panel(self.run.weight_set.round, self.tree.tree),
            recipe=replace(self.recipe, tolerance=self.run.parameters["tie_tolerance"]),
            seed=self.study.parameters["seed"],
            concentration=self.study.parameters["concentration"],
        )

    @cached_property
    def factors(self) -> Factors:
        """The named factors that can be varied."""
        return world_factors(self.world)

    @cached_property
    def plan(self) -> StudyPlan:
        """The settings of the named factors."""
        rules = self.study.parameters
        return plan_study(self.factors.factors, base=rules["base"], seed=rules["seed"])

    def drawn_ranks(self, draws: np.ndarray) -> np.ndarray:
        """Ranks of all units under drawn weights of the leaves, aggregated as the run does."""
        if self.has_one_sum:
            return additive_ranks(self.values, draws)
        tree = self.tree.tree
        gaps = gap_rule(self.values)
        return aggregated_ranks(
            tree, self.values, local_weights(tree, draws), rules=rules_of(self.recipe), missing=gaps
        )

    def tried_ranks(self, setting: dict) -> np.ndarray | None:
        """Ranks under a setting; None where its choices refuse each other."""
        try:
            return scenario_ranks(self.world, setting)
        except MatrixRefused:
            return None


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
