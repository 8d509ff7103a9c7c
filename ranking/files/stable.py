"""Office documents are zips; here their bytes lose the moment they were packed at."""

import io
import zipfile

MOMENT = (1980, 1, 1, 0, 0, 0)


def stable_zip(content: bytes) -> bytes:
    """The same files in the same order, without times, so that equal documents are equal bytes."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, MOMENT)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry))
    return packed.getvalue()
