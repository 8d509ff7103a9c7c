"""The strip beside an item: how far it reaches, and the bars of a distribution at its foot."""

BAR_FOOT, BAR_HEIGHT = 42, 16  # of the distribution below a strip, in pixels


def strip_bars(shown: dict) -> list[dict]:
    """The distribution of an item as bars: value, count, and the upper end of each on the strip."""
    found = shown.get("distribution") or []
    most = max((each["count"] for each in found), default=1)
    return [each | {"top": round(BAR_FOOT - BAR_HEIGHT * each["count"] / most, 1)} for each in found]


def strip_end(shown: dict) -> float | None:
    """The farthest mark of what the panel was told of an item: a bar of the distribution, else the middle half."""
    told = [each["value"] for each in shown.get("distribution") or []] + [
        shown.get("q3"),
        shown.get("median"),
    ]
    return max((mark for mark in told if mark is not None), default=None)


def strip_scale(marks) -> int:
    """The right end of a strip: 50 points, or the next ten that holds every mark; None stands for no mark."""
    return max(50, -(-int(max((mark for mark in marks if mark is not None), default=0)) // 10) * 10)
