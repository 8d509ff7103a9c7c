"""The installation's Ed25519 key: made on first use, readable by its owner alone."""

import base64
import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings


def signing_key() -> Ed25519PrivateKey:
    """The key in ``SIGNING_KEY_FILE``."""
    path = Path(settings.SIGNING_KEY_FILE)
    if not path.exists():
        _make_key(path)
    return load_pem_private_key(path.read_bytes(), password=None)


def _make_key(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)


def sign(content: bytes) -> str:
    """The signature over the bytes, base 64."""
    return base64.b64encode(signing_key().sign(content)).decode()


def public_key_pem() -> str:
    """The public key, for readers who verify."""
    public = signing_key().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
