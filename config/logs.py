"""What may be written down: of the pages of experts that something broke there, of an answer nothing."""

import logging
import re
import traceback

from django.db import Error

EXPERT_PAGES = re.compile(r"/(?:j|e/)")  # a mangled link may even carry the code in its path


class HideExpertPages(logging.Filter):
    """Drops refused and unknown addresses of expert pages; of an error there it keeps the places in the code alone.

    The same for every error of the database, wherever it comes from: its words quote the row.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        error = record.exc_info[1] if record.exc_info else None
        is_expert_page = bool(EXPERT_PAGES.match(path))
        if is_expert_page or _quotes_a_row(error):
            record.msg, record.args = (
                "error on an expert's page" if is_expert_page else "error of the database",
                (),
            )
            record.exc_info, record.exc_text = None, _places(error)
        return not is_expert_page or record.levelno >= logging.ERROR


def _chain(error: BaseException | None) -> list[BaseException]:
    """The error and everything behind it."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _quotes_a_row(error: BaseException | None) -> bool:
    return any(
        isinstance(link, Error) or type(link).__module__.startswith("psycopg") for link in _chain(error)
    )


def _places(error: BaseException | None) -> str | None:
    """Kinds of the errors and where they were raised: no words, no values."""
    lines = []
    for link in reversed(_chain(error)):
        frames = traceback.extract_tb(link.__traceback__)
        lines += [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
        lines.append(f"{type(link).__name__} (its words are left out)")
    return "\n".join(lines) or None
