"""What may be written down: nothing about the pages of experts but that something broke there."""

import logging
import re

EXPERT_PAGES = re.compile(r"/(?:j|e/)")  # a mangled link may even carry the code in its path


class HideExpertPages(logging.Filter):
    """Drops refused and unknown addresses of expert pages; of an error it keeps the traceback, not the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        if not EXPERT_PAGES.match(path):
            return True
        record.msg, record.args = "error on an expert's page", ()
        return record.levelno >= logging.ERROR
