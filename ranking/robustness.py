"""Robustness studies: planned as parts, done by any workers in any order, joined by the database."""

from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ranking.arrays import pack, unpack
from ranking.core.first_place import weights_to_be_first
from ranking.core.pairs import ahead_shares
from ranking.core.rank_counts import rank_counts
from ranking.core.scenarios import World, scenario_ranks, world_factors
from ranking.core.study import StudyPlan, plan_study
from ranking.core.weight_draws import dirichlet_draws
from ranking.models import RobustnessPart, RobustnessStudy, Run
from ranking.robustness_result import study_result
from ranking.runs import run_recipe, run_table
from survey.audit import record_event
from survey.doorbell import ring_on_commit
from survey.refusal import InvalidTransition, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.core.refusal import MatrixRefused
from weighting.models import IndicatorWeight
from weighting.tables import read_table
from weighting.trees import StudyTree, expert_shares, study_tree
from weighting.weight_sets import plain

TASK = "ranking.tasks.compute_robustness_part"
DRAWS_A_PART = 2560  # a multiple of the blocks that random numbers are drawn in
SETTINGS_A_PART = 512
FIRST_UNITS = 20  # units for which the way to the first place is sought
MOST_UNITS = 1024  # rank tables are units by units
PRESETS = {
    "quick": {"draws": 10_000, "base": 64, "concentration": 50.0, "seed": 20221031},
    "full": {"draws": 50_000, "base": 1024, "concentration": 50.0, "seed": 20221031},
}


class RunNotFinished(Refusal):
    """Only a finished run can be studied."""

    code = "run_not_finished"
    message = _("This run is not finished, so its robustness cannot be studied yet.")


class TooManyUnits(Refusal):
    """The rank tables of this study would be too large."""

    code = "too_many_units"
    message = _("Robustness studies take up to %(most)d units; this run has %(units)d.")


def request_robustness(run: Run, *, preset: str, by: str, at: datetime) -> RobustnessStudy:
    """A study of the run: a quick one is done at once, a full one is cut into parts for the workers.

    The same run and preset give the same study.
    """
    if not run.is_done:
        raise RunNotFinished
    if run.facts["units"] > MOST_UNITS:
        raise TooManyUnits(most=MOST_UNITS, units=run.facts["units"])
    parameters = PRESETS[preset]
    key = sha256_hex(canonical_bytes({"run": run.key, "parameters": parameters}))
    with transaction.atomic():
        study, created = RobustnessStudy.objects.get_or_create(
            key=key,
            defaults={"run": run, "parameters": parameters, "requested_by": by, "requested_at": at},
        )
        if created:
            RobustnessPart.objects.bulk_create(_parts(study))
            record_event(
                actor=by, action="request_robustness", subject=f"{run.study.slug} #{study.pk}", at=at
            )
        if preset != "quick":
            ring_on_commit(TASK, waiting_parts(study))
    if preset == "quick":
        for part in study.parts.filter(content=None):
            compute_part(part, at=at)
        study.refresh_from_db()
    return study


def _parts(study: RobustnessStudy) -> list[RobustnessPart]:
    """The study's parts: drawn weights, settings of the factors, and what is left out or made first alone."""
    kinds, rules = RobustnessPart.Kind, study.parameters
    settings = len(study_plan(study, run_world(study.run)).settings)
    cuts = [
        (kinds.DRAWS, start, rules["draws"], DRAWS_A_PART) for start in range(0, rules["draws"], DRAWS_A_PART)
    ]
    cuts += [
        (kinds.SETTINGS, start, settings, SETTINGS_A_PART) for start in range(0, settings, SETTINGS_A_PART)
    ]
    cuts.append((kinds.ALONE, 0, 1, 1))
    return [
        RobustnessPart(study=study, number=number, kind=kind, start=start, stop=min(start + size, end))
        for number, (kind, start, end, size) in enumerate(cuts)
    ]


def run_world(run: Run) -> World:
    """Everything the scenarios of a run are computed from."""
    tree, rules = study_tree(run.study), run.weight_set.parameters
    tables = {rules["missing"]: read_table(run.weight_set.dataset, tree, rules)}
    published = [unit.code for unit in tables[rules["missing"]].units]
    if tables[rules["missing"]].left_out or np.isnan(tables[rules["missing"]].matrix).any():
        for rule in ("group_median", "reweight"):
            if rule != rules["missing"]:
                _add_table(tables, run, tree, rules | {"missing": rule, "missing_group": ""})
    return World(
        matrices={rule: table.matrix for rule, table in tables.items()},
        places={rule: _places(published, table) for rule, table in tables.items()},
        directions=tables[rules["missing"]].directions,
        tree=tree.tree,
        shares=expert_shares(run.weight_set.round, tree.tree),
        recipe=run_recipe(run),
        seed=run.parameters["intervals"]["seed"],
    )


def _add_table(tables: dict, run: Run, tree: StudyTree, rules: dict) -> None:
    """Add the table under another rule for missing cells, unless that rule refuses the figures."""
    try:
        tables[rules["missing"]] = read_table(run.weight_set.dataset, tree, rules)
    except MatrixRefused:
        return


def _places(published: list[str], table) -> np.ndarray:
    """Rows of the published units in a table."""
    rows = {unit.code: row for row, unit in enumerate(table.units)}
    return np.array([rows[code] for code in published])


