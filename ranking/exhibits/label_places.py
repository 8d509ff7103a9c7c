"""Where names stand beside their marks: none covers another, and hardly any a mark that it does not belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import dist, hypot

import numpy as np

from ranking.charts import MUTED

LINE = 15  # pixels of a line of text
GAP = 3
FAR = (0, 6, 12, 20, 32, 46, 62, 80, 100)  # how much farther away each next choice of places is
LED = 7  # from which distance on a line leads to a name
SIDES = (
    *((1, 0), (-1, 0), (0, -1), (0, 1)),  # right, left, above, below
    *((1, -1), (-1, -1), (1, 1), (-1, 1)),  # corners
    *((1, -0.5), (1, 0.5), (-1, -0.5), (-1, 0.5), (0.5, -1), (0.5, 1), (-0.5, -1), (-0.5, 1)),
)
NEAR = 120.0  # up to which cost a place beside the mark is one where nothing is covered
LATER, FARTHER = 1.0, 30.0  # what the next side costs and the next distance
COVERED = 12.0  # what a square pixel of a mark or a line costs that a name covers
CROSSED = 400.0  # what a line costs for every mark it crosses
MISLEADING = 400.0  # what it costs to stand nearer to another mark than to the own
LEFT_OUT = 4_000.0  # what it costs to have no place
PASSES = 3  # how often every name may choose again

Spot = tuple[float, float]
Mark = tuple[float, float, float]  # its middle and its radius
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Place:
    """A place that a name may take: how far from its mark, the box it covers, the dots of the line that leads there."""

    shift: Spot
    box: Box
    leader: tuple[Box, ...]
    cost: float

    @cached_property
    def hull(self) -> Box:
        """What name and line take together."""
        lefts, tops, rights, bottoms = zip(self.box, *self.leader, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    @property
    def is_near(self) -> bool:
        """Whether the name stands beside its mark and covers nothing worth a word."""
        return not self.leader and self.cost < NEAR


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

    Names choose several times, since who comes first does not know who will follow, and in several orders, of which
    the one counts that costs least in all.
    """
    marks = [(*spot, size / 2) for spot, size in zip(spots, sizes, strict=True)]
    choices = []
    for place, width in enumerate(widths):
        others = [*marks[:place], *marks[place + 1 :]]
        found = _places(marks[place], width, plot=plot, others=others, taken=taken)
        choices.append(sorted((one for one in found if one.is_near or not near), key=lambda one: one.cost))
    tried = [_chosen(choices, order) for order in _orders(spots)]
    best = min(tried, key=lambda chosen: sum(one.cost if one else LEFT_OUT for one in chosen), default=[])
    return [one and one.shift for one in best]


def _orders(spots: Sequence[Spot]) -> Iterator[list[int]]:
    """As given, from the left, from above, and out of the crowd, each from every place on, forward and back."""
    places = list(range(len(spots)))
    crowd = [sum(dist(spot, other) for other in spots) for spot in spots]
    for line in (
        places,
        *(
            sorted(places, key=key)
            for key in (lambda one: spots[one][0], lambda one: spots[one][1], crowd.__getitem__)
        ),
    ):
        for start in places:
            around = [*line[start:], *line[:start]]
            yield around
            yield around[::-1]


def _chosen(choices: list[list[Place]], order: list[int]) -> list[Place | None]:
    """What each name takes when they choose one after another, the cheapest that the others leave."""
    chosen: list[Place | None] = [None] * len(choices)
    for _again in range(PASSES):
        before = list(chosen)
        for place in order:
            rest = [one for other, one in enumerate(chosen) if one and other != place]
            free = (one for one in choices[place] if not any(_collide(one, other) for other in rest))
            chosen[place] = next(free, None)
        if chosen == before:
            break
    return chosen


def placed_label(shift: Spot | None, size: float) -> dict:
    """The place as ECharts takes it: from the upper left corner of the mark."""
    if shift is None:
        return {"show": False}
    x, y = (round(size / 2 + part, 1) for part in shift)
    return {"show": True, "position": [x, y], "align": "center", "verticalAlign": "middle"}


def leader(shift: Spot | None, size: float, width: float) -> dict:
    """The line from a mark to a name that stands farther away, as ECharts takes it."""
    is_far = shift is not None and bool(_apart(_around(shift, width, LINE), (0, 0, size / 2)) > LED)
    return {"show": is_far, "length2": 0, "lineStyle": {"color": MUTED, "width": 1}}


