"""Publishing: two people, one exact manifest, revisions that say why, and pages for readers."""

import base64
import csv
import io
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.contrib.auth import get_user_model
from django.utils import timezone

from ranking.models import Publication
from ranking.publications import (
    ManifestChanged,
    NoteMissing,
    SamePerson,
    propose_publication,
    publish,
    withdraw,
)
from ranking.signing import public_key_pem
from survey.sealing import sha256_hex
from tests.cast import MATRIX
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db


def person(name):
    return get_user_model().objects.get(username=name)


def propose(run, note=""):
    return propose_publication(run, by=person("stefan"), at=timezone.now(), note=note)


def published(matrix=MATRIX, **ranking):
    proposal = propose(run_of(weighed(matrix, **ranking)))
    return publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())


def test_whoever_proposes_does_not_approve():
    proposal = propose(run_of(weighed()))
    with pytest.raises(SamePerson):
        publish(proposal, by=person("stefan"), sha256=proposal.sha256, at=timezone.now())
    assert Publication.objects.get().status == Publication.Status.PROPOSED


def test_approval_is_for_the_exact_manifest():
    proposal = propose(run_of(weighed()))
    with pytest.raises(ManifestChanged):
        publish(proposal, by=person("ava"), sha256="0" * 64, at=timezone.now())


def test_signature_holds_and_breaks_with_one_bit():
    publication = published()
    key = load_pem_public_key(public_key_pem().encode())
    signature, content = base64.b64decode(publication.signature), bytes(publication.manifest)
    key.verify(signature, content)
    with pytest.raises(InvalidSignature):
        key.verify(signature, bytes([content[0] ^ 1]) + content[1:])
    assert sha256_hex(content) == publication.sha256


def test_revision_needs_a_note_and_replaces_the_live_one():
    first = published()
    with pytest.raises(NoteMissing):
        propose(first.run)
    second = propose(first.run, note="A figure was corrected.")
    publish(second, by=person("ava"), sha256=second.sha256, at=timezone.now())
    first.refresh_from_db()
    assert first.status == Publication.Status.WITHDRAWN
    assert [publication.revision for publication in Publication.objects.live()] == [2]


def test_proposal_is_not_seen_by_readers(client):
    proposal = propose(run_of(weighed()))
    slug = proposal.study.slug
    assert client.get(f"/lists/{slug}/").status_code == 404
    assert client.get(f"/api/v1/publications/{slug}/").status_code == 404
    assert client.get("/api/v1/publications/").json() == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_readers_see_every_page_of_a_live_list(client, language):
    slug = published().study.slug
    for page in ("", "tiers/", "regions/", "method/"):
        response = client.get(f"/lists/{slug}/{page}", headers={"accept-language": language})
        assert response.status_code == 200
        assert ("甲城" if language == "zh-hans" else "Xton") in response.content.decode() or page in (
            "regions/",
            "method/",
        )


def test_withdrawn_list_says_so(client):
    publication = published()
    withdraw(publication, by=person("stefan"), note="The source was wrong.", at=timezone.now())
    response = client.get(f"/lists/{publication.study.slug}/")
    assert response.status_code == 410
    assert "The source was wrong." in response.content.decode()
    answer = client.get(f"/api/v1/publications/{publication.study.slug}/")
    assert (answer.status_code, answer.json()["code"]) == (410, "taken_back")
    assert "The source was wrong." in answer.json()["detail"]


def test_csv_holds_full_precision_and_harmless_names(client):
    matrix = MATRIX.replace("甲城", "=cmd|'/c calc'!A1")
    slug = published(matrix).study.slug
    text = client.get(f"/lists/{slug}/list.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["code"] for row in rows] == ["z", "x", "y"]
    api = client.get(f"/api/v1/publications/{slug}/").json()["list"]
    assert [float(row["score"]) for row in rows] == [row["score"] for row in api]
    assert rows[1]["name"].startswith("'=")


def test_hostile_names_are_inert_on_every_page(client):
    matrix = MATRIX.replace("甲城", "<svg onload=alert(1)>").replace(
        "丙城", "</script><script>alert(1)</script>"
    )
    slug = published(matrix).study.slug
    for page in ("", "tiers/", "regions/", "method/"):
        text = client.get(f"/lists/{slug}/{page}").content.decode()
        assert "<svg onload" not in text
        assert "<script>alert" not in text


def test_manifest_is_served_byte_for_byte(client):
    publication = published()
    response = client.get(f"/lists/{publication.study.slug}/manifest.json")
    assert response.content == bytes(publication.manifest)
    assert response.headers["X-Signature-Ed25519"] == publication.signature
    assert json.loads(response.content)["run_sha256"] == publication.run.sha256


def test_units_beyond_the_list_are_not_published(client):
    tiers = {"method": "rank_cuts", "cuts": [1, 2], "names": ["一", "二"], "names_en": ["One", "Two"]}
    slug = published(listed=2, tiers=tiers).study.slug
    for address in (
        f"/lists/{slug}/",
        f"/lists/{slug}/list.csv",
        f"/api/v1/publications/{slug}/",
        f"/lists/{slug}/manifest.json",
    ):
        text = client.get(address).content.decode()
        assert "丙城" in text and "乙城" not in text
