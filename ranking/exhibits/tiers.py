"""图4: the tiers with their members, and what every exhibit by tier needs."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ranking.charts import GRID, INK, axis, labelled, names, tier_colours
from ranking.editions import Edition, Entry
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, several, tier_names

BAND = 84  # pixels of a tier's strip
NAMED = 3  # members named in the chart


@dataclass(frozen=True)
class Tier:
    """One tier of an edition with its members in order of rank."""

    number: int
    name: str
    colour: str
    members: tuple[Entry, ...]

    @property
    def mean(self) -> float | None:
        """The mean score, None where nobody has one."""
        return mean_of(entry.score for entry in self.members)


def mean_of(values) -> float | None:
    """The mean of what there is; None of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def tiers_of(edition: Edition) -> list[Tier]:
    """The tiers that have members, the best first."""
    said, colours = tier_names(edition), tier_colours(len(edition.tiers))
    found = []
    for (number, name), colour in zip(sorted(said.items()), colours, strict=True):
        members = tuple(entry for entry in edition.entries if entry.tier == number)
        if members:
            found.append(Tier(number, name, colour, members))
    return found


def no_tiers() -> Shown:
    """The words where the list has no tiers."""
    return lacking(
        _("This list has no tiers."),
        _("The protocol would part it by rank, by score or at natural breaks."),
    )


def tier_strip(edition: Edition) -> Shown:
    """图4: every unit by its score in the strip of its tier, with the tier's mean; members in the table."""
    tiers = tiers_of(edition)
    if not tiers:
        return no_tiers()
    has_scores = all(tier.mean is not None for tier in tiers)
    first, last = tiers[0], tiers[-1]
    sizes = several(f"{tier.name} {len(tier.members)}" for tier in tiers)
    title = _("Tiers: %(sizes)s") % {"sizes": sizes}
    if has_scores and len(tiers) > 1:
        facts = {
            "first": first.name,
            "high": f"{first.mean:.1f}",
            "last": last.name,
            "low": f"{last.mean:.1f}",
        }
        title = _("Mean scores fall from %(high)s (%(first)s) to %(low)s (%(last)s)") % facts
    return Shown(
        title=title,
        subtitle=_("Score of every listed unit, by tier: %(sizes)s") % {"sizes": sizes}
        if has_scores
        else _("Number of units in each tier"),
        table=Table(_member_columns(), tuple(_member_rows(tiers)), grouped=3),
        chart=_strip_chart(tiers) if has_scores else _size_chart(tiers),
        alt=_("One strip for each tier with a dot at the score of each unit and a mark at the mean")
        if has_scores
        else _("A bar for the number of units of each tier"),
        note=noted(edition),
        height=72 + (BAND if has_scores else 44) * len(tiers),
    )


def _member_columns() -> tuple[Column, ...]:
    return (
        Column("tier", _("Tier")),
        Column("count", _("Listed units"), INTEGER),
        Column("mean", _("Mean score"), NUMBER, "", 1),
        Column("rank", _("Rank"), INTEGER),
        Column("name", _("Name")),
        Column("score", _("Score"), NUMBER, "", 1),
    )


def _member_rows(tiers: list[Tier]):
    for tier in tiers:
        for entry in tier.members:
            yield tier.name, len(tier.members), tier.mean, entry.rank, entry.label, entry.score


def _strip_chart(tiers: list[Tier]) -> dict:
    labels = [tier.name for tier in tiers]
    return {
        "grid": GRID | {"top": 16, "right": 40, "bottom": 28},
        "tooltip": {"trigger": "item"},
        "xAxis": axis("value", _("Score"), scale=True, nameGap=26),
        "yAxis": names(labels, splitArea={"show": True, "areaStyle": {"color": ["#FFF", "#F7F8FA"]}}),
        "series": [series for place, tier in enumerate(tiers) for series in _strip(tier, place)],
    }


def _strip(tier: Tier, place: int) -> list[dict]:
    """The dots of a tier and the mark of its mean."""
    named = {"show": True, "position": "top", "formatter": "{b}", "color": INK, "fontSize": 11, "opacity": 1}
    dots = [
        {"name": entry.label, "value": [entry.score, place, entry.rank]}
        | ({"label": named} if order < NAMED else {})
        for order, entry in enumerate(tier.members)
    ]
    mean = {
        "position": "bottom",
        "show": True,
        "formatter": _("mean %(mean)s") % {"mean": f"{tier.mean:.1f}"},
    }
    return [
        {
            "type": "scatter",
            "id": f"score:{tier.number}",
            "name": tier.name,
            "dimensions": ["score", "_place", "rank"],
            "symbolSize": 11,
            "itemStyle": {"color": tier.colour, "opacity": 0.7, "borderColor": "#FFF", "borderWidth": 1},
            "labelLayout": {"hideOverlap": True},
            "data": dots,
        },
        {
            "type": "scatter",
            "id": f"mean:{tier.number}",
            "dimensions": ["mean", "_place"],
            "symbol": "rect",
            "symbolSize": [3, 34],
            "z": 5,
            "itemStyle": {"color": tier.colour, "opacity": 1},
            "label": mean | {"color": tier.colour, "fontWeight": 600, "fontSize": 12, "distance": 2},
            "data": [[tier.mean, place]],
        },
    ]


def _size_chart(tiers: list[Tier]) -> dict:
    data = [
        labelled(len(tier.members), str(len(tier.members))) | {"itemStyle": {"color": tier.colour}}
        for tier in tiers
    ]
    return {
        "grid": GRID | {"right": 48},
        "xAxis": axis("value", minInterval=1, position="bottom"),
        "yAxis": names([tier.name for tier in tiers]),
        "series": [{"type": "bar", "id": "count", "barMaxWidth": 20, "data": data}],
    }
