"""The addresses of the site and those of the floor."""

from django.http import HttpResponse
from django.urls import path

from benchmarks.floor_site import answer_of
from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from survey.views.access import for_everybody

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@for_everybody
def floor(request, name):
    """The same bytes."""
    headers, body = answer_of(name)
    return HttpResponse(body, headers=headers)


urlpatterns = [*urlpatterns, path("floor/<str:name>/", floor)]
