"""Arrays as bytes in the database: exact, compressed, and never pickled."""

import io
import zipfile

import numpy as np


def pack(**arrays: np.ndarray) -> bytes:
    """The named arrays as one compressed file."""
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def pack_quickly(**arrays: np.ndarray) -> bytes:
    """The same file, made in a fifth of the time and somewhat larger, for what is only passed on."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, array in arrays.items():
            with file.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return content.getvalue()


def unpack(content: bytes, names: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    """The arrays of a packed file by name, all or the named ones; object arrays are refused."""
    with np.load(io.BytesIO(bytes(content)), allow_pickle=False) as file:
        return {name: file[name] for name in names or file.files}
