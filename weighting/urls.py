"""Addresses of the weighting room."""

from django.urls import path, re_path

from weighting import grouping_pages, views, year_pages

urlpatterns = [
    path("studies/<slug:slug>/data/", views.data, name="data"),
    path("studies/<slug:slug>/data/template.csv", views.template, name="data-template"),
    path("studies/<slug:slug>/data/<int:version>/", views.dataset, name="dataset"),
    re_path(
        r"^studies/(?P<slug>[-\w]+)/data/(?P<version>\d+)/data\.(?P<kind>csv|xlsx)$",
        views.dataset_file,
        name="dataset-file",
    ),
    path("studies/<slug:slug>/data/<int:version>/seal/", views.seal, name="seal"),
    path("studies/<slug:slug>/groupings/", grouping_pages.groupings, name="groupings"),
    path("studies/<slug:slug>/groupings/<slug:scheme>/", grouping_pages.grouping, name="grouping"),
    path(
        "studies/<slug:slug>/groupings/<slug:scheme>/v<int:version>.csv",
        grouping_pages.grouping_file,
        name="grouping-file",
    ),
    path("studies/<slug:slug>/years/", year_pages.years, name="years"),
    path("studies/<slug:slug>/years/<int:year>/", year_pages.year_page, name="year"),
    path("studies/<slug:slug>/years/<int:year>/figures.csv", year_pages.year_file, name="year-file"),
    path("studies/<slug:slug>/data/<int:version>/spread/", views.give_spread, name="give-spread"),
    path("studies/<slug:slug>/weights/", views.weights, name="weights"),
    path("studies/<slug:slug>/weights/compare/", views.compare, name="compare-weights"),
    path("studies/<slug:slug>/weights/request/", views.request_weights, name="request-weights"),
]
