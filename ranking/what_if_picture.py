"""The share picture of a what-if: its first ten, under large letters that it is not the official ranking."""

from html import escape

from django.utils.translation import gettext as _

from ranking.drawing import FONT_STACK
from ranking.lettering import text_width
from ranking.what_if import Answer
from ranking.what_if_page import row_of

WIDTH, HEIGHT, TEN = 1200, 630, 10
INK, MUTED, WARNING, SOFT, NAVY = "#1b2430", "#56616f", "#7a4a00", "#fff6e0", "#0b3d79"


def picture(answer: Answer, source: str) -> str:
    """SVG of 1200 × 630 pixels."""
    rows = [row_of(answer, place) for place in answer.on_list[:TEN]]
    heads = {0: (80, 560), 1: (640, 1120)}
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f7f8fa"/>',
        f'<rect width="{WIDTH}" height="92" fill="{SOFT}"/>',
        _text(80, 58, _("Not the official ranking"), size=36, weight="bold", fill=WARNING),
        _text(80, 148, _("What if the weights were different?"), size=40, weight="bold"),
        f'<line x1="80" y1="178" x2="1120" y2="178" stroke="{INK}" stroke-width="2"/>',
    ]
    for place, row in enumerate(rows):
        left, right = heads[place // 5]
        line = 232 + 66 * (place % 5)
        parts.append(_text(left, line, str(row.rank), size=32, weight="bold", fill=NAVY))
        parts.append(_text(left + 64, line, _short(row.label), size=30))
        parts.append(_text(right, line, _moved(row), size=24, fill=MUTED, anchor="end"))
    parts.append(_text(80, 596, source, size=20, fill=MUTED))
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _text(
    x: int, y: int, text: str, *, size: int, fill: str = INK, weight: str = "normal", anchor: str = "start"
):
    style = f'font-family="{FONT_STACK}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" {style}>{escape(text)}</text>'


def _short(label: str) -> str:
    """A name that fits its column."""
    while text_width(label, 30) > 260:
        label = label.rstrip("…")[:-1] + "…"
    return label


def _moved(row) -> str:
    if row.official is None:
        return _("not on the list")
    return _("officially %(rank)s") % {"rank": row.official}
