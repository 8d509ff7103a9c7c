"""The strip beside an item: how far it reaches, and the bars of a distribution at its foot."""

BAR_FOOT, BAR_HEIGHT = 28, 9  # of the distribution below a strip, in pixels


def strip_bars(shown: dict) -> list[dict]:
    """The distribution of an item as bars: value, count, and the upper end of each on the strip."""
    found = shown.get("distribution") or []
    most = max((each["count"] for each in found), default=1)
    return [each | {"top": round(BAR_FOOT - BAR_HEIGHT * each["count"] / most, 1)} for each in found]


def strip_scale(marks) -> int:
    """The right end of a strip: 50 points, or the next ten that holds every mark."""
    return max(50, -(-int(max(marks, default=0)) // 10) * 10)
