"""Make the fonts of this folder again from Noto CJK; needs fontTools: ``python ranking/files/fonts/make.py``.

The characters: GB 2312, the ranges below, and those of ``characters.txt``. Same sources, same bytes.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).resolve().parent
SOURCES = Path("/usr/share/fonts/opentype/noto")
FACES = (("Sans", "Regular"), ("Sans", "Bold"), ("Serif", "Bold"))
RANGES = (
    *((0x20, 0x17F), (0x1CD, 0x1DC), (0x2B9, 0x2DD), (0x370, 0x3FF)),  # Latin, pinyin, marks, Greek
    *((0x2010, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF)),  # punctuation, small figures, currencies
    *(
        (0x2100, 0x214F),
        (0x2150, 0x218B),
        (0x2190, 0x21FF),
        (0x2200, 0x22FF),
    ),  # letters, numerals, arrows, signs
    *((0x2460, 0x24FF), (0x25A0, 0x25FF), (0x2605, 0x2606), (0x2713, 0x2718)),  # in circles, shapes, ticks
    *((0x3000, 0x303F), (0x3200, 0x33FF), (0xFF00, 0xFFEF)),  # Chinese punctuation, units, full width
)
FEATURES = ["kern", "liga", "palt", "halt", "tnum", "pnum", "ccmp"]


def characters() -> set[int]:
    """Every code point that the fonts shall have."""
    wanted = {ord(letter) for letter in (HERE / "characters.txt").read_text(encoding="utf-8")}
    for first, last in RANGES:
        wanted |= set(range(first, last + 1))
    cells = [bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)]
    wanted |= {ord(letter) for cell in cells for letter in cell.decode("gb2312", "ignore")}
    return {code for code in wanted if code >= 0x20}


def make(face: str, weight: str) -> Path:
    """One font: the simplified Chinese face, cut down to the characters, under its own name."""
    source = SOURCES / f"Noto{face}CJK-{weight}.ttc"
    number = next(
        place
        for place, font in enumerate(TTCollection(source, lazy=True).fonts)
        if font["name"].getDebugName(1).startswith(f"Noto {face} CJK SC")
    )
    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    options = Options(layout_features=FEATURES, hinting=False, notdef_outline=True, name_languages=[0x409])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    _rename(font, f"Noto {face} SC", weight)
    target = HERE / f"Noto{face}SC-{weight}.otf"
    font.save(target)
    return target


def _rename(font: TTFont, family: str, weight: str) -> None:
    full = f"{family} {weight}"
    names = {1: family, 2: weight, 3: f"{full} subset", 4: full, 6: f"{family}-{weight}".replace(" ", "")}
    for record in [*font["name"].names]:
        if record.nameID in (16, 17, 25):
            font["name"].names.remove(record)
        elif record.nameID in names:
            record.string = names[record.nameID]
    font["CFF "].cff.fontNames = [names[6]]
    font["CFF "].cff.topDictIndex[0].FullName = full
    font["CFF "].cff.topDictIndex[0].FamilyName = family


def coverage(fonts: list[Path]) -> str:
    """The code points that all fonts have, as ranges, so that programs need not open a font to know."""
    common = sorted(set.intersection(*[set(TTFont(font, lazy=True).getBestCmap()) for font in fonts]))
    ranges: list[list[int]] = []
    for code in common:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    lines = (f"{first:04X}" if first == last else f"{first:04X}-{last:04X}" for first, last in ranges)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    fonts = []
    for face, weight in FACES:
        made = make(face, weight)
        fonts.append(made)
        sys.stdout.write(f"{made.name} {made.stat().st_size:,} bytes\n")
    (HERE / "coverage.txt").write_text(coverage(fonts), encoding="ascii")
