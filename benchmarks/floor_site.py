"""The site as it is, and beside it Django's floor: the same bytes from a view that does nothing else.

Settings and addresses in one module: ``DJANGO_SETTINGS_MODULE=benchmarks.floor_site``.
"""

import json
import os
from functools import cache
from pathlib import Path

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.floor_addresses"


@cache
def answer_of(name: str) -> tuple[dict, bytes]:
    """The headers and the bytes that the real page gave, put there by the benchmark."""
    folder = Path(os.environ["FLOOR_FOLDER"])
    return json.loads((folder / f"{name}.json").read_text()), (folder / f"{name}.body").read_bytes()
