"""What every answer says to the browser, in the settings of a real site, and how much a request may carry."""

import io
import json
import logging
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.test import Client
from rest_framework.exceptions import ParseError

from config.parsers import StrictJSONParser
from survey.forms import ProtocolForm
from survey.strict_json import read_json
from tests.access.test_matrix import addresses, own_records
from tests.access.world import make_world
from tests.cast import PROTOCOL, make_study, sign_in

pytestmark = pytest.mark.django_db
PRODUCTION = {
    "BASE_URL": "https://heng.example.org",
    "ALLOWED_HOSTS": "heng.example.org",
    "BEHIND_TLS_PROXY": "true",
}
ASKED = """
import json
from django.conf import settings
from survey.expert_session import COOKIE
from survey.views.account import DEVICE_COOKIE
from config.messages import HostCookieStorage
names = [name for name in dir(settings) if name.startswith(("SECURE_", "SESSION_", "CSRF_", "LANGUAGE_COOKIE"))]
names += ["CELERY_ACCEPT_CONTENT", "CELERY_TASK_SERIALIZER", "REQUIRE_SECOND_FACTOR", "DEBUG", "X_FRAME_OPTIONS"]
from django.core.checks import run_checks
found = {name: getattr(settings, name) for name in names}
found["OWN_COOKIES"] = [COOKIE, DEVICE_COOKIE, HostCookieStorage.cookie_name]
found["WARNINGS"] = [str(found) for found in run_checks(include_deployment_checks=True)]
print("SETTINGS" + json.dumps(found, default=str))
"""


