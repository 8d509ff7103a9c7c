"""An expert's code and what is derived from it. The code is never stored; everything is a one-way step from it.

PRK = HMAC-SHA256(salt, T); X(label, n) = HKDF-Expand(PRK, label, n) (RFC 5869), with T the code's 160 bits and
salt the study's 32 public bytes. None of the derived values can be computed from another.
"""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.utils.translation import gettext_lazy as _

from survey.refusal import InvalidInput
from survey.sealing import canonical_bytes

SECRET_BYTES = 20
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


class CodeNotAccepted(InvalidInput):
    """The code opens nothing: mistyped, unknown, replaced or revoked, which all get this same answer."""

    code = "code_not_accepted"
    message = _(
        "This code does not open a questionnaire. Check it against the mail; if a newer mail replaced it, "
        "use the newer one, or ask the coordinator for a new code."
    )


@dataclass(frozen=True)
class Keys:
    """What one code stands for in one study."""

    auth: str
    pseudonym: str
    _prk: bytes

    def leaf(self, round_number: int, values: dict) -> str:
        """The receipt's full hash: SHA-256 of the round's receipt key and the canonical answer."""
        key = _expand(self._prk, f"heng/v1/receipt/{round_number}", 32)
        return hashlib.sha256(key + canonical_bytes(values)).hexdigest()

    def comment_pseudonym(self, round_number: int) -> str:
        """The name under which this code's reasons of one round are stored."""
        return _expand(self._prk, f"heng/v1/comment/{round_number}", 16).hex()

    def mark_key(self, round_number: int) -> bytes:
        """The key of the marks that say which save of which page a draft holds."""
        return _expand(self._prk, f"heng/v1/mark/{round_number}", 32)

    def shelf(self, round_number: int) -> str:
        """The name under which a browser keeps what is not saved yet: this expert's alone, of this round alone."""
        return _expand(self._prk, f"heng/v1/shelf/{round_number}", 8).hex()

    def receipt_key(self, round_number: int) -> bytes:
        """The key of one round's receipt."""
        return _expand(self._prk, f"heng/v1/receipt/{round_number}", 32)


def _expand(prk: bytes, label: str, length: int) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=length, info=label.encode()).derive(prk)


def derive_keys(secret: bytes, salt: str) -> Keys:
    """Everything a code stands for in the study with this salt (hexadecimal)."""
    prk = hmac.new(bytes.fromhex(salt), secret, hashlib.sha256).digest()
    auth = _expand(prk, "heng/v1/auth", 32).hex()
    return Keys(auth=auth, pseudonym=_expand(prk, "heng/v1/pseudonym", 16).hex(), _prk=prk)


def new_secret() -> bytes:
    """160 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def write_code(secret: bytes) -> str:
    """The code as printed: eight groups of four characters (Crockford base 32) and a check character (mod 37)."""
    number = int.from_bytes(secret, "big")
    digits = "".join(ALPHABET[(number >> shift) & 31] for shift in range(155, -1, -5))
    return "-".join(digits[i : i + 4] for i in range(0, 32, 4)) + " " + CHECK_ALPHABET[number % 37]


def read_code(text: str) -> bytes:
    """The code's 160 bits from what a person typed or pasted.

    Case, spaces, dashes, full-width characters, a leading ``#`` or ``%23`` and the look-alikes O, I and L are
    forgiven. A wrong length, character or check character raises `CodeNotAccepted`.
    """
    typed = unicodedata.normalize("NFKC", text).strip().removeprefix("%23").removeprefix("#")
    characters = "".join(typed.upper().replace("-", "").split())
    digits, check = characters[:-1].translate(LOOK_ALIKES), characters[-1:]
    if len(digits) != 32 or any(digit not in ALPHABET for digit in digits):
        raise CodeNotAccepted
    number = sum(
        ALPHABET.index(digit) << shift for digit, shift in zip(digits, range(155, -1, -5), strict=True)
    )
    expected = CHECK_ALPHABET[number % 37]
    if check != expected and check.translate(LOOK_ALIKES) != expected:
        raise CodeNotAccepted
    return number.to_bytes(SECRET_BYTES, "big")
