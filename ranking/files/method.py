"""How the list was made, as blocks of a report: the panel, the data, the rules, the limits."""

from collections.abc import Iterator

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ranking.editions import Edition
from ranking.exhibits.shapes import INTEGER, Column, Table
from ranking.files.blocks import Block, Facts, Heading, Paragraph, Points, Sheet, plain
from ranking.files.formulas import formula_blocks
from ranking.listing import proxies_of
from weighting.weight_table import left_out

SHOWN_HASH = 16


def panel_blocks(edition: Edition) -> Iterator[Block]:
    """The rounds; of a list that was brought in, that there are none."""
    if edition.run is None:
        yield Paragraph(
            plain(_("This list was brought in as it was printed; no panel and no data of it are kept here."))
        )
        return
    yield Heading(2, _("The panel"))
    yield Paragraph(
        plain(
            _(
                "The experts answer alone and do not know of each other. Between the rounds each sees the panel's "
                "median and middle half beside the own last answer, and may move or stay. The answers of a closed "
                "round are frozen by a hash."
            )
        )
    )
    yield Sheet(_("The rounds"), _rounds(edition))


def _rounds(edition: Edition) -> Table:
    adopted = edition.run.weight_set.round.number
    columns = (
        Column("round", _("Round"), INTEGER),
        Column("invited", _("Invited"), INTEGER),
        Column("answers", _("Answers"), INTEGER),
        Column("closed", _("Closed")),
        Column("adopted", _("Adopted")),
        Column("sha256", _("Frozen answers (SHA-256)")),
    )
    rows = tuple(
        (
            turn.number,
            turn.invited,
            turn.answers,
            _day(turn.closed_at),
            _("adopted") if turn.number == adopted else "",
            turn.sha256[:SHOWN_HASH],
        )
        for turn in edition.study.rounds.closed().order_by("number")
    )
    return Table(columns, rows)


def _day(instant) -> str:
    return localtime(instant).strftime("%Y-%m-%d") if instant else ""


def data_blocks(edition: Edition) -> Iterator[Block]:
    """The sealed figures, and the units that are left out."""
    if edition.run is None:
        return
    dataset, run = edition.run.weight_set.dataset, edition.run
    yield Heading(2, _("The data"))
    yield Facts(
        (
            (_("Units scored"), str(run.facts["units"])),
            (_("Units left out"), str(len(run.weight_set.units_left_out))),
            (_("Version of the data"), str(dataset.version)),
            (_("Sealed"), _day(dataset.sealed_at)),
            (_("Seal (SHA-256)"), dataset.sha256),
        )
    )
    gone = left_out(run.weight_set)
    if gone:
        yield Sheet(_("Units left out"), _left_out_table(gone))


def _left_out_table(gone) -> Table:
    columns = (
        Column("code", _("Code")),
        Column("name", _("Name")),
        Column("missing", _("Without a figure for")),
    )
    rows = [
        (item.unit.code, item.unit.label, _(", ").join(indicator.label for indicator in item.missing))
        for item in gone
    ]
    return Table(columns, tuple(rows))


def rules_blocks(edition: Edition) -> Iterator[Block]:
    """The formulas, and where the protocol was departed from."""
    if edition.run is None:
        return
    yield Heading(2, _("The formulas"))
    yield from formula_blocks(edition.run)
    deviations = list(edition.study.deviations.all())
    if deviations:
        yield Heading(2, _("Deviations from the protocol"))
        yield Points(tuple(plain(f"{_day(one.at)} · {one.reason}") for one in deviations))


def limit_points(edition: Edition) -> Iterator[str]:
    """What the list cannot tell."""
    yield _("A rank says who stands before whom under these rules, not by how much; the scores say that.")
    if edition.run is None:
        return
    yield _(
        "The interval tells how much the rank depends on who sat in the panel. It says nothing about errors in the "
        "data or about other rules."
    )
    proxies = proxies_of(edition.study)
    if proxies.stand_ins:
        yield _(
            "%(proxies)d of the %(measured)d indicators are proxies for figures that were not available: %(names)s."
        ) % {
            "proxies": len(proxies.stand_ins),
            "measured": proxies.measured,
            "names": _(", ").join(leaf.label for leaf in proxies.stand_ins),
        }
    if edition.run.weight_set.units_left_out:
        yield _(
            "Units with missing figures are left out of weights and ranks by the rule of the protocol; "
            "they are named above."
        )
