"""A list at a glance: what it found, its first ten, its tiers and regions, how it was made, its files."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ranking.editions import Edition, edition_of
from ranking.exhibits.key_figures import figure_text
from ranking.exhibits.registry import EXHIBITS
from ranking.exhibits.words import said as frozen
from ranking.groups import label_of
from ranking.history import compared
from ranking.listing import full_score
from ranking.models import Publication
from ranking.prose import said
from ranking.selection import lines_of
from ranking.views.exhibits import plate_of
from ranking.views.reading import for_readers, list_page

FIRST = 10
FIGURES = 4


@for_readers
@require_safe
def overview(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The edition's front page."""
    edition = edition_of(publication)
    comparison, study = compared(edition), publication.study
    context = {
        "edition": edition,
        "headline": said(edition, "headline"),
        "figures": key_figure_cards(edition)[:FIGURES],
        "comparison": comparison,
        "lines": lines_of(edition, [], comparison.movement if comparison else None)[:FIRST],
        "tiers": {tier["number"]: label_of(tier) for tier in edition.tiers},
        "strip": tier_strip(edition),
        "full": full_score(publication.run, (entry.score for entry in edition.entries)),
        "regions": plate_of(edition, EXHIBITS["regions"]),
        "rounds": study.rounds.closed().count(),
        "features": said(edition, "features"),
        "advice": said(edition, "advice"),
    }
    return list_page(request, publication, "ranking/overview.html", context)


def key_figure_cards(edition: Edition) -> list[dict]:
    """The edition's key figures with what each is a ratio of; none where the editor gave none."""
    return [
        {
            "name": frozen(figure, "name"),
            "text": figure_text(figure),
            "numerator": figure["numerator"],
            "numerator_name": frozen(figure, "numerator_name"),
            "denominator": figure["denominator"],
            "denominator_name": frozen(figure, "denominator_name"),
            "reference": figure["reference"],
            "reference_name": frozen(figure, "reference_name"),
            "source": frozen(figure, "source"),
            "year": figure["year"],
        }
        for figure in edition.document.get("key_figures", [])
    ]


def tier_strip(edition: Edition) -> list[dict]:
    """The tiers as parts of one bar: share of the list, count, ranks and mean score."""
    parts, start = [], 0.0
    for tier in edition.tiers:
        members = [entry for entry in edition.entries if entry.tier == tier["number"]]
        if members:
            share = len(members) / len(edition.entries)
            parts.append(
                {
                    "number": tier["number"],
                    "name": label_of(tier),
                    "count": len(members),
                    "first": members[0].rank,
                    "last": members[-1].rank,
                    "mean": sum(entry.score for entry in members) / len(members),
                    "start": start,
                    "share": share,
                }
            )
            start += share
    return parts
