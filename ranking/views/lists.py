"""The list page and its files: both read a reader's choice from the address in the same way."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ranking.editions import Edition, edition_of
from ranking.firmness import FAIR_UP_TO, FIRM_UP_TO
from ranking.groups import Grouped, label_of
from ranking.history import Comparison, compared
from ranking.list_table import list_table
from ranking.listing import dimensions_of, full_score
from ranking.models import Publication
from ranking.prose import said
from ranking.selection import Line, Selection, lines_of, read_selection, schemes_shown, sort_keys
from ranking.views.reading import for_readers, list_page
from ranking.views.table_response import KINDS, table_response
from survey.models import Indicator

UPWARDS = ("rank", "name", "tier")  # what starts with the smallest; figures start with the largest


@dataclass(frozen=True)
class ChosenList:
    """A list as one reader chose it: all lines in the chosen order, and those that fit."""

    edition: Edition
    comparison: Comparison | None
    dimensions: list[Indicator]
    schemes: list[Grouped]
    keys: dict[str, str]
    selection: Selection
    lines: list[Line]
    shown: list[Line]

    @property
    def has_moves(self) -> bool:
        """Whether any line can be compared with the list before."""
        return any(line.move for line in self.lines)


def chosen_list(edition: Edition, said) -> ChosenList:
    """The edition's list by what an address says."""
    dimensions, comparison = dimensions_of(edition.study), compared(edition)
    schemes = schemes_shown(edition)
    lines = lines_of(edition, schemes, comparison.movement if comparison else None)
    keys = sort_keys(dimensions, has_moves=any(line.move for line in lines))
    selection = read_selection(said, edition, schemes, keys)
    lines = selection.ordered(lines)
    shown = [line for line in lines if selection.fits(line)]
    return ChosenList(edition, comparison, dimensions, schemes, keys, selection, lines, shown)


@for_readers
@require_safe
def listing(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The list: rank with interval, change, unit, place, tier, score and dimension scores."""
    chosen = chosen_list(edition_of(publication), request.GET)
    edition, fitting = chosen.edition, {line.entry.code for line in chosen.shown}
    context = {
        "chosen": chosen,
        "edition": edition,
        "headline": said(edition, "headline"),
        "rows": [{"line": line, "is_shown": line.entry.code in fitting} for line in chosen.lines],
        "heads": {key: _head(chosen.selection, key, label) for key, label in chosen.keys.items()},
        "sorts": _sorts(chosen),
        "kinds": list(KINDS),
        "firm": int(FIRM_UP_TO * edition.listed),
        "fair": int(FAIR_UP_TO * edition.listed),
        "place": max(chosen.schemes, key=lambda grouped: len(grouped.by_size), default=None),
        "tiers": {tier["number"]: label_of(tier) for tier in edition.tiers},
        "full": full_score(publication.run, (entry.score for entry in edition.entries)),
        "has_intervals": any(line.firmness for line in chosen.lines),
    }
    return list_page(request, publication, "ranking/list.html", context)


def _sorts(chosen: ChosenList) -> list[dict]:
    """Every order by its words: first the natural one of each column, then, where it is chosen, the other way round."""
    natural = [(key if key in UPWARDS else f"-{key}", label) for key, label in chosen.keys.items()]
    turned = [(other_way(value), _("%(column)s, reversed") % {"column": label}) for value, label in natural]
    return [{"value": value, "label": label} for value, label in natural + turned]


def other_way(sort: str) -> str:
    """The same column in the other direction."""
    return sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"


def _head(selection: Selection, key: str, label: str) -> dict:
    """Where a column's head leads: the other order where it is the one that sorts."""
    first = key if key in UPWARDS else f"-{key}"
    direction = {f"-{key}": "descending", key: "ascending"}.get(selection.sort, "")
    wanted = other_way(first) if selection.sort == first else first
    return {"label": label, "query": selection.sorted_by(wanted).query, "direction": direction}


@for_readers
@require_safe
def list_file(request: HttpRequest, publication: Publication, kind: str) -> HttpResponse:
    """The list as a file, as the address chooses it; everything where it chooses nothing."""
    if kind not in KINDS:
        raise Http404
    chosen = chosen_list(edition_of(publication), request.GET)
    table = list_table(chosen.edition, chosen.shown, chosen.dimensions)
    counts = {"view": chosen.selection.query, "shown": len(chosen.shown), "listed": len(chosen.lines)}
    return table_response(
        kind, table, publication, name="-view" if chosen.selection.is_narrow else "", **counts
    )
