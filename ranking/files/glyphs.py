"""Which letters of a report the project's fonts have, and what stands in for those they lack."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst
from django.utils.translation import gettext as _

FONTS = Path(__file__).resolve().parent / "fonts"
SYSTEM = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei", "Noto Sans")
STAND_IN = "〓"
UNPRINTABLE = ("Cc", "Cf", "Cn", "Co", "Cs")
SHOWN_LETTERS = 40


@dataclass(frozen=True)
class Glyphs:
    """Fonts of the system that are needed; what takes the place of letters, with the words that say so."""

    system: tuple[str, ...]
    replaced: dict[int, str]
    title: str = ""
    note: str = ""


@cache
def known_letters() -> frozenset[int]:
    """The code points of the project's fonts, by the list beside them."""
    found: set[int] = set()
    for one in (FONTS / "coverage.txt").read_text(encoding="ascii").split():
        first, _dash, last = one.partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def texts_in(document) -> Iterator[str]:
    """Every text of nested lists and dicts."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from texts_in(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from texts_in(value)


def with_letters(document, replaced: dict[int, str]):
    """The same lists and dicts with letters replaced in every text."""
    if isinstance(document, str):
        return document.translate(replaced)
    if isinstance(document, dict):
        return {key: with_letters(value, replaced) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [with_letters(value, replaced) for value in document]
    return document


def glyphs_for(document, *, use_system: bool = True) -> Glyphs:
    """What the texts need beyond the project's fonts; without ``use_system`` everything else is replaced."""
    letters = {letter for text in texts_in(document) for letter in text} - {"\n"}
    foreign = {letter for letter in letters if ord(letter) not in known_letters()}
    hidden = {letter for letter in foreign if unicodedata.category(letter) in UNPRINTABLE}
    lacking = foreign - hidden
    replaced = {ord(letter): "" for letter in hidden}
    families = _system_families() if use_system else ()
    if not lacking or families:
        return Glyphs(families if lacking else (), replaced)
    names = " ".join(f"U+{ord(letter):04X}" for letter in sorted(lacking)[:SHOWN_LETTERS])
    return Glyphs(
        (),
        replaced | {ord(letter): STAND_IN for letter in lacking},
        _("Letters that no font here has"),
        _("%(mark)s stands for: %(letters)s") % {"mark": STAND_IN, "letters": names},
    )


@cache
def _system_families() -> tuple[str, ...]:
    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).families()
    return tuple(name for name in SYSTEM if name in found)
