"""Addresses of the survey room."""

from django.urls import path, re_path

from survey.views import asking, coordinator, dashboard, expert, indicators, own_data, reasons, report, setup

urlpatterns = [
    path("j", expert.enter, name="enter"),
    re_path(r"^j/?(?P<code>#[^/]{1,80})$", expert.enter),
    path("j/lost/", own_data.lost_link, name="lost-link"),
    path("e/", expert.welcome, name="welcome"),
    path("e/group/<str:code>/", expert.group, name="group"),
    path("e/group/<str:code>/save/", expert.group_save, name="group-save"),
    path("e/group/<str:code>/live/", expert.group_live, name="group-live"),
    path("e/self/", expert.self_assessment, name="self-assessment"),
    path("e/review/", expert.review, name="review"),
    path("e/keep/", expert.keep, name="keep"),
    path("e/proposal/", expert.propose, name="propose-indicator"),
    path("e/submit/", expert.submit, name="submit"),
    path("e/done/", expert.done, name="done"),
    path("e/feedback/", expert.feedback, name="feedback"),
    path("e/leave/", expert.leave, name="leave"),
    path("e/data/", own_data.own_data, name="own-data"),
    path("e/data/file/", own_data.own_data_file, name="own-data-file"),
    path("e/data/leave/", own_data.leave_study, name="leave-study"),
    path("e/data/replace/", own_data.replace_code, name="replace-code"),
    path("e/data/join/", own_data.join_code, name="join-code"),
    path("studies/", coordinator.studies, name="studies"),
    path("studies/new/", setup.new_study, name="new-study"),
    path("studies/<slug:slug>/", coordinator.study, name="study"),
    path("studies/<slug:slug>/acts/", coordinator.acts, name="acts"),
    path("studies/<slug:slug>/protocol/", setup.protocol, name="protocol"),
    path("studies/<slug:slug>/asking/", asking.asking, name="asking"),
    path("studies/<slug:slug>/protocol/deviation/", setup.deviate, name="deviate"),
    path("studies/<slug:slug>/panel/", coordinator.panel_page, name="panel"),
    path("studies/<slug:slug>/panel/<uuid:expert_id>/<slug:act>/", coordinator.expert_act, name="expert-act"),
    path("studies/<slug:slug>/rounds/", coordinator.rounds_page, name="rounds"),
    path("studies/<slug:slug>/rounds/<int:number>/open/", coordinator.open_round, name="open-round"),
    path("studies/<slug:slug>/rounds/<int:number>/stop-early/", coordinator.stop_early, name="stop-early"),
    path("studies/<slug:slug>/rounds/<int:number>/<slug:act>/", coordinator.round_act, name="round-act"),
    path("studies/<slug:slug>/participation/", coordinator.participation, name="participation"),
    path("studies/<slug:slug>/participation/remind/", coordinator.remind, name="remind"),
    path("studies/<slug:slug>/reasons/", reasons.reasons_page, name="reasons"),
    path("studies/<slug:slug>/reasons/<int:reason_id>/<slug:act>/", reasons.reason_act, name="reason-act"),
    path("studies/<slug:slug>/indicators/", indicators.indicators_page, name="indicators"),
    path("studies/<slug:slug>/results/", dashboard.results, name="results"),
    path("studies/<slug:slug>/results.csv", dashboard.results_csv, name="results-csv"),
    path("studies/<slug:slug>/report/", report.report, name="report"),
    re_path(
        r"^studies/(?P<slug>[-\w]+)/report\.(?P<kind>docx|xlsx)$", report.report_file, name="report-file"
    ),
    path("studies/<slug:slug>/results.json", dashboard.results_json, name="results-json"),
]
