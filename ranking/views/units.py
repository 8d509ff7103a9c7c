"""One unit of a published list: where it stands, why, and among whom."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ranking.editions import Edition, Entry, edition_of
from ranking.groups import label_of
from ranking.history import alike_lists, are_alike, compared
from ranking.listing import aggregations_of, full_score
from ranking.measured import measured
from ranking.models import Publication
from ranking.profiles import profile_of
from ranking.prose import said
from ranking.selection import Line
from ranking.unit_charts import profile_radar, years_line
from ranking.views.reading import address_of, for_readers, list_page
from ranking.why_moved import ranking_pairs
from weighting.models import Unit


@for_readers
@require_safe
def unit(request: HttpRequest, publication: Publication, code: str) -> HttpResponse:
    """One unit; for a unit that is not on the list the page says so and nothing else about it."""
    edition = edition_of(publication)
    entry = next((each for each in edition.entries if each.code == code), None)
    context = _listed(request, edition, entry) if entry else {"unlisted": _unlisted(publication, code)}
    return list_page(request, publication, "ranking/unit.html", {"edition": edition} | context)


def _unlisted(publication: Publication, code: str) -> Unit:
    """A unit of the figures that the list does not show, with its name alone."""
    units = Unit.objects.filter(dataset=publication.run.weight_set.dataset_id)
    found = units.only("code", "name", "name_en").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _listed(request: HttpRequest, edition: Edition, entry: Entry) -> dict:
    figures, comparison, regions = measured(edition.run), compared(edition), edition.run.parameters["regions"]
    place = regions[-1] if regions else None
    profile = profile_of(edition, figures, entry, place)
    move = comparison.movement.of(entry) if comparison else None
    tier_name = next((label_of(tier) for tier in edition.tiers if tier["number"] == entry.tier), "")
    return {
        "profile": profile,
        "line": Line(entry, move, {}, profile.firmness),
        "comparison": comparison,
        "figures": figures,
        "aggregations": aggregations_of(edition.run),
        "tier_name": tier_name,
        "full": full_score(edition.run, (each.score for each in edition.entries)),
        "most": max((abs(line.points) for line in profile.lines if line.is_leaf), default=1.0),
        "radar": profile_radar(edition, profile, tier_name),
        "years": years_line(edition, entry),
        "years_alike": are_alike(alike_lists(edition)),
        "moved": [moved for moved in (pair.of(entry.code) for pair in ranking_pairs(edition)) if moved],
        "case": said(edition, f"case:{entry.code}"),
        "address": request.build_absolute_uri(address_of(edition.publication, "unit", code=entry.code)),
        "with_neighbours": ",".join([entry.code, *(peer.code for peer in profile.peers[4:6])]),
    }
