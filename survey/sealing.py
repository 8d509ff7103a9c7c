"""Canonical bytes and their hash: what is frozen is frozen as these bytes."""

import hashlib
import json

import rfc8785

PLAIN = {int, str, dict, list, bool, type(None)}
LARGEST = 2**53 - 1  # whole numbers beyond are refused by RFC 8785


def canonical_bytes(document) -> bytes:
    """The document as canonical JSON (RFC 8785): equal documents give equal bytes. NaN and infinity are refused."""
    if _is_plain(document):  # the standard library writes the same bytes here, thirty times as fast
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return rfc8785.dumps(document)


def _is_plain(value) -> bool:
    """Whether the value holds nothing but ASCII words and whole numbers that every reader of JSON keeps."""
    if type(value) is dict:
        return _are_words(value) and _are_plain(value.values())
    return _are_plain(value if type(value) is list else (value,))


def _are_plain(values) -> bool:
    """The same for many values; those of one kind are looked at together."""
    kinds = set(map(type, values))
    if not kinds <= PLAIN:
        return False
    if kinds == {int}:
        return min(values) >= -LARGEST and max(values) <= LARGEST
    if kinds == {str}:
        return _are_words(values)
    return len(kinds) == 0 or all(
        _is_plain(each) if type(each) in (dict, list) else _are_plain((each,))
        for each in values
        if each is not None and type(each) is not bool
    )


def _are_words(values) -> bool:
    return set(map(type, values)) <= {str} and "".join(values).isascii()


def sha256_hex(content: bytes) -> str:
    """SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read_document(content: bytes):
    """The document that canonical bytes stand for."""
    return json.loads(bytes(content))
