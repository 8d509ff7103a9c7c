"""Names as they are kept: on one line, without characters that hide, reorder or end a line."""

import unicodedata

DROPPED = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # letters of some scripts need them
NO_CODE = "\\/"  # a code is one part of an address


def plain_name(text: str) -> str:
    """The text on one line: any white space is one space; control, invisible and reordering characters are gone."""
    kept = (
        letter
        if letter in JOINERS or letter.isspace() or not (_is_dropped(letter) or _is_no_character(letter))
        else ""
        for letter in text
    )
    return " ".join("".join(kept).split())


def fits_address(code: str) -> bool:
    """Whether a code can be one part of an address and is what it looks like."""
    return (
        code == plain_name(code) and not any(letter in code for letter in NO_CODE) and code.strip(".") != ""
    )


def _is_dropped(letter: str) -> bool:
    return unicodedata.category(letter) in DROPPED


def _is_no_character(letter: str) -> bool:
    """Two places of every plane, and a block, are never a character; no XML, so no workbook, may hold them."""
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
