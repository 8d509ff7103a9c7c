"""What moved since the list before: bump chart, entrants and exits, movers, records."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ranking.comparison import read_units
from ranking.editions import Edition, edition_of
from ranking.history import Comparison, alike_lists, are_alike, compared, histories
from ranking.models import Publication
from ranking.movement import key_of, leader_streak, rank_records
from ranking.prose import said
from ranking.views.reading import for_readers, list_page

DRAWN = 15  # units that a bump chart holds
AT_FIRST = 10  # drawn where the address names none
MOVERS = 10


@for_readers
@require_safe
def movement_page(request: HttpRequest, publication: Publication) -> HttpResponse:
    """Movement against the list before, and ranks over all years that are known."""
    edition = edition_of(publication)
    comparison, units = compared(edition), ",".join(request.GET.getlist("units"))
    context = _page(edition, comparison, units) if comparison else {}
    shared = {"edition": edition, "comparison": comparison}
    return list_page(request, publication, "ranking/movement.html", shared | context)


def _page(edition: Edition, comparison: Comparison, units: str) -> dict:
    chosen, moves = read_units(units, edition, DRAWN), comparison.movement
    drawn = chosen.entries or edition.entries[:AT_FIRST]
    lists, history = alike_lists(edition), histories(edition)
    return {
        "remarks": _remarks(edition, comparison),
        "moves": moves,
        "risers": moves.risers[:MOVERS],
        "fallers": moves.fallers[:MOVERS],
        "records": rank_records(history)[:MOVERS] if len(history) > 2 else [],
        "streak": leader_streak(history) if len(history) > 1 else None,
        "years": [each.year for each in lists],
        "lines": [{"entry": entry, "ranks": _ranks(lists, entry)} for entry in drawn],
        "is_alike": are_alike(lists),
        "chosen": {entry.code for entry in drawn},
        "units": ",".join(entry.code for entry in drawn),
        "most": DRAWN,
        "left_over": chosen.left_over,
    }


def _ranks(lists: tuple[Edition, ...], entry) -> list[int | None]:
    found = [{key_of(each): each.rank for each in past.entries} for past in lists]
    return [ranks.get(key_of(entry)) for ranks in found]


def _remarks(edition: Edition, comparison: Comparison) -> list:
    """What the editor, and the source of the older list, say about comparing years."""
    older = comparison.older.kept or {}
    texts = {
        "comparability": {
            "text": older.get("comparability", ""),
            "text_en": older.get("comparability_en", ""),
        }
    }
    found = [
        said(edition, "comparability"),
        said(replace(comparison.older, document={"texts": texts}), "comparability"),
    ]
    return [each for each in found if each]
