"""Charts as they stand in a report: narrower than on a page, so that two of them share an upright sheet."""

from ranking.drawing import DrawingFailed, chart_svg, png_of
from ranking.exhibits.shapes import Shown

WIDTH = 780  # pixels across the text
TALLEST = 1040  # pixels that fit on one page with the words around them
LOWER = 0.81  # of a radar, whose four sheets would else be eight; other charts need the height they ask for


def paper_height(shown: Shown) -> int:
    """The height in pixels on paper."""
    lower = round(shown.height * LOWER) if "radar" in (shown.chart or {}) else shown.height
    height = shown.paper_height or lower
    return min(height, TALLEST)


def picture_svg(shown: Shown) -> str:
    """The chart as vectors; empty where the exhibit has none or it cannot be drawn: the table says the same."""
    if shown.chart is None:
        return ""
    try:
        return chart_svg(shown.chart, width=WIDTH, height=paper_height(shown))
    except DrawingFailed:
        return ""


def picture_png(shown: Shown) -> bytes:
    """The chart as points; empty where there is no chart."""
    svg = picture_svg(shown)
    return png_of(svg) if svg else b""
