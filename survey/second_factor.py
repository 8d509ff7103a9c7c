"""The second factor of people with an account: a code of six digits that changes every 30 seconds (RFC 6238).

The arithmetic is PyCA's. The secret is stored encrypted under the installation's secret, recovery codes as keyed
hashes; an accepted code is accepted once.
"""

import hashlib
import hmac
import secrets
import time
import unicodedata
from base64 import b32encode
from datetime import datetime

import segno
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from survey.audit import record_event
from survey.ciphers import purpose_cipher, purpose_keys
from survey.models import SecondFactor
from survey.refusal import InvalidInput

PURPOSE = "heng/v1/second-factor"
STEP, DIGITS, SECRET_BYTES = 30, 6, 20
RECOVERY_CODES, RECOVERY_ALPHABET = 8, "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SESSION_MARK = "second_factor"  # in the sessions of people who proved it


class WrongSecondCode(InvalidInput):
    """Neither the code the authenticator shows, nor an unused recovery code."""

    code = "wrong_second_code"
    message = _(
        "This code is not right, or it was used already. Wait for the next one, and check that the clock of your "
        "device is right."
    )


def confirmed_factor(user) -> SecondFactor | None:
    """The factor the person proves at every sign-in, or None."""
    return SecondFactor.objects.filter(user=user.pk, is_confirmed=True).first()


def begin_factor(user) -> SecondFactor:
    """A new secret that counts once a code of it was typed; a confirmed factor stays as it is."""
    secret = purpose_cipher(PURPOSE).encrypt(secrets.token_bytes(SECRET_BYTES)).decode()
    factor, made = SecondFactor.objects.get_or_create(user=user, defaults={"secret": secret})
    if not made and not factor.is_confirmed:
        SecondFactor.objects.filter(pk=factor.pk, is_confirmed=False).update(secret=secret, last_step=0)
    return SecondFactor.objects.get(pk=user.pk)


@transaction.atomic
def confirm_factor(factor: SecondFactor, typed: str, *, at: datetime) -> list[str]:
    """The person's authenticator works: from now on it is asked for. Returns the recovery codes, shown once."""
    if not _accept_step(factor, typed):
        raise WrongSecondCode
    SecondFactor.objects.filter(pk=factor.pk).update(is_confirmed=True)
    _record(factor, "second_factor_on", at)
    return _new_recovery_codes(factor)


def prove_factor(factor: SecondFactor, typed: str) -> None:
    """Accept a code of the authenticator or a recovery code, once; raises `WrongSecondCode`."""
    if not _accept_step(factor, typed) and not _accept_recovery(factor, typed):
        raise WrongSecondCode


@transaction.atomic
def renew_recovery(factor: SecondFactor, typed: str, *, at: datetime) -> list[str]:
    """New recovery codes in place of the old ones, for who proves the factor."""
    prove_factor(factor, typed)
    _record(factor, "recovery_codes_renewed", at)
    return _new_recovery_codes(factor)


@transaction.atomic
def end_factor(factor: SecondFactor, typed: str, *, at: datetime) -> None:
    """The factor is not asked for any more, for who proves it."""
    prove_factor(factor, typed)
    _record(factor, "second_factor_off", at)
    factor.delete()


def drop_factor(user, *, by: str, at: datetime) -> bool:
    """An administrator takes the factor away from a person who lost it; whether there was one."""
    with transaction.atomic():
        found, _models = SecondFactor.objects.filter(user=user).delete()
        if found:
            record_event(actor=by, action="second_factor_dropped", subject=user.get_username(), at=at)
    return bool(found)


def authenticator_address(factor: SecondFactor) -> str:
    """What the QR code says to an authenticator."""
    host = settings.BASE_URL.partition("://")[2].partition("/")[0]
    return _totp(factor).get_provisioning_uri(factor.user.get_username(), f"Heng {host}")


def typed_secret(factor: SecondFactor) -> str:
    """The secret for typing, in groups of four."""
    text = b32encode(_secret(factor)).decode()
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def qr_picture(factor: SecondFactor) -> str:
    """The QR code as an SVG picture without styles, to stand in the page itself."""
    code = segno.make(authenticator_address(factor), error="m", micro=False)
    return code.svg_inline(scale=4, border=2, light="white", svgclass=None, lineclass=None)


def code_at(factor: SecondFactor, step: int) -> str:
    """The digits of one step of 30 seconds."""
    return _totp(factor).generate(step * STEP).decode()


def _secret(factor: SecondFactor) -> bytes:
    return purpose_cipher(PURPOSE).decrypt(factor.secret.encode())


def _totp(factor: SecondFactor) -> TOTP:
    return TOTP(_secret(factor), DIGITS, SHA1(), STEP)  # noqa: S303 - what every authenticator speaks


def _accept_step(factor: SecondFactor, typed: str) -> bool:
    """Whether the digits are those of now or of the step before or after; each step counts once."""
    digits, now = "".join(unicodedata.normalize("NFKC", typed[:40]).split()), int(time.time()) // STEP
    try:
        steps = [
            step
            for step in (now - 1, now, now + 1)
            if hmac.compare_digest(code_at(factor, step).encode(), digits.encode(errors="replace"))
        ]
    except (
        InvalidToken
    ):  # encrypted under a secret that is gone: only a recovery code or an administrator helps
        return False
    newer = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=steps[0] if steps else 0)
    return bool(steps) and newer.update(last_step=steps[0]) == 1


@transaction.atomic
def _accept_recovery(factor: SecondFactor, typed: str) -> bool:
    held = SecondFactor.objects.select_for_update().get(pk=factor.pk)
    known = [entry for entry in held.recovery if entry in _recovery_hashes(factor, typed)]
    left = [entry for entry in held.recovery if entry not in known]
    return bool(known) and SecondFactor.objects.filter(pk=factor.pk).update(recovery=left) == 1


def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    codes = ["".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    hashes = [_recovery_hashes(factor, code)[0] for code in codes]
    SecondFactor.objects.filter(pk=factor.pk).update(recovery=sorted(hashes))
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def _recovery_hashes(factor: SecondFactor, typed: str) -> list[str]:
    """The hash of a typed recovery code under each installed secret."""
    plain = "".join(unicodedata.normalize("NFKC", typed[:40]).upper().replace("-", "").split())
    message = f"{factor.pk} {plain}".encode(errors="replace")
    keys = purpose_keys(f"{PURPOSE}/recovery")
    return [hmac.new(key, message, hashlib.sha256).hexdigest() for key in keys]


def _record(factor: SecondFactor, action: str, at: datetime) -> None:
    name = factor.user.get_username()
    record_event(actor=name, action=action, subject=name, at=at)
