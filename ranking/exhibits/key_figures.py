"""表3: figures of the whole edition as ratios of sums, with numerator and denominator."""

from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.shapes import INTEGER, NUMBER, Column, Shown, Table
from ranking.exhibits.words import lacking, noted, said

SHARE, COUNT = "share", "count"
PLACES = {SHARE: 1, "ratio": 2, COUNT: 0}


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
    return "–" if value is None else f"{value:,.{PLACES[figure['form']]}f} {unit_of(figure)}".strip()


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
        table=Table(_columns(), tuple(map(_row, figures))),
        note=noted(edition),
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", _("Figure")),
        Column("value", _("Value"), NUMBER, "", 2),
        Column("unit", _("Unit")),
        Column("numerator", _("Numerator"), NUMBER, "", 1),
        Column("numerator_name", _("Numerator is")),
        Column("denominator", _("Denominator"), NUMBER, "", 1),
        Column("denominator_name", _("Denominator is")),
        Column("reference", _("Compared with"), NUMBER, "", 2),
        Column("reference_name", _("That is")),
        Column("year", _("Year"), INTEGER),
        Column("source", _("Source")),
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
