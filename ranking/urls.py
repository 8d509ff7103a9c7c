"""Addresses of the ranking room: the staff's pages, the readers' pages and the API."""

from django.urls import path

from ranking import api
from ranking.views import public, receipts, robustness, scale, staff

urlpatterns = [
    path("", public.home, name="home"),
    path("privacy/", public.privacy, name="privacy"),
    path("privacy/threats/", public.threats, name="threats"),
    path("lists/<slug:slug>/", public.listing, name="list"),
    path("lists/<slug:slug>/tiers/", public.tiers, name="tiers"),
    path("lists/<slug:slug>/regions/", public.regions, name="regions"),
    path("lists/<slug:slug>/method/", public.method, name="method"),
    path("lists/<slug:slug>/list.csv", public.csv_file, name="list-csv"),
    path("lists/<slug:slug>/manifest.json", public.manifest, name="manifest"),
    path("studies/<slug:slug>/protocol/scale/", scale.scale_page, name="scale"),
    path("lists/<slug:slug>/r<int:revision>/bundle.zip", public.bundle, name="bundle"),
    path("lists/<slug:slug>/receipts/", receipts.receipts, name="receipts"),
    path("studies/<slug:slug>/run/", staff.run_page, name="run"),
    path("studies/<slug:slug>/run/request/", staff.request_run, name="request-run"),
    path("studies/<slug:slug>/run/<int:run>/units/<str:code>/", robustness.score_page, name="score"),
    path("studies/<slug:slug>/run/<int:run>/replay/", robustness.replay_page, name="replay"),
    path("studies/<slug:slug>/run/other-ways/", robustness.other_ways_page, name="other-ways"),
    path("studies/<slug:slug>/robustness/", robustness.robustness_page, name="robustness"),
    path("studies/<slug:slug>/robustness/request/", robustness.study_robustness, name="request-robustness"),
    path(
        "studies/<slug:slug>/robustness/<int:number>/<str:name>",
        robustness.robustness_file,
        name="robustness-file",
    ),
    path("studies/<slug:slug>/publish/", staff.publish_page, name="publish"),
    path("studies/<slug:slug>/publish/propose/", staff.propose, name="propose"),
    path(
        "studies/<slug:slug>/publish/<int:revision>/manifest.json",
        staff.proposed_manifest,
        name="proposed-manifest",
    ),
    path("studies/<slug:slug>/publish/<int:revision>/approve/", staff.approve, name="approve"),
    path("studies/<slug:slug>/publish/<int:revision>/withdraw/", staff.withdraw, name="withdraw"),
    path("api/v1/publications/", api.publication_index, name="api-publications"),
    path("api/v1/publications/<slug:slug>/", api.publication_detail, name="api-publication"),
]
