"""Lists of other years by a study's own method, on the indicators that have figures in every one of those years."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ranking.core.published import PublishedResults, published_results
from ranking.editions import tier_entries
from ranking.models import PastEdition, PastRank, Recomputation, Run
from ranking.past_lists import keep_past_edition, remove_past_edition
from ranking.runs import run_recipe
from survey.doorbell import ring_on_commit
from survey.refusal import InvalidTransition, Refusal
from weighting.core.hierarchy import effective_weights
from weighting.core.reduced_tree import ReducedTree, reduced_tree
from weighting.core.refusal import MatrixRefused
from weighting.core.used_table import Table, used_table
from weighting.imports import Row
from weighting.models import YearFigures
from weighting.trees import StudyTree, study_tree
from weighting.weight_sets import failure_of, plain
from weighting.year_figures import common_codes, newest_years, year_table

TASK = "ranking.tasks.recompute_years"
NOTES = ("note", "note_en")


class NoYears(Refusal):
    """There is nothing to work lists out from."""

    code = "no_years"
    message = gettext_lazy("No figures of other years are there yet: import a table for each year first.")


class RunNotDone(Refusal):
    """The method is that of a finished run."""

    code = "run_not_done"
    message = gettext_lazy("This run is not finished, so its method cannot be used yet.")


class NothingCommon(Refusal):
    """No indicator has figures in every year."""

    code = "nothing_common"
    message = gettext_lazy("No indicator has figures in all of these years: %(years)s.")


@dataclass(frozen=True)
class BackwardYear:
    """One year worked out: the table as used, the tree that is left, and the results."""

    figures: YearFigures
    rows: list[Row]
    table: Table
    reduced: ReducedTree
    results: PublishedResults


@transaction.atomic
def request_recomputation(run: Run, *, by: str, at: datetime) -> Recomputation:
    """Ask a worker for the lists of all years that have figures; one that waits already is not asked for twice."""
    years = newest_years(run.study)
    if not run.is_done:
        raise RunNotDone
    if not years:
        raise NoYears
    if not common_codes(years, run.study):
        raise NothingCommon(years=", ".join(str(figures.year) for figures in years))
    try:
        with transaction.atomic():
            job = Recomputation.objects.create(
                run=run, figures=[figures.pk for figures in years], requested_by=by, requested_at=at
            )
    except IntegrityError:
        job = Recomputation.objects.get(run=run, status=Recomputation.Status.QUEUED)
    ring_on_commit(TASK, [job.pk])
    return job


def recompute_years(job: Recomputation, *, at: datetime) -> Recomputation:
    """Work every year out first, then keep the lists in one transaction, in place of older ones of these years."""
    if job.status != Recomputation.Status.QUEUED:
        return job
    years = list(YearFigures.objects.filter(pk__in=job.figures).order_by("year"))
    tree, codes = study_tree(job.run.study), common_codes(years, job.run.study)
    found = []
    for figures in years:
        try:
            found.append(recomputed(job.run, tree, figures, codes))
        except MatrixRefused as refused:
            failure = failure_of(refused) | {"year": figures.year}
            return _land(job, [], Recomputation.Status.FAILED, at=at, failure=failure)
    return _land(job, found, Recomputation.Status.DONE, at=at)


def _land(job: Recomputation, found: list[BackwardYear], status: str, *, at: datetime, **fields):
    """Flip the status and keep the lists together; where a twin was faster its result stands."""
    try:
        with transaction.atomic():
            job.advance(status, finished_at=at, **fields)
            for year in found:
                _keep(job, year, [each.figures.year for each in found], at=at)
    except InvalidTransition:
        job.refresh_from_db()
    return job


def recomputed(run: Run, tree: StudyTree, figures: YearFigures, codes: Sequence[str]) -> BackwardYear:
    """One year's list: the experts' sealed weights closed over these indicators, all else as the run does it.

    The variation weights are those of the year's own figures. Raises `MatrixRefused`.
    """
    weights = {row.indicator_id: row.expert for row in run.weight_set.weights.all()}
    local = [weights[indicator.pk] for indicator in tree.indicators]
    reduced = reduced_tree(tree.tree, local, codes)
    kept = [reduced.tree.codes[leaf] for leaf in reduced.tree.leaves.tolist()]
    directions = [leaf.direction for leaf in tree.leaves if leaf.code in kept]
    rules = run.weight_set.parameters
    targets = {code: best for code, best in rules["targets"].items() if code in kept}
    rows = _rows(run, figures, kept)
    table = used_table(rows, kept, np.array(directions), rules | {"targets": targets})
    results = published_results(table, reduced.tree, reduced.local, run_recipe(run), run.parameters)
    return BackwardYear(figures, rows, table, reduced, results)


def _rows(run: Run, figures: YearFigures, codes: list[str]) -> list[Row]:
    """The year's units with these columns; what the year's table does not say of a unit, today's unit says."""
    found = year_table(figures)
    columns = [found.codes.index(code) for code in codes]
    today = {unit.code: unit for unit in run.weight_set.dataset.units.all()}
    return [
        replace(
            row,
            name_en=row.name_en or (today[row.code].name_en if row.code in today else ""),
            attributes=(today[row.code].attributes if row.code in today else {})
            | {name: text for name, text in row.attributes.items() if text},
            values=[row.values[column] for column in columns],
        )
        for row in found.rows
    ]


