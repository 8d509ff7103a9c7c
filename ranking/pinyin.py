"""The initials of a Chinese name, read off the pinyin that the data give: 石家庄 shijiazhuang is sjz."""

import re
from functools import cache

INITIAL = r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
FINALS = """iang iong uang ang eng ing ong iao ian uai uan van ai ei ao ou an en in un vn ia ie iu ua uo ui ue ve er
a o e i u v"""
SYLLABLES = tuple(re.compile(INITIAL + final) for final in FINALS.split())
BREAKS = re.compile(r"[\s'’·-]+")


def initials(pinyin: str, syllables: int) -> frozenset[str]:
    """Every way to read the initials where the pinyin has so many syllables; none where it has not."""
    parts = [part for part in BREAKS.split(pinyin.lower().replace("ü", "v")) if part]
    if len(parts) == syllables:
        return frozenset({"".join(part[0] for part in parts)})
    return _readings("".join(parts), syllables)


@cache
def _readings(text: str, syllables: int) -> frozenset[str]:
    if not syllables:
        return frozenset() if text else frozenset({""})
    heads = {match.end() for match in (syllable.match(text) for syllable in SYLLABLES) if match}
    return frozenset(text[0] + rest for end in heads for rest in _readings(text[end:], syllables - 1))
