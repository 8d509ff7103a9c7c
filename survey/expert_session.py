"""An expert's session: one encrypted cookie, no row anywhere."""

import json

from cryptography.fernet import InvalidToken
from django.conf import settings

from survey.ciphers import purpose_cipher
from survey.credentials import Bearer, find_bearer
from survey.models import Study

HOURS = 8
PURPOSE = "heng/v1/expert-session"
COOKIE = "__Host-heng-e" if settings.HTTPS else "heng-e"


def start_session(response, secret: bytes, study: Study) -> None:
    """Put the encrypted cookie on the response."""
    payload = json.dumps({"t": secret.hex(), "s": study.pk}).encode()
    response.set_cookie(
        COOKIE,
        purpose_cipher(PURPOSE).encrypt(payload).decode(),
        max_age=HOURS * 3600,
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
        payload = json.loads(purpose_cipher(PURPOSE).decrypt(token, ttl=HOURS * 3600))
    except InvalidToken:
        return None
    study = Study.objects.select_related("series").filter(pk=payload["s"]).first()
    return find_bearer(bytes.fromhex(payload["t"]), study) if study else None
