"""Reading an uploaded table, CSV or XLSX, into rows of text; the parser runs in a limited process of its own."""

import json
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from survey.formulas import unguarded
from survey.refusal import InvalidInput
from survey.upload_reader import MOST_CELLS

READER = Path(__file__).with_name("upload_reader.py")
SECONDS = 20  # on the wall; of a processor the reader takes five


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
    message = _(
        "This file is larger than this installation reads (%(megabytes)d MB, %(cells)d cells), or a cell stands far "
        "outside the table. Copy the figures alone into a new sheet."
    )


class LockedFile(InvalidInput):
    """The workbook asks for a password."""

    code = "locked_file"
    message = _("This workbook is locked with a password. Save it without one.")


class ForeignWorkbook(InvalidInput):
    """An old or foreign kind of workbook, whatever its name says."""

    code = "foreign_workbook"
    message = _(
        "This is no XLSX workbook, whatever its name says. Open it in a spreadsheet and save it as XLSX or CSV."
    )


class ActiveWorkbook(InvalidInput):
    """The workbook does more than hold figures."""

    code = "active_workbook"
    message = _(
        "This workbook holds macros, links to other files or definitions of its own, which is not needed for a table. "
        "Copy the figures alone into a new workbook."
    )


REFUSALS = {4: LockedFile, 5: ForeignWorkbook, 6: ActiveWorkbook}


def read_rows(content: bytes) -> list[list[str]]:
    """The rows of the first sheet as text; every row as long as the longest; texts of our own files as they were.

    Raises one of the refusals above; a file that exhausts the reader's memory or time is too large.
    """
    too_large = FileTooLarge(megabytes=settings.DATASET_UPLOAD_MAX_BYTES // 2**20, cells=MOST_CELLS)
    if len(content) > settings.DATASET_UPLOAD_MAX_BYTES:
        raise too_large
    done = run_reader(content)
    if done is None or done.returncode == 3 or done.returncode < 0:
        raise too_large
    if done.returncode != 0:
        raise REFUSALS.get(done.returncode, UnreadableFile)
    rows = json.loads(done.stdout)
    return rows if content.startswith(b"PK") else [[unguarded(cell) for cell in row] for row in rows]


def run_reader(content: bytes) -> subprocess.CompletedProcess | None:
    """What the reader's process said; None where it did not end in time."""
    try:
        return subprocess.run(  # noqa: S603 - our own file, no shell, the content on standard input
            [sys.executable, "-I", str(READER)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
