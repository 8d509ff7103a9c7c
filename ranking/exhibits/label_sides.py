"""On which side of its bubble each name stands, so that names cover neither each other nor other bubbles."""

from collections.abc import Sequence

LINE = 14  # pixels of a line of text
GAP = 3
SIDES = ("right", "left", "top", "bottom")

Box = tuple[float, float, float, float]  # left, top, right, bottom


def label_sides(
    spots: Sequence[Sequence[float]], sizes: Sequence[float], widths: Sequence[int], *, plot: tuple[int, int]
) -> list[str]:
    """A side for each bubble, the largest first: the one on which its name covers least.

    ``spots`` are places in the plot from 0 to 1, the second upward; ``sizes`` and ``widths`` of bubbles and names are
    pixels, as is ``plot``.
    """
    places = [(plot[0] * x, plot[1] * (1 - y)) for x, y in spots]
    discs = [_around(place, size / 2) for place, size in zip(places, sizes, strict=True)]
    chosen: dict[int, tuple[str, Box]] = {}
    for index in sorted(range(len(places)), key=lambda index: -sizes[index]):
        taken = [disc for other, disc in enumerate(discs) if other != index]
        taken += [box for _side, box in chosen.values()]
        boxes = [(side, _box(side, places[index], sizes[index] / 2, widths[index])) for side in SIDES]
        chosen[index] = min(boxes, key=lambda option: _covered(option[1], taken, plot))
    return [chosen[index][0] for index in range(len(places))]


def _around(place: tuple[float, float], radius: float) -> Box:
    x, y = place
    return x - radius, y - radius, x + radius, y + radius


def _box(side: str, place: tuple[float, float], radius: float, width: int) -> Box:
    x, y = place
    shift = radius + GAP
    if side == "right":
        return x + shift, y - LINE / 2, x + shift + width, y + LINE / 2
    if side == "left":
        return x - shift - width, y - LINE / 2, x - shift, y + LINE / 2
    top = y - shift - LINE if side == "top" else y + shift
    return x - width / 2, top, x + width / 2, top + LINE


def _covered(box: Box, taken: list[Box], plot: tuple[int, int]) -> float:
    """How many square pixels the box shares with others, and how far it sticks out of the plot."""
    shared = sum(_common(box, other) for other in taken)
    beyond = max(0, -box[0]) + max(0, box[2] - plot[0]) + max(0, -box[1]) + max(0, box[3] - plot[1])
    return shared + LINE * beyond


def _common(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)
