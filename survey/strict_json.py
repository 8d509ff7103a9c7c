"""JSON as it is meant: no number beyond the range, no name twice, no endless nesting, no half characters."""

import json
import math

DEEPEST = 32
LARGEST_INTEGER = 2**53


class StrictJSON(json.JSONDecoder):
    """Decodes JSON; raises `json.JSONDecodeError` for everything that two readers could take for different things.

    Refused are NaN and Infinity, numbers beyond the range (``1e400``), whole numbers beyond 2⁵³, repeated names,
    more than 32 levels, NUL and lone surrogates. ``true`` stays a bool; who asks for a number must check the type.
    """

    def __init__(self, **options):
        options |= {"object_pairs_hook": _once_each, "parse_constant": _refuse_constant}
        options |= {"parse_float": _finite, "parse_int": _whole}
        super().__init__(**options)

    def decode(self, text: str, *args):
        """The value of the text."""
        if _depth(text) > DEEPEST:
            raise json.JSONDecodeError(f"nested deeper than {DEEPEST} levels", "", 0)
        try:
            value = super().decode(text, *args)
        except json.JSONDecodeError:
            raise
        except ValueError as error:
            raise json.JSONDecodeError(str(error), "", 0) from error
        _refuse_odd_characters(value)
        return value


def read_json(text: str):
    """The value of a strict JSON text; raises `json.JSONDecodeError`, a ValueError."""
    return json.loads(text, cls=StrictJSON)


def _depth(text: str) -> int:
    """How deeply lists and objects are nested, brackets in texts not counted."""
    depth = deepest = 0
    inside = escaped = False
    for sign in text:
        if inside:
            inside, escaped = escaped or sign != '"', sign == "\\" and not escaped
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _once_each(pairs: list[tuple]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse_constant(name: str):
    raise ValueError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        raise ValueError("a whole number is too large")
    return int(digits)


def _refuse_odd_characters(value) -> None:
    if isinstance(value, dict):
        for name, held in value.items():
            _refuse_odd_characters(name)
            _refuse_odd_characters(held)
    elif isinstance(value, list):
        for held in value:
            _refuse_odd_characters(held)
    elif isinstance(value, str) and any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise json.JSONDecodeError("a text holds NUL or half a character", "", 0)
