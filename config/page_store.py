"""Where pages that everybody shares are kept: in the process for a short way, and in the cache for all processes.

A kept page is found by a key that names everything it follows from, so nothing is ever deleted: what changes gets
another key, and old pages fall out by age. The cache holds plain bytes, nothing that is executed when it is read.
"""

import json
import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.core.cache import cache

log = logging.getLogger(__name__)
DAY = 86_400
ROOM = 24 * 1024 * 1024  # bytes of pages in one process
LARGEST = 2 * 1024 * 1024  # a larger answer is served and not kept


class PlainBytes:
    """Serializer of the cache: bytes as they are."""

    def dumps(self, content: bytes) -> bytes:
        """What is written."""
        return content

    def loads(self, content: bytes) -> bytes:
        """What is read."""
        return bytes(content)


@dataclass(frozen=True)
class KeptPage:
    """A page as it goes out: its headers, and its body in one encoding."""

    headers: dict[str, str]
    body: bytes

    def as_bytes(self) -> bytes:
        """One line of headers, then the body."""
        return json.dumps(self.headers).encode() + b"\n" + self.body


class PageStore:
    """The pages nearest to hand, backed by the cache; a cache that is gone costs time and nothing else."""

    def __init__(self, room: int = ROOM):
        self.room, self.used = room, 0
        self.near: OrderedDict[str, KeptPage] = OrderedDict()
        self.lock = Lock()

    def get(self, key: str) -> KeptPage | None:
        """The page, or None."""
        with self.lock:
            if key in self.near:
                self.near.move_to_end(key)
                return self.near[key]
        content = _far("get", key)
        if content is None:
            return None
        head, _, body = content.partition(b"\n")
        page = KeptPage(json.loads(head), body)
        self._remember(key, page)
        return page

    def put(self, key: str, page: KeptPage) -> None:
        """Keep the page, where it is not too large."""
        if len(page.body) <= LARGEST:
            self._remember(key, page)
            _far("set", key, page.as_bytes(), DAY)

    def _remember(self, key: str, page: KeptPage) -> None:
        with self.lock:
            if key in self.near:
                return
            self.near[key], self.used = page, self.used + len(page.body)
            while self.used > self.room:
                _, oldest = self.near.popitem(last=False)
                self.used -= len(oldest.body)


def _far(act: str, *arguments):
    """Ask the cache; whatever is wrong with it, pages are served all the same."""
    try:
        return getattr(cache, act)(*arguments)
    except Exception:
        log.warning("the cache of pages does not answer", exc_info=True)
        return None
