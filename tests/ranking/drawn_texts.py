"""Where the words of a drawn chart stand: boxes of every text of an SVG by the real widths of the letters."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from xml.etree import ElementTree

from fontTools.ttLib import TTFont

from ranking.drawing import FONTS

MATRIX = re.compile(r"(matrix|translate)\(([^)]*)\)")
ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
BASELINES = {"central": 0.5, "middle": 0.5, "text-before-edge": 0.0, "hanging": 0.0}
UPPER = 0.85  # of a letter's size, above the base line
TALL = 0.9  # of a letter's size: what letters really cover
SLACK = 1.0  # pixels that may be shared


@dataclass(frozen=True)
class Words:
    """A text and the box it covers, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: "Words") -> bool:
        """Whether the two share more than a hair's breadth."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > SLACK and down > SLACK


@cache
def _font(bold: bool) -> tuple[dict, dict, int]:
    font = TTFont(FONTS / f"NotoSansSC-{'Bold' if bold else 'Regular'}.otf", lazy=True)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


def real_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text is in the font it is drawn with."""
    letters, metrics, units = _font(bold)
    return sum(metrics[letters[ord(letter)]][0] for letter in text if ord(letter) in letters) * size / units


def drawn_words(svg: str) -> list[Words]:
    """Every text of the picture."""
    return [
        found for node, x, y in _texts(ElementTree.fromstring(svg), 0.0, 0.0) if (found := _box(node, x, y))
    ]


def _texts(node, x: float, y: float):
    """The texts with where their group stands."""
    for kind, numbers in MATRIX.findall(node.get("transform", "")):
        values = [float(value) for value in re.split(r"[ ,]+", numbers.strip())]
        shift = values if kind == "translate" else values[4:]
        x, y = x + shift[0], y + (shift[1] if len(shift) > 1 else 0)
    if node.tag.endswith("text"):
        yield node, x, y
    for child in node:
        yield from _texts(child, x, y)


def _box(node, x: float, y: float) -> Words | None:
    text = (node.text or "").strip()
    if not text:
        return None
    size = float(node.get("font-size", "12").removesuffix("px"))
    width = real_width(text, size, bold=node.get("font-weight") in ("600", "700", "bold"))
    left = x + float(node.get("x", 0)) - width * ANCHORS[node.get("text-anchor", "start")]
    middle = y + float(node.get("y", 0)) + size * (0.5 - BASELINES.get(node.get("dominant-baseline"), UPPER))
    half = TALL * size / 2
    return Words(text, left, middle - half, left + width, middle + half)


def faults(svg: str, width: float, height: float) -> list[str]:
    """Texts that cover each other or leave the picture, in words."""
    found = drawn_words(svg)
    assert found, "a chart without words"
    out = [
        f"{one.text} leaves the picture ({one.left:.0f} to {one.right:.0f}, {one.top:.0f} to {one.bottom:.0f})"
        for one in found
        if one.left < -SLACK or one.right > width + SLACK or one.top < -SLACK or one.bottom > height + SLACK
    ]
    return out + [
        f"{one.text} covers {other.text}" for one, other in combinations(found, 2) if one.covers(other)
    ]
