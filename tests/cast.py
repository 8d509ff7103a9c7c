"""The named cast of the tests: Ana, Bo and Chen on the panel of a small study, with Coco, Stefan and Ava at the desk.

The tree has two dimensions with two indicators each; one of them is better when smaller. The figures of the three
towns and the points of round 5 are chosen so that weights, scores and ranks can be worked out by hand:
``tests/walk/test_five_rounds.py`` holds the table.
"""

import time
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from survey.codes import read_code
from survey.credentials import find_bearer, issue_code
from survey.frameworks import read_framework
from survey.models import Expert, Membership, Round, Series, Study
from survey.responses import save_draft, submit_response
from survey.rounds import close_round, open_round
from survey.studies import create_study

FRAMEWORK = """code,parent,name,name_en,direction
A,,创新,Innovation,1
B,,绿色,Green,1
a1,A,研发,Research,1
a2,A,排放,Emissions,-1
b1,B,园区,Parks,1
b2,B,工厂,Plants,1
"""
PROTOCOL = {
    "weighting": {"k": 10},
    "ranking": {
        "listed": 3,
        "tiers": {"method": "rank_cuts", "cuts": [1, 3], "names": ["一", "二"], "names_en": ["One", "Two"]},
    },
}
MATRIX = """code,name,name_en,region,a1,a2,b1,b2
x,甲城,Xton,east,1,20,6,3
y,乙城,Yton,west,2,0,4,0
z,丙城,Zton,east,3,10,2,6
"""
POINTS = {
    "Ana": {"A": 60, "B": 40, "a1": 70, "a2": 30, "b1": 50, "b2": 50},
    "Bo": {"A": 50, "B": 50, "a1": 50, "a2": 50, "b1": 40, "b2": 60},
    "Chen": {"A": 40, "B": 60, "a1": 60, "a2": 40, "b1": 60, "b2": 40},
}
PEOPLE = {"coco": "coordinator", "stefan": "staff", "ava": "approver"}
PASSWORD = "a long enough password"


@cache
def password_hash() -> str:
    """The hash of the cast's password, worked out once: it is slow on purpose."""
    return make_password(PASSWORD)


def sign_in(client, name: str) -> None:
    """Sit the person down at the desk without typing a password."""
    client.force_login(get_user_model().objects.get(username=name))


def make_study(slug: str = "towns", protocol: dict | None = None, framework: str = FRAMEWORK) -> Study:
    """The small study, with Coco, Stefan and Ava."""
    series, _ = Series.objects.get_or_create(slug="towns", defaults={"name": "城镇榜", "name_en": "Towns"})
    for name, role in PEOPLE.items():
        user, made = get_user_model().objects.get_or_create(username=name)
        if made:
            user.password = password_hash()
            user.save()
        Membership.objects.get_or_create(series=series, user=user, role=role)
    return create_study(
        series,
        read_framework(framework),
        slug=slug,
        name="城镇评价",
        name_en="Towns study",
        year=2026,
        by="coco",
        at=timezone.now(),
        protocol=protocol or PROTOCOL,
    )


def make_panel(study: Study, names=tuple(POINTS)) -> dict[str, str]:
    """Seat the named experts, without a letter on its way; returns their codes by name."""
    Expert.objects.bulk_create(
        Expert(study=study, name=name, email=f"{name.lower().replace(' ', '-')}@example.org")
        for name in names
    )
    return {expert.name: issue_code(expert) for expert in study.experts.order_by("name")}


def open_next(study: Study, **deadline) -> Round:
    """Open the study's draft round."""
    now = timezone.now()
    round = study.rounds.filter(status=Round.Status.DRAFT).get()
    return open_round(round, deadline=now + timedelta(**(deadline or {"days": 3})), by="coco", at=now)


def bearer(study: Study, code: str):
    """Who holds the code."""
    return find_bearer(read_code(code), study)


def answer(round: Round, code: str, points: dict) -> None:
    """Save and submit the points."""
    who = bearer(round.study, code)
    save_draft(round, who, points, tag=None, at=timezone.now())
    submit_response(round, who, tag=None, at=timezone.now())


def close(round: Round) -> Round:
    """Close the round."""
    return close_round(round, by="coco", at=timezone.now())


@contextmanager
def tampering():
    """Rows that are never changed can be changed here, as by somebody who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE survey_auditevent DISABLE TRIGGER audit_append_only")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE survey_auditevent ENABLE TRIGGER audit_append_only")


def wait_until(holds, seconds=40.0):
    """Return once the condition holds; fail where a worker does not get there in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "the worker did not finish in time"
        time.sleep(0.1)
