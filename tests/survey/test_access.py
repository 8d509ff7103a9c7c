"""The door's manners: form tokens and stray requests. Who may open what: ``tests/access``."""

import pytest

from tests.cast import PASSWORD, make_study

pytestmark = pytest.mark.django_db


def test_acts_need_the_csrf_token(django_user_model):
    from django.test import Client

    study = make_study()
    careful = Client(enforce_csrf_checks=True)
    careful.login(username="coco", password=PASSWORD)
    assert careful.post(f"/studies/{study.slug}/rounds/1/close/").status_code == 403
    assert Client(enforce_csrf_checks=True).post("/j", {"code": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["/favicon.ico", "/apple-touch-icon.png", "/robots.txt", "/no-such-page"])
def test_stray_requests_hand_out_no_token_that_would_spoil_an_open_form(client, path):
    assert not client.get(path).cookies
    assert "csrftoken" in client.get("/j").cookies  # a page with a form does, so this test would see one
