"""Smaller bytes for readers: which encoding a browser takes, and text made small by it.

Only what is the same for everybody is made small: a page with a secret and something a stranger chose, compressed
together, would give the secret away by its length (BREACH).
"""

import gzip
import re

import brotli

IDENTITY, BROTLI, GZIP = "identity", "br", "gzip"
WORTH = 512  # bytes; anything less fits into one packet anyway
TEXT = re.compile(
    r"text/|image/svg\+xml|application/(?:json|javascript|xml|manifest\+json|vnd\.oai\.openapi)"
)
KEPT = 9  # how hard to try for bytes that are kept; brotli's 5 for those that are sent once
ONCE = 5
TAKEN = re.compile(r"\s*([\w*-]+)\s*(?:;\s*q\s*=\s*([\d.]+))?\s*(?:,|$)")


def encoding_for(accepted: str) -> str:
    """The best encoding that an ``Accept-Encoding`` line takes.

    >>> encoding_for("gzip, deflate, br"), encoding_for("gzip;q=0.5"), encoding_for("br;q=0, identity")
    ('br', 'gzip', 'identity')
    """
    taken = {name.lower() for name, weight in TAKEN.findall(accepted) if not weight or weight.strip("0.")}
    return BROTLI if BROTLI in taken else GZIP if GZIP in taken else IDENTITY


def is_text(content_type: str) -> bool:
    """Whether the type of content gains by compression."""
    return bool(TEXT.match(content_type))


def compressed(content: bytes, encoding: str, *, quality: int = KEPT) -> bytes:
    """The content in the encoding; the same content gives the same bytes.

    >>> compressed(b"a" * 1000, "gzip") == compressed(b"a" * 1000, "gzip")
    True
    """
    if encoding == BROTLI:
        return brotli.compress(content, quality=quality)
    if encoding == GZIP:
        return gzip.compress(content, compresslevel=min(quality, 9), mtime=0)
    return content
