"""Ciphers made from the installation's secret, one for each purpose."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def purpose_keys(purpose: str) -> list[bytes]:
    """32 bytes for the purpose from each installed secret (HKDF-SHA-256), the present one first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
        for secret in secrets
    ]


def purpose_cipher(purpose: str) -> MultiFernet:
    """Encrypts under the present secret, decrypts under it and the fallbacks; raises `InvalidToken`."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in purpose_keys(purpose)])
