"""One process, one side: which pages a process serves when there are four of them."""

import re

from django.conf import settings
from django.http import HttpResponse

PAGES_OF_EXPERTS = re.compile(r"/(?:j(?:$|[/#])|e/)")
PAGES_OF_ALL = re.compile(r"/(?:language/|favicon\.ico)")
MISDIRECTED = 421


class OwnPagesMiddleware:
    """Answers 421 to what another process serves: the proxy sends it there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not serves(settings.PROCESS, request.path):
            return HttpResponse("Another process serves this page.\n", "text/plain", MISDIRECTED)
        return self.get_response(request)


def serves(process: str, path: str) -> bool:
    """Whether the process serves the path; the one process of a small site serves everything."""
    if process not in ("web_expert", "web_staff") or PAGES_OF_ALL.match(path):
        return True
    return bool(PAGES_OF_EXPERTS.match(path)) == (process == "web_expert")
