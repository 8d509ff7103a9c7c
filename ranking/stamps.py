"""What a shared page follows from, as one short text: it changes whenever the page may.

Pages of a list follow from the revisions that readers saw; all pages follow from the code, the templates and the words.
"""

import hashlib
from functools import cache

from django.conf import settings

from ranking.memory import revisions_seen
from ranking.models import Publication

STATE = ("study__slug", "revision", "sha256", "status", "published_at", "withdrawn_at")
SOURCES = (".html", ".mo", ".py", ".svg")  # icons are drawn into the pages
ROOMS = ("config", "survey", "weighting", "ranking", "templates")


def shared(stamp):
    """Say that the view's pages are the same for everybody while ``stamp(**address parts)`` stays the same."""

    def decorate(view):
        view.stamp = stamp
        return view

    return decorate


def stamp_of_list(slug: str, **_parts) -> str:
    """The state of one study's revisions, at most a second old; empty where readers never saw one."""
    return revisions_seen.recall(slug, lambda: _state(Publication.objects.seen().filter(study__slug=slug)))


def stamp_of_all(**_parts) -> str:
    """The state of every list, at most a second old."""
    return revisions_seen.recall("", lambda: _state(Publication.objects.seen())) or "no list"


def _state(seen) -> str:
    rows = list(seen.order_by("pk").values_list(*STATE))
    return hashlib.sha256(repr(rows).encode()).hexdigest() if rows else ""


@cache
def code_stamp() -> str:
    """The code, templates and words this process runs on, read once."""
    found = hashlib.sha256()
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*")):
            if path.suffix in SOURCES:
                name = str(path.relative_to(settings.BASE_DIR))
                found.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
