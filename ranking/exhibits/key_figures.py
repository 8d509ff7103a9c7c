"""表3: figures of the whole edition as ratios of sums, with numerator and denominator."""

from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, said, signed

SHARE, COUNT = "share", "count"
WHOLE_FROM = 1000  # figures from here on have no decimals


def value_of(figure: dict) -> float | None:
    """The figure itself: a count, a ratio of two sums, or the same in percent; None without a denominator."""
    if figure["form"] == COUNT:
        return figure["numerator"]
    if not figure["denominator"]:
        return None
    ratio = figure["numerator"] / figure["denominator"]
    return 100 * ratio if figure["form"] == SHARE else ratio


def unit_of(figure: dict) -> str:
    """Its unit: percent for shares, else as the editor wrote it."""
    return "%" if figure["form"] == SHARE else said(figure, "unit")


def figure_text(figure: dict) -> str:
    """The figure as people write it, with its unit."""
    value = value_of(figure)
    if value is None:
        return "–"
    unit = unit_of(figure)
    return f"{short(value)}{unit}" if unit == "%" else f"{short(value)} {unit}".strip()


def short(value: float) -> str:
    """Three digits that count, as a headline has them; large figures whole."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.3g}"


def key_cards(table: Table) -> list[dict]:
    """Each figure as a card: value, unit, what it is compared with, what it is made of."""
    codes = [column.code for column in table.columns]
    return [_card(dict(zip(codes, row, strict=True))) for row in table.rows]


def _card(row: dict) -> dict:
    value, reference = row["value"], row["reference"]
    compared = made_of = ""
    if reference is not None and value is not None:
        facts = {
            "name": row["reference_name"],
            "value": short(reference),
            "gap": signed(value - reference, 2),
        }
        compared = _("%(name)s %(value)s; gap %(gap)s") % facts
    if row["denominator"] is not None:
        facts = {
            "over": f"{row['numerator_name']} {row['numerator']:,g}",
            "under": f"{row['denominator_name']} {row['denominator']:,g}",
        }
        made_of = _("%(over)s, divided by %(under)s") % facts
    told = [made_of, row["source"], str(row["year"] or "")]
    return {
        "name": row["name"],
        "value": "–" if value is None else short(value),
        "unit": row["unit"],
        "reference": compared,
        "made_of": " · ".join(filter(None, told)),
    }


def key_figures(edition: Edition) -> Shown:
    """Every key figure with what it is made of."""
    figures = edition.document.get("key_figures", [])
    if not figures:
        return lacking(
            _("No key figures of the whole list were entered."),
            _("An editor enters each with its numerator, denominator and source in the studio."),
        )
    first = figures[0]
    return Shown(
        title=_("%(name)s: %(value)s") % {"name": said(first, "name"), "value": figure_text(first)},
        subtitle=_("Ratios are of sums over the listed units, never means of ratios"),
        table=Table(_columns(figures), tuple(map(_row, figures))),
        note=noted(edition),
    )


def _columns(figures: list[dict]) -> tuple[Column, ...]:
    sums = [
        figure[name]
        for figure in figures
        for name in ("numerator", "denominator")
        if figure[name] is not None
    ]
    places = 0 if all(float(number).is_integer() for number in sums) else 2
    return (
        Column("name", _("Figure")),
        Column("value", _("Value"), NUMBER, "", 2),
        Column("unit", _("Unit")),
        Column("numerator", _("Numerator"), NUMBER, "", places),
        Column("numerator_name", _("Numerator is")),
        Column("denominator", _("Denominator"), NUMBER, "", places),
        Column("denominator_name", _("Denominator is")),
        Column("reference", _("Compared with"), NUMBER, "", 2),
        Column("reference_name", _("That is")),
        Column("year", _("Year"), INTEGER),
        Column("source", _("Source"), keyed=True),
    )


def _row(figure: dict) -> tuple:
    return (
        said(figure, "name"),
        value_of(figure),
        unit_of(figure),
        figure["numerator"],
        said(figure, "numerator_name"),
        figure["denominator"],
        said(figure, "denominator_name"),
        figure["reference"],
        said(figure, "reference_name"),
        figure["year"],
        said(figure, "source"),
    )
