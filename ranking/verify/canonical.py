"""Canonical JSON (RFC 8785) written and read by the standard library alone: a second hand beside the one that signs."""

import hashlib
import json
import math

from ranking.verify.unreadable import Unreadable

LARGEST = 2**53 - 1


def canonical(document) -> bytes:
    """The document as canonical JSON; NaN, infinity and whole numbers of 2^53 and more raise `ValueError`."""
    return _written(document).encode("utf-8")


def sha256(content: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _written(value) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        raise ValueError(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """The shortest digits of a double, written as ECMAScript does."""
    if not math.isfinite(value):
        raise ValueError(value)
    if value == 0:
        return "0"
    sign, digits, exponent = "-" if value < 0 else "", *_digits(abs(value))
    count, point = len(digits), exponent
    if count <= point <= 21:
        text = digits + "0" * (point - count)
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
        text = digits[0] + ("." + digits[1:] if count > 1 else "") + power
    return sign + text


def _digits(value: float) -> tuple[str, int]:
    """Significant digits without zeros at either end, and the place of the point after the first of them."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, part = mantissa.partition(".")
    digits = whole + part
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    return stripped.rstrip("0"), point


def read_json(content: bytes, name: str):
    """The document of a file; whatever no honest writer writes raises `Unreadable`: names twice, NaN, huge numbers."""
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_float=_float,
            parse_int=_integer,
            parse_constant=_refused,
        )
    except (ValueError, RecursionError) as fault:
        raise Unreadable("bad_json", name) from fault


def _pairs(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _integer(text: str) -> int:
    if len(text) > 17:
        raise ValueError("a huge number")
    return int(text)


def _refused(text: str):
    raise ValueError(text)
