"""Which save of which page a draft holds: marks that let a late or repeated packet be told from another device.

An open page draws a random name and numbers its saves. Of the last save of a part the draft keeps HMAC(key, page, part,
number) alone, under a key that only the expert's code gives. With the code at hand the number can be found again by
trying its neighbours; without it a mark is noise: no counter, time or device stands in the database.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from survey.sealing import canonical_bytes, sha256_hex

REACH = 200  # saves of one page that may be under way at once, on either side
PAGE_LENGTH = 32


@dataclass(frozen=True)
class Part:
    """The fields that one page shows and saves together; another page's part of the draft is none of its business."""

    name: str
    keys: tuple[str, ...]

    def of(self, draft: dict) -> dict:
        """The part's fields that the draft holds."""
        return {key: draft[key] for key in self.keys if key in draft}


@dataclass(frozen=True)
class Sender:
    """The page that sends a save, and the save's number on it."""

    page: str
    number: int


def read_sender(posted) -> Sender | None:
    """Who sends, from a form; None for a page without script, or for what no page of ours would send."""
    page, number = posted.get("page", ""), posted.get("number", "")
    if not (0 < len(page) <= PAGE_LENGTH and page.isalnum() and page.isascii()):
        return None
    return (
        Sender(page, int(number)) if 0 < len(number) <= 6 and number.isascii() and number.isdigit() else None
    )


def save_mark(key: bytes, part: Part, sender: Sender | None) -> str:
    """What is kept of a save; random for a page without script."""
    if sender is None:
        return secrets.token_hex(8)
    text = f"{sender.page}/{part.name}/{sender.number}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]


def part_tag(draft: dict, marks: dict, part: Part) -> str:
    """A short mark of a part as it is stored, for the page that shows it: no two saves share it."""
    return sha256_hex(canonical_bytes([part.of(draft), marks.get(part.name, "")]))[:16]


def is_older(key: bytes, part: Part, sender: Sender, stored: str) -> bool:
    """Whether the stored save is the same page's with this number or a later one: a late or repeated packet."""
    return _found(key, part, sender, stored, range(sender.number, sender.number + REACH))


def is_successor(key: bytes, part: Part, sender: Sender, stored: str) -> bool:
    """Whether the stored save is the same page's with an earlier number: its answer may have been lost."""
    return _found(key, part, sender, stored, range(max(0, sender.number - REACH), sender.number))


def _found(key: bytes, part: Part, sender: Sender, stored: str, numbers) -> bool:
    return any(hmac.compare_digest(stored, save_mark(key, part, Sender(sender.page, n))) for n in numbers)
