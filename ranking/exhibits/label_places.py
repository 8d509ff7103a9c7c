"""Where names stand beside their marks: none covers another, and hardly any a mark that it does not belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import hypot

from ranking.charts import MUTED

LINE = 15  # pixels of a line of text
GAP = 3
FAR = (
    0,
    14,
    28,
    44,
)  # how much farther away each next choice of places is; from the second on a line leads there
SIDES = (
    (1, 0),
    (-1, 0),
    (0, -1),
    (0, 1),
    (1, -1),
    (-1, -1),
    (1, 1),
    (-1, 1),
)  # right, left, above, below, corners
LATER, FARTHER = 1.0, 60.0  # what the next side costs and the next distance, in square pixels
CROSSED = 200.0  # what a line costs for every mark it crosses
MISLEADING = 400.0  # what it costs to stand nearer to another mark than to the own
PASSES = 3  # how often every name may choose again

Spot = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Place:
    """A place that a name may take: how far from its mark, the box it covers, the dots of the line that leads there."""

    shift: Spot
    box: Box
    leader: tuple[Box, ...]
    cost: float


def label_places(
    spots: Sequence[Spot],
    sizes: Sequence[float],
    widths: Sequence[int],
    *,
    plot: Spot,
    taken: Sequence[Box] = (),
    near: bool = False,
) -> list[Spot | None]:
    """How far the middle of each name is from the middle of its mark, in pixels; None where no place is free.

    ``spots`` are pixels from the plot's upper left corner, in the order in which names choose; ``sizes`` and ``widths``
    are those of marks and names, ``plot`` its width and height. ``taken`` is what else must be left readable, such as
    lines. A name never covers another name and never leaves the plot; marks and lines it covers as little as it can.
    With ``near`` a name that has no place close to its mark, where it covers nothing, is left out.

    Names choose several times, since who comes first does not know who will follow.
    """
    marks = [_around(spot, size, size) for spot, size in zip(spots, sizes, strict=True)]
    choices = []
    for place, (spot, size, width) in enumerate(zip(spots, sizes, widths, strict=True)):
        others = [*marks[:place], *marks[place + 1 :]]
        choices.append(
            list(_places(spot, size, width, plot=plot, own=marks[place], others=others, taken=taken))
        )
    chosen: list[Place | None] = [None] * len(marks)
    for _again in range(PASSES):
        for place, options in enumerate(choices):
            rest = [one for other, one in enumerate(chosen) if one and other != place]
            free = [one for one in options if not any(_collide(one, other) for other in rest)]
            free = [one for one in free if not near or (not one.leader and one.cost < FARTHER)]
            chosen[place] = min(free, key=lambda one: one.cost, default=None)
    return [one and one.shift for one in chosen]


def placed_label(shift: Spot | None, size: float) -> dict:
    """The place as ECharts takes it: from the upper left corner of the mark."""
    if shift is None:
        return {"show": False}
    x, y = (round(size / 2 + part, 1) for part in shift)
    return {"show": True, "position": [x, y], "align": "center", "verticalAlign": "middle"}


def leader(shift: Spot | None, size: float, width: float) -> dict:
    """The line from a mark to a name that stands farther away, as ECharts takes it."""
    is_far = shift is not None and _is_far(_around(shift, width, LINE), _around((0, 0), size, size))
    return {"show": is_far, "length2": 0, "lineStyle": {"color": MUTED, "width": 1}}


def _places(
    spot: Spot, size: float, width: float, *, plot: Spot, own: Box, others: list[Box], taken
) -> Iterator[Place]:
    """The places inside the plot with what they cost."""
    for order, (far, (across, down)) in enumerate(product(range(len(FAR)), SIDES)):
        shift = _kept_inside(spot, _shift(size / 2 + GAP + FAR[far], across, down, width), width, plot[0])
        box = _around((spot[0] + shift[0], spot[1] + shift[1]), width, LINE)
        if box[0] < 0 or box[1] < 0 or box[2] > plot[0] or box[3] > plot[1]:
            continue
        line = tuple(_line(spot, box)) if _is_far(box, own) else ()
        cost = (
            LATER * order + FARTHER * far + sum(_common(box, other) for other in (*others, *others, *taken))
        )
        cost += CROSSED * sum(any(_common(dot, other) for dot in line) for other in others)
        nearest = min((_apart(box, other) for other in others), default=MISLEADING)
        yield Place(shift, box, line, cost + MISLEADING * (not line and nearest <= _apart(box, own)))


def _collide(one: Place, other: Place) -> bool:
    """Whether one name covers the other, or the line to one of them crosses the other."""
    return any(_common(a, b) for a, b in product((one.box, *one.leader), (other.box, *other.leader)))


def _is_far(box: Box, own: Box) -> bool:
    return _apart(box, own) > FAR[1] / 2


def _line(spot: Spot, box: Box) -> Iterator[Box]:
    """Dots on the way from a mark to its name."""
    end = (min(max(spot[0], box[0]), box[2]), min(max(spot[1], box[1]), box[3]))
    for step in range(1, 8):
        yield _around(
            (spot[0] + (end[0] - spot[0]) * step / 8, spot[1] + (end[1] - spot[1]) * step / 8), 2, 2
        )


def _shift(reach: float, across: int, down: int, width: float) -> Spot:
    """From the middle of the mark to that of the name; at a corner the mark is rounder than its box."""
    if across and down:
        reach *= 0.7
    return across * (reach + width / 2), down * (reach + LINE / 2)


def _kept_inside(spot: Spot, shift: Spot, width: float, room: float) -> Spot:
    """A place above or below the mark, moved sideways until it is in the plot."""
    if abs(shift[1]) < LINE / 2:
        return shift
    return min(max(spot[0] + shift[0], width / 2), room - width / 2) - spot[0], shift[1]


def _around(spot: Spot, width: float, height: float) -> Box:
    return spot[0] - width / 2, spot[1] - height / 2, spot[0] + width / 2, spot[1] + height / 2


def _apart(one: Box, other: Box) -> float:
    """How many pixels lie between two boxes."""
    return hypot(max(one[0] - other[2], other[0] - one[2], 0), max(one[1] - other[3], other[1] - one[3], 0))


def _common(one: Box, other: Box) -> float:
    """How many square pixels two boxes share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    return max(0, width) * max(0, min(one[3], other[3]) - max(one[1], other[1]))
