"""图1 and 图2: where the listed units are over the years, by half and by region."""

from django.utils.translation import gettext as _

from ranking.charts import (
    GRID,
    INK,
    MUTED,
    REGION_COLOURS,
    axis,
    cycle,
    hundredths,
    labelled,
    legend,
    names,
    upright,
)
from ranking.editions import Edition
from ranking.exhibits.line_ends import end_offsets, round_ends
from ranking.exhibits.places import halves, quarters, takes_some
from ranking.exhibits.regions import TOLD, no_scheme
from ranking.exhibits.shapes import INTEGER, PERCENT, Choice, Column, Shown, Table
from ranking.exhibits.words import in_sentence, noted, said, sentences, several
from ranking.exhibits.yearly import years_note
from ranking.groups import Group, group_entries, label_of
from ranking.history import alike_lists
from ranking.lettering import cut, text_width

HEIGHT = 360
YEAR, PAPER_YEAR, LEAST_YEAR = 44, 31, 23  # pixels of a bar of one year
LONGEST_NAME = 120  # pixels of a region's name at the end of its line
NUMBER_OF, SHARE_OF = "number", "share"


def _lists(edition: Edition, scheme: dict) -> tuple[Edition, ...]:
    """The lists of the years whose units the scheme knows."""
    return tuple(one for one in alike_lists(edition) if takes_some(one, scheme))


def _counts(scheme: dict, lists: tuple[Edition, ...]) -> list[dict[str, int]]:
    """Year by year how many units each group has."""
    return [group_entries(one.entries, scheme).counts for one in lists]


def north_south(edition: Edition) -> Shown:
    """图1: the units of each half, year by year; other schemes of two halves are told in the note and the table."""
    found = halves(edition)
    lists = _lists(edition, found[0]) if found else ()
    if not lists:
        return no_scheme()
    scheme, newest = found[0], lists[-1]
    groups = group_entries(newest.entries, scheme).by_size
    parts = several(f"{group.label} {group.count}" for group in groups)
    facts = {"year": newest.year, "counts": parts}
    return Shown(
        title=_("%(year)d: %(counts)s") % facts + _change(scheme, lists, groups[0]),
        subtitle=_("Number of listed units by %(scheme)s") % {"scheme": in_sentence(label_of(scheme))},
        table=_years_table(found, lists),
        chart=_stacked(scheme, groups, lists),
        alt=_("One bar a year, parted into the number of units of each half"),
        note=noted(edition, said(scheme, "note"), _other_schemes(found, newest), years_note(lists)),
        height=72 + YEAR * max(len(lists), 2),
        paper_height=72 + PAPER_YEAR * max(len(lists), 2),
        paper_least=72 + LEAST_YEAR * max(len(lists), 2),
    )


def _change(scheme: dict, lists: tuple[Edition, ...], group: Group) -> str:
    """How the largest group changed since the first year, in words; empty for one year."""
    if len(lists) < 2:
        return ""
    before = _counts(scheme, lists[:1])[0][group.code]
    facts = {"name": group.label, "year": lists[0].year, "before": before}
    if before == group.count:
        return _("; %(name)s had as many in %(year)d") % facts
    return _("; %(name)s had %(before)d in %(year)d") % facts


def _other_schemes(found: list[dict], newest: Edition) -> str:
    """What the other schemes of two halves would say of the newest year."""
    told = []
    for scheme in found[1:]:
        groups = group_entries(newest.entries, scheme).groups
        parts = several(f"{group.label} {group.count}" for group in groups)
        told.append(
            _("By %(scheme)s: %(counts)s.") % {"scheme": in_sentence(label_of(scheme)), "counts": parts}
        )
    return sentences(*told)


def _years_table(found: list[dict], lists: tuple[Edition, ...], *, is_share: bool = False) -> Table:
    """Years down, the groups of every scheme across: numbers, or shares of the list."""
    columns = [Column("year", _("Year"), INTEGER)]
    kind = (PERCENT, "%", 1) if is_share else (INTEGER,)
    for scheme in found:
        suffix = f" · {label_of(scheme)}" if len(found) > 1 else ""
        columns += [
            Column(_code(scheme, group["code"]), f"{label_of(group)}{suffix}", *kind)
            for group in scheme["groups"]
        ]
    counts = [_counts(scheme, lists) for scheme in found]
    rows = (
        (
            one.year,
            *[
                count / len(one.entries) if is_share else count
                for scheme in counts
                for count in scheme[place].values()
            ],
        )
        for place, one in enumerate(lists)
    )
    return Table(tuple(columns), tuple(rows))


def _code(scheme: dict, group: str) -> str:
    """The column of a group: both codes, since two schemes may call their groups alike."""
    return f"{scheme['code']}:{group}"


