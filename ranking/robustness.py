"""Robustness studies: planned as parts, done by any workers in any order, joined by the database."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ranking.arrays import pack, pack_quickly
from ranking.core.scenarios import PANELS, WEIGHT_DRAWS
from ranking.models import RobustnessPart, RobustnessStudy, Run
from ranking.robustness_levels import SLOW_UNITS, refuse_levels, unusual
from ranking.robustness_parts import part_arrays
from ranking.robustness_result import study_result
from ranking.workbench import MANY_UNITS, StudyJoinedMeanwhile, Workbench
from survey.audit import record_event
from survey.doorbell import ring_on_commit
from survey.refusal import InvalidTransition, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.core.refusal import MatrixRefused
from weighting.weight_sets import failure_of

TASK = "ranking.tasks.compute_robustness_part"
DRAWS_A_PART = 2560  # a multiple of the blocks that random numbers are drawn in
SETTINGS_A_PART = 512
RANKS_A_PART = 30_000_000  # of a large run, where parts hold fewer draws and settings
FULL_UNITS = 4096  # beyond, the ranks under all settings of a full study would fill the database
SLOW_DRAWS = 1000  # of a large run whose scores are not one weighted sum
FACTORS, OWN_FACTORS = 9, 4  # of the usual study, and those of them that are no rules
PRESETS = {
    "quick": {"draws": 10_000, "base": 64, "concentration": 50.0, "seed": 20221031},
    "full": {"draws": 50_000, "base": 1024, "concentration": 50.0, "seed": 20221031},
}


class RunNotFinished(Refusal):
    """Only a finished run can be studied."""

    code = "run_not_finished"
    message = _("This run is not finished, so its robustness cannot be studied yet.")


class TooManyUnits(Refusal):
    """Pairwise wins of this many units, or a full study of them, would take too long."""

    code = "too_many_units"
    message = _(
        "This study takes runs of up to %(most)d units; this run has %(units)d. The quick study takes any size, "
        "except under Copeland."
    )


def study_parameters(run: Run, preset: str, levels: dict | None = None) -> dict:
    """The parameters of a study of the run; where every draw is slow there are fewer of them.

    Levels of the rules are among them where they are not the usual ones.
    """
    bench = Workbench(RobustnessStudy(run=run))
    might_be_slow = (
        run.parameters["aggregation"] != "additive" or run.weight_set.parameters["missing"] == "reweight"
    )
    is_slow = bench.is_large and might_be_slow and not bench.has_one_sum
    own = {} if levels is None else {"levels": levels}
    return PRESETS[preset] | ({"draws": SLOW_DRAWS} if is_slow else {}) | own


def offered_presets(run: Run) -> list[str]:
    """The studies that a run of its size can have."""
    units = run.facts["units"]
    if units > MANY_UNITS and "copeland" in run.parameters["aggregation"]:
        return []
    return ["quick"] if units > FULL_UNITS else list(PRESETS)


def request_robustness(
    run: Run, *, preset: str, by: str, at: datetime, levels: dict | None = None
) -> RobustnessStudy:
    """A study of the run: a quick one of up to 1,024 units is done at once, others by the workers, in parts.

    The same run, preset and levels of the rules give the same study; levels that the figures refuse are named
    before anything is queued (`LevelsRefused`).
    """
    if not run.is_done:
        raise RunNotFinished
    if preset not in offered_presets(run):
        most = FULL_UNITS if "copeland" not in run.parameters["aggregation"] else MANY_UNITS
        raise TooManyUnits(most=most, units=run.facts["units"])
    levels = unusual(run, levels)
    if levels is not None:
        refuse_levels(run, levels)
    parameters = study_parameters(run, preset, levels)
    key = sha256_hex(canonical_bytes({"run": run.key, "parameters": parameters}))
    with transaction.atomic():
        study, created = RobustnessStudy.objects.get_or_create(
            key=key,
            defaults={"run": run, "parameters": parameters, "requested_by": by, "requested_at": at},
        )
        bench = Workbench(study)
        if created:
            RobustnessPart.objects.bulk_create(study_parts(bench))
            record_event(
                actor=by, action="request_robustness", subject=f"{run.study.slug} #{study.pk}", at=at
            )
        at_once = preset == "quick" and not is_slow(bench) and may_read_answers()
        if not at_once:
            ring_on_commit(TASK, waiting_parts(study))
    if at_once:
        for part in RobustnessPart.objects.filter(pk__in=waiting_parts(study)):
            compute_part(part, at=at, bench=bench)
        study.refresh_from_db()
    return study


def is_slow(bench: Workbench) -> bool:
    """Whether even a quick study takes too long for a request."""
    levels = bench.study.parameters.get("levels", {})
    compares_all = "copeland" in levels.get("aggregation", ()) and bench.run.facts["units"] > SLOW_UNITS
    return bench.is_large or compares_all


def may_read_answers() -> bool:
    """Whether this process may do a part itself: each of them is worked out from the panel's answers."""
    return settings.PROCESS in ("", "worker_stats")


