"""The editors' texts as blocks of a report."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ranking.editions import Edition, Entry
from ranking.exhibits.places import provinces
from ranking.exhibits.words import several, tier_names
from ranking.files.blocks import Block, Heading, Paragraph, Points, Spans, plain
from ranking.prose import BULLETS, HEADING, NUMBERS, SMALL_HEADING, said

CASE = "case:"
LEVELS = {HEADING: 2, SMALL_HEADING: 3}


def prose_blocks(edition: Edition, slot: str, *, role: str = "text", deeper: int = 0) -> Iterator[Block]:
    """A text of the edition; nothing where nobody wrote one."""
    found = said(edition, slot)
    for block in found.blocks if found else ():
        items = tuple(tuple((span.text, span.bold) for span in item) for item in block.items)
        if block.kind in LEVELS:
            yield Heading(min(3, LEVELS[block.kind] + deeper), _plain(items[0]))
        elif block.kind in (BULLETS, NUMBERS):
            yield Points(items, numbered=block.kind == NUMBERS)
        else:
            yield Paragraph(items[0], role)


def _plain(spans: Spans) -> str:
    return "".join(text for text, _bold in spans)


def case_blocks(edition: Edition) -> Iterator[Block]:
    """The texts on single units, in order of rank, each under the unit's name and place."""
    units = {entry.code: entry for entry in edition.entries}
    slots = [slot for slot in edition.document.get("texts", {}) if slot.startswith(CASE)]
    codes = [slot.removeprefix(CASE) for slot in slots]
    for code in sorted(codes, key=lambda code: (units[code].rank if code in units else len(units) + 1, code)):
        text = list(prose_blocks(edition, CASE + code, deeper=1))
        if text:
            yield Heading(2, units[code].label if code in units else code)
            if code in units:
                yield Paragraph(plain(_place(edition, units[code])), "small")
            yield from text


def _place(edition: Edition, entry: Entry) -> str:
    rank = _("Rank %(rank)d") % {"rank": entry.rank}
    if entry.rank_low is not None:
        rank += f" ({entry.rank_low}–{entry.rank_high})"
    return several(
        part
        for part in (
            rank,
            tier_names(edition).get(entry.tier, ""),
            province_words(edition).get(id(entry), ""),
        )
        if part
    )


def province_words(edition: Edition) -> dict[int, str]:
    """The province of every entry in the reader's language, by the entry's id."""
    return {id(entry): group.label for group in provinces(edition).groups for entry in group.entries}
