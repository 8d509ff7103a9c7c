"""From an adopted round and a sealed dataset to weights."""

import math
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.doorbell import ring_on_commit
from survey.models import Round
from survey.refusal import InvalidTransition, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.core.criterion import ObjectiveWeights
from weighting.core.derivation import combining, objective_weights, weight_recipe
from weighting.core.exact import exact_weights
from weighting.core.hierarchy import CombinedWeights
from weighting.core.refusal import MatrixRefused
from weighting.core.variation import VariationWeights
from weighting.models import Dataset, IndicatorWeight, WeightSet
from weighting.tables import Table, read_table
from weighting.trees import StudyTree, expert_panel, study_tree

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
class Derivation:
    """Everything a weight set is made of."""

    table: Table
    objective: VariationWeights | ObjectiveWeights
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
    weight_set, created = WeightSet.objects.get_or_create(
        key=weight_set_key(study.adopted_round, dataset, parameters),
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


def weight_set_key(round: Round, dataset: Dataset, parameters: dict) -> str:
    """The hash of a weight set's inputs and parameters."""
    inputs = {
        "round": round.sha256,
        "dataset": dataset.sha256,
        "parameters": parameters,
        "study": dataset.study.slug,
    }
    return sha256_hex(canonical_bytes(inputs))


def build_weight_set(weight_set: WeightSet, *, at: datetime) -> WeightSet:
    """Compute the weights, then seal them in one transaction; a set that is finished already is left as it is."""
    if weight_set.status != WeightSet.Status.QUEUED:
        return weight_set
    tree = study_tree(weight_set.study)
    try:
        derived = derive_weights(weight_set, tree)
    except MatrixRefused as refused:
        failure = failure_of(refused)
        return _land(weight_set, [], WeightSet.Status.FAILED, failure=failure, finished_at=at)
    rows = derived_rows(weight_set, tree, derived)
    return _land(
        weight_set,
        rows,
        WeightSet.Status.SEALED,
        finished_at=at,
        sha256=weights_sha256(rows),
        units_left_out=list(derived.table.left_out),
        notices=[plain(asdict(notice)) for notice in (*derived.table.notices, *derived.objective.notices)],
        facts=objective_facts(derived.objective),
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
    """Expert, objective and combined weights by the set's own parameters; raises `MatrixRefused`.

    The weights are those of decimal arithmetic where it covers the method, so that every machine finds the same ones.
    """
    recipe = weight_recipe(weight_set.parameters)
    table = read_table(weight_set.dataset, tree, weight_set.parameters)
    codes = [leaf.code for leaf in tree.leaves]
    objective = objective_weights(table.matrix, table.directions, codes, recipe)
    experts = expert_panel(weight_set.round, tree.tree).pooled(tree.tree)
    together = combining(table.matrix, table.directions, codes, recipe)
    weights = together.levels(tree.tree, experts, objective.weights, recipe.level)
    weights = exact_weights(table.matrix, table.directions, tree.tree, experts, recipe) or weights
    return Derivation(table=table, objective=objective, weights=weights)


def derived_rows(weight_set: WeightSet, tree: StudyTree, derived: Derivation) -> list[IndicatorWeight]:
    """The rows of derived weights, not saved, in tree order."""
    leaf = {node: place for place, node in enumerate(tree.tree.leaves.tolist())}
    weights = derived.weights
    return [
        IndicatorWeight(
            weight_set=weight_set,
            indicator=indicator,
            expert=float(weights.expert[node]),
            variation=float(weights.variation[node]),
            combined=float(weights.combined[node]),
            effective=float(weights.effective[node]),
            **(_measured(derived.objective, leaf[node]) if node in leaf else {}),
        )
        for node, indicator in enumerate(tree.indicators)
    ]


def weights_sha256(rows: list[IndicatorWeight]) -> str:
    """The hash of a set's weights."""
    document = [[row.indicator.code, row.expert, row.variation, row.combined, row.effective] for row in rows]
    return sha256_hex(canonical_bytes(document))


def _measured(objective: VariationWeights | ObjectiveWeights, place: int) -> dict[str, float | None]:
    """What the method measured in one column: the coefficient of variation, or the method's own importance."""
    if isinstance(objective, ObjectiveWeights):
        measured = {name: plain(figures[place]) for name, figures in objective.measured.items()}
        return {"coefficient": float(objective.importance[place]), "measured": measured}
    return {
        "mean": float(objective.mean[place]),
        "sd": float(objective.sd[place]),
        "coefficient": float(objective.variation[place]),
        "raw_coefficient": plain(objective.raw_variation[place]),
    }


def objective_facts(objective: VariationWeights | ObjectiveWeights) -> dict:
    """What the method found in the whole matrix."""
    return plain(dict(objective.facts)) if isinstance(objective, ObjectiveWeights) else {}


def failure_of(refused: MatrixRefused) -> dict:
    """What a refusal leaves on the record: its reason, the columns concerned and the figures behind it."""
    return {"reason": refused.reason, "columns": list(refused.columns), "numbers": plain(refused.numbers)}


def plain(value):
    """Numbers as JSON can hold them: NumPy scalars become Python's, an undefined number becomes None."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def waiting_weight_sets() -> list[int]:
    """Weight sets that no worker has finished."""
    return list(WeightSet.objects.filter(status=WeightSet.Status.QUEUED).values_list("pk", flat=True))
