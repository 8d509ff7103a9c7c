"""An approved revision waits for its instant: nobody sees it before, everybody after."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from ranking.models import Publication
from ranking.publications import EmbargoWaits, propose_publication, publish, recall, release_due
from ranking.replay import replay_run
from ranking.verify.archive import unpack
from ranking.verify.check import verify
from survey.models import AuditEvent, Study
from survey.refusal import InvalidTransition
from tests.ranking.test_publications import person, propose, published
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
PAGES = (
    "",
    "tiers/",
    "regions/",
    "method/",
    "receipts/",
    "list.csv",
    "manifest.json",
    "r1/bundle.zip",
    "r2/bundle.zip",
)


def embargoed(run=None, note=""):
    now = timezone.now()
    proposal = propose_publication(
        run or run_of(weighed()), by=person("stefan"), at=now, note=note, embargo_until=now + HOUR
    )
    return publish(proposal, by=person("ava"), sha256=proposal.sha256, at=now)


def everything_public(client, slug):
    """What every public address answers, with its status and the headers that could tell of a change."""
    addresses = ["/", "/api/v1/publications/", f"/api/v1/publications/{slug}/"]
    addresses += [f"/lists/{slug}/{page}" for page in PAGES]
    answers = (client.get(address) for address in addresses)
    return [
        (
            answer.status_code,
            TOKEN.sub(b"", answer.content),  # one-time values of forms
            {name: answer.headers.get(name) for name in ("ETag", "Last-Modified", "Content-Length")},
        )
        for answer in answers
    ]


def test_nothing_of_it_is_seen_before_its_instant(client):
    proposal = propose(run_of(weighed()))
    before = everything_public(client, proposal.study.slug)
    publication = embargoed(proposal.run)
    assert publication.status == Publication.Status.EMBARGOED and publication.published_at is None
    assert everything_public(client, publication.study.slug) == before
    assert Study.objects.get().published_on is None


def test_live_list_stays_as_it_is_until_the_next_one_comes_out(client):
    first = published()
    before = everything_public(client, first.study.slug)
    second = embargoed(first.run, note="A figure was corrected.")
    assert everything_public(client, first.study.slug) == before
    assert release_due(at=second.embargo_until - timedelta(microseconds=1)) == 0
    assert everything_public(client, first.study.slug) == before
    assert release_due(at=second.embargo_until) == 1
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.status, first.is_replaced) == (Publication.Status.WITHDRAWN, True)
    assert second.published_at == second.embargo_until
    assert client.get(f"/lists/{first.study.slug}/manifest.json").content == bytes(second.manifest)


def test_released_once_signed_at_approval_and_in_the_bundle(client):
    publication = embargoed()
    signature, at = publication.signature, publication.embargo_until
    assert signature and release_due(at=at) == 1 and release_due(at=at + HOUR) == 0
    publication = Publication.objects.defer(None).get()
    assert publication.is_live and publication.signature == signature
    assert verify(bytes(publication.bundle)).differences == ()
    assert publication.document()["embargo_until"] == at.isoformat()
    assert "manifest.sig" in unpack(bytes(publication.bundle))
    assert replay_run(publication.run) == []
    assert Study.objects.get().published_on == timezone.localdate(at)
    acts = AuditEvent.objects.filter(detail__has_key="embargo_until").values_list("action", flat=True)
    assert list(acts.order_by("sequence")) == ["propose_publication", "approve_under_embargo", "release"]


def test_approved_after_its_instant_goes_out_at_once():
    now = timezone.now()
    proposal = propose_publication(run_of(weighed()), by=person("stefan"), at=now, embargo_until=now + HOUR)
    assert publish(proposal, by=person("ava"), sha256=proposal.sha256, at=now + 2 * HOUR).is_live


def test_nothing_overtakes_a_waiting_revision():
    publication = embargoed()
    with pytest.raises(EmbargoWaits):
        propose(publication.run)


def test_recalled_revision_was_never_there(client):
    publication = embargoed()
    slug = publication.study.slug
    recall(publication, by=person("ava"), at=timezone.now())
    assert release_due(at=publication.embargo_until + HOUR) == 0
    assert (
        client.get(f"/lists/{slug}/").status_code
        == client.get(f"/lists/{slug}/r1/bundle.zip").status_code
        == 404
    )
    with pytest.raises(InvalidTransition):
        recall(publication, by=person("ava"), at=timezone.now())
    second = propose(publication.run)  # readers saw nothing, so there is nothing to explain to them
    assert second.revision == 2 and second.document()["previous_manifest_sha256"] is None
