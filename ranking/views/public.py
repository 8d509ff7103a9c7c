"""What readers see: the list, its tiers and regions, how it was made, and the files."""

import csv

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ranking.charts import interval_chart, region_chart, tier_chart, weight_chart
from ranking.editions import edition_of
from ranking.groups import place_columns, region_tables
from ranking.listing import (
    aggregations_of,
    dimensions_of,
    full_score,
    harmless,
    list_rows,
    proxies_of,
    tier_rows,
    unit_word,
)
from ranking.models import Publication
from survey.results import may_show_results, round_statistics
from survey.views.access import for_everybody
from weighting.views import weight_context


@for_everybody
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The published lists, and what Heng is."""
    live = Publication.objects.live().select_related("study__series", "run").order_by("-published_at")
    lists = [
        {
            "publication": publication,
            "top": list_rows(publication.run)[:3],
            "proxies": proxies_of(publication.study),
        }
        for publication in live
    ]
    return render(request, "ranking/home.html", {"lists": lists})


def _publication(slug: str) -> Publication:
    """The live revision of the study, or the newest withdrawn one."""
    found = Publication.objects.filter(study__slug=slug).exclude(status=Publication.Status.PROPOSED)
    publication = found.live().first() or found.first()
    if publication is None:
        raise Http404
    return publication


def page_of(request: HttpRequest, slug: str, template: str, context) -> HttpResponse:
    """Render a page of the live publication; a withdrawn one says so instead."""
    publication = _publication(slug)
    if not publication.is_live:
        return render(request, "ranking/withdrawn.html", shared_context(publication), status=410)
    return render(request, template, shared_context(publication) | context(publication))


def shared_context(publication: Publication) -> dict:
    """What every page of a publication needs."""
    study = publication.study
    shared = {"publication": publication, "study": study, "run": publication.run}
    return shared | {"proxies": proxies_of(study), "unit_word": unit_word(study)}


@for_everybody
@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The list: rank with interval, unit, tier, score and dimension scores."""

    def context(publication: Publication) -> dict:
        rows = list_rows(publication.run)
        return {
            "rows": rows,
            "dimensions": dimensions_of(publication.study),
            "tiers": tier_rows(publication.run),
            "columns": place_columns(publication.run, rows),
            "full": full_score(publication.run, rows),
        }

    return page_of(request, slug, "ranking/list.html", context)


@for_everybody
@require_GET
def tiers(request: HttpRequest, slug: str) -> HttpResponse:
    """The tiers with their members."""

    def context(publication: Publication) -> dict:
        rows = list_rows(publication.run)
        return {
            "tiers": tier_rows(publication.run),
            "dimensions": dimensions_of(publication.study),
            "chart": tier_chart(rows),
            "full": full_score(publication.run, rows),
        }

    return page_of(request, slug, "ranking/tiers.html", context)


@for_everybody
@require_GET
def regions(request: HttpRequest, slug: str) -> HttpResponse:
    """How the listed units spread over regions and provinces."""

    def context(publication: Publication) -> dict:
        tables = region_tables(edition_of(publication))
        return {"tables": [{"table": table, "chart": region_chart(table.regions)} for table in tables]}

    return page_of(request, slug, "ranking/regions.html", context)


@for_everybody
@require_GET
def method(request: HttpRequest, slug: str) -> HttpResponse:
    """How the list was made: the panel, the rounds, the data, the weights, the limits."""

    def context(publication: Publication) -> dict:
        run, study = publication.run, publication.study
        weights = weight_context(run.weight_set)
        leaves = [row for row in weights["rows"] if row.is_leaf]
        return weights | {
            "heaviest": max(leaves, key=lambda row: row.final),
            "chart": weight_chart(leaves),
            "intervals": interval_chart(list_rows(run)),
            "rounds": [
                {
                    "round": round,
                    "overall": round_statistics(round)["leaves"] if may_show_results(round) else None,
                }
                for round in study.rounds.closed()
            ],
            "deviations": publication.document().get("deviations", []),
            "aggregations": aggregations_of(run),
            "public_key": publication.public_key,
            "revisions": Publication.objects.filter(study=study).exclude(published_at=None),
        }

    return page_of(request, slug, "ranking/method.html", context)


@for_everybody
@require_GET
def csv_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as a table for spreadsheets."""
    publication = get_object_or_404(Publication.objects.live(), study__slug=slug)
    dimensions = dimensions_of(publication.study)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-r{publication.revision}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(
        [
            "rank",
            "rank_low",
            "rank_high",
            "code",
            "name",
            "name_en",
            "tier",
            "score",
            *[d.code for d in dimensions],
        ]
    )
    for row in list_rows(publication.run):
        score, unit = row.score, row.unit
        named = [harmless(unit.code), harmless(unit.name), harmless(unit.name_en)]
        figures = [repr(score.score), *[repr(score.dimensions[d.code]) for d in dimensions]]
        writer.writerow([score.rank, score.rank_low, score.rank_high, *named, score.tier, *figures])
    return response


@for_everybody
@require_GET
def bundle(request: HttpRequest, slug: str, revision: int) -> HttpResponse:
    """One revision's bundle; it stays when a later one takes its place, and goes when it is taken back."""
    found = Publication.objects.exclude(published_at=None).defer(None)
    publication = get_object_or_404(found, study__slug=slug, revision=revision)
    if not publication.is_live and not publication.is_replaced:
        return render(request, "ranking/withdrawn.html", shared_context(publication), status=410)
    response = HttpResponse(bytes(publication.bundle or b""), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-r{revision}-bundle.zip"'
    return response


@for_everybody
@require_GET
def manifest(request: HttpRequest, slug: str) -> HttpResponse:
    """The signed manifest, byte for byte."""
    publication = get_object_or_404(Publication.objects.live(), study__slug=slug)
    response = HttpResponse(bytes(publication.manifest), content_type="application/json")
    response.headers["X-Signature-Ed25519"] = publication.signature
    return response


@for_everybody
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What we can see and what we cannot."""
    return render(request, "survey/privacy.html", {"embedded": connection.vendor == "sqlite"})


@for_everybody
@require_GET
def threats(request: HttpRequest) -> HttpResponse:
    """Who might want to know or to change something, and what stands in the way."""
    return render(request, "survey/threats.html", {"embedded": connection.vendor == "sqlite"})
