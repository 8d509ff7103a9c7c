"""Every address of the site × every kind of visitor × own and foreign studies × every method.

The addresses come from the URL conf; what is expected of each comes from `RULES` alone. One without a rule fails.
"""

import logging
import os
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import path

from config.access import every_view_declares_access, url_patterns
from ranking.models import Run
from survey.models import Reason, Study
from survey.views.coordinator import EXPERT_ACTS, ROUND_ACTS
from tests.access import undeclared_urls
from tests.access.world import PEOPLE, ROLES, make_world

pytestmark = pytest.mark.django_db

VISITORS = ("anonymous", "expert", "foreign expert", *PEOPLE)
ALL, NONE, EXPERTS, ACCOUNTS = set(VISITORS), set(), {"expert", "foreign expert"}, set(PEOPLE)
ANY, COORDINATOR, STAFF, APPROVER = set(ROLES), {"coordinator"}, {"staff"}, {"approver"}
EDITORS = {"staff", "approver", "auditor"}

PUBLIC_PAGE, ROLE_PAGE, EXPERT_PAGE = (ALL, NONE), (ANY, NONE), (EXPERTS, NONE)
RULES = {  # name of the address: (who may GET it, who may POST to it)
    "home": PUBLIC_PAGE,
    "privacy": PUBLIC_PAGE,
    "threats": PUBLIC_PAGE,
    "list": PUBLIC_PAGE,
    "tiers": PUBLIC_PAGE,
    "what-if": PUBLIC_PAGE,
    "what-if-json": PUBLIC_PAGE,
    "what-if-picture": PUBLIC_PAGE,
    "what-if-figures": PUBLIC_PAGE,
    "regions": PUBLIC_PAGE,
    "regions-picture": PUBLIC_PAGE,
    "method": PUBLIC_PAGE,
    "list-file": PUBLIC_PAGE,
    "overview": PUBLIC_PAGE,
    "unit": PUBLIC_PAGE,
    "compare": PUBLIC_PAGE,
    "compare-file": PUBLIC_PAGE,
    "movement": PUBLIC_PAGE,
    "past": PUBLIC_PAGE,
    "past-list": PUBLIC_PAGE,
    "past-csv": PUBLIC_PAGE,
    "exhibits": PUBLIC_PAGE,
    "exhibit": PUBLIC_PAGE,
    "exhibit-embed": PUBLIC_PAGE,
    "exhibit-file": PUBLIC_PAGE,
    "list-card": PUBLIC_PAGE,
    "manifest": PUBLIC_PAGE,
    "bundle": PUBLIC_PAGE,
    "receipts": (ALL, ALL),
    "downloads": PUBLIC_PAGE,
    "publication-file": (ALL, ALL),
    "api-schema": PUBLIC_PAGE,
    "api-publications": PUBLIC_PAGE,
    "api-publication": PUBLIC_PAGE,
    "favicon": PUBLIC_PAGE,
    "login": (ALL, ALL),
    "login-code": (ALL, ALL),
    "second-factor": (ACCOUNTS, ACCOUNTS),
    "logout": (NONE, ALL),
    "set_language": (NONE, ALL),
    "enter": (ALL, ALL),
    "^j/?(?P<code>#[^/]{1,80})$": (ALL, ALL),
    "lost-link": (ALL, ALL),
    "own-data": EXPERT_PAGE,
    "own-data-file": EXPERT_PAGE,
    "leave-study": (NONE, EXPERTS),
    "replace-code": (NONE, EXPERTS),
    "join-code": (NONE, EXPERTS),
    "welcome": EXPERT_PAGE,
    "group": (EXPERTS, EXPERTS),
    "group-save": (NONE, EXPERTS),
    "group-live": (NONE, EXPERTS),
    "self-assessment": (EXPERTS, EXPERTS),
    "review": EXPERT_PAGE,
    "keep": (NONE, EXPERTS),
    "propose-indicator": (NONE, EXPERTS),
    "submit": (NONE, EXPERTS),
    "done": EXPERT_PAGE,
    "feedback": EXPERT_PAGE,
    "leave": (NONE, ALL),
    "studies": (ACCOUNTS, NONE),
    "new-study": (COORDINATOR, COORDINATOR),
    "import-panel": (COORDINATOR, COORDINATOR),
    "study": ROLE_PAGE,
    "acts": ROLE_PAGE,
    "protocol": (ANY, COORDINATOR),
    "deviate": (NONE, COORDINATOR),
    "scale": (ANY, COORDINATOR),
    "asking": (ANY, COORDINATOR),
    "retention": (ANY, COORDINATOR),
    "panel": (COORDINATOR, COORDINATOR),
    "expert-act": (NONE, COORDINATOR),
    "rounds": (COORDINATOR, NONE),
    "open-round": (NONE, COORDINATOR),
    "round-act": (NONE, COORDINATOR),
    "stop-early": (NONE, COORDINATOR),
    "participation": (COORDINATOR, NONE),
    "remind": (NONE, COORDINATOR),
    "indicators": (COORDINATOR, COORDINATOR),
    "reasons": (COORDINATOR | APPROVER, NONE),
    "reason-act": (NONE, COORDINATOR | APPROVER),
    "screening": (COORDINATOR, NONE),
    "results": ROLE_PAGE,
    "results-csv": ROLE_PAGE,
    "groups-csv": ROLE_PAGE,
    "report": ROLE_PAGE,
    "report-file": ROLE_PAGE,
    "results-json": ROLE_PAGE,
    "data": (STAFF, STAFF),
    "data-template": (STAFF, NONE),
    "dataset": ROLE_PAGE,
    "dataset-file": ROLE_PAGE,
    "seal": (NONE, STAFF),
    "groupings": (ANY, STAFF),
    "grouping": (ANY, STAFF),
    "grouping-file": ROLE_PAGE,
    "years": (ANY, STAFF),
    "year": ROLE_PAGE,
    "year-file": ROLE_PAGE,
    "past-lists": ROLE_PAGE,
    "past-import": (STAFF, STAFF),
    "request-past": (NONE, STAFF),
    "remove-past": (NONE, STAFF),
    "give-spread": (NONE, STAFF),
    "weights": ROLE_PAGE,
    "compare-weights": ROLE_PAGE,
    "request-weights": (NONE, STAFF),
    "run": ROLE_PAGE,
    "request-run": (NONE, STAFF),
    "score": ROLE_PAGE,
    "other-ways": ROLE_PAGE,
    "replay": (ANY, ANY),
    "robustness": ROLE_PAGE,
    "robustness-choices": (STAFF, STAFF),
    "robustness-file": ROLE_PAGE,
    "request-robustness": (NONE, STAFF),
    "tier-trial": ROLE_PAGE,
    "edition": (EDITORS, NONE),
    "edition-paper": (EDITORS, EDITORS),
    "edition-preview": (EDITORS, NONE),
    "edition-preview-page": (EDITORS, NONE),
    "proposal-preview": ROLE_PAGE,
    "proposal-preview-page": ROLE_PAGE,
    "recall": (NONE, STAFF | APPROVER),
    "edition-rendered": (NONE, STAFF),
    "edition-case": (NONE, STAFF),
    "edition-text": (EDITORS, STAFF),
    "edition-new-figure": (EDITORS, STAFF),
    "edition-figure": (EDITORS, STAFF),
    "edition-new-table": (EDITORS, STAFF),
    "edition-table": (EDITORS, STAFF),
    "publish": ROLE_PAGE,
    "propose": (NONE, STAFF),
    "proposed-manifest": ROLE_PAGE,
    "approve": (NONE, APPROVER),
    "withdraw": (NONE, STAFF | APPROVER),
}
ACTS = {"expert-act": tuple(EXPERT_ACTS), "round-act": tuple(ROUND_ACTS), "reason-act": ("check",)}
RARE_METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
WHOLE = (
    "HENG_CAMPAIGN" in os.environ
)  # else each address gets the rare methods from one visitor only, in turn
GAP = re.compile(
    r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>"
)  # of a pattern, by either way of writing it
WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b", re.I)
FORGETTING = re.compile(r"\s*(DELETE FROM|UPDATE) .?django_session")


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals are meant here; writing each down would take longer than asking."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def key_of(whole: str, pattern) -> str:
    """The name of an address, or its pattern where it has none."""
    return pattern.name or whole


