"""Addresses of the weighting room."""

from django.urls import path, re_path

from weighting import views

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
    path("studies/<slug:slug>/weights/", views.weights, name="weights"),
    path("studies/<slug:slug>/weights/compare/", views.compare, name="compare-weights"),
    path("studies/<slug:slug>/weights/request/", views.request_weights, name="request-weights"),
]
