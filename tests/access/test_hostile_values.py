"""Every field of every form, query and address × hostile values: nothing breaks, a refusal changes nothing.

The fields are found by asking (`tests/access/fields.py`) and hurt in rows (`tests/access/rows.py`). Every run gives
each field a share of the catalogue; HENG_CAMPAIGN says how many values each gets in a campaign (`make campaign`), and
HENG_CAMPAIGN_ONLY which address alone.
"""

import gc
import logging
import os
import random
import re
import sys
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
from survey.responses import save_draft
from survey.second_factor import begin_factor, code_at, confirm_factor
from survey.views.reasons import REASON_ACTS
from tests.access.fields import NOT_FIELDS, Site, Target, forms_of, name_of, path_part
from tests.access.hostile import SHARP
from tests.access.rows import VALUES, Sender, fault_of
from tests.access.test_matrix import ACTS, ALL, RULES, addresses, filled_address, key_of, own_records
from tests.access.world import PEOPLE, make_world
from tests.cast import (
    MATRIX,
    PASSWORD,
    PROTOCOL,
    answer,
    bearer,
    close,
    make_panel,
    make_study,
    open_next,
    password_hash,
)
from tests.cast import POINTS as POINTS_OF

pytestmark = pytest.mark.django_db
MANY = int(os.environ.get("HENG_CAMPAIGN") or 0)  # values for every field in a campaign
ONLY = os.environ.get("HENG_CAMPAIGN_ONLY", "")  # the name of the one address that a campaign is about
WHOLE, BLOCK = MANY > 0, 50
SHARE, FILES, PARTS = (60, MANY, 2) if WHOLE else (2, 6, 1)
HALF_WAY = "half way"  # gave the password, not yet the second factor
VISITORS = ("anonymous", "expert", "coordinator", "staff", "approver", HALF_WAY)
ALL_ACTS = {**ACTS, "reason-act": tuple(REASON_ACTS)}
SHORT = {
    "join-code",
    "login-code",
    "second-factor",
    "reason-act",
    "group-live",
}  # codes that count once; two acts that cannot be here
WITH_CODE = "^j/?(?P<code>#[^/]{1,80})$"
# Like the fields of the first rows and of the first group, which the same lines of code read.
MANY_ALIKE = re.compile(r"cell-([3-9]|\d\d+)-\d+|(first|second|from|to|w)[-.]b\d")
FREE = re.compile(r"<(?:str|slug|path):(\w+)>")
SIDES = "group,name,name_en,value\neast,东,East,east\n"
PRINTED = "rank,name,score\n1,丙城,80.5\n2,甲城,70\n3,旧城,60\n"
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
    "email": "ana@example.org",
    "username": "coco",
    "password": PASSWORD,
    "language": "en",
    "receipt": "0" * 16,
    "preset": "quick",
    "title": "表",
    "source": "来源",
    **{code: str(points) for code, points in POINTS_OF["Ana"].items()},
    ("edition-new-figure", "code"): "fresh",
    ("edition-new-figure", "form"): "count",
    ("edition-new-figure", "numerator"): "3",
    ("edition-new-table", "code"): "fresh",
    ("edition-case", "unit"): "x",
    ("compare", "units"): "x,y",
    ("compare-file", "units"): "x,y",
    ("propose-indicator", "reason-new"): "another",
    ("groupings", "code"): "fresh",
    ("years", "year"): "2024",
    ("past-import", "year"): "2020",
    ("past-import", "table"): PRINTED,
    ("past-import", "step"): "keep",
    ("propose", "accepting"): "because",
    ("second-factor", "act"): "confirm",
    ("indicators", "kind"): "add",
    ("indicators", "codes"): None,
    ("indicators", "parent"): "A",
    ("indicators", "table"): "a3,风,Wind,,",
}
RIGHT_FILES = {
    "data": MATRIX,
    "years": "code,name,a2,b1\nx,甲城,20,6\ny,乙城,5,4\nz,丙城,10,9\n",
    "groupings": SIDES,
    "grouping": SIDES,
    "edition-new-table": "名,数\nx,1\n",
    "import-panel": "round,expert,a1,a2,b1\n1,甲,5,4,3\n1,乙,5,4,3\n1,丙,4,3,3\n",
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
        drafted = bearer(self.world.running, self.world.code)
        save_draft(self.world.running.open_round(), drafted, POINTS_OF["Ana"], tag=None, at=timezone.now())
        self.right = RIGHT | {("enter", "code"): self.world.code, (WITH_CODE, "code"): self.world.code}
        self.studies = (self.draft, self.world.running, self.between, self.world.own)
        user = get_user_model().objects.get(username="nora")
        user.set_password(PASSWORD)
        user.save()
        begin_factor(get_user_model().objects.get(username="coco"))
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
        kitchen = Kitchen()
        gc.collect()
        gc.freeze()  # thousands of requests need not look through all that again
        yield kitchen
        gc.unfreeze()
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


def shown_forms(site: Site, kitchen: Kitchen) -> tuple[dict, dict]:
    """Every form that a page shows to somebody: (method, address) → values and files; what each page looks up."""
    found, looked_up = {}, {}
    for study in kitchen.studies:
        for name, address in addresses(kitchen.values(study)):
            if study is not kitchen.studies[0] and f"/{study.slug}/" not in address:
                continue
            may_get = RULES[name][0]
            for visitor in VISITORS[:1] if may_get == ALL else VISITORS[1:-1]:
                if visitor in may_get:
                    answer = site.ask(visitor, "GET", address)
                    looked_up.setdefault(address, set()).update(answer.looked_up)
                    for method, action, values, files in forms_of(answer.text, address):
                        before = found.setdefault((method, action.partition("?")[0]), ({}, set()))
                        before[0].update({**values, **before[0]})
                        before[1].update(files)
    return found, looked_up


def targets(site: Site, kitchen: Kitchen, shown: tuple[dict, dict]) -> list[Target]:
    """Every address and method, asked where it gets furthest."""
    best, (forms_by, looked_up) = {}, shown
    for study in kitchen.studies:
        for name, address in addresses(kitchen.values(study), ALL_ACTS):
            for method, may in zip(("GET", "POST"), RULES[name], strict=True):
                if not may or (method == "GET" and not looked_up.get(address, {"unasked"})):
                    continue
                key = (name, method, address.rstrip("/").rpartition("/")[2] if name in ALL_ACTS else "")
                if key in best and best[key][0][:3] == (True, True, True):
                    continue  # it came to its end in an earlier study
                visitor = HALF_WAY if name == "login-code" else asker(may)
                address = address.replace("/2/withdraw/", "/1/withdraw/")  # what is published already
                found = _looked_up(site, kitchen.right, Target(name, address, visitor, method), forms_by)
                if key not in best or found[0] > best[key][0]:
                    best[key] = found
    return [target for _depth, target in best.values()]


def _looked_up(site: Site, rights: dict, target: Target, shown: dict) -> tuple:
    """How far a right request gets, and the target with the names that are looked up on the way."""
    values, files = shown.get((target.method, target.address), ({}, set()))
    names, before = set(values), None
    while names != before:  # what was left out may keep the view from asking for more
        before = set(names)
        right = {name: _right(rights, target.name, name, values.get(name)) for name in names - files}
        target = replace(target, right=right, right_files=_right_files(target.name, files))
        answer = site.ask(target.visitor, target.method, target.address, **target.carrying())
        assert answer.status < 500, f"{target}: {answer.broken}"
        names |= answer.looked_up - NOT_FIELDS
        files = files | answer.request.wanted_files
    hurt = sorted(name for name in right if not MANY_ALIKE.fullmatch(name))
    found = replace(target, names=tuple(hurt), files=tuple(sorted(files)), reached=answer.status)
    return (bool(names | files), answer.status < 400, answer.status == 302, len(names)), found


def _right(rights: dict, address: str, name: str, shown: str | None) -> str | None:
    """The value that the page shows, or one for what it leaves open; None for a button that nobody presses."""
    if (address, name) in rights:
        return rights[address, name]
    return shown if shown and shown.strip() else rights.get(name, shown)


def _right_files(address: str, files: set) -> dict:
    name = "table" if "table" in files else min(files, default="")
    return {name: RIGHT_FILES[address]} if name and address in RIGHT_FILES else {}


def part_of(rng: random.Random) -> list:
    """A share of the catalogue, half of it sharp."""
    return [*rng.sample(SHARP, min(SHARE // 2, len(SHARP))), *rng.sample(VALUES, SHARE // 2)]


@pytest.mark.timeout(28_800 if WHOLE else 900)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_field_breaks_and_no_refusal_changes_anything(kitchen, site, found, part):
    rng, faults = random.Random(5), set()
    found = [target for target in found if target.names and ONLY in ("", target.name)]
    senders = [Sender(site, target, rng) for target in found[part::PARTS]]
    fields = sum(len(target.names) for target in found)
    site.count = 0
    for start in range(0, MANY or 1, BLOCK):
        for sender in senders:
            if sender.target.visitor == HALF_WAY:  # five minutes at most
                site.cookies[HALF_WAY] = kitchen.visitor(HALF_WAY).cookies
            values = VALUES[start : min(start + BLOCK, MANY)] if WHOLE else part_of(rng)
            new = set(sender.hurt(values, inside=0.2 if WHOLE else 1)) - faults
            print(*sorted(new), sep="\n", end="", file=sys.stderr, flush=True)
            faults |= new
            sender.faults.clear()
        pairs = sum(sender.settled for sender in senders)
        print(
            f"\npart {part}: {pairs} values of fields settled by {site.count} requests, {len(faults)} faults",
            file=sys.stderr,
            flush=True,
        )
    print(
        f"{len(VALUES)} values, {len(found)} addresses, {fields} fields, {pairs} pairs, {site.count} requests"
    )
    assert len(VALUES) >= 2_000
    assert not faults, "\n".join(sorted(faults)[:200])


@pytest.mark.timeout(28_800 if WHOLE else 300)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_file_breaks_and_no_refusal_changes_anything(site, found, part):
    rng, faults = random.Random(7), set()
    files = [replace(one, files=(name,)) for one in found if ONLY in ("", one.name) for name in one.files]
    senders = [Sender(site, target, rng) for target in files[part::PARTS]]
    site.count = 0
    for start in range(0, FILES, BLOCK):
        values = VALUES[start : min(start + BLOCK, FILES)] if WHOLE else rng.sample(VALUES, FILES)
        for sender in senders:
            faults.update(sender.hurt_files(values))
        settled = sum(sender.settled for sender in senders)
        print(
            f"\npart {part}: {settled} values of {len(senders)} files by {site.count} requests, {len(faults)} faults",
            file=sys.stderr,
            flush=True,
        )
    assert not faults, "\n".join(sorted(faults)[:200])


def test_right_requests_reach_the_end(found):
    """What is hurt is a right request but for one value, so that the fields are read and kept."""
    short = {target.name for target in found if (target.names or target.files) and target.reached >= 400}
    assert short == SHORT


def test_no_address_breaks_whatever_stands_in_its_gaps(kitchen, site):
    rng, faults, gaps = random.Random(6), [], 0
    values = kitchen.values(kitchen.world.own) | {"act": "close"}
    site.count = 0
    for whole, pattern in url_patterns():
        for gap in FREE.findall(whole):
            gaps += 1
            for value in part_of(rng):
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
    assert {name_of(address) for method, address in forms_shown[0] if method == "POST"} <= posted


def _all_forms(base):
    for form in base.__subclasses__():
        yield form
        yield from _all_forms(form)
