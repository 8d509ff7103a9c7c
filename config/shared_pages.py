"""Pages that everybody shares: 304 before anything is rendered, rendered once, compressed once.

A view is shared when it says so by `ranking/stamps.py: shared`, as all views under `for_readers` do. Its pages must be
the same for all visitors of one language. A visitor with a session, or with a message to read, gets a page of their
own; a page that sets a cookie (a form's token does) or says ``Cache-Control`` itself is never kept.
"""

import hashlib
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language_from_request

from config.compression import IDENTITY, ONCE, WORTH, compressed, encoding_for, is_text
from config.messages import HostCookieStorage
from config.page_store import KeptPage, PageStore
from ranking.stamps import code_stamp

PERSONAL = (settings.SESSION_COOKIE_NAME, HostCookieStorage.cookie_name)
VARY = ("Accept-Language", "Cookie", "Accept-Encoding")
LIVE = "public, max-age=0, s-maxage=10, must-revalidate"
PAGE_FOR_GOOD = "public, max-age=3600"  # a page may have to say that a later revision took its place
FILE_FOR_GOOD = "public, max-age=31536000, immutable"
OWN = "private, no-cache"
OURS = ("Vary", "Cache-Control", "ETag", "Content-Length", "Content-Encoding")
TURNS = [Lock() for _ in range(64)]  # of requests for one page that nobody has rendered yet, one renders it
store = PageStore()


@dataclass(frozen=True)
class Asked:
    """A request for a shared page: its key names everything the answer follows from."""

    request: HttpRequest
    key: str
    encoding: str
    for_good: bool

    @property
    def etag(self) -> str:
        """Strong: another encoding is another answer."""
        return f'"{self.key[:32]}-{self.encoding}"'

    @property
    def place(self) -> str:
        """Where the answer is kept."""
        return f"page:{self.key}:{self.encoding}"


class SharedPagesMiddleware:
    """Answers for shared views; everything else goes through untouched."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if any(name in request.COOKIES for name in PERSONAL):
            return _own(request, self.get_response(request))
        view = _shared_view(request)
        if view is None:
            return self.get_response(request)
        stamp = view.func.stamp(**view.kwargs)
        if not stamp:
            return self.get_response(request)
        asked = _asked(request, stamp, for_good="revision" in view.kwargs)
        unchanged = get_conditional_response(request, etag=asked.etag)
        if unchanged is not None:
            return _labelled(unchanged, asked)
        if not _is_worth_keeping(request):
            page = self._rendered(asked, quality=ONCE)
            return _answer(page, asked) if isinstance(page, KeptPage) else page
        return self._kept(asked)

    def _kept(self, asked: Asked):
        page = store.get(asked.place)
        if page is None:
            with TURNS[int(asked.key[:8], 16) % len(TURNS)]:
                page = store.get(asked.place)
                if page is None:
                    page = self._rendered(asked)
                    if not isinstance(page, KeptPage):
                        return page
                    store.put(asked.place, page)
        return _answer(page, asked)

    def _rendered(self, asked: Asked, **options) -> KeptPage | HttpResponse:
        """The page made small, or the answer as it is where it cannot be shared."""
        response = self.get_response(asked.request)
        if not _is_shareable(response):
            return response
        headers = {name: value for name, value in response.items() if name not in OURS}
        content, encoding = response.content, asked.encoding
        if encoding != IDENTITY and is_text(response["Content-Type"]) and len(content) >= WORTH:
            return KeptPage(
                {**headers, "Content-Encoding": encoding}, compressed(content, encoding, **options)
            )
        return KeptPage(headers, content)


def _shared_view(request: HttpRequest):
    """The match of the address, where a shared view is asked to read."""
    if request.method not in ("GET", "HEAD"):
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    return (
        match
        if hasattr(match.func, "stamp") and not any("\0" in str(v) for v in match.kwargs.values())
        else None
    )


def _asked(request: HttpRequest, stamp: str, *, for_good: bool) -> Asked:
    parts = (code_stamp(), stamp, get_language_from_request(request), request.build_absolute_uri())
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Asked(request, key, encoding_for(request.headers.get("Accept-Encoding", "")), for_good)


def _is_worth_keeping(request: HttpRequest) -> bool:
    """Anybody can think up queries, ports and names of hosts; pages are kept at the site's own address alone."""
    return not request.META.get("QUERY_STRING") and request.get_host() == urlsplit(settings.BASE_URL).netloc


def _is_shareable(response: HttpResponse) -> bool:
    """Whether the answer holds nothing of one visitor and nothing that will be otherwise in a moment."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
    )


def _answer(page: KeptPage, asked: Asked) -> HttpResponse:
    response = HttpResponse(page.body, headers=page.headers)
    response.headers["Content-Length"] = str(len(page.body))
    return _labelled(response, asked)


def _labelled(response: HttpResponse, asked: Asked) -> HttpResponse:
    """Tell caches how long the answer stands."""
    good = PAGE_FOR_GOOD if asked.request.path_info.endswith("/") else FILE_FOR_GOOD
    response.headers["ETag"] = asked.etag
    response.headers["Cache-Control"] = good if asked.for_good else LIVE
    patch_vary_headers(response, VARY)
    return response


def _own(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer for one visitor, told so where others share the page."""
    found = request.resolver_match
    if found is not None and hasattr(found.func, "stamp"):
        response.headers.setdefault("Cache-Control", OWN)
        patch_vary_headers(response, ("Cookie",))
    return response
