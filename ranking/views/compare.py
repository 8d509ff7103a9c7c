"""Two to six listed units side by side; the address says which."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ranking.comparison import FEWEST, MOST, Chosen, compared_rows, comparison_table, read_units
from ranking.editions import Edition, edition_of
from ranking.groups import label_of
from ranking.measured import measured
from ranking.models import Publication
from ranking.views.reading import for_readers, list_page
from ranking.views.table_response import KINDS, table_response


@for_readers
@require_safe
def compare(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The comparison; ``add`` joins another unit to those of ``units``."""
    added = request.GET.get("add", "")
    if added:
        codes = ",".join(filter(None, [request.GET.get("units", ""), added]))
        return redirect(f"{request.path}?{urlencode({'units': codes}, safe=',')}")
    edition = edition_of(publication)
    chosen = read_units(request.GET.get("units", ""), edition)
    context = {"chosen": chosen, "edition": edition, "kinds": list(KINDS), "most": MOST}
    return list_page(request, publication, "ranking/compare.html", context | _page(edition, chosen))


def _page(edition: Edition, chosen: Chosen) -> dict:
    rest = [entry for entry in edition.entries if entry not in chosen.entries]
    heads = [
        {
            "entry": entry,
            "mark": place,
            "others": ",".join(code for code in chosen.codes if code != entry.code),
        }
        for place, entry in enumerate(chosen.entries, 1)
    ]
    found = {
        "heads": heads,
        "units": ",".join(chosen.codes),
        "rest": rest if len(chosen.entries) < MOST else [],
        "tiers": {tier["number"]: label_of(tier) for tier in edition.tiers},
    }
    if len(chosen.entries) < FEWEST:
        return found
    rows = compared_rows(measured(edition.run), chosen.entries)
    leaves = [row for row in rows if row.is_leaf]
    return found | {"rows": rows, "apart": sorted(leaves, key=lambda row: -row.spread)}


@for_readers
@require_safe
def compare_file(request: HttpRequest, publication: Publication, kind: str) -> HttpResponse:
    """The comparison as a file."""
    if kind not in KINDS:
        raise Http404
    edition = edition_of(publication)
    chosen = read_units(request.GET.get("units", ""), edition)
    if not chosen.entries:
        raise Http404
    table = comparison_table(compared_rows(measured(edition.run), chosen.entries), chosen.entries)
    return table_response(kind, table, publication, name="-compare")
