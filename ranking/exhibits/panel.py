"""How the panel came together over the rounds: Kendall's W and the spread of the answers, where they may be shown."""

from statistics import median

from django.utils.translation import gettext as _

from ranking.charts import INK, MUTED, NARROW, NAVY, TEAL, axis
from ranking.editions import Edition
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, no_run, noted
from survey.models import Round
from survey.results import may_show_results, round_statistics


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
            "Kendall's W over all indicators (0 to 1), and the items' median interquartile range in points"
        ),
        table=Table(_columns(), tuple(rows)),
        chart=_chart(rows),
        alt=_(
            "Two lines over the rounds: agreement on the order, and the spread of the middle half of the answers"
        ),
        note=noted(
            edition,
            _("%(count)d rounds are not shown: too few answers.") % {"count": hidden} if hidden else "",
            _("A high W is agreement on the order, not a proof that the order is right."),
        ),
        height=320,
        narrow_height=520,
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
    rounds = [str(row[0]) for row in rows]
    panes = [
        {"left": 16, "right": "54%", "top": 56, "bottom": 32, "containLabel": True},
        {"left": "54%", "right": 24, "top": 56, "bottom": 32, "containLabel": True},
    ]
    stacked = [
        {"left": 16, "right": 24, "top": 56, "height": 160, "containLabel": False},
        {"left": 16, "right": 24, "top": 316, "height": 160, "containLabel": False},
    ]
    stacked = [pane | {"left": 40} for pane in stacked]
    bounds = {
        "nameLocation": "end",
        "nameGap": 16,
        "nameTextStyle": {"align": "left", "color": MUTED, "fontSize": 13},
    }
    return {
        "grid": panes,
        "tooltip": {"trigger": "axis"},
        "xAxis": [axis("category", _("Round"), data=rounds, gridIndex=place, nameGap=24) for place in (0, 1)],
        "yAxis": [
            axis("value", _("Kendall's W"), gridIndex=0, min=0, max=1) | bounds,
            axis("value", _("Median interquartile range, points"), gridIndex=1, min=0) | bounds,
        ],
        "series": [
            _line("w", _("Kendall's W"), rows, 3, 0, NAVY, 2),
            _line("iqr", _("Median interquartile range"), rows, 4, 1, TEAL, 1),
        ],
        "media": [
            {"query": {"maxWidth": NARROW}, "option": {"grid": stacked}},
            {"option": {"grid": panes}},
        ],
    }


def _line(code: str, name: str, rows: list[tuple], column: int, pane: int, colour: str, places: int) -> dict:
    data = []
    for row in rows:
        value = row[column]
        words = "–" if value is None else f"{value:.{places}f}"
        label = {"show": True, "position": "top", "color": INK, "formatter": words}
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
