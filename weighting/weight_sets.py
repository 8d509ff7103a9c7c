"""From an adopted round and a sealed dataset to weights."""

import math
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.doorbell import ring_on_commit
from survey.refusal import InvalidTransition, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.core.combination import entropy_combination, linear_combination, product_combination
from weighting.core.expert import arithmetic_pool
from weighting.core.hierarchy import CombinedWeights, combine_levels, pool_groups
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import VariationWeights, variation_weights
from weighting.models import Dataset, IndicatorWeight, Unit, WeightSet
from weighting.trees import StudyTree, expert_shares, study_tree

TASK = "weighting.tasks.build_weight_set"


class NothingAdopted(Refusal):
    """The panel has not given its weights yet."""

    code = "nothing_adopted"
    message = _("No round is adopted yet: the coordinator adopts a closed round first.")


class NotSealed(Refusal):
    """The dataset can still change."""

    code = "dataset_not_sealed"
    message = _("Version %(version)d of the data is not sealed yet.")


@dataclass(frozen=True)
class Table:
    """The part of a dataset that is weighed and scored."""

    units: tuple[Unit, ...]
    left_out: tuple[str, ...]
    matrix: np.ndarray


@dataclass(frozen=True)
class Derivation:
    """Everything a weight set is made of."""

    table: Table
    variation: VariationWeights
    weights: CombinedWeights


@transaction.atomic
def request_weight_set(dataset: Dataset, *, by: str, at: datetime) -> WeightSet:
    """Ask a worker for the weights of the adopted round and this dataset; the same inputs give the same row."""
    study = dataset.study
    if study.adopted_round_id is None:
        raise NothingAdopted
    if not dataset.is_sealed:
        raise NotSealed(version=dataset.version)
    parameters = study.protocol["weighting"]
    inputs = {
        "round": study.adopted_round.sha256,
        "dataset": dataset.sha256,
        "parameters": parameters,
        "study": study.slug,
    }
    weight_set, created = WeightSet.objects.get_or_create(
        key=sha256_hex(canonical_bytes(inputs)),
        defaults={
            "round": study.adopted_round,
            "dataset": dataset,
            "parameters": parameters,
            "requested_by": by,
            "requested_at": at,
        },
    )
    if created:
        record_event(actor=by, action="request_weight_set", subject=f"{study.slug} #{weight_set.pk}", at=at)
    ring_on_commit(TASK, [weight_set.pk])
    return weight_set


def build_weight_set(weight_set: WeightSet, *, at: datetime) -> WeightSet:
    """Compute the weights, then seal them in one transaction; a set that is finished already is left as it is."""
    if weight_set.status != WeightSet.Status.QUEUED:
        return weight_set
    tree = study_tree(weight_set.study)
    try:
        derived = derive_weights(weight_set, tree)
    except MatrixRefused as refused:
        failure = {
            "reason": refused.reason,
            "columns": list(refused.columns),
            "numbers": plain(refused.numbers),
        }
        return _land(weight_set, [], WeightSet.Status.FAILED, failure=failure, finished_at=at)
    rows = _rows(weight_set, tree, derived)
    document = [[row.indicator.code, row.expert, row.variation, row.combined, row.effective] for row in rows]
    return _land(
        weight_set,
        rows,
        WeightSet.Status.SEALED,
        finished_at=at,
        sha256=sha256_hex(canonical_bytes(document)),
        units_left_out=list(derived.table.left_out),
        notices=[plain(asdict(notice)) for notice in derived.variation.notices],
    )


def _land(weight_set: WeightSet, rows: list[IndicatorWeight], status: str, **fields) -> WeightSet:
    """Flip the status and write the rows in one transaction; where a twin was faster its result stands."""
    try:
        with transaction.atomic():
            weight_set.advance(status, **fields)
            IndicatorWeight.objects.bulk_create(rows)
    except InvalidTransition:
        weight_set.refresh_from_db()
    return weight_set


def derive_weights(weight_set: WeightSet, tree: StudyTree) -> Derivation:
    """Expert, variation and combined weights by the set's own parameters; raises `MatrixRefused`."""
    rules = weight_set.parameters
    table = read_table(weight_set.dataset, missing=rules["missing"])
    variation = variation_weights(
        table.matrix,
        tree.directions,
        codes=[leaf.code for leaf in tree.leaves],
        k=rules["k"],
        method=rules["negative_direction"],
        negative_values=rules["negative_values"],
    )
    shares = expert_shares(weight_set.round, tree.tree)
    experts = pool_groups(tree.tree, shares, arithmetic_pool)
    weights = combine_levels(tree.tree, experts, variation.weights, combination(rules), level=rules["level"])
    return Derivation(table=table, variation=variation, weights=weights)


def combination(rules: dict):
    """The function that combines expert and variation weights by the protocol."""
    if rules["combination"] == "linear":
        return partial(linear_combination, alpha=rules["alpha"])
    return {"product": product_combination, "entropy": entropy_combination}[rules["combination"]]


def read_table(dataset: Dataset, *, missing: str) -> Table:
    """The units that are weighed and scored; those with a missing cell are left out, or refused by name."""
    units = list(dataset.units.all())
    gaps = [unit for unit in units if None in unit.values]
    if gaps and missing == "refuse":
        columns = {
            code
            for unit in gaps
            for code, value in zip(dataset.codes, unit.values, strict=True)
            if value is None
        }
        raise MatrixRefused("missing_values", sorted(columns), {"units": len(gaps)})
    kept = tuple(unit for unit in units if None not in unit.values)
    matrix = np.array([unit.values for unit in kept], dtype=float).reshape(len(kept), len(dataset.codes))
    return Table(units=kept, left_out=tuple(unit.code for unit in gaps), matrix=matrix)


def _rows(weight_set: WeightSet, tree: StudyTree, derived: Derivation) -> list[IndicatorWeight]:
    leaf = {node: place for place, node in enumerate(tree.tree.leaves.tolist())}
    weights, variation = derived.weights, derived.variation
    rows = []
    for node, indicator in enumerate(tree.indicators):
        row = IndicatorWeight(
            weight_set=weight_set,
            indicator=indicator,
            expert=float(weights.expert[node]),
            variation=float(weights.variation[node]),
            combined=float(weights.combined[node]),
            effective=float(weights.effective[node]),
        )
        if node in leaf:
            place = leaf[node]
            row.mean, row.sd = float(variation.mean[place]), float(variation.sd[place])
            row.coefficient = float(variation.variation[place])
            row.raw_coefficient = plain(variation.raw_variation[place])
        rows.append(row)
    return rows


def plain(value):
    """Numbers as JSON can hold them: NumPy scalars become Python's, an undefined number becomes None."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def waiting_weight_sets() -> list[int]:
    """Weight sets that no worker has finished."""
    return list(WeightSet.objects.filter(status=WeightSet.Status.QUEUED).values_list("pk", flat=True))
