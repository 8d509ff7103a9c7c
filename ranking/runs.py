"""From sealed weights to scores, ranks, tiers and rank intervals."""

from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ranking.core.aggregation import additive
from ranking.core.normalization import Normalized, min_max, vector
from ranking.core.ranks import competition_ranks
from ranking.core.robustness import RankIntervals, expert_resamples, rank_intervals
from ranking.core.tiers import goodness_of_fit, natural_break_tiers, rank_cut_tiers, score_cut_tiers
from ranking.models import Run, Score
from survey.audit import record_event
from survey.doorbell import ring_on_commit
from survey.refusal import InvalidTransition, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.core.expert import arithmetic_pool
from weighting.core.hierarchy import combine_levels, pool_groups
from weighting.core.refusal import MatrixRefused
from weighting.models import WeightSet
from weighting.trees import StudyTree, expert_shares, study_tree
from weighting.weight_sets import Derivation, combination, derive_weights, plain

TASK = "ranking.tasks.compute_run"
CHUNK = 250  # resampled panels held in memory at once


class WeightsNotSealed(Refusal):
    """The weights are not finished."""

    code = "weights_not_sealed"
    message = _("These weights are not sealed yet. Wait until the worker has finished them.")


@dataclass(frozen=True)
class Ranking:
    """Everything a run finds out, units in the order of the table."""

    derived: Derivation
    normalized: Normalized
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
    inputs = {"weight_set": weight_set.key, "weights": weight_set.sha256, "parameters": parameters}
    run, created = Run.objects.get_or_create(
        key=sha256_hex(canonical_bytes(inputs)),
        defaults={"weight_set": weight_set, "parameters": parameters, "requested_by": by, "requested_at": at},
    )
    if created:
        record_event(actor=by, action="request_run", subject=f"{weight_set.study.slug} #{run.pk}", at=at)
    ring_on_commit(TASK, [run.pk])
    return run


def compute_run(run: Run, *, at: datetime) -> Run:
    """Compute first, then land everything in one transaction; a run that is finished already is left as it is."""
    if run.status != Run.Status.QUEUED:
        return run
    tree = study_tree(run.study)
    try:
        found = rank_units(run, tree)
    except MatrixRefused as refused:
        failure = {
            "reason": refused.reason,
            "columns": list(refused.columns),
            "numbers": plain(refused.numbers),
        }
        return _land(run, [], Run.Status.FAILED, failure=failure, finished_at=at)
    rows = _rows(run, tree, found)
    document = [[row.unit.code, row.score, row.rank, row.tier, row.rank_low, row.rank_high] for row in rows]
    return _land(
        run,
        rows,
        Run.Status.DONE,
        finished_at=at,
        sha256=sha256_hex(canonical_bytes(document)),
        facts=found.facts,
        notices=[plain(asdict(notice)) for notice in found.normalized.notices],
    )


def _land(run: Run, rows: list[Score], status: str, **fields) -> Run:
    """Flip the status and write the rows in one transaction; where a twin was faster its result stands."""
    try:
        with transaction.atomic():
            run.advance(status, **fields)
            Score.objects.bulk_create(rows, batch_size=500)
    except InvalidTransition:
        run.refresh_from_db()
    return run


def rank_units(run: Run, tree: StudyTree) -> Ranking:
    """Normalise, add up, rank, tier and resample by the run's own parameters; raises `MatrixRefused`."""
    rules, derived = run.parameters, derive_weights(run.weight_set, tree)
    codes = [leaf.code for leaf in tree.leaves]
    normalized = _normalize(derived, tree, rules, k=run.weight_set.parameters["k"], codes=codes)
    effective = derived.weights.effective[tree.tree.leaves]
    scores = additive(normalized.values, effective)
    scale = 100 / scores.max() if rules["normalization"] == "vector" else 1.0
    ranks = competition_ranks(scores * scale, tolerance=rules["tie_tolerance"])
    tiers, goodness = _tiers(scores * scale, ranks, rules)
    intervals = _intervals(run, tree, derived, normalized.values)
    facts = {"units": len(scores), "goodness_of_fit": goodness, "experts": run.weight_set.round.answers}
    return Ranking(
        derived=derived,
        normalized=normalized,
        scores=scores * scale,
        ranks=ranks,
        tiers=tiers,
        dimensions=_dimension_scores(tree, derived, normalized.values) * scale,
        intervals=intervals,
        facts=facts,
    )


