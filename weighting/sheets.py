"""Reading an uploaded table, CSV or XLSX, into rows of text; the parser runs in a limited process of its own."""

import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from survey.refusal import InvalidInput

READER = Path(__file__).with_name("sheet_reader.py")
SECONDS = 60


class UnreadableFile(InvalidInput):
    """The file is not a table that can be read."""

    code = "unreadable_file"
    message = _(
        "This file cannot be read as a table. Save it as CSV (UTF-8) or XLSX with the header in the first row, "
        "and without a password."
    )


class FileTooLarge(InvalidInput):
    """The file, or what it unpacks to, passes the limits."""

    code = "file_too_large"
    message = _("This file is larger than this installation reads (%(megabytes)d MB, and 5 million cells).")


def read_rows(content: bytes) -> list[list[str]]:
    """The rows of the first sheet as text; every row as long as the header.

    Raises `FileTooLarge` and `UnreadableFile`; a file that exhausts the reader's memory or time is unreadable.
    """
    megabytes = settings.DATASET_UPLOAD_MAX_BYTES // 2**20
    if len(content) > settings.DATASET_UPLOAD_MAX_BYTES:
        raise FileTooLarge(megabytes=megabytes)
    try:
        done = subprocess.run(  # noqa: S603 - our own file, no shell, the content on standard input
            [sys.executable, "-I", str(READER)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile from error
    if done.returncode == 3:
        raise FileTooLarge(megabytes=megabytes)
    if done.returncode != 0:
        raise UnreadableFile
    return json.loads(done.stdout)
