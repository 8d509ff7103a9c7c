"""Default deny: a view that does not say who may open it is opened for nobody."""

import logging

from django.core.checks import Error, register
from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, get_resolver

from survey.views.access import access_of

log = logging.getLogger(__name__)


class DeclaredAccessMiddleware:
    """Refuses every request to a view without a declared access, before anything of the request is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """403 for a view that says nothing (`survey/views/access.py` has the words it can say)."""
        if access_of(view) is None:
            log.error("%s.%s does not say who may open it", view.__module__, view.__qualname__)
            raise PermissionDenied


def url_patterns(patterns=None, prefix: str = ""):
    """Every address of the site with its whole pattern, however deeply it is included."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield whole, pattern
        else:
            yield from url_patterns(pattern.url_patterns, whole)


@register("security")
def every_view_declares_access(**_options) -> list[Error]:
    """One error for each address whose view says nothing."""
    hint = "Put for_everybody, for_people, for_bearer or for_roles of survey/views/access.py on it."
    return [
        Error(f"The view of “{whole}” does not say who may open it.", hint=hint, id="heng.E001")
        for whole, pattern in url_patterns()
        if access_of(pattern.callback) is None
    ]
