"""Every field of every form, query and address × hostile values: nothing breaks, a refusal changes nothing.

The fields are found by asking (`tests/access/fields.py`). Every run gives each field a share of the catalogue, another
one to each; with HENG_CAMPAIGN set (`make campaign`) every field gets two thousand values of it.
"""

import logging
import os
import random
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from config.access import url_patterns
from survey.models import Comment, Round
from survey.second_factor import begin_factor, code_at, confirm_factor
from survey.views.reasons import REASON_ACTS
from tests.access.fields import NOT_FIELDS, Site, Target, forms_of, name_of, path_part, upload
from tests.access.hostile import MARK, SHARP, catalogue, hurt_inside
from tests.access.test_matrix import ACTS, ALL, RULES, addresses, filled_address, key_of, own_records
from tests.access.world import PEOPLE, make_world
from tests.cast import PASSWORD, PROTOCOL, answer, close, make_panel, make_study, open_next, password_hash
from tests.cast import POINTS as POINTS_OF

pytestmark = pytest.mark.django_db
WHOLE = "HENG_CAMPAIGN" in os.environ
VALUES = catalogue()
MANY = 2_000  # values for every field in a campaign
SHARE, FILES = (MANY, 60) if WHOLE else (6, 3)
HALF_WAY = "half way"  # gave the password, not yet the second factor
VISITORS = ("anonymous", "expert", "coordinator", "staff", "approver", HALF_WAY)
ALL_ACTS = {**ACTS, "reason-act": tuple(REASON_ACTS)}
KEEPS = {
    "group": ("survey_response", "survey_comment", "survey_pending")
}  # a draft is kept though it cannot be submitted yet
FREE = re.compile(r"<(?:str|slug|path):(\w+)>")
RIGHT = {  # what the forms leave open
    "deadline": f"{timezone.now() + timedelta(days=9):%Y-%m-%dT%H:%M}",
    "roster": "王芳, wang@example.org, 示例大学, zh\nAnn, ann@example.org, Somewhere, en",
    "reason": "because",
    "note": "a note",
    "text": "other words",
    "name": "名称",
    "slug": "fresh",
    "codes": "a2",
    "kind": "reword",
    "table": "a2,排放,Emissions,,",
    "email": "ana@example.org",
    "username": "coco",
    "password": PASSWORD,
    "language": "en",
    "receipt": "0" * 16,
    "preset": "quick",
    **{code: str(points) for code, points in POINTS_OF["Ana"].items()},
}


