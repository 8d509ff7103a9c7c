"""Choosing a language: one cookie, set by a form without a token, so that pages shared by all can carry the form."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from survey.views.access import for_everybody


@for_everybody
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language and go back; browsers name the site a form came from, and other sites' forms are refused."""
    if _is_from_elsewhere(request):
        raise PermissionDenied
    return set_language(request)


def _is_from_elsewhere(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin.split("://")[-1] != request.get_host()