def _normalize(
    derived: Derivation, tree: StudyTree, rules: dict, *, k: float, codes: list[str]
) -> Normalized:
    if rules["normalization"] == "vector":
        return vector(derived.table.matrix, tree.directions, k=k, codes=codes)
    return min_max(derived.table.matrix, tree.directions, codes=codes)


def _tiers(scores: np.ndarray, ranks: np.ndarray, rules: dict) -> tuple[np.ndarray, float]:
    """Tiers of the listed units (0 for the others), with the goodness of variance fit of the listed scores."""
    tiers, listed = np.zeros(len(scores), dtype=np.int64), ranks <= rules["listed"]
    method, cuts = rules["tiers"]["method"], rules["tiers"].get("cuts")
    if method == "rank_cuts":
        tiers[listed] = rank_cut_tiers(ranks[listed], cuts)
    elif method == "score_cuts":
        tiers[listed] = score_cut_tiers(scores[listed], cuts)
    else:
        tiers[listed] = natural_break_tiers(scores[listed], rules["tiers"]["count"]).tiers
    return tiers, float(goodness_of_fit(scores[listed], tiers[listed]))


def _dimension_scores(tree: StudyTree, derived: Derivation, normalized: np.ndarray) -> np.ndarray:
    """Score of every first-level indicator, (units, dimensions): the weighted mean of the leaves under it."""
    columns = []
    effective = derived.weights.effective[tree.tree.leaves]
    for node in tree.tree.level_nodes[0]:
        share = effective * tree.tree.leaf_membership[:, node]
        total = share.sum()
        columns.append(normalized @ (share / total) if total > 0 else np.zeros(len(normalized)))
    return np.column_stack(columns)


def _intervals(
    run: Run, tree: StudyTree, derived: Derivation, normalized: np.ndarray
) -> RankIntervals | None:
    """Rank intervals from resampling the experts whole; None for a panel that is too small to resample."""
    rules, shares = run.parameters["intervals"], expert_shares(run.weight_set.round, tree.tree)
    if len(shares) < rules["fewest_experts"]:
        return None
    picks = expert_resamples(len(shares), rules["draws"], seed=rules["seed"])
    draws = [
        _effective(run, tree, derived, shares[picks[start : start + CHUNK]])
        for start in range(0, len(picks), CHUNK)
    ]
    return rank_intervals(normalized, np.concatenate(draws), coverage=rules["coverage"])


def _effective(run: Run, tree: StudyTree, derived: Derivation, shares: np.ndarray) -> np.ndarray:
    """Final leaf weights of resampled panels, (draws, leaves)."""
    rules = run.weight_set.parameters
    experts = pool_groups(tree.tree, shares, arithmetic_pool)
    combined = combine_levels(
        tree.tree, experts, derived.variation.weights, combination(rules), level=rules["level"]
    )
    return combined.effective[:, tree.tree.leaves]


def _rows(run: Run, tree: StudyTree, found: Ranking) -> list[Score]:
    first_level = [tree.indicators[node].code for node in tree.tree.level_nodes[0]]
    rows = []
    for place, unit in enumerate(found.derived.table.units):
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
                dimensions=dict(zip(first_level, map(float, found.dimensions[place]), strict=True)),
            )
        )
    return rows


def waiting_runs() -> list[int]:
    """Runs that no worker has finished."""
    return list(Run.objects.filter(status=Run.Status.QUEUED).values_list("pk", flat=True))