class Kitchen:
    """The world with a study in every state in which something can be typed."""

    def __init__(self):
        self.world = make_world()
        self.draft = make_study(
            "draft", {**PROTOCOL, "survey": {"rounds": 3, "self_assessment": {"scope": "study"}}}
        )
        self.between = make_study("between", {**PROTOCOL, "survey": {"rounds": 3}})
        make_panel(self.draft)
        codes, round = make_panel(self.between), open_next(self.between)
        for name, code in codes.items():
            answer(round, code, POINTS_OF[name])
        Comment.objects.create(round=round, author="0" * 32, item="a1", side="above", body="a reason")
        close(round)
        self.studies = (self.draft, self.world.running, self.between, self.world.own)
        user = get_user_model().objects.get(username="nora")
        user.set_password(PASSWORD)
        user.save()
        factor = begin_factor(user)
        now = timezone.now()
        confirm_factor(factor, code_at(factor, int(now.timestamp()) // 30), at=now)

    def visitor(self, name: str):
        """A browser of a visitor of the world, or of somebody who has not typed the second code yet."""
        if name != HALF_WAY:
            return self.world.visitor(name)
        client = self.world.visitor("anonymous")
        assert client.post("/login/", {"username": PEOPLE["nobody"], "password": PASSWORD}).status_code == 302
        return client

    def values(self, study) -> dict:
        """A value for everything an address holds; rounds that can be acted on, groups that exist."""
        found = own_records(study)
        last = study.rounds.exclude(status=Round.Status.DRAFT).last() or study.rounds.first()
        return found | {"number": last.number, "version": 1, "code": "x" if study == self.world.own else "A"}


@pytest.fixture(scope="module")
def kitchen(django_db_setup, django_db_blocker):
    """Something behind every field; passwords hashed by the quickest way."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    logging.disable(logging.ERROR)
    password_hash.cache_clear()
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=quick), transaction.atomic():
        yield Kitchen()
        transaction.set_rollback(True)
    password_hash.cache_clear()  # the next one is hashed as the site does
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def site(kitchen):
    """Asks for the visitors of the kitchen."""
    return Site(kitchen, VISITORS)


@pytest.fixture(scope="module")
def forms_shown(site, kitchen):
    """Every form that a page shows to somebody: (method, address) → values and files."""
    return shown_forms(site, kitchen)


@pytest.fixture(scope="module")
def found(site, kitchen, forms_shown):
    """Every address with what it looks up."""
    return targets(site, kitchen, forms_shown)


def asker(may: set) -> str:
    """Who asks: the least that may."""
    order = ("anonymous", "expert", "coordinator", "staff", "approver")
    return next(visitor for visitor in order if visitor in may)


def shown_forms(site: Site, kitchen: Kitchen) -> dict:
    """Every form that a page shows to somebody: (method, address) → values and files."""
    found = {}
    for study in kitchen.studies:
        for name, address in addresses(kitchen.values(study)):
            if study is not kitchen.studies[0] and f"/{study.slug}/" not in address:
                continue
            may_get = RULES[name][0]
            for visitor in VISITORS[:1] if may_get == ALL else VISITORS[1:-1]:
                if visitor in may_get:
                    page = site.ask(visitor, "GET", address).text
                    for method, action, values, files in forms_of(page, address):
                        before = found.setdefault((method, action.partition("?")[0]), ({}, set()))
                        before[0].update({**values, **before[0]})
                        before[1].update(files)
    return found


def targets(site: Site, kitchen: Kitchen, shown: dict) -> list[Target]:
    """Every address and method, asked where it gets furthest."""
    best = {}
    for study in kitchen.studies:
        for name, address in addresses(kitchen.values(study), ALL_ACTS):
            for method, may in zip(("GET", "POST"), RULES[name], strict=True):
                if may:
                    visitor = HALF_WAY if name == "login-code" else asker(may)
                    found = _looked_up(site, Target(name, address, visitor, method), shown)
                    key = (name, method, address.rstrip("/").rpartition("/")[2] if name in ALL_ACTS else "")
                    if key not in best or found[0] > best[key][0]:
                        best[key] = found
    return [target for _depth, target in best.values()]


def _looked_up(site: Site, target: Target, shown: dict) -> tuple:
    """How far a right request gets, and the target with the names that are looked up on the way."""
    values, files = shown.get((target.method, target.address), ({}, set()))
    right = {name: value or RIGHT.get(name, "") for name, value in values.items()}
    names, wanted = set(right), set(files)
    for _again in range(2):  # what was left out may keep the view from asking for more
        sent = {name: right.get(name) or RIGHT.get(name, "") for name in names}
        given = {"fields": sent} if target.method == "POST" else {"query": sent}
        answer = site.ask(target.visitor, target.method, target.address, **given)
        assert answer.status < 500, f"{target} {sent}: {answer.broken}"
        names |= (answer.request.asked if target.method == "POST" else answer.request.queried) - NOT_FIELDS
        wanted |= answer.request.wanted_files
    names -= wanted
    right = {name: right.get(name) or RIGHT.get(name, "") for name in names}
    found = replace(target, right=right, names=tuple(sorted(names)), files=tuple(sorted(wanted)))
    return (bool(names | wanted), answer.status < 400, answer.status == 302, len(names)), found


def fault_of(answer, name: str = "") -> str:
    """What is wrong with an answer to hostile values, or nothing."""
    if answer.broken:
        return answer.broken
    if answer.status >= 500 or answer.status == 429:
        return f"answered {answer.status}"
    if answer.kept and not all(any(table in sql for table in KEEPS.get(name, ())) for sql in answer.changes):
        return answer.kept
    return "shows markup that was sent to it" if MARK in answer.text else ""


def hurt(site: Site, target: Target, rng: random.Random) -> list[str]:
    """Every field of the target with its share of the values, and then all of them at once."""
    faults = []

    def send(fields, files=None):
        given = {"fields": fields} if target.method == "POST" else {"query": fields}
        answer = site.ask(target.visitor, target.method, target.address, **given, files=files)
        fault = fault_of(answer, target.name)
        if fault:
            faults.append(f"{target.visitor} {target.method} {target.address} {str(fields)[:300]}: {fault}")

    for name in target.names:
        for value in _share(rng):
            send({**target.right, name: value})
            if len(target.right[name]) > 20 and (not WHOLE or rng.random() < 0.2):
                send({**target.right, name: hurt_inside(target.right[name], rng, value)})
    if len(target.names) > 1:
        for _turn in range(min(SHARE, 100)):
            send({name: rng.choice(VALUES) for name in target.names})
    for name in target.files:
        for value in rng.sample(VALUES, FILES):
            send(target.right, {name: upload(value)})
    return faults


def _share(rng: random.Random) -> list:
    """A part of the catalogue, the sharpest values first among equals."""
    return VALUES[:MANY] if WHOLE else [*rng.sample(SHARP, SHARE // 2), *rng.sample(VALUES, SHARE // 2)]


@pytest.mark.timeout(900)
def test_no_field_breaks_and_no_refusal_changes_anything(kitchen, site, found):
    rng, faults = random.Random(5), []
    found = [target for target in found if target.names or target.files]
    fields = sum(len(target.names) + len(target.files) for target in found)
    for target in found:
        if target.visitor == HALF_WAY:  # five minutes at most
            site.cookies[HALF_WAY] = kitchen.visitor(HALF_WAY).cookies
        faults += hurt(site, target, rng)
    print(f"\n{len(VALUES)} values, {len(found)} addresses, {fields} fields, {site.count} requests")
    assert len(VALUES) >= MANY
    assert not faults, "\n".join(faults[:40])


def test_no_address_breaks_whatever_stands_in_its_gaps(kitchen, site):
    rng, faults, gaps = random.Random(6), [], 0
    values = kitchen.values(kitchen.world.own) | {"act": "close"}
    for whole, pattern in url_patterns():
        for gap in FREE.findall(whole):
            gaps += 1
            for value in _share(rng):
                address = filled_address(whole, {**values, gap: path_part(value)[:1_998]})
                for method, may in zip(("GET", "POST"), RULES[key_of(whole, pattern)], strict=True):
                    if may:
                        fault = fault_of(site.ask(asker(may), method, address))
                        faults += [f"{method} {address[:200]}: {fault}"] if fault else []
    print(f"\n{gaps} gaps of addresses, {site.count} requests")
    assert not faults, "\n".join(faults[:40])


def test_every_form_of_the_code_is_among_the_fields(found, forms_shown):
    names = {name for target in found for name in (*target.names, *target.files)}
    wanted = {
        (form.__name__, name)
        for form in _all_forms(forms.BaseForm)
        if form.__module__.split(".")[0] in ("survey", "weighting", "ranking", "config")
        for name in form.base_fields
    }
    assert {(form, name) for form, name in wanted if name not in names} == set()
    posted = {target.name for target in found if target.method == "POST"}
    assert posted == {name for name, (_get, post) in RULES.items() if post}
    assert {name_of(address) for method, address in forms_shown if method == "POST"} <= posted


def _all_forms(base):
    for form in base.__subclasses__():
        yield form
        yield from _all_forms(form)
