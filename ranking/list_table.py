"""The list as a table of plain values, for files and programs."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.shapes import INTEGER, NUMBER, TEXT, Column, Table
from ranking.groups import label_of
from ranking.selection import Line
from survey.models import Indicator


def list_table(edition: Edition, lines: Iterable[Line], dimensions: list[Indicator]) -> Table:
    """Rank, interval, unit, place, tier, score and dimension scores, unrounded."""
    lines = list(lines)
    places = sorted({name for entry in edition.entries for name in entry.place})
    names = {tier["number"]: label_of(tier) for tier in edition.tiers}
    columns = (
        Column("rank", _("Rank"), INTEGER),
        Column("rank_low", _("Best rank of the interval"), INTEGER),
        Column("rank_high", _("Worst rank of the interval"), INTEGER),
        Column("code", _("Code")),
        Column("name", _("Name")),
        Column("name_en", _("English name")),
        Column("tier", _("Tier"), INTEGER),
        Column("score", _("Score"), NUMBER, decimals=1),
        *(Column(dimension.code, dimension.label, NUMBER, decimals=1) for dimension in dimensions),
        Column("tier_name", _("Name of the tier")),
        Column("firmness", _("Firmness of the rank")),
        Column("change", _("Places gained"), INTEGER),
        Column("change_kind", _("Kind of change")),
        *(Column(name, name, TEXT) for name in places),
    )
    rows = tuple(_row(line, dimensions, places, names) for line in lines)
    return Table(columns, rows)


def _row(line: Line, dimensions: list[Indicator], places: list[str], names: dict[int, str]) -> tuple:
    entry = line.entry
    return (
        entry.rank,
        entry.rank_low,
        entry.rank_high,
        entry.code,
        entry.name,
        entry.name_en,
        entry.tier,
        entry.score,
        *(entry.dimensions.get(dimension.code) for dimension in dimensions),
        names.get(entry.tier, ""),
        line.firmness.value if line.firmness else "",
        line.move.change if line.move else None,
        line.change_kind,
        *(entry.place.get(name, "") for name in places),
    )