def _keep(job: Recomputation, found: BackwardYear, years: list[int], *, at: datetime) -> PastEdition:
    """Keep one year's list as a past edition."""
    run, year = job.run, found.figures.year
    kind = PastEdition.Kind.RECOMPUTED
    for older in PastEdition.objects.filter(series=run.study.series, year=year, kind=kind):
        remove_past_edition(older, by=job.requested_by, at=at)
    past = PastEdition(
        series=run.study.series,
        year=year,
        kind=kind,
        listed=run.parameters["listed"],
        indicators=len(found.reduced.tree.leaves),
        tiers=tier_entries(run.parameters["tiers"]),
        facts=backward_facts(run, found),
        **_texts(run, found, years),
    )
    rows = _ranks(found, run.parameters["listed"])
    return keep_past_edition(past, rows, by=job.requested_by, at=at, detail={"run": run.sha256})


def _ranks(found: BackwardYear, listed: int) -> list[PastRank]:
    """The listed units, best first."""
    results, tree = found.results, found.reduced.tree
    first = tree.level_nodes[0]
    order = sorted(range(len(found.table.units)), key=lambda place: (results.ranks[place], place))
    return [
        PastRank(
            rank=int(results.ranks[place]),
            code=unit.code,
            name=unit.name,
            name_en=unit.name_en,
            attributes={name: text for name, text in unit.attributes.items() if name not in NOTES},
            score=float(results.scores[place]),
            tier=int(results.tiers[place]),
            dimensions=dict(
                zip(
                    [tree.codes[node] for node in first], map(plain, results.nodes[place, first]), strict=True
                )
            ),
        )
        for place in order
        if results.ranks[place] <= listed
        for unit in [found.table.units[place]]
    ]


def backward_facts(run: Run, found: BackwardYear) -> dict:
    """How the list was made: run, figures, weights, who was left out, and the notes on single cells."""
    tree, weights = found.reduced.tree, found.results.weights
    variation = effective_weights(tree, weights.variation)
    expert = effective_weights(tree, found.reduced.local)
    names = {indicator.code: indicator for indicator in run.study.indicators.all()}
    return {
        "study": run.study.slug,
        "run": run.sha256,
        "weight_set": run.weight_set.sha256,
        "figures": {
            "version": found.figures.version,
            "sha256": found.figures.sha256,
            "file_sha256": found.figures.file_sha256,
        },
        "parameters": {"weighting": run.weight_set.parameters, "ranking": run.parameters},
        "arithmetic": found.results.arithmetic,
        "units": len(found.table.units),
        "left_out": list(found.table.left_out),
        "of_indicators": len(study_tree(run.study).leaves),
        "indicators": [
            {
                "code": tree.codes[leaf],
                "name": names[tree.codes[leaf]].name,
                "name_en": names[tree.codes[leaf]].name_en,
                "expert": float(expert[leaf]),
                "variation": float(variation[leaf]),
                "effective": float(weights.effective[leaf]),
            }
            for leaf in tree.leaves.tolist()
        ],
        "notes": [
            {"code": row.code, "name": row.name, "name_en": row.name_en}
            | {name: row.attributes.get(name, "") for name in NOTES}
            for row in found.rows
            if row.attributes.get("note") or row.attributes.get("note_en")
        ],
    }


def _texts(run: Run, found: BackwardYear, years: list[int]) -> dict[str, str]:
    """Name, source and comparability in both languages."""
    texts = {}
    for field, language in (("", "zh-hans"), ("_en", "en")):
        with translation.override(language):
            numbers = {
                "year": found.figures.year,
                "series": run.study.series,
                "study": run.study,
                "common": len(found.reduced.tree.leaves),
                "all": len(study_tree(run.study).leaves),
                "first": years[0],
                "last": years[-1],
            }
            texts[f"name{field}"] = (_("%(series)s %(year)d, worked out backwards") % numbers)[:200]
            texts[f"source{field}"] = (_("Figures of %(year)d, method of %(study)s") % numbers)[:300]
            texts[f"comparability{field}"] = (
                _(
                    "Worked out on %(common)d of the study's %(all)d indicators, those that have figures in every year "
                    "from %(first)d to %(last)d. The experts' weights are closed over them, the variation weights are "
                    "those of the year's own figures. These lists can be compared with each other; with the published "
                    "list, which uses all indicators, only with care."
                )
                % numbers
            )
    return texts


def waiting_recomputations() -> list[int]:
    """Requests that no worker has finished."""
    return list(Recomputation.objects.filter(status=Recomputation.Status.QUEUED).values_list("pk", flat=True))
