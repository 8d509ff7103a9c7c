"""From sealed weights to scores, ranks, tiers and rank intervals."""

from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ranking.arrays import pack, unpack
from ranking.core.contributions import tree_contributions
from ranking.core.published import published_intervals, published_results, resampled_panel
from ranking.core.recipe import Composite, Recipe, recipe_of
from ranking.core.robustness import RankIntervals
from ranking.models import Run, RunTable, Score
from survey.audit import record_event
from survey.doorbell import ring_on_commit
from survey.refusal import InvalidTransition, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.core.panel import ExpertPanel
from weighting.core.refusal import MatrixRefused
from weighting.models import WeightSet
from weighting.tables import Table, read_table
from weighting.trees import StudyTree, expert_panel, study_tree
from weighting.weight_sets import failure_of, plain

TASK = "ranking.tasks.compute_run"


class WeightsNotSealed(Refusal):
    """The weights are not finished."""

    code = "weights_not_sealed"
    message = _("These weights are not sealed yet. Wait until the worker has finished them.")


@dataclass(frozen=True)
class Ranking:
    """Everything a run finds out, units in the order of the table."""

    table: Table
    composite: Composite
    scores: np.ndarray
    ranks: np.ndarray
    tiers: np.ndarray
    dimensions: np.ndarray
    intervals: RankIntervals | None
    facts: dict


@transaction.atomic
def request_run(weight_set: WeightSet, *, by: str, at: datetime) -> Run:
    """Ask a worker for scores and ranks; the same weights and parameters give the same row."""
    if not weight_set.is_sealed:
        raise WeightsNotSealed
    parameters = weight_set.study.protocol["ranking"]
    run, created = Run.objects.get_or_create(
        key=run_key(weight_set, parameters),
        defaults={"weight_set": weight_set, "parameters": parameters, "requested_by": by, "requested_at": at},
    )
    if created:
        record_event(actor=by, action="request_run", subject=f"{weight_set.study.slug} #{run.pk}", at=at)
    ring_on_commit(TASK, [run.pk])
    return run


def run_key(weight_set: WeightSet, parameters: dict) -> str:
    """The hash of a run's inputs and parameters."""
    inputs = {"weight_set": weight_set.key, "weights": weight_set.sha256, "parameters": parameters}
    return sha256_hex(canonical_bytes(inputs))


def compute_run(run: Run, *, at: datetime) -> Run:
    """Compute first, then land everything in one transaction; a run that is finished already is left as it is."""
    if run.status != Run.Status.QUEUED:
        return run
    tree = study_tree(run.study)
    try:
        found = rank_units(run, tree)
    except MatrixRefused as refused:
        failure = failure_of(refused)
        return _land(run, [], Run.Status.FAILED, failure=failure, finished_at=at)
    rows = fresh_rows(run, tree, found)
    return _land(
        run,
        rows,
        Run.Status.DONE,
        tables=[
            RunTable(run=run, name=name, content=pack(table=array))
            for name, array in fresh_tables(run, tree, found).items()
        ],
        finished_at=at,
        sha256=rows_sha256(rows),
        facts=found.facts,
        notices=[plain(asdict(notice)) for notice in found.composite.normalized.notices],
    )


def _land(run: Run, rows: list[Score], status: str, *, tables: list[RunTable] = (), **fields) -> Run:
    """Flip the status and write rows and tables in one transaction; where a twin was faster its result stands."""
    try:
        with transaction.atomic():
            run.advance(status, **fields)
            Score.objects.bulk_create(rows, batch_size=500)
            RunTable.objects.bulk_create(tables)
    except InvalidTransition:
        run.refresh_from_db()
    return run


def rank_units(run: Run, tree: StudyTree) -> Ranking:
    """Follow the run's recipe, cut tiers and resample the experts; raises `MatrixRefused`."""
    rules, recipe = run.parameters, run_recipe(run)
    table = read_table(run.weight_set.dataset, tree, run.weight_set.parameters)
    shares = expert_panel(run.weight_set.round, tree.tree)
    experts = shares.pooled(tree.tree)
    results = published_results(table, tree.tree, experts, recipe, rules)
    panel = resampled_panel(tree.tree, shares, table, results.composite, recipe)
    return Ranking(
        table=table,
        composite=results.composite,
        scores=results.scores,
        ranks=results.ranks,
        tiers=results.tiers,
        dimensions=results.nodes[:, tree.tree.level_nodes[0]],
        intervals=published_intervals(panel, results.composite, recipe, rules["intervals"], len(shares)),
        facts={
            "units": len(results.scores),
            "goodness_of_fit": results.goodness,
            "experts": len(shares),
            "arithmetic": results.arithmetic,
            "panel_sha256": panel_sha256(shares),
        },
    )


def run_recipe(run: Run) -> Recipe:
    """The protocol's choices from raw figures to ranks."""
    return recipe_of(run.weight_set.parameters, run.parameters)


def panel_rows(panel: ExpertPanel) -> list[list[float | None]]:
    """What every expert's answer says: shares of all nodes, then authorities where the panel has them; sorted."""
    table = panel.shares if panel.authority is None else np.hstack([panel.shares, panel.authority])
    return [plain(row) for row in table.tolist()]


def panel_sha256(panel: ExpertPanel) -> str:
    """The hash of the panel's answers without their receipts: what an auditor's copy is checked against."""
    return sha256_hex(canonical_bytes(panel_rows(panel)))


def fresh_rows(run: Run, tree: StudyTree, found: Ranking) -> list[Score]:
    """The rows of a ranking, not saved, in the order of the table."""
    first_level = [tree.indicators[node].code for node in tree.tree.level_nodes[0]]
    rows = []
    for place, unit in enumerate(found.table.units):
        low = int(found.intervals.lower[place]) if found.intervals else None
        high = int(found.intervals.upper[place]) if found.intervals else None
        rows.append(
            Score(
                run=run,
                unit=unit,
                score=float(found.scores[place]),
                rank=int(found.ranks[place]),
                tier=int(found.tiers[place]),
                rank_low=low,
                rank_high=high,
                dimensions=dict(zip(first_level, map(plain, found.dimensions[place]), strict=True)),
            )
        )
    return rows


def results_sha256(rows: list[Score]) -> str:
    """The hash of all scores, ranks and tiers, which a public bundle lets everybody work out."""
    return sha256_hex(canonical_bytes([[row.unit.code, row.score, row.rank, row.tier] for row in rows]))


def rows_sha256(rows: list[Score]) -> str:
    """The hash of a run's scores, ranks, tiers and intervals."""
    document = [[row.unit.code, row.score, row.rank, row.tier, row.rank_low, row.rank_high] for row in rows]
    return sha256_hex(canonical_bytes(document))


def fresh_tables(run: Run, tree: StudyTree, found: Ranking) -> dict[str, np.ndarray]:
    """Figures as used, normalised figures, node scores, the weights of every unit, and the contributions."""
    composite = found.composite
    return {
        "figures": composite.matrix,
        "normalized": composite.normalized.values,
        "nodes": composite.scores.nodes,
        "local": composite.scores.local,
        "contributions": tree_contributions(tree.tree, composite.scores, run_recipe(run).exponents),
    }


def run_table(run: Run, name: str) -> np.ndarray:
    """One kept table of a run."""
    return unpack(RunTable.objects.get(run=run, name=name).content)["table"]


def waiting_runs() -> list[int]:
    """Runs that no worker has finished."""
    return list(Run.objects.filter(status=Run.Status.QUEUED).values_list("pk", flat=True))