def own_records(study: Study) -> dict:
    """A value for everything an address can hold, from records of the study."""
    run = Run.objects.filter(weight_set__dataset__study=study).first()
    reason = Reason.objects.filter(round__study=study).first()
    return {
        "slug": study.slug,
        "expert_id": str(study.experts.first().pk),
        "number": 1,
        "reason_id": reason.pk if reason else 1,
        "version": 1,
        "revision": 2,
        "run": run.pk if run else 1,
        "code": "x" if run else "A",
        "name": "units.csv",
        "slot": "headline",
        "page": "tiers/",
        "kind": "xlsx",
        "year": 2025,
        "made": "recomputed",
        "file": "report.zh.pdf",
        "exhibit": "list",
        "scheme": "sides",
    }


class Watch:
    """Notes every statement that changes something, except a session that ends."""

    def __init__(self):
        self.changes = []

    def __call__(self, execute, sql, params, many, context):
        if WRITING.match(sql) and not FORGETTING.match(sql):
            self.changes.append(sql[:120])
        return execute(sql, params, many, context)


def asked(client: Client, method: str, address: str):
    """The answer and the changes; everything is taken back."""
    watch = Watch()
    cookies = client.cookies.copy()
    with connection.execute_wrapper(watch), transaction.atomic():
        response = client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, watch.changes


