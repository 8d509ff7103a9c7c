"""The bundle as one file: a plain zip, uncompressed, in one fixed form, so that equal files give equal bytes."""

import io
import re
import zipfile

from ranking.verify.unreadable import Unreadable

LARGEST_BUNDLE = 256 * 2**20
MOST_FILES = 100
NAME = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)?\.(json|csv|txt|pem|sig)")
MOMENT = (1980, 1, 1, 0, 0, 0)


def pack(files: dict[str, bytes]) -> bytes:
    """The files as one zip, in the order of their names, stored as they are, without time or owner."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return content.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a bundle by name; what is no plain, small, flat zip raises `Unreadable`."""
    if len(content) > LARGEST_BUNDLE:
        raise Unreadable("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_odd(entries, len(content))
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise Unreadable("not_a_zip") from fault


def _refuse_odd(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse too many files, compressed or encrypted ones, names that lead elsewhere or stand twice."""
    if len(entries) > MOST_FILES:
        raise Unreadable("too_many_files")
    names = [entry.filename for entry in entries]
    for entry in entries:
        if not NAME.fullmatch(entry.filename):
            raise Unreadable("odd_name", ascii(entry.filename)[:80])
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise Unreadable("compressed", entry.filename)
    if len(set(names)) < len(names):
        raise Unreadable("name_twice", next(name for name in names if names.count(name) > 1))
    if sum(entry.file_size for entry in entries) > size:
        raise Unreadable("too_large")