def study_parts(bench: Workbench) -> list[RobustnessPart]:
    """The study's parts: drawn weights, settings of the factors, what is left out or made first alone.

    Of a large run the ends of the intervals are found in three stages: where the draws put them roughly, the
    windows of all draws together, and rank by rank inside the windows. Its settings wait until one part has
    tried every single choice.
    """
    kinds, rules, units = RobustnessPart.Kind, bench.study.parameters, bench.run.facts["units"]
    draws, step, settings = rules["draws"], DRAWS_A_PART, SETTINGS_A_PART
    if bench.is_large:
        step = min(step, max(256, RANKS_A_PART // units // 256 * 256))
        settings = min(settings, max(32, 2 * RANKS_A_PART // units // 32))
    own = [found for found in rules.get("levels", {}).values() if found]
    factors = OWN_FACTORS + len(own) if "levels" in rules else FACTORS
    singles = PANELS + WEIGHT_DRAWS + len(bench.tree.leaves) + sum(map(len, own))
    shares = -(-(rules["base"] * (factors + 2) + singles) // settings)
    drawn = [(start, min(start + step, draws)) for start in range(0, draws, step)]
    cuts = [(0, kinds.ALONE, 0, 1), (0, kinds.FIRST, 0, 1)]
    cuts += [(0, kinds.DRAWS, *ends) for ends in drawn]
    cuts += [(int(bench.is_large), kinds.SETTINGS, share, shares) for share in range(shares)]
    if bench.is_large:
        cuts += [(1, kinds.WINDOWS, 0, 1)] + [(2, kinds.RANKS, *ends) for ends in drawn]
    return [
        RobustnessPart(study=bench.study, number=number, stage=stage, kind=kind, start=start, stop=stop)
        for number, (stage, kind, start, stop) in enumerate(cuts)
    ]


def compute_part(part: RobustnessPart, *, at: datetime, bench: Workbench | None = None) -> None:
    """Do one part; one that is done already or cannot be done yet is left as it is.

    Whoever does the last part of a stage rings for the next one, and whoever does the last of all joins the study.
    """
    bench = bench or Workbench(part.study)
    if part.content is None and bench.study.status == RobustnessStudy.Status.QUEUED:
        if part.study.parts.filter(content=None, stage__lt=part.stage).exists():
            return None
        try:
            arrays = part_arrays(part, bench)
        except MatrixRefused as refused:
            return _fail(bench.study, refused, at=at)
        except StudyJoinedMeanwhile:
            return None
        content = pack_quickly(**arrays) if bench.is_large else pack(**arrays)
        del arrays
        RobustnessPart.objects.filter(pk=part.pk, content=None).update(content=content)
        if not part.study.parts.filter(content=None, stage__lte=part.stage).exists():
            ring_on_commit(TASK, waiting_parts(part.study))
    join_study(bench.study, at=at, bench=bench)
    return None


def _fail(study: RobustnessStudy, refused: MatrixRefused, *, at: datetime) -> None:
    failure = failure_of(refused)
    try:
        study.advance(RobustnessStudy.Status.FAILED, failure=failure, finished_at=at)
    except InvalidTransition:
        study.refresh_from_db()


def join_study(study: RobustnessStudy, *, at: datetime, bench: Workbench | None = None) -> RobustnessStudy:
    """Read the result off the parts once all of them are done; a study that is joined already is left as it is.

    What the parts of a large study have found is let go then but for the windows; it can be computed again, bit
    for bit.
    """
    if study.status != RobustnessStudy.Status.QUEUED or study.parts.filter(content=None).exists():
        return study
    bench = bench or Workbench(study)
    try:
        result = study_result(bench)
        digest = sha256_hex(canonical_bytes(result))
        with transaction.atomic():
            study.advance(RobustnessStudy.Status.DONE, result=result, finished_at=at, sha256=digest)
            if bench.is_large:
                study.parts.exclude(kind=RobustnessPart.Kind.WINDOWS).update(content=b"")
    except (StudyJoinedMeanwhile, InvalidTransition):  # a twin was faster
        study.refresh_from_db()
    return study


def waiting_parts(study: RobustnessStudy | None = None) -> list[int]:
    """Parts that can be done and that no worker has done, of one study or of all.

    Of a study that is only to be joined, its first part.
    """
    queued = RobustnessPart.objects.filter(study__status=RobustnessStudy.Status.QUEUED)
    undone = RobustnessPart.objects.filter(content=None)
    lower = undone.filter(study=OuterRef("study"), stage__lt=OuterRef("stage"))
    found = queued.filter(
        Q(content=None) & ~Exists(lower) | Q(number=0) & ~Q(study__in=undone.values("study"))
    )
    return list((found.filter(study=study) if study else found).values_list("pk", flat=True))


def progress(study: RobustnessStudy) -> dict[str, int]:
    """Parts done and parts in all."""
    return {"done": study.parts.exclude(content=None).count(), "parts": study.parts.count()}