def addresses(values: dict, acts=ACTS):
    """Name and address of everything in the URL conf, filled with the values; one address for each act."""
    for whole, pattern in url_patterns():
        name = key_of(whole, pattern)
        for act in acts.get(name, ("",)):
            yield name, filled_address(whole, {**values, "act": act})


def filled_address(whole: str, values: dict) -> str:
    """The address of a pattern with a value in each gap."""
    if whole.startswith("^j"):
        return "/j%23000G-40R4-0M30-E209-185G-R38E-1W81-24GK-R"
    missing = {found[1] or found[2] for found in GAP.finditer(whole)} - set(values)
    assert not missing, f"{whole}: give the matrix a value for {missing}"
    filled = GAP.sub(lambda found: str(values[found[1] or found[2]]), whole)
    return "/" + filled.replace("^", "").replace("$", "").replace("\\.", ".")


def is_turned_away(response) -> bool:
    """Whether the visitor got nothing: a door, a refusal, or no such page."""
    doors = ("/login/", "/j")
    return response.status_code in (403, 404, 405) or (
        response.status_code == 302 and response.headers["Location"].split("?")[0] in doors
    )


def faults_of(world, visitor: str, study: Study) -> tuple[list[str], int]:
    """What went otherwise than the rules say for one visitor on one study, and how many requests were made."""
    client, faults, count = world.visitor(visitor), [], 0
    own = study.series_id == world.own.series_id
    for place, (name, address) in enumerate(addresses(own_records(study))):
        if not own and f"/{study.slug}/" not in address:
            continue  # the same address as with the own study
        may_get, may_post = RULES[name]
        rarely = VISITORS[place % len(VISITORS)] == visitor or WHOLE
        for method in ("GET", "POST", *(RARE_METHODS if rarely else ())):
            may = may_get if method in ("GET", "HEAD") else may_post if method == "POST" else NONE
            allowed = visitor in may and (own or may_get is ALL)
            response, changes = asked(client, method, address)
            count += 1
            fault = _fault(method, response, changes, allowed, name)
            if fault:
                faults.append(f"{visitor} {method} {address}: {response.status_code} {fault}")
    return faults, count


def _fault(method: str, response, changes: list, allowed: bool, name: str) -> str:
    """What is wrong with the answer, or nothing."""
    if response.status_code >= 500:
        return "broke"
    if changes and not (allowed and method == "POST"):
        return f"changed something: {changes}"
    if allowed and method != "HEAD" and (response.status_code in (403, 405) or _is_at_login(response)):
        return "is allowed"
    words_of_options = method == "OPTIONS" and RULES[name][0] is ALL
    return (
        ""
        if allowed or is_turned_away(response) or words_of_options or name == "favicon"
        else "is not allowed"
    )


def _is_at_login(response) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith("/login/?")


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert {key_of(whole, pattern) for whole, pattern in url_patterns()} == set(RULES)


def test_nobody_gets_more_than_the_rules_say():
    world, faults, requests = make_world(), [], 0
    for visitor in VISITORS:
        for study in (world.own, world.foreign):
            found, count = faults_of(world, visitor, study)
            faults, requests = faults + found, requests + count
    print(f"\n{requests} requests: {len(VISITORS)} visitors, {len(RULES)} addresses, own and foreign studies")
    assert not faults, "\n".join(faults)


def test_records_of_a_foreign_study_do_not_open_under_an_own_address():
    world = make_world()
    strange = own_records(world.foreign)
    mixed = own_records(world.own) | {name: strange[name] for name in ("expert_id", "run")}
    for visitor in ROLES:
        client = world.visitor(visitor)
        for name, address in addresses(mixed):
            if strange["expert_id"] in address or f"/run/{strange['run']}/" in address:
                for method in ("GET", "POST"):
                    response, changes = asked(client, method, address)
                    assert response.status_code in (403, 404, 405), (visitor, name, response.status_code)
                    assert not changes


def test_expert_sees_the_own_study_alone():
    world = make_world()
    Study.objects.filter(slug="foreign-running").update(name="别家研究", name_en="Strange study")
    for visitor, theirs in (("expert", False), ("foreign expert", True)):
        page = world.visitor(visitor).get("/e/", headers={"accept-language": "en"}).content.decode()
        assert ("Strange study" in page) is theirs


def test_view_that_says_nothing_is_opened_for_nobody(client, settings):
    settings.ROOT_URLCONF = "tests.access.undeclared_urls"
    assert client.get("/said-nothing/").status_code == 403
    assert client.post("/said-nothing/").status_code == 403


def test_system_check_names_a_view_that_says_nothing(monkeypatch):
    assert every_view_declares_access() == []
    silent = path("said-nothing/", undeclared_urls.silent)
    monkeypatch.setattr("config.access.url_patterns", lambda: [("said-nothing/", silent)])
    assert [error.id for error in every_view_declares_access()] == ["heng.E001"]