def _places(own: Mark, width: float, *, plot: Spot, others: list[Mark], taken: Sequence[Box]) -> list[Place]:
    """The places inside the plot with what they cost."""
    spot, radius = own[:2], own[2]
    found = []
    for order, (far, side) in enumerate(product(range(len(FAR)), SIDES)):
        shift = _kept_inside(spot, _shift(radius + GAP + FAR[far], *side, width), width, plot[0])
        box = _around((spot[0] + shift[0], spot[1] + shift[1]), width, LINE)
        if box[0] >= 0 and box[1] >= 0 and box[2] <= plot[0] and box[3] <= plot[1]:
            found.append((shift, box, LATER * order + FARTHER * far))
    if not found:
        return []
    boxes = np.array([box for _shift, box, _cost in found])
    from_own, from_others = _apart(boxes[:, None], (own,)), _apart(boxes[:, None], others)
    is_led = from_own[:, 0] > LED
    lines = [tuple(_line(spot, box)) for _shift, box, _cost in found]
    crossed = (_apart(np.array(lines)[:, :, None], others) < 0).any(axis=1).sum(axis=1)
    nearest = from_others.min(axis=1, initial=MISLEADING)
    costs = (
        np.array([cost for _shift, _box, cost in found])
        + COVERED * LINE * np.maximum(-np.hstack([from_own, from_others]), 0).sum(axis=1)
        + COVERED * _common(boxes[:, None], taken).sum(axis=1)
        + np.where(is_led, CROSSED * crossed, MISLEADING * (nearest <= from_own[:, 0]))
    )
    return [
        Place(shift, box, line if led else (), float(cost))
        for (shift, box, _cost), line, led, cost in zip(found, lines, is_led, costs, strict=True)
    ]


def _collide(one: Place, other: Place) -> bool:
    """Whether one name covers the other, or the line to one of them crosses the other."""
    return _overlap(one.hull, other.hull) and any(
        _overlap(a, b) for a, b in product((one.box, *one.leader), (other.box, *other.leader))
    )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _line(spot: Spot, box: Box) -> Iterator[Box]:
    """Dots on the way from a mark to its name."""
    end = (min(max(spot[0], box[0]), box[2]), min(max(spot[1], box[1]), box[3]))
    for step in range(1, 8):
        yield _around(
            (spot[0] + (end[0] - spot[0]) * step / 8, spot[1] + (end[1] - spot[1]) * step / 8), 2, 2
        )


def _shift(reach: float, across: float, down: float, width: float) -> Spot:
    """From the middle of the mark to that of the name, which touches a circle around the mark."""
    reach /= hypot(across, down)
    return across * (reach + width / 2), down * (reach + LINE / 2)


def _kept_inside(spot: Spot, shift: Spot, width: float, room: float) -> Spot:
    """A place above or below the mark, moved sideways until it is in the plot."""
    if abs(shift[1]) < LINE / 2:
        return shift
    return min(max(spot[0] + shift[0], width / 2), room - width / 2) - spot[0], shift[1]


def _around(spot: Spot, width: float, height: float) -> Box:
    return spot[0] - width / 2, spot[1] - height / 2, spot[0] + width / 2, spot[1] + height / 2


def _apart(boxes, marks):
    """How many pixels lie between boxes and round marks; below zero how far a box reaches into a mark."""
    left, top, right, bottom = np.moveaxis(np.asarray(boxes, dtype=float), -1, 0)
    x, y, radius = np.reshape(np.asarray(marks, dtype=float), (-1, 3)).T
    across, down = np.maximum(left - x, x - right), np.maximum(top - y, y - bottom)
    return np.hypot(np.maximum(across, 0), np.maximum(down, 0)) - radius


def _common(boxes, others):
    """How many square pixels boxes share with others."""
    left, top, right, bottom = np.moveaxis(np.asarray(boxes, dtype=float), -1, 0)
    lefts, tops, rights, bottoms = np.reshape(np.asarray(others, dtype=float), (-1, 4)).T
    across, down = (
        np.minimum(right, rights) - np.maximum(left, lefts),
        np.minimum(bottom, bottoms) - np.maximum(top, tops),
    )
    return np.maximum(across, 0) * np.maximum(down, 0)
