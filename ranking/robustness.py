"""Robustness studies: planned as parts, done by any workers in any order, joined by the database."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ranking.arrays import pack, unpack
from ranking.models import RobustnessPart, RobustnessStudy, Run
from ranking.robustness_parts import part_arrays
from ranking.robustness_result import study_result
from ranking.workbench import Workbench
from survey.audit import record_event
from survey.doorbell import ring_on_commit
from survey.refusal import InvalidTransition, Refusal
from survey.sealing import canonical_bytes, sha256_hex
from weighting.core.refusal import MatrixRefused
from weighting.weight_sets import failure_of

TASK = "ranking.tasks.compute_robustness_part"
DRAWS_A_PART = 2560  # a multiple of the blocks that random numbers are drawn in
SETTINGS_A_PART = 512
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
        bench = Workbench(study)
        if created:
            RobustnessPart.objects.bulk_create(study_parts(bench))
            record_event(
                actor=by, action="request_robustness", subject=f"{run.study.slug} #{study.pk}", at=at
            )
        if preset != "quick":
            ring_on_commit(TASK, waiting_parts(study))
    if preset == "quick":
        for part in RobustnessPart.objects.filter(pk__in=waiting_parts(study)):
            compute_part(part, at=at, bench=bench)
        study.refresh_from_db()
    return study


def study_parts(bench: Workbench) -> list[RobustnessPart]:
    """The study's parts: drawn weights, settings of the factors, and what is left out or made first alone."""
    kinds, draws, settings = RobustnessPart.Kind, bench.study.parameters["draws"], len(bench.plan.settings)
    cuts = [(kinds.DRAWS, start, draws, DRAWS_A_PART) for start in range(0, draws, DRAWS_A_PART)]
    cuts += [
        (kinds.SETTINGS, start, settings, SETTINGS_A_PART) for start in range(0, settings, SETTINGS_A_PART)
    ]
    cuts.append((kinds.ALONE, 0, 1, 1))
    return [
        RobustnessPart(study=bench.study, number=number, kind=kind, start=start, stop=min(start + size, end))
        for number, (kind, start, end, size) in enumerate(cuts)
    ]


def compute_part(part: RobustnessPart, *, at: datetime, bench: Workbench | None = None) -> None:
    """Do one part; a part that is done already is left as it is. Whoever does the last one joins the study."""
    bench = bench or Workbench(part.study)
    if part.content is None and bench.study.status == RobustnessStudy.Status.QUEUED:
        try:
            content = pack(**part_arrays(part, bench))
        except MatrixRefused as refused:
            return _fail(bench.study, refused, at=at)
        RobustnessPart.objects.filter(pk=part.pk, content=None).update(content=content)
    join_study(bench.study, at=at, bench=bench)
    return None


def _fail(study: RobustnessStudy, refused: MatrixRefused, *, at: datetime) -> None:
    failure = failure_of(refused)
    try:
        study.advance(RobustnessStudy.Status.FAILED, failure=failure, finished_at=at)
    except InvalidTransition:
        study.refresh_from_db()


def join_study(study: RobustnessStudy, *, at: datetime, bench: Workbench | None = None) -> RobustnessStudy:
    """Read the result off the parts once all of them are done; a study that is joined already is left as it is."""
    if study.status != RobustnessStudy.Status.QUEUED or study.parts.filter(content=None).exists():
        return study
    parts = [(part.kind, unpack(part.content)) for part in study.parts.all()]
    result = study_result(bench or Workbench(study), parts)
    digest = sha256_hex(canonical_bytes(result))
    try:
        study.advance(RobustnessStudy.Status.DONE, result=result, finished_at=at, sha256=digest)
    except InvalidTransition:  # a twin was faster
        study.refresh_from_db()
    return study


def waiting_parts(study: RobustnessStudy | None = None) -> list[int]:
    """Parts that no worker has done, of one study or of all; the first part of a study that is only to be joined."""
    queued = RobustnessPart.objects.filter(study__status=RobustnessStudy.Status.QUEUED)
    undone = RobustnessPart.objects.filter(content=None).values("study")
    found = queued.filter(Q(content=None) | Q(number=0) & ~Q(study__in=undone))
    return list((found.filter(study=study) if study else found).values_list("pk", flat=True))


def progress(study: RobustnessStudy) -> dict[str, int]:
    """Parts done and parts in all."""
    return {"done": study.parts.exclude(content=None).count(), "parts": study.parts.count()}
