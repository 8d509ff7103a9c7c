"""Addresses of the ranking room: the staff's pages, the readers' pages and the API."""

from django.urls import include, path

from ranking import api
from ranking.views import (
    compare,
    downloads,
    exhibits,
    lists,
    movement,
    overview,
    past,
    past_staff,
    preview,
    public,
    receipts,
    robustness,
    scale,
    staff,
    studio,
    studio_tables,
    units,
)

PUBLISHED = [  # each page of a list twice: of the live revision, and of one revision for good
    path("", lists.listing, name="list"),
    path("overview/", overview.overview, name="overview"),
    path("list.<str:kind>", lists.list_file, name="list-file"),
    path("units/<str:code>/", units.unit, name="unit"),
    path("compare/", compare.compare, name="compare"),
    path("compare.<str:kind>", compare.compare_file, name="compare-file"),
    path("movement/", movement.movement_page, name="movement"),
    path("tiers/", public.tiers, name="tiers"),
    path("regions/", public.regions, name="regions"),
    path("method/", public.method, name="method"),
    path("card.png", exhibits.list_card, name="list-card"),
    path("exhibits/", exhibits.exhibits_page, name="exhibits"),
    path("exhibits/<slug:exhibit>/", exhibits.exhibit_page, name="exhibit"),
    path("exhibits/<slug:exhibit>/embed/", exhibits.exhibit_embed, name="exhibit-embed"),
    path("exhibits/<slug:exhibit>.<str:kind>", exhibits.exhibit_file, name="exhibit-file"),
    path("past/", past.past_page, name="past"),
    path("past/<int:year>-<slug:made>/", past.past_list_page, name="past-list"),
    path("past/<int:year>-<slug:made>.csv", past.past_csv, name="past-csv"),
    path("manifest.json", public.manifest, name="manifest"),
    path("bundle.zip", public.bundle, name="bundle"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("downloads/", downloads.downloads, name="downloads"),
    path("files/<str:file>", downloads.publication_file, name="publication-file"),
]
urlpatterns = [
    path("", public.home, name="home"),
    path("privacy/", public.privacy, name="privacy"),
    path("privacy/threats/", public.threats, name="threats"),
    path("lists/<slug:slug>/", include(PUBLISHED)),
    path("lists/<slug:slug>/r<int:revision>/", include(PUBLISHED)),
    path("studies/<slug:slug>/protocol/scale/", scale.scale_page, name="scale"),
    path("studies/<slug:slug>/past/", past_staff.past_lists_page, name="past-lists"),
    path("studies/<slug:slug>/past/import/", past_staff.past_import, name="past-import"),
    path("studies/<slug:slug>/past/request/", past_staff.request_past, name="request-past"),
    path(
        "studies/<slug:slug>/past/<int:year>-<slug:made>/remove/", past_staff.remove_past, name="remove-past"
    ),
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
    path("studies/<slug:slug>/edition/preview/", preview.preview_page, name="edition-preview"),
    path(
        "studies/<slug:slug>/edition/preview/<path:page>", preview.preview_page, name="edition-preview-page"
    ),
    path(
        "studies/<slug:slug>/publish/<int:revision>/preview/", preview.proposal_page, name="proposal-preview"
    ),
    path(
        "studies/<slug:slug>/publish/<int:revision>/preview/<path:page>",
        preview.proposal_page,
        name="proposal-preview-page",
    ),
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
    path("studies/<slug:slug>/publish/<int:revision>/recall/", staff.recall, name="recall"),
    path("studies/<slug:slug>/publish/<int:revision>/withdraw/", staff.withdraw, name="withdraw"),
    path("api/v1/publications/", api.publication_index, name="api-publications"),
    path("api/v1/publications/<slug:slug>/", api.publication_detail, name="api-publication"),
]