@pytest.fixture(scope="module")
def production() -> dict:
    """The settings of a site behind a TLS proxy, as a fresh process reads them."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASKED]
    environment = {**os.environ, **PRODUCTION}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests need it
    done = subprocess.run(
        command, cwd=site.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.partition("SETTINGS")[2])


def test_deployment_check_is_clean(production):
    assert production["WARNINGS"] == []


def test_production_settings_say_what_they_should(production):
    assert not production["DEBUG"] and production["REQUIRE_SECOND_FACTOR"]
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["CELERY_ACCEPT_CONTENT"] == ["json"] and production["CELERY_TASK_SERIALIZER"] == "json"
    cookies = [production[f"{kind}_COOKIE_NAME"] for kind in ("SESSION", "CSRF", "LANGUAGE")]
    assert all(name.startswith("__Host-") for name in cookies + production["OWN_COOKIES"])
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert production[f"{kind}_COOKIE_SECURE"] and production[f"{kind}_COOKIE_HTTPONLY"]
        assert production[f"{kind}_COOKIE_SAMESITE"] in ("Lax", "Strict")
        assert production.get(f"{kind}_COOKIE_DOMAIN") is None and production[f"{kind}_COOKIE_PATH"] == "/"


def policy_of(response) -> dict[str, set[str]]:
    parts = [part.split() for part in response.headers["Content-Security-Policy"].split(";")]
    return {name: set(values) for name, *values in parts}


def faults_of(response) -> list[str]:
    """What is missing or too wide on an answer."""
    wanted = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    }
    faults = [name for name, value in wanted.items() if response.headers.get(name) != value]
    if response.headers.get("Referrer-Policy") not in ("same-origin", "strict-origin", "no-referrer"):
        faults.append("Referrer-Policy")
    if "camera=()" not in response.headers.get("Permissions-Policy", ""):
        faults.append("Permissions-Policy")
    policy = policy_of(response)
    closed = ("default-src", "object-src", "base-uri", "frame-ancestors")
    faults += [name for name in closed if policy.get(name) != {"'none'"}]
    allowed = set().union(*policy.values())
    faults += [
        word for word in ("'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:") if word in allowed
    ]
    if policy["script-src"] != {"'self'"} or policy["style-src"] != {"'self'"}:
        faults.append("script-src or style-src")
    given = [cookie for cookie in response.cookies.values() if cookie.value]
    faults += [f"cookie {cookie.key}" for cookie in given if cookie["domain"] or not cookie["secure"]]
    return faults


# Made to be shown on other sites: a picture, and a chart in a frame, both without forms and cookies.
FOR_OTHER_SITES = {
    "list-card": {"Cross-Origin-Resource-Policy"},
    "exhibit-embed": {"X-Frame-Options", "frame-ancestors", "*"},
}
INLINE = re.compile(
    r'<script(?![^>]*\bsrc=)(?![^>]*type="application/json")|\sstyle="|\son\w+="|<style', re.I
)


def test_every_page_says_all_of_it_and_nothing_is_inline(production, settings):
    logging.disable(logging.ERROR)
    for name in production:
        if name.startswith("SECURE_") or name.endswith("_SECURE"):
            value = production[name]
            setattr(settings, name, tuple(value) if isinstance(value, list) and "PROXY" in name else value)
    world, faults, pages = make_world(), {}, 0
    for visitor in ("anonymous", "coordinator", "staff", "expert"):
        client = Client(raise_request_exception=False, headers={"x-forwarded-proto": "https"})
        client.cookies = world.visitor(visitor, headers={"x-forwarded-proto": "https"}).cookies
        filled = [
            *addresses(own_records(world.own)),
            ("missing", "/no-such-page"),
            ("file", "/static/heng.css"),
        ]
        filled += [("nobody's", "/api/v1/no-such")]
        for name, address in filled:
            for method in ("get", "post") if visitor == "anonymous" else ("get",):
                response = getattr(client, method)(address, secure=True)
                found, pages = faults_of(response), pages + 1
                if not response.streaming and INLINE.search(response.content.decode(errors="replace")):
                    found.append("something inline")
                if set(found) - FOR_OTHER_SITES.get(name, set()):
                    faults[f"{visitor} {method} {name}"] = found
    logging.disable(logging.NOTSET)
    print(f"\n{pages} answers with every header")
    assert not faults


def test_page_that_needs_a_nonce_gets_its_own(rf, client):
    from csp.middleware import CSPMiddleware

    def view(request):
        page = Template('<script nonce="{{ request.csp_nonce }}">1</script>')
        return HttpResponse(page.render(RequestContext(request)))

    seen = set()
    for _ in range(2):
        response = CSPMiddleware(view)(rf.get("/"))
        nonce = re.search(r'nonce="([^"]+)"', response.content.decode())[1]
        assert policy_of(response)["script-src"] == {"'self'", f"'nonce-{nonce}'"}
        seen.add(nonce)
    assert len(seen) == 2


def test_body_over_the_limit_is_not_read(client):
    study = make_study()
    big = {"code": "x" * 300_000}
    assert client.post("/j", big).status_code == 413
    assert client.post("/j", {"code": SimpleUploadedFile("x.bin", b"x" * 300_000)}).status_code == 413
    sign_in(client, "coco")
    answer = client.post(f"/studies/{study.slug}/panel/", big, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")
    assert client.post("/j", "", content_type="text/plain", CONTENT_LENGTH="-5").status_code == 413
    assert client.post("/j", "", content_type="text/plain", CONTENT_LENGTH="12abc").status_code == 413


def test_only_people_with_a_session_send_files(client):
    study = make_study()
    path, file = f"/studies/{study.slug}/data/", b"code,name\n" * 40_000
    assert client.post(path, {"file": SimpleUploadedFile("t.csv", file)}).status_code == 413
    sign_in(client, "stefan")
    assert client.post(path, {"file": SimpleUploadedFile("t.csv", file)}).status_code == 400
    over = b"x" * (site.DATASET_UPLOAD_MAX_BYTES + 100_000)
    assert client.post(path, {"file": SimpleUploadedFile("t.csv", over)}).status_code == 413


TRAPS = {
    "number beyond the range": '{"a": 1e400}',
    "minus infinity": '{"a": -1e999}',
    "not a number": '{"a": NaN}',
    "infinity": '{"a": Infinity}',
    "a name twice": '{"a": 1, "a": 2}',
    "a name twice further in": '[{"b": {"a": 1, "a": 1}}]',
    "100,000 levels": "[" * 100_000,
    "33 levels": "[" * 33 + "]" * 33,
    "400 digits": "9" * 400,
    "beyond 2^53": "9007199254740993",
    "half a character": '"\\ud800"',
    "half a character as a name": '{"\\udfff": 1}',
    "NUL": '"\\u0000"',
    "nothing": "",
    "two values": "1 2",
    "a comma too many": "[1,]",
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps_of_json_are_refused_wherever_it_is_read(trap):
    with pytest.raises(json.JSONDecodeError):
        read_json(TRAPS[trap])
    with pytest.raises(ParseError):
        StrictJSONParser().parse(io.BytesIO(TRAPS[trap].encode()))
    assert "protocol" in ProtocolForm({"protocol": TRAPS[trap]}).errors


def test_plain_json_is_read_as_it_is():
    text = '{"a": [1, -0, 2.5e-3, true, null, "[[[[ \\"衡\\" 𠮷"], "b": {"a": 9007199254740992}}'
    assert read_json(text) == json.loads(text)
    assert StrictJSONParser().parse(io.BytesIO(text.encode())) == json.loads(text)
    with pytest.raises(ParseError):
        StrictJSONParser().parse(io.BytesIO('"衡"'.encode("gb18030")))
    with pytest.raises(ParseError):
        StrictJSONParser().parse(io.BytesIO(b" " * 300_000 + b"1"))


RULES_THAT_ARE_NUMBERS = [
    ("survey", "rounds"),
    ("survey", "total"),
    ("weighting", "k"),
    ("ranking", "listed"),
]


@pytest.mark.parametrize(("section", "rule"), RULES_THAT_ARE_NUMBERS)
def test_true_is_not_the_number_one(client, section, rule):
    study = make_study()
    sign_in(client, "coco")
    wrong = json.dumps({**PROTOCOL, section: {**PROTOCOL.get(section, {}), rule: True}})
    assert client.post(f"/studies/{study.slug}/protocol/", {"protocol": wrong}).status_code == 400
