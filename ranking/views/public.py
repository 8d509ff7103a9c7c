"""What readers see: the list, its tiers and regions, how it was made, and the files."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ranking.charts import region_chart, tier_chart, weight_chart
from ranking.listing import dimensions_of, list_rows, region_counts, tier_rows
from ranking.models import Publication
from ranking.signing import public_key_pem
from survey.results import all_items_concordance, may_show_results
from weighting.views import weight_rows


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The published lists, and what Heng is."""
    live = Publication.objects.live().select_related("study__series", "run").order_by("-published_at")
    lists = [{"publication": publication, "top": list_rows(publication.run)[:3]} for publication in live]
    return render(request, "ranking/home.html", {"lists": lists})


def _publication(slug: str) -> Publication:
    """The live revision of the study, or the newest withdrawn one."""
    found = Publication.objects.filter(study__slug=slug).exclude(status=Publication.Status.PROPOSED)
    publication = found.live().first() or found.first()
    if publication is None:
        raise Http404
    return publication


def _page(request: HttpRequest, slug: str, template: str, context) -> HttpResponse:
    """Render a page of the live publication; a withdrawn one says so instead."""
    publication = _publication(slug)
    shared = {"publication": publication, "study": publication.study, "run": publication.run}
    if not publication.is_live:
        return render(request, "ranking/withdrawn.html", shared, status=410)
    return render(request, template, shared | context(publication))


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The list: rank with interval, unit, tier, score and dimension scores."""
    return _page(
        request,
        slug,
        "ranking/list.html",
        lambda publication: {
            "rows": list_rows(publication.run),
            "dimensions": dimensions_of(publication.study),
            "tiers": tier_rows(publication.run),
        },
    )


@require_GET
def tiers(request: HttpRequest, slug: str) -> HttpResponse:
    """The tiers with their members."""
    return _page(
        request,
        slug,
        "ranking/tiers.html",
        lambda publication: {
            "tiers": tier_rows(publication.run),
            "chart": tier_chart(list_rows(publication.run)),
        },
    )


@require_GET
def regions(request: HttpRequest, slug: str) -> HttpResponse:
    """How the listed units spread over regions and provinces."""

    def context(publication: Publication) -> dict:
        counts = region_counts(publication.run)
        charts = {column: region_chart(rows) for column, rows in counts.items()}
        return {"tables": [{"column": c, "rows": rows, "chart": charts[c]} for c, rows in counts.items()]}

    return _page(request, slug, "ranking/regions.html", context)


@require_GET
def method(request: HttpRequest, slug: str) -> HttpResponse:
    """How the list was made: the panel, the rounds, the data, the weights, the limits."""

    def context(publication: Publication) -> dict:
        weight_set, study = publication.run.weight_set, publication.study
        closed = study.rounds.closed()
        rows = weight_rows(weight_set)
        return {
            "weight_set": weight_set,
            "rows": rows,
            "chart": weight_chart([row["weight"] for row in rows if row["is_leaf"]]),
            "rounds": [
                {"round": round, "overall": all_items_concordance(round) if may_show_results(round) else None}
                for round in closed
            ],
            "rules": study.protocol,
            "public_key": public_key_pem(),
        }

    return _page(request, slug, "ranking/method.html", context)


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


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@require_GET
def manifest(request: HttpRequest, slug: str) -> HttpResponse:
    """The signed manifest, byte for byte."""
    publication = get_object_or_404(Publication.objects.live(), study__slug=slug)
    response = HttpResponse(bytes(publication.manifest), content_type="application/json")
    response.headers["X-Signature-Ed25519"] = publication.signature
    return response


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What we can see and what we cannot."""
    return render(request, "survey/privacy.html", {"title": _("Privacy")})
