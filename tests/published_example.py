"""The example's list, published: 293 cities, 15 indicators, 24 simulated experts."""

from django.contrib.auth import get_user_model
from django.utils import timezone

from benchmarks.bench_run import prepared_weights
from config.example import load_white_paper, load_years
from config.example_edition import write_edition
from ranking.backward import recompute_years, request_recomputation
from ranking.models import Publication, Run
from ranking.publications import propose_publication, publish
from ranking.runs import compute_run, request_run


def publish_example() -> Publication:
    """One answered round, sealed figures, weights, a run, and two people who agree."""
    return _published(_run())


def publish_edition() -> Publication:
    """The same with everything an edition can have: the lists of other years, texts, key figures and clusters."""
    run, now = _run(), timezone.now()
    load_white_paper(run.study, at=now)
    load_years(run.study, by="stefan", at=now)
    recompute_years(request_recomputation(run, by="stefan", at=now), at=now)
    write_edition(run, by="stefan", at=now)
    return _published(run)


def _run() -> Run:
    now = timezone.now()
    run = compute_run(request_run(prepared_weights(), by="stefan", at=now), at=now)
    assert run.is_done, run.failure
    return run


def _published(run: Run) -> Publication:
    now = timezone.now()
    stefan, ava = (get_user_model().objects.get_or_create(username=name)[0] for name in ("stefan", "ava"))
    proposal = propose_publication(run, by=stefan, at=now)
    return publish(proposal, by=ava, sha256=proposal.sha256, at=now)
