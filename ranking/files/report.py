"""The report of an edition as blocks: what it says, in which order, and what it lacks."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ranking.editions import Edition, Entry
from ranking.exhibits.key_figures import figure_text
from ranking.exhibits.keys import told_keys, with_keys
from ranking.exhibits.registry import exhibits_of
from ranking.exhibits.shapes import Exhibit, Shown, Table
from ranking.exhibits.words import is_chinese, said, several, tier_names, title_of
from ranking.files.blocks import (
    Block,
    Cards,
    Facts,
    Figure,
    Heading,
    Notice,
    Paragraph,
    Points,
    Ranks,
    Report,
    Sheet,
    plain,
)
from ranking.files.colophon import check_blocks, cover_facts, revision_mark, state_of, warning_of
from ranking.files.method import data_blocks, limit_points, panel_blocks, rules_blocks
from ranking.files.table_layout import laid_table
from ranking.files.texts import case_blocks, prose_blocks, province_words

LIST, METHOD, KEY = ("intervals", "movement"), ("framework", "convergence", "weights"), "key-figures"
LONGEST = 34  # rows of a table that stands beside its chart; longer ones go to the annex
PLACES = 1
NAMED = 10  # members of a tier that are named among the key points


def make_report(edition: Edition) -> Report:
    """The whole report in the language that is active."""
    shown = {exhibit: _on_paper(exhibit.show(edition)) for exhibit in exhibits_of(edition).values()}
    figures = {exhibit.name: _figure(exhibit, one) for exhibit, one in shown.items() if not one.missing}
    blocks = [
        *_key_points(edition, figures),
        *_list_chapter(edition, figures),
        *_features(edition, figures),
        *_texts(edition),
        *_method(edition, figures),
        *_annex(shown),
        *check_blocks(edition),
        *_lacking(edition, shown),
    ]
    return Report(
        title=title_of(edition),
        other_title=edition.name_en if is_chinese() else edition.name,
        series=said({"name": edition.series.name, "name_en": edition.series.name_en}, "name"),
        year=edition.year,
        language=get_language(),
        state=state_of(edition),
        mark=revision_mark(edition),
        warning=warning_of(edition),
        facts=cover_facts(edition),
        scores=tuple((entry.score, entry.tier) for entry in edition.entries if entry.score is not None),
        blocks=tuple(blocks),
        words=_words(),
    )


def _on_paper(shown: Shown) -> Shown:
    """The exhibit without the columns that no row has anything in: a row of dashes only takes room."""
    table = shown.table
    if table is None or not table.rows:
        return shown
    kept = [
        place
        for place in range(len(table.columns))
        if place < table.grouped or any(row[place] not in (None, "") for row in table.rows)
    ]
    columns, *rows = (tuple(line[place] for place in kept) for line in (table.columns, *table.rows))
    return replace(shown, table=replace(table, columns=columns, rows=tuple(rows)))


def _words() -> dict[str, str]:
    """What the layout itself says."""
    return {
        "contents": _("Contents"),
        "scores": _("Composite scores of all listed units, from rank 1 on the left"),
        "source": _("Source"),
    }


def numbered(exhibit: Exhibit) -> str:
    """The exhibit's number and label: 表4 on Chinese pages, Table 4 on English ones."""
    return f"{exhibit.printed}  {exhibit.label}".strip()


def _figure(exhibit: Exhibit, shown: Shown) -> Figure:
    if shown.table is None:
        return Figure(exhibit.name, numbered(exhibit), shown, None)
    if not _is_annexed(exhibit, shown):
        table, note = _keyed(shown)
        return Figure(exhibit.name, numbered(exhibit), replace(shown, note=note), table)
    told = " · ".join(part for part in (shown.note, _("The whole table stands in the annex.")) if part)
    return Figure(exhibit.name, numbered(exhibit), replace(shown, note=told), None)


def _keyed(shown: Shown) -> tuple[Table, str]:
    """The table with numbers for sources, and the note with what they stand for."""
    table, keys = with_keys(shown.table)
    return table, " · ".join(filter(None, (shown.note, told_keys(keys))))


def _is_annexed(exhibit: Exhibit, shown: Shown) -> bool:
    """Whether the table stands in the annex: it is long, or would turn the page in the middle of a chapter."""
    if exhibit.name == "list" or shown.table is None:
        return False
    if len(shown.table.rows) > LONGEST:
        return True
    return exhibit.name not in METHOD and laid_table(with_keys(shown.table)[0])[1]


def _key_points(edition: Edition, figures: dict[str, Figure]) -> Iterator[Block]:
    yield Heading(1, _("Key points"))
    yield from prose_blocks(edition, "headline", role="lead")
    if edition.study and edition.study.is_rehearsal:
        yield Notice(
            _("The panel is simulated"),
            _(
                "A program gave the experts' answers to rehearse the procedure. The expert weights, and with them "
                "scores and ranks, are an example of the method and no judgement on anybody."
            ),
        )
    yield from _leaders(edition)
    if KEY in figures:
        yield Cards(tuple(map(_card, edition.document["key_figures"])))
        yield figures[KEY]


