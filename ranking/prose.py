"""Texts of an edition: a little markup read into blocks, for page, report and document alike.

One line is one paragraph. ``## `` begins a heading and ``### `` a smaller one, ``- `` an item of a list, ``1. `` one of
a numbered list; ``**bold**`` stands inside any of them. Nothing else means anything: whatever is typed stays text.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import get_language

from ranking.editions import Edition
from survey.reasons import HIDDEN

HEADING, SMALL_HEADING, PARAGRAPH, BULLETS, NUMBERS = "heading", "small", "paragraph", "bullets", "numbers"
LISTS = (BULLETS, NUMBERS)
LONGEST = 20_000
BOLD = re.compile(r"\*\*([^*\s](?:[^*]{0,398}[^*\s])?)\*\*")
MARKS = (
    (re.compile(r"###\s+"), SMALL_HEADING),
    (re.compile(r"##?\s+"), HEADING),
    (re.compile(r"[-*•·]\s+"), BULLETS),
    (re.compile(r"\d{1,3}[.、)]\s*(?=\D)"), NUMBERS),
)


@dataclass(frozen=True)
class Span:
    """A run of letters, bold or not."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """A heading or paragraph, which has one item, or a list; an item is a tuple of spans."""

    kind: str
    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True)
class Said:
    """A text of an edition in the reader's language, or in the other one where it has no more; ``lang`` says which."""

    text: str
    lang: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What to render."""
        return read_prose(self.text)

    @property
    def plain(self) -> str:
        """The words alone, on one line."""
        return " ".join(plain_item(item) for block in self.blocks for item in block.items)


def said(edition: Edition, slot: str) -> Said | None:
    """The edition's text of a slot: ``headline``, ``features``, ``advice``, ``comparability``, ``case:CODE``, …"""
    kept = edition.document.get("texts", {}).get(slot, {})
    texts = [("zh-Hans", kept.get("text", "")), ("en", kept.get("text_en", ""))]
    if not (get_language() or "").startswith("zh"):
        texts.reverse()
    return next((Said(text, lang) for lang, text in texts if text.strip()), None)


def read_prose(text: str) -> tuple[Block, ...]:
    """The blocks of a text; items of one list that follow each other make one block."""
    lines = [_line(line) for line in clean_prose(text).split("\n") if line.strip()]
    blocks = []
    for kind, group in groupby(lines, key=lambda line: line[0]):
        items = tuple(_spans(words) for _kind, words in group)
        blocks += [Block(kind, items)] if kind in LISTS else [Block(kind, (item,)) for item in items]
    return tuple(blocks)


def _line(line: str) -> tuple[str, str]:
    words = line.strip()
    for mark, kind in MARKS:
        found = mark.match(words)
        if found and words[found.end() :]:
            return kind, words[found.end() :]
    return PARAGRAPH, words


def _spans(words: str) -> tuple[Span, ...]:
    """The runs of a line; every second part of the split is bold."""
    parts = BOLD.split(words)
    return tuple(Span(part, bool(place % 2)) for place, part in enumerate(parts) if part)


def plain_item(item: tuple[Span, ...]) -> str:
    """The words of one heading, paragraph or item."""
    return "".join(span.text for span in item)


def clean_prose(text: str) -> str:
    """The text as it is kept: composed letters, line ends as one character, nothing invisible or reordering."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = ("\n" if letter in "\u2028\u2029" else " " if letter == "\t" else letter for letter in composed)
    return "".join(
        letter for letter in kept if letter == "\n" or unicodedata.category(letter) not in HIDDEN
    ).strip()
