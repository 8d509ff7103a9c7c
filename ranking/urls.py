"""Addresses of the ranking room: the staff's pages, the readers' pages and the API."""

from django.urls import include, path

from ranking import api
from ranking.views import public, receipts, robustness, scale, staff, studio, studio_tables

PUBLISHED = [  # each page of a list twice: of the live revision, and of one revision for good
    path("", public.listing, name="list"),
    path("tiers/", public.tiers, name="tiers"),
    path("regions/", public.regions, name="regions"),
    path("method/", public.method, name="method"),
    path("list.csv", public.csv_file, name="list-csv"),
    path("manifest.json", public.manifest, name="manifest"),
    path("bundle.zip", public.bundle, name="bundle"),
    path("receipts/", receipts.receipts, name="receipts"),
]
urlpatterns = [
    path("", public.home, name="home"),
    path("privacy/", public.privacy, name="privacy"),
    path("privacy/threats/", public.threats, name="threats"),
    path("lists/<slug:slug>/", include(PUBLISHED)),
    path("lists/<slug:slug>/r<int:revision>/", include(PUBLISHED)),
    path("studies/<slug:slug>/protocol/scale/", scale.scale_page, name="scale"),
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
    path("studies/<slug:slug>/edition/", studio.edition_page, name="edition"),
    path("studies/<slug:slug>/edition/rendered/", studio.rendered, name="edition-rendered"),
    path("studies/<slug:slug>/edition/texts/", studio.add_case, name="edition-case"),
    path("studies/<slug:slug>/edition/texts/<str:slot>/", studio.text_page, name="edition-text"),
    path("studies/<slug:slug>/edition/figures/", studio.figure_page, name="edition-new-figure"),
    path("studies/<slug:slug>/edition/figures/<slug:code>/", studio.figure_page, name="edition-figure"),
    path("studies/<slug:slug>/edition/tables/", studio_tables.table_page, name="edition-new-table"),
    path("studies/<slug:slug>/edition/tables/<slug:code>/", studio_tables.table_page, name="edition-table"),
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
