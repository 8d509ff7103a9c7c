"""Who may see and do what: default deny, and studies of other series do not exist."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import get_resolver

from survey.models import AuditEvent, Membership, Series
from tests.cast import PASSWORD, make_panel, make_study, sign_in

pytestmark = pytest.mark.django_db
COORDINATOR = ["panel/", "rounds/", "participation/"]
ANYBODY_WITH_A_ROLE = ["", "results/", "weights/", "run/", "publish/"]
STAFF = ["data/", "data/template.csv"]


def outsider():
    user = get_user_model().objects.create_user("otto", password=PASSWORD)
    other = Series.objects.create(slug="other", name="别的榜")
    Membership.objects.create(series=other, user=user, role="coordinator")
    return user


@pytest.mark.parametrize("page", COORDINATOR + ANYBODY_WITH_A_ROLE + STAFF)
def test_stranger_is_asked_to_sign_in(client, page):
    study = make_study()
    response = client.get(f"/studies/{study.slug}/{page}")
    assert response.status_code == 302 and response.headers["Location"].startswith("/login/")


@pytest.mark.parametrize("page", COORDINATOR + ANYBODY_WITH_A_ROLE + STAFF)
def test_study_of_another_series_does_not_exist(client, page):
    study = make_study()
    client.force_login(outsider())
    assert client.get(f"/studies/{study.slug}/{page}").status_code == 404


@pytest.mark.parametrize(
    ("name", "allowed", "denied"),
    [
        ("coco", COORDINATOR + ANYBODY_WITH_A_ROLE, STAFF),
        ("stefan", STAFF + ANYBODY_WITH_A_ROLE, COORDINATOR),
        ("ava", ANYBODY_WITH_A_ROLE, COORDINATOR + STAFF),
    ],
)
def test_roles_open_their_own_pages_only(client, name, allowed, denied):
    study = make_study()
    sign_in(client, name)
    assert {client.get(f"/studies/{study.slug}/{page}").status_code for page in allowed} == {200}
    assert {client.get(f"/studies/{study.slug}/{page}").status_code for page in denied} == {403}


def test_every_act_is_refused_to_strangers_and_outsiders(client):
    study = make_study()
    make_panel(study)
    expert = study.experts.first()
    acts = [f"panel/{expert.pk}/{act}/" for act in ("new-code", "revoke", "withdraw")]
    acts += [
        "rounds/1/open/",
        "rounds/1/close/",
        "rounds/1/release/",
        "rounds/1/adopt/",
        "participation/remind/",
    ]
    acts += ["data/1/seal/", "weights/request/", "run/request/", "publish/propose/", "publish/1/approve/"]
    events = AuditEvent.objects.count()
    for act in acts:
        assert client.post(f"/studies/{study.slug}/{act}").status_code == 302
    client.force_login(outsider())
    for act in acts:
        assert client.post(f"/studies/{study.slug}/{act}").status_code == 404
        assert client.get(f"/studies/{study.slug}/{act}").status_code in (404, 405)
    assert AuditEvent.objects.count() == events


def test_acts_need_the_csrf_token(django_user_model):
    from django.test import Client

    study = make_study()
    careful = Client(enforce_csrf_checks=True)
    careful.login(username="coco", password=PASSWORD)
    assert careful.post(f"/studies/{study.slug}/rounds/1/close/").status_code == 403
    assert Client(enforce_csrf_checks=True).post("/j", {"code": "x"}).status_code == 403


def test_every_page_sends_the_content_security_policy(client):
    make_study()
    for path in ("/", "/j", "/login/", "/privacy/", "/no-such-page"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe-inline" not in policy


@pytest.mark.parametrize("path", ["/favicon.ico", "/apple-touch-icon.png", "/robots.txt", "/no-such-page"])
def test_stray_requests_hand_out_no_token_that_would_spoil_an_open_form(client, path):
    assert not client.get(path).cookies
    assert "csrftoken" in client.get("/j").cookies  # a page with a form does, so this test would see one


def test_no_address_is_left_out_of_the_rooms():
    names = {pattern.name for pattern in _patterns(get_resolver().url_patterns) if pattern.name}
    assert {
        "home",
        "list",
        "method",
        "enter",
        "studies",
        "rounds",
        "data",
        "weights",
        "run",
        "publish",
    } <= names


def _patterns(patterns):
    for pattern in patterns:
        yield from _patterns(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]
