"""What moved since the list before: bump chart, entrants and exits, movers, records."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ranking.comparison import read_units
from ranking.editions import Edition, edition_of
from ranking.history import Comparison, compared, histories
from ranking.models import Publication
from ranking.movement import leader_streak, rank_records
from ranking.prose import said
from ranking.unit_charts import bump
from ranking.views.reading import for_readers, list_page

DRAWN = 15  # units that a bump chart holds
AT_FIRST = 10  # drawn where the address names none
MOVERS = 10
FEWEST = 2  # of two lists every rise would be a record


@for_readers
@require_safe
def movement_page(request: HttpRequest, publication: Publication) -> HttpResponse:
    """Movement against the list before, and ranks over all years that are known."""
    edition = edition_of(publication)
    comparison, units = compared(edition), ",".join(request.GET.getlist("units"))
    context = _page(edition, comparison, units) if comparison else {}
    listed = {entry.code for entry in edition.entries}
    shared = {"edition": edition, "comparison": comparison, "listed": listed}
    return list_page(request, publication, "ranking/movement.html", shared | context)


def _page(edition: Edition, comparison: Comparison, units: str) -> dict:
    chosen, moves, history = (
        read_units(units, edition, DRAWN),
        comparison.movement,
        _history(edition, comparison),
    )
    drawn = chosen.entries or edition.entries[:AT_FIRST]
    return {
        "remarks": _remarks(edition, comparison),
        "moves": moves,
        "risers": moves.risers[:MOVERS],
        "fallers": moves.fallers[:MOVERS],
        "records": rank_records(history)[:MOVERS] if len(history) > FEWEST else [],
        "streak": leader_streak(history) if len(history) > 1 else None,
        "bump": bump(edition, comparison, tuple(filter(None, map(moves.of, drawn)))),
        "chosen": {entry.code for entry in drawn},
        "most": DRAWN,
        "left_over": chosen.left_over,
    }


def _history(edition: Edition, comparison: Comparison):
    """The lists up to the newer one of the comparison: later years break no records of it."""
    return histories(edition, until=comparison.newer.year)


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
