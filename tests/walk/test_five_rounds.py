"""The road with a cast of three, over HTTP, with a real worker: weights, scores and ranks against a table made by hand.

Round 5 (tests/cast.py): the experts' means are A .5, B .5; a1 .6, a2 .4; b1 .5, b2 .5, so over the whole tree
a1 .3, a2 .2, b1 .25, b2 .25.

Variation, sd / mean with n − 1: a1 (1 2 3) 1/2; b1 (6 4 2) 1/2; b2 (3 0 6) 1; a2 is better when smaller, so
x' = 1/(10 + 20 + x) for x = 20, 0, 10, that is (12, 20, 15)/600 with mean 47/3 and variance 49/3 (in 600ths), so
V = (7/√3)/(47/3) = 7√3/47.

Product: a1 .15, a2 1.4√3/47 =: c, b1 .125, b2 .25, over T = .525 + c.

Scaled to 0–100: a1 0 50 100; a2 0 100 50; b1 100 50 0; b2 50 0 100 for x, y, z.
Scores: x 25/T, y (13.75 + 100c)/T, z (40 + 50c)/T, so z is first, x second, y third.
"""

import json
import math
import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ranking.models import Publication, Run, Score
from survey.models import Expert, Letter
from survey.rehearsal_browser import ExpertBrowser
from tests.cast import MATRIX, POINTS, make_study, sign_in, wait_until
from weighting.models import IndicatorWeight, WeightSet

C = 1.4 * math.sqrt(3) / 47
T = 0.525 + C
EFFECTIVE = {"a1": 0.15 / T, "a2": C / T, "b1": 0.125 / T, "b2": 0.25 / T}
VARIATION_TOTAL = 2 + 7 * math.sqrt(3) / 47
SCORES = {"x": 25 / T, "y": (13.75 + 100 * C) / T, "z": (40 + 50 * C) / T}
RANKS = {"z": 1, "x": 2, "y": 3}
EXACT = 1e-12
GROUPS = {"top": ("A", "B"), "A": ("a1", "a2"), "B": ("b1", "b2")}
EARLIER = {"A": 55, "B": 45, "a1": 80, "a2": 20, "b1": 35, "b2": 65}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(170)]


def codes_from_letters(study) -> dict[str, str]:
    """The codes as the experts read them in their mail."""
    found = {}
    files = sorted(Path(settings.STATE_DIR, "outbox").glob("*"), key=lambda path: path.stat().st_mtime)
    mails = [path.read_bytes() for path in files]  # the newest last: other tests wrote to the same addresses
    for content in b"".join(mails).split(b"-" * 79 + b"\n"):  # Django ends every mail with this line
        mail = message_from_bytes(content, policy=policy.default)
        if not mail["To"]:
            continue
        code = re.search(r"^\s*((?:[0-9A-Z]{4}-){7}[0-9A-Z]{4} \S)\s*$", mail.get_content(), re.MULTILINE)
        expert = Expert.objects.filter(study=study, email=mail["To"]).first()
        if code and expert:
            found[expert.name] = code.group(1)
    return found


def answer(url, code, points):
    browser = ExpertBrowser(url)
    browser.enter(code)
    for group, items in GROUPS.items():
        browser.fill_group(group, {item: points[item] for item in items})
    return browser.submit()


def test_five_rounds_give_the_hand_worked_list(live_server, client, celery_worker, django_user_model):
    study = make_study()
    base = f"/studies/{study.slug}"
    sign_in(client, "coco")
    roster = "\n".join(f"{name}, {name.lower()}@example.org, Institute, en" for name in POINTS)
    assert client.post(f"{base}/panel/", {"roster": roster}).status_code == 302
    wait_until(lambda: not Letter.objects.exists())
    codes = codes_from_letters(study)
    assert set(codes) == set(POINTS)

    receipts = {}
    for number in range(1, 6):
        deadline = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
        assert client.post(f"{base}/rounds/{number}/open/", {"deadline": deadline}).status_code == 302
        for name, code in codes.items():
            page = answer(live_server.url, code, POINTS[name] if number == 5 else EARLIER)
            shown = re.search(r"\b([0-9a-f]{4} ){3}[0-9a-f]{4}\b", page)
            receipts[name] = shown.group().replace(" ", "")
        assert client.post(f"{base}/rounds/{number}/close/").status_code == 302
        assert client.post(f"{base}/rounds/{number}/release/").status_code == 302
    assert client.post(f"{base}/rounds/5/adopt/").status_code == 302

    sign_in(client, "stefan")
    upload = SimpleUploadedFile("towns.csv", MATRIX.encode())
    assert client.post(f"{base}/data/", {"file": upload}).status_code == 302
    assert client.post(f"{base}/data/1/seal/").status_code == 302
    assert client.post(f"{base}/weights/request/").status_code == 302
    wait_until(lambda: WeightSet.objects.get().status != WeightSet.Status.QUEUED)
    weights = {row.indicator.code: row for row in IndicatorWeight.objects.select_related("indicator")}
    for code, share in EFFECTIVE.items():
        assert weights[code].effective == pytest.approx(share, abs=EXACT)
    assert weights["A"].effective == pytest.approx(EFFECTIVE["a1"] + EFFECTIVE["a2"], abs=EXACT)
    assert weights["a1"].expert == pytest.approx(0.6, abs=EXACT)
    assert weights["a2"].coefficient == pytest.approx(7 * math.sqrt(3) / 47, abs=EXACT)
    assert weights["b2"].variation == pytest.approx(2 / 3, abs=EXACT)
    assert weights["A"].variation == pytest.approx((0.5 + 7 * math.sqrt(3) / 47) / VARIATION_TOTAL, abs=EXACT)

    assert client.post(f"{base}/run/request/").status_code == 302
    wait_until(lambda: Run.objects.get().status != Run.Status.QUEUED)
    scores = {score.unit.code: score for score in Score.objects.select_related("unit")}
    for code, value in SCORES.items():
        assert scores[code].score == pytest.approx(value, abs=EXACT)
        assert scores[code].rank == RANKS[code]
        assert scores[code].rank_low is None  # three experts are too few for an interval
    assert [scores[code].tier for code in "zxy"] == [1, 2, 2]

    typed = {"run": Run.objects.get().pk, "accepting": "三个城镇，没有文字"}
    assert client.post(f"{base}/publish/propose/", typed).status_code == 302
    proposal = Publication.objects.get()
    sign_in(client, "ava")
    approve = client.post(f"{base}/publish/1/approve/", {"sha256": proposal.sha256})
    assert approve.status_code == 302
    client.logout()
    page = client.get(f"/lists/{study.slug}/", headers={"accept-language": "zh-hans"}).content.decode()
    assert page.index("丙城") < page.index("甲城") < page.index("乙城")
    listed = client.get(f"/api/v1/publications/{study.slug}/").json()["list"]
    assert [row["code"] for row in listed] == ["z", "x", "y"]
    assert listed[0]["score"] == pytest.approx(SCORES["z"], abs=EXACT)
    manifest = json.loads(client.get(f"/lists/{study.slug}/manifest.json").content)
    leaves = manifest["rounds"][-1]["receipts"]
    assert {leaf[:16] for leaf in leaves} == set(receipts.values())  # "my answer was counted"
    assert [row["code"] for row in manifest["scores"]] == ["z", "x", "y"]
