"""An expert's session: one encrypted cookie, no row anywhere."""

import base64
import json

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from survey.credentials import Bearer, find_bearer
from survey.models import Study

HOURS = 8
OWN_DEVICE_DAYS = 60
COOKIE = "__Host-heng-e" if settings.HTTPS else "heng-e"


def _ciphers() -> list[Fernet]:
    """One cipher for each installed secret; the first one encrypts."""
    return [Fernet(_key(secret)) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"heng/v1/expert-session").derive(
        secret.encode()
    )
    return base64.urlsafe_b64encode(derived)


def start_session(response, secret: bytes, study: Study, *, own_device: bool = False) -> None:
    """Put the encrypted cookie on the response: for eight hours, or for sixty days on the expert's own device."""
    seconds = OWN_DEVICE_DAYS * 86_400 if own_device else HOURS * 3600
    payload = json.dumps({"t": secret.hex(), "s": study.pk, "for": seconds}).encode()
    response.set_cookie(
        COOKIE,
        _ciphers()[0].encrypt(payload).decode(),
        max_age=seconds,
        httponly=True,
        secure=settings.HTTPS,
        samesite="Strict",
    )


def end_session(response) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, samesite="Strict")


def current_bearer(request) -> Bearer | None:
    """The bearer behind the request, or None for no cookie, an old one, or a code that was revoked since."""
    token = request.COOKIES.get(COOKIE, "").encode()
    for cipher in _ciphers() if token else []:
        try:
            payload = json.loads(cipher.decrypt(token))
            cipher.decrypt(token, ttl=payload["for"])
        except InvalidToken:
            continue
        study = Study.objects.select_related("series").filter(pk=payload["s"]).first()
        return find_bearer(bytes.fromhex(payload["t"]), study) if study else None
    return None
