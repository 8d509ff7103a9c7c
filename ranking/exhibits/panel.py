"""How the panel came together over the rounds: Kendall's W, the spread of the answers, and how many items converged."""

from statistics import median

from django.utils.translation import gettext as _

from ranking.charts import INK, MUTED, NARROW, NAVY, ORANGE, TEAL, axis
from ranking.editions import Edition
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, no_run, noted
from ranking.lettering import broken
from survey.models import Round
from survey.results import may_show_results, round_statistics

PANES, PANE, PANE_HIGH = 3, 236, 140  # how many, and pixels from one to the next and of its plot on a phone
HEAD = {
    "nameLocation": "end",
    "nameGap": 16,
    "nameTextStyle": {"align": "left", "color": MUTED, "fontSize": 13, "lineHeight": 16},
}


def convergence(edition: Edition) -> Shown:
    """Agreement on the order and the middle half of the answers, round by round."""
    missing = no_run(edition, _("rounds of a panel"))
    if missing:
        return missing
    rounds = list(edition.study.rounds.closed().order_by("number"))
    rows = [_row(round) for round in rounds if may_show_results(round)]
    if not rows:
        return lacking(
            _("The exact statistics of the rounds may not be shown."),
            _("They are shown once a round is adopted and enough experts have answered it."),
        )
    hidden = len(rounds) - len(rows)
    return Shown(
        title=_title(rows),
        subtitle=_(
            "Kendall's W over all indicators (0 to 1), the items' median interquartile range in points, and the items "
            "that meet the study's rule of convergence"
        ),
        table=Table(_columns(), tuple(rows)),
        chart=_chart(rows),
        alt=_(
            "Three lines over the rounds: agreement on the order, the spread of the middle half of the answers, and "
            "how many items converged"
        ),
        note=noted(
            edition,
            _("%(count)d rounds are not shown: too few answers.") % {"count": hidden} if hidden else "",
            _("A high W is agreement on the order, not a proof that the order is right."),
        ),
        height=320,
        narrow_height=PANE * PANES + 8,
    )


def _row(round: Round) -> tuple:
    found = round_statistics(round)
    items = [item for group in found["groups"] for item in group["items"].values()]
    spreads = [_spread(item["statistics"]) for item in items]
    known = [spread for spread in spreads if spread is not None]
    return (
        round.number,
        round.invited,
        round.answers,
        found["leaves"]["w"],
        median(known) if known else None,
        sum(bool(item["converged"]) for item in items),
        len(items),
    )


def _spread(statistics: dict | None) -> float | None:
    return None if statistics is None else statistics.get("iqr")


def _title(rows: list[tuple]) -> str:
    first, last = rows[0], rows[-1]
    if len(rows) == 1 or first[3] is None or last[3] is None:
        facts = {"converged": last[5], "items": last[6], "round": last[0]}
        return _("Round %(round)d: %(converged)d of %(items)d items converged") % facts
    facts = {"before": f"{first[3]:.2f}", "after": f"{last[3]:.2f}", "rounds": last[0]}
    if last[3] > first[3]:
        return _("Agreement rose from W = %(before)s to %(after)s over %(rounds)d rounds") % facts
    return (
        _("Agreement did not rise: W = %(before)s in the first round shown, %(after)s in round %(rounds)d")
        % facts
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("round", _("Round"), INTEGER),
        Column("invited", _("Invited"), INTEGER),
        Column("answers", _("Answers"), INTEGER),
        Column("w", _("Kendall's W"), NUMBER, "", 3),
        Column("iqr", _("Median interquartile range"), NUMBER, _("points"), 2),
        Column("converged", _("Items converged"), INTEGER),
        Column("items", _("Items"), INTEGER),
    )


def _chart(rows: list[tuple]) -> dict:
    rounds, items = [str(row[0]) for row in rows], max(row[6] for row in rows)
    heads = (_("Kendall's W"), _("Median interquartile range, points"), _("Items converged, of %d") % items)
    ends = ({"min": 0, "max": 1}, {"min": 0}, {"min": 0, "max": items})
    columns = (3, 4, 5)
    return {
        "grid": _wide_panes(),
        "tooltip": {"trigger": "axis"},
        "xAxis": [
            axis("category", _("Round"), data=rounds, gridIndex=place, nameGap=24) for place in range(PANES)
        ],
        "yAxis": [
            axis("value", words, gridIndex=place, **end) | HEAD
            for place, (words, end) in enumerate(zip(heads, ends, strict=True))
        ],
        "series": [
            _line(code, name, rows, columns[place], place, colour, digits)
            for place, (code, name, colour, digits) in enumerate(
                (
                    ("w", heads[0], NAVY, 2),
                    ("iqr", _("Median interquartile range"), TEAL, 1),
                    ("converged", _("Items converged"), ORANGE, 0),
                )
            )
        ],
        "media": [
            {
                "query": {"maxWidth": NARROW},
                "option": {"grid": _stacked_panes(), "yAxis": _heads(heads, 280)},
            },
            {"option": {"grid": _wide_panes(), "yAxis": _heads(heads, 190)}},
        ],
    }


def _away(value: float | None, before: float | None, after: float | None) -> str:
    """On which side of a point its figure keeps clear of a line that comes from above or goes up."""
    if value is not None and before is not None and before > value:
        return "left"
    return "right" if value is not None and after is not None and after > value else "center"


def _heads(heads: tuple[str, ...], room: int) -> list[dict]:
    """The names above the panes on lines that fit."""
    return [{"name": broken(words, room, 13, most=2)} for words in heads]


def _wide_panes() -> list[dict]:
    """The panes beside each other."""
    common = {"top": 60, "bottom": 32, "width": "27%", "containLabel": True}
    return [common | {"left": f"{1 + 33 * place}%"} for place in range(PANES)]


def _stacked_panes() -> list[dict]:
    """One above the other."""
    common = {"left": 40, "right": 24, "height": PANE_HIGH, "containLabel": False}
    return [common | {"top": 48 + PANE * place} for place in range(PANES)]


def _line(code: str, name: str, rows: list[tuple], column: int, pane: int, colour: str, places: int) -> dict:
    data, values = [], [row[column] for row in rows]
    for value, before, after in zip(values, [None, *values], [*values[1:], None], strict=False):
        words = "–" if value is None else f"{value:.{places}f}"
        label = {"show": True, "position": "top", "color": INK, "formatter": words}
        label["align"] = _away(value, before, after)
        data.append({"value": "-" if value is None else value, "label": label})
    return {
        "type": "line",
        "id": code,
        "name": name,
        "xAxisIndex": pane,
        "yAxisIndex": pane,
        "symbol": "circle",
        "symbolSize": 8,
        "lineStyle": {"width": 2.5},
        "itemStyle": {"color": colour},
        "data": data,
    }
