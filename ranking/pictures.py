"""Exhibits as whole pictures: title, measure, chart or the first rows of the table, source; and cards for sharing."""

from html import escape

from ranking.charts import BORDER, INK, MUTED, NAVY, RULE
from ranking.drawing import FONT_STACK, chart_svg, inner
from ranking.editions import Edition
from ranking.exhibits.shapes import TEXT, Shown, Table
from ranking.exhibits.words import source_note, title_of
from ranking.files.cells import head, printed
from ranking.lettering import BOLD, cut, line_height, text_width, wrapped

WIDE, NARROW = 1080, 360  # pixels across a picture on a page and on a phone
EDGE, REGULAR = 24, 400  # pixels around a picture, weight of letters
FIRST_OF_ALL = ("rank", "score", "final", "value")  # columns that a narrow picture shows
MOST_ROWS = 20  # of a table that stands in for a chart
ROW = 28
CARD = (1200, 630)
CARD_EDGE, CARD_ROWS, CARD_ROW = 56, 6, 44
HEADLINES, CARD_LINES = (42, 34, 28), 3  # sizes of a card's title, and the lines it may take
CARD_ZOOM, CARD_TALLEST = (
    1.3,
    1.85,
)  # how much larger its letters are; how much lower than on a page a chart may be


def still_svg(shown: Shown, *, narrow: bool = False) -> str:
    """The chart alone, as it stands on the page until the browser has drawn it; narrow for a phone."""
    height = (shown.narrow_height or shown.height) if narrow else shown.height
    return chart_svg(shown.chart, width=NARROW if narrow else WIDE, height=height)


def figure_svg(shown: Shown, *, width: int = WIDE) -> str:
    """The exhibit with its words, to stand by itself."""
    room = width - 2 * EDGE
    parts, top = [], EDGE
    for text, size, colour, weight in (
        (shown.title or shown.missing, 22, INK, 600),
        (shown.subtitle, 14, MUTED, REGULAR),
    ):
        lines = wrapped(text, size, room, bold=weight > REGULAR)
        parts.append(words(lines, EDGE, top, size, colour, weight))
        top += len(lines) * line_height(size) + 6
    body, height = _body(shown, room)
    parts.append(_placed(body, EDGE, top + 6))
    top += height + 18
    lines = wrapped(shown.note, 12, room)
    parts.append(words(lines, EDGE, top, 12, MUTED, 400))
    return _document(parts, width, top + len(lines) * line_height(12) + EDGE - 6)


def card_svg(edition: Edition, shown: Shown) -> str:
    """A card of 1200 × 630 pixels for messages and posts: whose list, what was found, and the chart where it fits."""
    width, height = CARD
    room = width - 2 * CARD_EDGE
    size, lines = _headline(shown.title or shown.missing, room)
    top = CARD_EDGE + 56
    rest = top + len(lines) * line_height(size) + 16
    parts = [
        _rule(CARD_EDGE, CARD_EDGE + 36, room),
        words([title_of(edition)], CARD_EDGE, CARD_EDGE, 22, MUTED, 400),
        words(lines, CARD_EDGE, top, size, INK, 600),
        _placed(_card_body(shown, room, height - rest - 84), CARD_EDGE, rest),
        words([cut(source_note(edition), 16, room)], CARD_EDGE, height - 62, 16, MUTED, 400),
    ]
    return _document(parts, width, height)


def _headline(title: str, room: int) -> tuple[int, list[str]]:
    """The title in the largest letters that need at most three lines."""
    for size in HEADLINES:
        lines = wrapped(title, size, room, bold=True)
        if len(lines) <= CARD_LINES:
            return size, lines
    return size, [*lines[: CARD_LINES - 1], cut(" ".join(lines[CARD_LINES - 1 :]), size, room / BOLD)]


