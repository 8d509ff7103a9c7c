"""What readers see: the list, its tiers and regions, how it was made, and the files."""

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ranking.drawing import DrawingFailed
from ranking.editions import edition_of
from ranking.exhibits.registry import EXHIBITS
from ranking.groups import region_tables
from ranking.listing import (
    aggregations_of,
    dimensions_of,
    full_score,
    list_rows,
    proxies_of,
    tier_rows,
)
from ranking.models import Publication
from ranking.pictures import still_svg
from ranking.region_charts import region_figure
from ranking.stamps import shared, stamp_of_all
from ranking.views.exhibits import plate_of
from ranking.views.reading import for_readers, list_page
from survey.results import may_show_results, round_statistics
from survey.views.access import for_everybody
from weighting.views import weight_context


@shared(stamp_of_all)
@for_everybody
@require_safe
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


@for_readers
@require_safe
def tiers(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The tiers with their members."""
    context = {
        "tiers": tier_rows(publication.run),
        "dimensions": dimensions_of(publication.study),
        "plate": plate_of(edition_of(publication), EXHIBITS["tiers"]),
        "full": full_score(publication.run, (row.score.score for row in list_rows(publication.run))),
    }
    return list_page(request, publication, "ranking/tiers.html", context)


@for_readers
@require_safe
def regions(request: HttpRequest, publication: Publication) -> HttpResponse:
    """How the listed units spread over regions and provinces."""
    tables = region_tables(edition_of(publication))
    context = {"tables": [{"table": table, "shown": region_figure(table.regions)} for table in tables]}
    return list_page(request, publication, "ranking/regions.html", context)


@for_readers
@require_safe
def regions_picture(request: HttpRequest, publication: Publication, number: int) -> HttpResponse:
    """The chart of one region scheme as it stands on the page until a browser has drawn it; ``narrow`` for a phone."""
    tables = region_tables(edition_of(publication))
    if not 1 <= number <= len(tables):
        raise Http404
    shown = region_figure(tables[number - 1].regions)
    try:
        svg = still_svg(shown, narrow="narrow" in request.GET)
    except DrawingFailed as failure:
        raise Http404 from failure
    return HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")


@for_readers
@require_safe
def method(request: HttpRequest, publication: Publication) -> HttpResponse:
    """How the list was made: the panel, the rounds, the data, the weights, the limits."""
    run, study = publication.run, publication.study
    edition = edition_of(publication)
    context = weight_context(run.weight_set) | {
        "weights_plate": plate_of(edition, EXHIBITS["weights"]),
        "intervals_plate": plate_of(edition, EXHIBITS["intervals"]),
        "convergence_plate": plate_of(edition, EXHIBITS["convergence"]),
        "rounds": [
            {
                "round": round,
                "overall": round_statistics(round)["leaves"] if may_show_results(round) else None,
            }
            for round in study.rounds.closed()
        ],
        "accepted": edition_of(publication).document.get("accepted"),
        "deviations": publication.document().get("deviations", []),
        "aggregations": aggregations_of(run),
        "public_key": publication.public_key,
        "revisions": Publication.objects.seen().filter(study=study),
    }
    return list_page(request, publication, "ranking/method.html", context)


@for_readers
@require_safe
def bundle(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The revision's bundle; it stays when a later one takes its place, and goes when it is taken back."""
    response = HttpResponse(bytes(publication.bundle or b""), content_type="application/zip")
    name = f"{publication.study.slug}-r{publication.revision}-bundle.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_readers
@require_safe
def manifest(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The signed manifest, byte for byte."""
    response = HttpResponse(bytes(publication.manifest), content_type="application/json")
    response.headers["X-Signature-Ed25519"] = publication.signature
    return response


@for_everybody
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we can see and what we cannot."""
    return render(request, "survey/privacy.html", {"embedded": connection.vendor == "sqlite"})


@for_everybody
@require_safe
def threats(request: HttpRequest) -> HttpResponse:
    """Who might want to know or to change something, and what stands in the way."""
    return render(request, "survey/threats.html", {"embedded": connection.vendor == "sqlite"})