def study_plan(study: RobustnessStudy, world: World) -> StudyPlan:
    """The settings of the study's named factors; the same for every worker."""
    return plan_study(
        world_factors(world).factors, base=study.parameters["base"], seed=study.parameters["seed"]
    )


def compute_part(part: RobustnessPart, *, at: datetime) -> None:
    """Do one part; a part that is done already is left as it is. Whoever does the last one joins the study."""
    work = {
        RobustnessPart.Kind.DRAWS: _drawn_ranks,
        RobustnessPart.Kind.SETTINGS: _setting_ranks,
        RobustnessPart.Kind.ALONE: _alone,
    }
    if part.content is None and part.study.status == RobustnessStudy.Status.QUEUED:
        try:
            content = pack(**work[part.kind](part))
        except MatrixRefused as refused:
            return _fail(part.study, refused, at=at)
        RobustnessPart.objects.filter(pk=part.pk, content=None).update(content=content)
    join_study(part.study, at=at)
    return None


def _fail(study: RobustnessStudy, refused: MatrixRefused, *, at: datetime) -> None:
    failure = {"reason": refused.reason, "columns": list(refused.columns), "numbers": plain(refused.numbers)}
    try:
        study.advance(RobustnessStudy.Status.FAILED, failure=failure, finished_at=at)
    except InvalidTransition:
        study.refresh_from_db()


def leaf_weights(run: Run) -> np.ndarray:
    """The run's effective weights, in the order of the tree's leaves."""
    rows = IndicatorWeight.objects.filter(weight_set=run.weight_set).select_related("indicator")
    effective = {row.indicator.code: row.effective for row in rows}
    return np.array([effective[leaf.code] for leaf in study_tree(run.study).leaves])


def _drawn_ranks(part: RobustnessPart) -> dict[str, np.ndarray]:
    """How often every unit takes every rank, and which listed units are ahead of which, over the part's draws."""
    run, rules = part.study.run, part.study.parameters
    values = np.nan_to_num(run_table(run, "normalized"), nan=0.0)
    draws = dirichlet_draws(
        leaf_weights(run),
        part.stop - part.start,
        seed=rules["seed"],
        concentration=rules["concentration"],
        start=part.start,
    )
    listed = np.array(
        [score.rank <= run.parameters["listed"] for score in run.scores.order_by("unit__position")]
    )
    return {
        "counts": rank_counts(values, draws).astype(np.uint32),
        "ahead": ahead_shares(values, draws, units=np.flatnonzero(listed)) * len(draws),
    }


def _setting_ranks(part: RobustnessPart) -> dict[str, np.ndarray]:
    """Ranks of the published units under the part's settings."""
    world = run_world(part.study.run)
    settings = study_plan(part.study, world).settings[part.start : part.stop]
    return {
        "ranks": np.array([scenario_or_published(world, setting) for setting in settings]).astype(np.uint16)
    }


def _alone(part: RobustnessPart) -> dict[str, np.ndarray]:
    """Ranks without each expert and each indicator, and the weight that must move to make a leading unit first."""
    run, world = part.study.run, run_world(part.study.run)
    experts = [scenario_or_published(world, {"without_expert": i}) for i in range(len(world.shares))]
    leaves = [scenario_or_published(world, {"without_indicator": code}) for code in world.codes]
    values, weights = np.nan_to_num(run_table(run, "normalized"), nan=0.0), leaf_weights(run)
    leading = np.argsort(scenario_ranks(world, {}), kind="stable")[:FIRST_UNITS]
    moved = [weights_to_be_first(values, weights, int(unit)).moved for unit in leading]
    return {
        "experts": np.array(experts),
        "leaves": np.array(leaves),
        "leading": leading,
        "moved": np.array([np.nan if weight is None else weight for weight in moved]),
    }


def scenario_or_published(world: World, setting: dict) -> np.ndarray:
    """Ranks under a setting; where its choices refuse each other, those of the published ranking."""
    try:
        return scenario_ranks(world, setting)
    except MatrixRefused:
        return scenario_ranks(world, {})


def join_study(study: RobustnessStudy, *, at: datetime) -> RobustnessStudy:
    """Read the result off the parts once all of them are done; a study that is joined already is left as it is."""
    if study.status != RobustnessStudy.Status.QUEUED or study.parts.filter(content=None).exists():
        return study
    parts = [(part.kind, unpack(part.content)) for part in study.parts.all()]
    world = run_world(study.run)
    result = study_result(study, study_plan(study, world), world_factors(world), parts)
    content = canonical_bytes(result)
    try:
        study.advance(RobustnessStudy.Status.DONE, result=result, finished_at=at, sha256=sha256_hex(content))
    except InvalidTransition:  # a twin was faster
        study.refresh_from_db()
    return study


def waiting_parts(study: RobustnessStudy | None = None) -> list[int]:
    """Parts that no worker has done, of one study or of all; the first part of a study that is only to be joined."""
    queued = RobustnessPart.objects.filter(study__status=RobustnessStudy.Status.QUEUED)
    if study:
        queued = queued.filter(study=study)
    return list(queued.filter(content=None).values_list("pk", flat=True)) or list(
        queued.filter(number=0).values_list("pk", flat=True)
    )


def progress(study: RobustnessStudy) -> dict[str, int]:
    """Parts done and parts in all."""
    return {"done": study.parts.exclude(content=None).count(), "parts": study.parts.count()}
