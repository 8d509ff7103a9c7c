"""An expert's session: one encrypted cookie, no row anywhere."""

import json

from cryptography.fernet import InvalidToken
from django.conf import settings

from survey.ciphers import purpose_cipher
from survey.credentials import Bearer, find_bearer
from survey.models import Study

HOURS = 8
OWN_DEVICE_DAYS = 60
PURPOSE = "heng/v1/expert-session"
COOKIE = "__Host-heng-e" if settings.HTTPS else "heng-e"


def start_session(response, secret: bytes, study: Study, *, own_device: bool = False) -> None:
    """Put the encrypted cookie on the response: for eight hours, or for sixty days on the expert's own device."""
    seconds = OWN_DEVICE_DAYS * 86_400 if own_device else HOURS * 3600
    payload = json.dumps({"t": secret.hex(), "s": study.pk, "for": seconds}).encode()
    response.set_cookie(
        COOKIE,
        purpose_cipher(PURPOSE).encrypt(payload).decode(),
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
    if not token:
        return None
    try:
        cipher = purpose_cipher(PURPOSE)
        payload = json.loads(cipher.decrypt(token))
        cipher.decrypt(token, ttl=payload["for"])
    except InvalidToken:
        return None
    study = Study.objects.select_related("series").filter(pk=payload["s"]).first()
    return find_bearer(bytes.fromhex(payload["t"]), study) if study else None
