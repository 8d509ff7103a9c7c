"""Charts as they stand in a report: narrower than on a page, so that two of them share an upright sheet."""

from ranking.drawing import DrawingFailed, chart_svg, png_of
from ranking.exhibits.shapes import Shown

WIDTH = 780  # pixels across the text
TALLEST = 1040  # pixels that fit on one page with the words around them
LOWER = 0.81  # of a radar, whose four sheets would else be eight; other charts need the height they ask for
LEAST, LEAST_RADAR = 0.8, 0.92  # of its height on paper, for a chart that would just not fit on a sheet


def paper_heights(shown: Shown) -> tuple[int, ...]:
    """The heights in pixels that it may have on paper, the one it should have first; letters stay as large."""
    is_radar = "radar" in (shown.chart or {})
    first = min(shown.paper_height or round(shown.height * (LOWER if is_radar else 1)), TALLEST)
    if shown.is_rigid:
        return (first,)
    least = min(first, shown.paper_least or round(first * (LEAST_RADAR if is_radar else LEAST)))
    return first, (first + least) // 2, least


def paper_svgs(shown: Shown) -> list[str]:
    """The chart as vectors in each of these heights; none where it cannot be drawn: the table says the same."""
    if shown.chart is None:
        return []
    try:
        return [chart_svg(shown.chart, width=WIDTH, height=height) for height in paper_heights(shown)]
    except DrawingFailed:
        return []


def picture_png(shown: Shown) -> bytes:
    """The chart as points; empty where there is no chart."""
    if shown.chart is None:
        return b""
    try:
        return png_of(chart_svg(shown.chart, width=WIDTH, height=paper_heights(shown)[0]))
    except DrawingFailed:
        return b""