def _stacked(scheme: dict, groups: list[Group], lists: tuple[Edition, ...]) -> dict:
    years = [str(one.year) for one in lists]
    inside = {"show": True, "color": "#FFF", "fontWeight": 600, "formatter": "{c}"}
    counts, series = _counts(scheme, lists), []
    for place, group in enumerate(groups):
        series.append(
            {
                "type": "bar",
                "id": _code(scheme, group.code),
                "name": group.label,
                "stack": "all",
                "barMaxWidth": 26,
                "barCategoryGap": "18%",
                "itemStyle": {"color": REGION_COLOURS[place], "borderColor": "#FFF", "borderWidth": 1},
                "label": inside,
                "data": [count[group.code] for count in counts],
            }
        )
    return {
        "grid": GRID | {"top": 36},
        "legend": legend(),
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": axis("value", minInterval=1, max="dataMax", axisLabel={"color": MUTED, "hideOverlap": True}),
        "yAxis": names(years),
        "series": series,
    }


def region_choices(edition: Edition) -> tuple[Choice, ...]:
    """Numbers, or shares of the units on each list."""
    if not quarters(edition):
        return ()
    return (
        Choice(
            "measure",
            _("Shown as"),
            ((NUMBER_OF, _("number")), (SHARE_OF, _("share of the list"))),
            NUMBER_OF,
        ),
    )


def regions_by_year(edition: Edition, measure: str = NUMBER_OF) -> Shown:
    """图2: the units of each region, year by year, or their share of the list; each line ends in its name."""
    found = quarters(edition)
    lists = _lists(edition, found[0]) if found else ()
    if not lists:
        return no_scheme()
    scheme, newest = found[0], lists[-1]
    groups = group_entries(newest.entries, scheme).by_size
    parts = several(f"{group.label} {group.count}" for group in groups[:TOLD])
    is_share = measure == SHARE_OF
    table = _years_table([scheme], lists, is_share=is_share)
    words = (
        _("Share of listed units by %(scheme)s") if is_share else _("Number of listed units by %(scheme)s")
    )
    return Shown(
        title=_("%(year)d: %(counts)s") % {"year": newest.year, "counts": parts}
        + _change(scheme, lists, groups[0]),
        subtitle=words % {"scheme": in_sentence(label_of(scheme))},
        table=table,
        chart=_region_lines(scheme, groups, table, is_share=is_share)
        if len(lists) > 1
        else _region_bars(scheme, groups, table),
        alt=_("The number of listed units of every region, year by year"),
        note=noted(edition, said(scheme, "note"), years_note(lists)),
        is_rigid=True,
        height=HEIGHT if len(lists) > 1 else 60 + 40 * len(groups),
    )


def _drawn(scheme: dict, group: Group, table: Table) -> list[float | None]:
    """The column of a group as it is drawn: a number, or a share in percent."""
    code = _code(scheme, group.code)
    is_share = any(column.code == code and column.kind == PERCENT for column in table.columns)
    return [hundredths(value) if is_share else value for value in table.values(code)]


def _region_bars(scheme: dict, groups: list[Group], table: Table) -> dict:
    """One year alone: a bar for each region."""
    data = []
    for place, group in enumerate(groups):
        (value,) = _drawn(scheme, group, table)
        data.append(labelled(value, f"{value:g}") | {"itemStyle": {"color": cycle(REGION_COLOURS, place)}})
    return {
        "grid": GRID | {"right": 48},
        "xAxis": axis("value", minInterval=1, position="bottom"),
        "yAxis": names([group.label for group in groups]),
        "series": [{"type": "bar", "id": f"{scheme['code']}:", "barMaxWidth": 20, "data": data}],
    }


def _region_lines(scheme: dict, groups: list[Group], table: Table, *, is_share: bool) -> dict:
    drawn = [_drawn(scheme, group, table) for group in groups]
    low, high = round_ends([value for values in drawn for value in values], from_zero=True)
    ends = end_offsets([values[-1] for values in drawn], low=low, high=high, pixels=HEIGHT - 72)
    series = []
    for place, (group, values) in enumerate(zip(groups, drawn, strict=True)):
        colour = cycle(REGION_COLOURS, place)
        end = {
            "show": True,
            "formatter": cut(group.label, 12, LONGEST_NAME),
            "color": colour,
            "fontWeight": 600,
        }
        point = {"show": True, "position": "top", "color": INK, "fontSize": 12}
        series.append(
            {
                "type": "line",
                "id": _code(scheme, group.code),
                "name": group.label,
                "symbol": "circle",
                "symbolSize": 7,
                "lineStyle": {"width": 2.5},
                "itemStyle": {"color": colour},
                "endLabel": end | {"offset": [0, ends[place]]},
                "data": [{"value": one, "label": point | {"formatter": f"{one:.3g}"}} for one in values],
            }
        )
    room = max(text_width(cut(group.label, 12, LONGEST_NAME), bold=True) for group in groups)
    return {
        "grid": GRID | {"top": 40, "right": room + 20, "left": 24},
        "tooltip": {"trigger": "axis"},
        "xAxis": axis("category", data=[str(year) for year in table.values("year")], boundaryGap=False),
        "yAxis": upright(
            _("Listed units, %") if is_share else _("Listed units"),
            min=low,
            max=high,
            axisLabel={"show": False},
            splitLine={"show": False},
        ),
        "series": series,
    }
