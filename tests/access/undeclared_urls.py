"""The site with one more address, whose view forgot to say who may open it."""

from django.urls import path

from config.urls import urlpatterns as declared


def silent(request):
    raise AssertionError("a view without a declared access was called")


urlpatterns = [*declared, path("said-nothing/", silent)]
