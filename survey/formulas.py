"""Texts in CSV files: no spreadsheet takes one for a formula, and what we wrote we read back unchanged.

A text that begins with a sign a spreadsheet acts on, or with an apostrophe, gets an apostrophe in front. Reading takes
one apostrophe away where such a sign follows. Workbooks need none of it: their cells say what they hold.
"""

from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def guarded(text: str) -> str:
    """A text with an apostrophe in front where a spreadsheet could take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`; texts of other programs stay as they are ("'t Hart")."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def csv_text(rows: Iterable[Iterable]) -> str:
    """Rows as CSV: texts guarded, numbers in their shortest form, None as an empty cell."""
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def _cell(value) -> str:
    """A cell; quoted where it holds a separator or a line end, a lone carriage return included."""
    if not isinstance(value, str):
        return "" if value is None else repr(value) if isinstance(value, float) else str(value)
    text = guarded(value)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text
