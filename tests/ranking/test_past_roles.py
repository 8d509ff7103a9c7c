"""The staff's process and the statistics worker may do what the pages of other years ask of them."""

import pytest
from django.db import connection
from django.utils import timezone

from ranking.backward import recompute_years, request_recomputation
from ranking.models import PastEdition, Recomputation
from ranking.past_lists import remove_past_edition
from tests.four_roles import make_roles
from tests.ranking.test_backward import YEAR, figures
from tests.ranking.test_past_lists import bring_in
from tests.ranking.test_runs import run_of, weighed
from tests.test_roles import connected_as
from weighting.groupings import save_grouping

pytestmark = pytest.mark.django_db(transaction=True)


def test_staff_bring_in_and_ask_and_the_worker_works_out():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles, and the documents say so")
    make_roles()
    run, now = run_of(weighed()), timezone.now()
    groups = [{"code": "e", "name": "东", "name_en": "", "values": ["east"]}]
    for table in (YEAR, YEAR.replace("20,6", "21,6")):
        with connected_as("web_staff"):
            figures(run.study, table=table)
            job = request_recomputation(run, by="stefan", at=now)
        with connected_as("worker_stats"):
            recompute_years(Recomputation.objects.get(pk=job.pk), at=now)
    with connected_as("web_staff"):
        save_grouping(
            run.study.series, code="r", name="区", attribute="region", groups=groups, by="stefan", at=now
        )
        bring_in(run.study.series)
        remove_past_edition(PastEdition.objects.get(year=2025), by="stefan", at=now)
    assert [past.year for past in PastEdition.objects.all()] == [2020]