def _card_body(shown: Shown, room: int, height: int) -> str:
    """The chart in larger letters where it stays readable, else the first rows of the table."""
    low = round(height / CARD_ZOOM)
    if shown.chart and shown.height <= (1 if shown.is_rigid else CARD_TALLEST) * low:
        chart = inner(chart_svg(shown.chart, width=round(room / CARD_ZOOM), height=low))
        return f'<g transform="scale({CARD_ZOOM})">{chart}</g>'
    if shown.table:
        rows = min(CARD_ROWS, max(1, height // CARD_ROW - 2))
        return table_svg(shown.table, room, rows=rows, size=24, row=CARD_ROW)[0]
    return ""


def _body(shown: Shown, room: int) -> tuple[str, int]:
    """What stands between the words, and its height."""
    if shown.chart:
        narrow = room <= NARROW
        height = (shown.narrow_height or shown.height) if narrow else shown.height
        return inner(chart_svg(shown.chart, width=room, height=height)), height
    return table_svg(shown.table, room) if shown.table else ("", 0)


def table_svg(
    table: Table, room: int, *, rows: int = MOST_ROWS, size: int = 14, row: int = ROW
) -> tuple[str, int]:
    """The first rows, as many columns as fit beside each other; says how many rows there are beyond."""
    columns = _fitting(table, room, rows, size)
    parts, x = [], 0
    for place, width in columns:
        column = table.columns[place]
        is_text = column.kind == TEXT
        cells = [head(column), *[printed(line[place], column) for line in table.rows[:rows]]]
        for line, text in enumerate(cells):
            spot = x if is_text else x + width - size
            colour, weight = (MUTED, 400) if line == 0 else (INK, 600 if column.code == "name" else 400)
            anchor = "start" if is_text else "end"
            parts.append(
                words([cut(text, size, width - size)], spot, line * row + 4, size, colour, weight, anchor)
            )
        x += width
    shown = min(rows, len(table.rows))
    rules = [_rule(0, line * row, room, RULE if line else BORDER) for line in range(1, shown + 1)]
    more = len(table.rows) - shown
    if more > 0:
        parts.append(words([f"+ {more}"], 0, (shown + 1) * row + 4, size, MUTED, 400))
    return "".join([*rules, *parts]), (shown + 1 + (more > 0)) * row


def _fitting(table: Table, room: int, rows: int, size: int) -> list[tuple[int, int]]:
    """Columns with their widths as long as there is room: the name, then numbers, then other texts."""
    found, used = [], 0
    beside = size if room <= NARROW else 2 * size
    for place in _wanted(table):
        column = table.columns[place]
        cells = [head(column), *[printed(line[place], column) for line in table.rows[:rows]]]
        width = min(max(text_width(text, size) for text in cells), 18 * size, 0.55 * room) + beside
        if used + width > room and found:
            continue
        found.append((place, width))
        used += width
    spare = (room - used) // len(found)
    return [(place, width + spare) for place, width in sorted(found)]


def _wanted(table: Table) -> list[int]:
    """The columns in the order in which they are wanted; what repeats from row to row comes last, codes never."""
    codes = [column.code for column in table.columns]
    name = codes.index("name") if "name" in codes else min(table.grouped, len(codes) - 1)
    rest = [
        place
        for place, code in enumerate(codes)
        if place not in (name, *range(table.grouped)) and code != "code"
    ]
    rest = [place for place in rest if any(row[place] not in (None, "") for row in table.rows)]
    numbers = [place for place in rest if table.columns[place].kind != TEXT]
    numbers.sort(key=lambda place: codes[place] not in FIRST_OF_ALL)
    texts = [place for place in rest if table.columns[place].kind == TEXT and not table.columns[place].keyed]
    return [name, *numbers, *texts, *range(table.grouped)]


def words(
    lines: list[str], x: float, y: float, size: int, colour: str, weight: int, anchor: str = "start"
) -> str:
    """Lines of text from a top edge on."""
    style = f'font-family="{escape(FONT_STACK, quote=True)}" font-size="{size}" font-weight="{weight}"'
    return "".join(
        f'<text x="{x}" y="{y + size + place * line_height(size)}" {style} fill="{colour}"'
        f' text-anchor="{anchor}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )


def _placed(body: str, x: int, y: int) -> str:
    return f'<g transform="translate({x} {y})">{body}</g>'


def _rule(x: int, y: int, length: int, colour: str = NAVY) -> str:
    return f'<path d="M{x} {y}H{x + length}" stroke="{colour}" stroke-width="1"/>'


def _document(parts: list[str], width: int, height: int) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
    ground = f'<rect width="{width}" height="{height}" fill="#FFFFFF"/>'
    return f'{head} viewBox="0 0 {width} {height}">{ground}{"".join(parts)}</svg>'
