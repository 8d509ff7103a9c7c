"""The example's list, published: 293 cities, 15 indicators, 24 simulated experts."""

from django.contrib.auth import get_user_model
from django.utils import timezone

from benchmarks.bench_run import prepared_weights
from ranking.models import Publication
from ranking.publications import propose_publication, publish
from ranking.runs import compute_run, request_run


def publish_example() -> Publication:
    """One answered round, sealed figures, weights, a run, and two people who agree."""
    weight_set, now = prepared_weights(), timezone.now()
    run = compute_run(request_run(weight_set, by="stefan", at=now), at=now)
    assert run.is_done, run.failure
    stefan, ava = (get_user_model().objects.get_or_create(username=name)[0] for name in ("stefan", "ava"))
    proposal = propose_publication(run, by=stefan, at=now)
    return publish(proposal, by=ava, sha256=proposal.sha256, at=now)
