"""Where the names at the ends of lines stand, so that none covers another and all stay inside the plot."""

from collections.abc import Sequence

STEP = 15  # pixels from one name to the next


def end_offsets(
    values: Sequence[float | None], *, low: float, high: float, pixels: float, step: float = STEP
) -> list[float]:
    """How many pixels each name is moved down (up where negative) from the end of its line.

    Names keep the order of the values; first they are moved down from their neighbours above, then those that left the
    plot push the others up again. A line without a last value is not moved.
    """
    places = {
        place: pixels * (high - value) / (high - low)
        for place, value in enumerate(values)
        if value is not None
    }
    order = sorted(places, key=places.get)
    spots: list[float] = []
    for place in order:
        spots.append(max(places[place], spots[-1] + step) if spots else places[place])
    bound = pixels
    for index in range(len(spots) - 1, -1, -1):
        spots[index] = min(spots[index], bound)
        bound = spots[index] - step
    moved = {place: round(spot - places[place], 1) for place, spot in zip(order, spots, strict=True)}
    return [moved.get(place, 0.0) for place in range(len(values))]


def round_ends(values: Sequence[float], *, step: int = 10, from_zero: bool = False) -> tuple[int, int]:
    """The multiples of a step below and above all values, with room for a number above the highest."""
    low = 0 if from_zero else int(min(values) // step) * step
    high = int(-(-(max(values) + 0.06 * (max(values) - low)) // step)) * step
    return low, max(high, low + step)
