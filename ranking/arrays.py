"""Arrays as bytes in the database: exact, compressed, and never pickled."""

import io

import numpy as np


def pack(**arrays: np.ndarray) -> bytes:
    """The named arrays as one compressed file."""
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def unpack(content: bytes) -> dict[str, np.ndarray]:
    """The named arrays of a packed file; object arrays are refused."""
    with np.load(io.BytesIO(bytes(content)), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