def _card(figure: dict) -> tuple[str, str, str, str]:
    value, _space, unit = figure_text(figure).partition(" ")
    parts = [said(figure, "numerator_name"), said(figure, "denominator_name")]
    return value, unit, said(figure, "name"), " / ".join(part for part in parts if part)


def _leaders(edition: Edition) -> Iterator[Block]:
    """The first ten in one sentence each tier, so that a list without any text still says what it found."""
    names = tier_names(edition)
    for number, name in sorted(names.items()):
        members = [entry for entry in edition.entries if entry.tier == number]
        if members:
            facts = {"tier": name, "count": len(members), "first": members[0].rank, "last": members[-1].rank}
            units = several(entry.label for entry in members[:NAMED])
            said_units = _("%(names)s and others") % {"names": units} if len(members) > NAMED else units
            span = _("%(tier)s (%(count)d, ranks %(first)d to %(last)d)") % facts
            yield Paragraph(((span, True), (_(": ") + said_units, False)))


def _list_chapter(edition: Edition, figures: dict[str, Figure]) -> Iterator[Block]:
    yield Heading(1, _("The list"))
    if any(entry.rank_low is not None for entry in edition.entries):
        coverage = round(100 * edition.run.parameters["intervals"]["coverage"])
        yield Paragraph(
            plain(
                _(
                    "Beside each rank stands its interval: (9–15) says that %(percent)d%% of the resampled panels put "
                    "the unit between ranks 9 and 15. Where two intervals overlap, the panel does not part the two "
                    "for certain."
                )
                % {"percent": coverage}
            )
        )
    if edition.entries:
        yield _ranks(edition, figures.get("list"))
    yield from (figures[name] for name in LIST if name in figures)


def _ranks(edition: Edition, figure: Figure | None) -> Ranks:
    places = province_words(edition)
    return Ranks(
        caption=figure.label if figure else _("The list"),
        heads=(_("Rank"), _("Name"), _("Province"), _("Score")),
        tier_head=_("Tier"),
        rows=tuple(_rank_row(entry, places) for entry in edition.entries),
        tiers=tuple(sorted(tier_names(edition).items())),
        note=figure.shown.note if figure else "",
    )


def _rank_row(entry: Entry, places: dict[int, str]) -> tuple[str, str, str, str, str, int]:
    interval = "" if entry.rank_low is None else f"({entry.rank_low}–{entry.rank_high})"
    score = "" if entry.score is None else f"{entry.score:.{PLACES}f}"
    return str(entry.rank), interval, entry.label, places.get(id(entry), ""), score, entry.tier


def _features(edition: Edition, figures: dict[str, Figure]) -> Iterator[Block]:
    yield Heading(1, _("What marks this edition"))
    yield from prose_blocks(edition, "features")
    elsewhere = {"list", KEY, *LIST, *METHOD}
    yield from (figure for name, figure in figures.items() if name not in elsewhere)


def _texts(edition: Edition) -> Iterator[Block]:
    advice, cases = list(prose_blocks(edition, "advice")), list(case_blocks(edition))
    if advice:
        yield Heading(1, _("Advice"))
        yield from advice
    if cases:
        yield Heading(1, _("Cases"))
        yield from cases


def _method(edition: Edition, figures: dict[str, Figure]) -> Iterator[Block]:
    yield Heading(1, _("How the list was made"))
    framework, convergence, weights = ([figures[name]] if name in figures else [] for name in METHOD)
    yield from framework
    yield from panel_blocks(edition)
    yield from convergence
    yield from data_blocks(edition)
    yield from weights
    yield from rules_blocks(edition)
    comparability = list(prose_blocks(edition, "comparability"))
    if comparability:
        yield Heading(2, _("Comparing with other years"))
        yield from comparability
    yield Heading(2, _("Limits"))
    yield Points(tuple(map(plain, limit_points(edition))))


def _lacking(edition: Edition, shown: dict[Exhibit, Shown]) -> Iterator[Block]:
    """What a whole report would have and this one has not."""
    texts = {"headline": _("Headline"), "features": _("Features"), "advice": _("Advice")}
    told = [(numbered(exhibit), one.missing) for exhibit, one in shown.items() if one.missing]
    told += [
        (name, _("The editors have not written it."))
        for slot, name in texts.items()
        if not list(prose_blocks(edition, slot))
    ]
    if told:
        yield Heading(2, _("What is not in this report"))
        yield Facts(tuple(told))


def _annex(shown: dict[Exhibit, Shown]) -> Iterator[Block]:
    long = [(exhibit, one) for exhibit, one in shown.items() if _is_annexed(exhibit, one)]
    if long:
        yield Heading(1, _("Annex: long tables"))
        for exhibit, one in long:
            yield Sheet(numbered(exhibit), *_keyed(one))
