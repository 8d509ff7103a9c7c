"""A finished run ranked in other ways, as rows for a page: another alpha, TOPSIS, VIKOR."""

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext_lazy as _

from ranking.charts import alpha_chart
from ranking.core.other_ways import AlphaSweep, alpha_ranks, cross_checks
from ranking.core.recipe import rules_of
from ranking.models import Run, Score
from ranking.runs import run_recipe, run_table
from weighting.core.hierarchy import effective_weights
from weighting.core.refusal import MatrixRefused
from weighting.failures import explain
from weighting.trees import StudyTree, study_tree
from weighting.weight_sets import failure_of

FIRST = 30  # units whose ranks under every alpha are shown
NAMES = {"topsis": _("TOPSIS"), "vikor": _("VIKOR")}


@dataclass(frozen=True)
class Bench:
    """The arrays of a run that other ways start from, units in the order of its tables.

    ``expert`` is local to the groups, over nodes; ``variation`` and ``final`` are shares of the whole, over leaves.
    """

    run: Run

    tree: StudyTree
    scores: list[Score]
    ranks: np.ndarray
    values: np.ndarray
    expert: np.ndarray
    variation: np.ndarray
    final: np.ndarray


def bench_of(run: Run) -> Bench:
    """Read the arrays of a finished run."""
    tree = study_tree(run.study)
    stored = {row.indicator_id: row for row in run.weight_set.weights.all()}
    rows = [stored[indicator.pk] for indicator in tree.indicators]
    scores = list(Score.objects.filter(run=run).select_related("unit").order_by("unit__position"))
    return Bench(
        run=run,
        tree=tree,
        scores=scores,
        ranks=np.array([score.rank for score in scores]),
        values=run_table(run, "normalized"),
        expert=np.array([row.expert for row in rows]),
        variation=effective_weights(tree.tree, [row.variation for row in rows])[tree.tree.leaves],
        final=np.array([row.effective for row in rows])[tree.tree.leaves],
    )


def other_ways(run: Run) -> dict:
    """What the page of other ways needs."""
    bench = bench_of(run)
    return _sweep_context(bench) | _checks_context(bench)


def _sweep_context(bench: Bench) -> dict:
    """Weights and ranks as alpha goes from 0 to 1, or why they cannot be had."""
    run, recipe = bench.run, run_recipe(bench.run)
    try:
        sweep = alpha_ranks(
            bench.tree.tree,
            bench.values,
            bench.expert,
            bench.variation,
            bench.ranks,
            rules=rules_of(recipe),
            level=recipe.level,
            missing="reweight" if np.isnan(bench.values).any() else "refuse",
        )
    except MatrixRefused as refused:
        return {"sweep_refusal": explain(failure_of(refused), run.study)}
    order = np.argsort(bench.ranks, kind="stable")[:FIRST]
    units = [
        {
            "score": bench.scores[place],
            "ranks": [
                {"rank": rank, "gained": rank < bench.ranks[place], "lost": rank > bench.ranks[place]}
                for rank in sweep.ranks[:, place].tolist()
            ],
        }
        for place in order
    ]
    depths = bench.tree.tree.levels
    nodes = [
        {"indicator": indicator, "depth": depths[node], "weights": sweep.weights[:, node].tolist()}
        for node, indicator in enumerate(bench.tree.indicators)
    ]
    listed = bench.ranks <= run.parameters["listed"]
    return {
        "sweep": sweep,
        "alpha_units": units,
        "alpha_nodes": nodes,
        "alpha_summary": _summary(sweep, listed, run.parameters["listed"]),
        "alpha_chart": alpha_chart(sweep, units),
        "own_alpha": recipe.alpha if recipe.combination == "linear" else None,
    }


def _summary(sweep: AlphaSweep, listed: np.ndarray, cut: int) -> list[dict]:
    """For each alpha how far the ranks are from the run's, and how many listed units leave the list."""
    left = ((sweep.ranks > cut) & listed).sum(axis=1).tolist()
    return [
        {"alpha": alpha, "shift": shift, "correlation": None if np.isnan(rho) else rho, "left": gone}
        for alpha, shift, rho, gone in zip(
            sweep.alphas, sweep.shift.tolist(), sweep.correlation.tolist(), left, strict=True
        )
    ]


def _checks_context(bench: Bench) -> dict:
    """TOPSIS and VIKOR on the run's scaled figures and final weights, unit by unit."""
    checks = cross_checks(bench.values, bench.final, bench.ranks)
    usable = [check for check in checks if check.refusal is None]
    order = np.argsort(bench.ranks, kind="stable")
    rows = [
        {
            "score": bench.scores[place],
            "checks": [
                {
                    "rank": int(check.ranks[place]),
                    "score": float(check.scores[place]),
                    "moved": int(bench.ranks[place] - check.ranks[place]),
                }
                for check in usable
            ],
        }
        for place in order
    ]
    summary = [
        {
            "name": NAMES[check.name],
            "shift": check.shift,
            "correlation": None
            if check.correlation is None or np.isnan(check.correlation)
            else check.correlation,
            "refusal": "" if check.refusal is None else explain(failure_of(check.refusal), bench.run.study),
        }
        for check in checks
    ]
    return {"check_rows": rows, "check_names": [NAMES[check.name] for check in usable], "checks": summary}
