"""The fonts of the files have every character that data and texts need."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from ranking.files.fonts.make import coverage
from ranking.files.glyphs import known_letters

ROOT = Path(__file__).resolve().parents[3]
FONTS = sorted((ROOT / "ranking" / "files" / "fonts").glob("*.otf"))
TEXTS = [
    path
    for folder in ("data", "templates", "config/locale", "ranking/exhibits", "ranking/files")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".csv", ".json", ".md", ".html", ".txt", ".po", ".py", ".typ"}
]
UNPRINTED = {0x0A, 0x09, 0x0D, 0xFEFF, 0x200B}


def letters(font: Path) -> set[int]:
    return set(TTFont(font, lazy=True).getBestCmap())


def test_there_are_two_weights_of_the_text_and_one_of_headings():
    names = [TTFont(font, lazy=True)["name"].getBestFullName() for font in FONTS]

    assert names == ["Noto Sans SC Bold", "Noto Sans SC", "Noto Serif SC Bold"]


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)
def test_font_is_small_and_has_what_is_written_in_this_project(font):
    known = letters(font)
    lacking = {
        letter: path.relative_to(ROOT).as_posix()
        for path in TEXTS
        for letter in path.read_text(encoding="utf-8")
        if ord(letter) not in known and ord(letter) not in UNPRINTED
    }

    assert font.stat().st_size < 3_500_000
    assert not lacking


def test_every_font_has_the_same_chinese_characters():
    chinese = [{code for code in letters(font) if 0x4E00 <= code <= 0x9FFF} for font in FONTS]

    assert len(chinese[0]) > 6763
    assert chinese[0] == chinese[1] == chinese[2]


def test_list_of_letters_is_that_of_the_fonts():
    assert (FONTS[0].parent / "coverage.txt").read_text() == coverage(FONTS)
    assert known_letters() == set.intersection(*map(letters, FONTS))
