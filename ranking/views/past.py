"""The readers' pages of the lists of other years, as they were frozen with the edition that is read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ranking.editions import edition_of
from ranking.listing import dimensions_of
from ranking.models import Publication
from ranking.past_pages import PastList, past_kinds, past_lines, past_list
from ranking.views.reading import for_readers, list_page
from survey.formulas import csv_text

PODIUM = 3


@for_readers
@require_safe
def past_page(request: HttpRequest, publication: Publication) -> HttpResponse:
    """All lists of other years, by how they came about."""
    kinds = past_kinds(edition_of(publication))
    return list_page(request, publication, "ranking/past.html", {"kinds": kinds, "podium": PODIUM})


@for_readers
@require_safe
def past_list_page(request: HttpRequest, publication: Publication, year: int, made: str) -> HttpResponse:
    """One list of another year: where it comes from, how it was made, and every unit."""
    past = _past(publication, year, made)
    lines = past_lines(past)
    scored = any(line.entry.score is not None for line in lines)
    context = {
        "past": past,
        "lines": lines,
        "facts": past.kept.get("facts") or {},
        "scored": scored,
        "listed_now": {entry.code for entry in edition_of(publication).entries},
        "full": max((line.entry.score for line in lines if line.entry.score is not None), default=1.0),
        "has_places": any("province" in line.place for line in lines),
        "dimensions": [
            each
            for each in dimensions_of(publication.study)
            if any(each.code in line.entry.dimensions for line in lines[:1])
        ],
    }
    return list_page(request, publication, "ranking/past_list.html", context)


@for_readers
@require_safe
def past_csv(request: HttpRequest, publication: Publication, year: int, made: str) -> HttpResponse:
    """One list of another year as a table for spreadsheets."""
    entries = _past(publication, year, made).edition.entries
    places = sorted({name for entry in entries for name in entry.place})
    dimensions = sorted({code for entry in entries for code in entry.dimensions})
    head = ["rank", "code", "name", "name_en", "tier", "score", *dimensions, *places]
    rows = (
        [entry.rank, entry.code, entry.name, entry.name_en, entry.tier or None, entry.score]
        + [entry.dimensions.get(code) for code in dimensions]
        + [entry.place.get(name, "") for name in places]
        for entry in entries
    )
    response = HttpResponse("\ufeff" + csv_text([head, *rows]), content_type="text/csv; charset=utf-8")
    name = f"{publication.study.slug}-{year}-{made}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _past(publication: Publication, year: int, made: str) -> PastList:
    found = past_list(edition_of(publication), year, made)
    if found is None:
        raise Http404
    return found
