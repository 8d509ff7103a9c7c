"""Canonical bytes and their hash: what is frozen is frozen as these bytes."""

import hashlib
import json

import rfc8785


def canonical_bytes(document) -> bytes:
    """The document as canonical JSON (RFC 8785): equal documents give equal bytes. NaN and infinity are refused."""
    return rfc8785.dumps(document)


def sha256_hex(content: bytes) -> str:
    """SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def read_document(content: bytes):
    """The document that canonical bytes stand for."""
    return json.loads(bytes(content))
