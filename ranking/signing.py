"""The installation's Ed25519 keys: made on first use, protected by a passphrase or kept elsewhere altogether.

Where ``SIGNING_PUBLIC_KEY_FILE`` is set, the private key is on no machine of the site: the approver signs the manifest
at home and hands in the signature. A new key is signed by the one before it, so that whoever trusts an old one can
follow.
"""

import base64
import binascii
import contextlib
import json
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from survey.refusal import InvalidInput, Refusal


class KeyLocked(Refusal):
    """The key is there, but its passphrase is not."""

    code = "key_locked"
    message = _(
        "The signing key cannot be opened: its passphrase (SIGNING_KEY_PASSPHRASE) is missing or wrong. "
        "Ask whoever runs this installation."
    )


class SignatureMissing(InvalidInput):
    """The approver signs on another machine, and this signature does not fit."""

    code = "signature_missing"
    message = _(
        "This signature does not fit the manifest and the installation's public key. Sign exactly the file that "
        "this page offers, and paste the result as base 64."
    )


def signs_elsewhere() -> bool:
    """Whether the private key is kept off this site."""
    return bool(settings.SIGNING_PUBLIC_KEY_FILE)


def signing_key() -> Ed25519PrivateKey:
    """The key in ``SIGNING_KEY_FILE``; made on first use. Raises `KeyLocked`."""
    path = Path(settings.SIGNING_KEY_FILE)
    if not path.exists():
        _write_key(path, Ed25519PrivateKey.generate())
    try:
        return load_pem_private_key(path.read_bytes(), password=_passphrase())
    except (TypeError, ValueError) as fault:  # no passphrase where one is needed, or a wrong one
        raise KeyLocked from fault


def _passphrase() -> bytes | None:
    return settings.SIGNING_KEY_PASSPHRASE.encode() or None


def _write_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Write the key where none is, readable by its owner alone."""
    passphrase = _passphrase()
    protection = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)


def sign(content: bytes, given: str = "") -> str:
    """The signature over the bytes, base 64: made here, or the given one where the key is elsewhere.

    Raises `SignatureMissing` and `KeyLocked`.
    """
    if not signs_elsewhere():
        return base64.b64encode(signing_key().sign(content)).decode()
    try:
        signature = base64.b64decode("".join(given.split()), validate=True)
        _public_key(public_key_pem()).verify(signature, content)
    except (binascii.Error, ValueError, InvalidSignature) as fault:
        raise SignatureMissing from fault
    return base64.b64encode(signature).decode()


def public_key_pem() -> str:
    """The public key, for readers who verify."""
    if signs_elsewhere():
        return _pem(_public_key(Path(settings.SIGNING_PUBLIC_KEY_FILE).read_text(encoding="ascii")))
    return _pem(signing_key().public_key())


def _public_key(pem: str) -> Ed25519PublicKey:
    return load_pem_public_key(pem.encode())


def _pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def key_chain() -> list[dict[str, str]]:
    """All public keys from the first to the present one, each but the first signed by the one before it."""
    path = _chain_file()
    return (
        json.loads(path.read_text(encoding="utf-8")) if path.exists() else [{"public_key": public_key_pem()}]
    )


def _chain_file() -> Path:
    return Path(settings.SIGNING_PUBLIC_KEY_FILE or settings.SIGNING_KEY_FILE).with_suffix(".chain.json")


def rotate_key() -> str:
    """Put a new key in the place of the present one, signed by it; the old private key is erased. Returns the new PEM.

    Raises `KeyLocked`.
    """
    path, old, new = Path(settings.SIGNING_KEY_FILE), signing_key(), Ed25519PrivateKey.generate()
    pem = _pem(new.public_key())
    signature = base64.b64encode(old.sign(pem.encode())).decode()
    chain = [*key_chain(), {"public_key": pem, "signed_by_previous": signature}]
    fresh = path.with_suffix(".new.pem")
    fresh.unlink(missing_ok=True)
    _write_key(fresh, new)
    draft = _chain_file().with_suffix(".draft")
    draft.write_text(json.dumps(chain, indent=1), encoding="utf-8")
    os.replace(draft, _chain_file())
    os.replace(fresh, path)
    return pem
