"""The addresses of the site and those of the floor."""

import os

from django.http import HttpResponse
from django.urls import path

from benchmarks.floor_site import answer_of
from config.shared_pages import store
from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from survey.views.access import for_everybody

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@for_everybody
def floor(request, name):
    """The same bytes."""
    headers, body = answer_of(name)
    return HttpResponse(body, headers=headers)


@for_everybody
def forget(request):
    """Let the process that answers forget what it rendered, and say which one it was."""
    store.near.clear()
    store.used = 0
    return HttpResponse(str(os.getpid()))


urlpatterns = [*urlpatterns, path("floor/<str:name>/", floor), path("forget/", forget)]
