"""Why units moved: two revisions of different figures, down to the page; and a unit's page as a whole."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from ranking.editions import edition_of
from ranking.measured import measured
from ranking.models import EditionText, Score
from ranking.profiles import neighbours, profile_of
from ranking.publications import propose_publication, publish
from ranking.why_moved import ranking_pairs
from tests.ranking.test_reader_pages import published
from tests.ranking.test_runs import run_of
from tests.ranking.test_selection import TOWNS
from weighting.datasets import import_dataset, seal_dataset
from weighting.weight_sets import build_weight_set, request_weight_set

pytestmark = pytest.mark.django_db
CORRECTED = TOWNS.replace(
    "石家庄,Shijiazhuang,shijiazhuang,东部,河北,Hebei,7,3,7,7",
    "石家庄,Shijiazhuang,shijiazhuang,东部,河北,Hebei,9,0,9,9",
)


def corrected(publication, matrix):
    """The next revision, made from other figures."""
    study, now, people = publication.study, timezone.now(), get_user_model().objects
    dataset = import_dataset(study, matrix.encode(), file_name="t.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    run = run_of(build_weight_set(request_weight_set(dataset, by="stefan", at=now), at=now))
    proposal = propose_publication(run, by=people.get(username="stefan"), at=now, note="corrected")
    return publish(proposal, by=people.get(username="ava"), sha256=proposal.sha256, at=now)


def test_correction_is_split_into_causes_that_add_up():
    first = published(TOWNS, {}, {})
    second = corrected(first, CORRECTED)
    (pair,) = ranking_pairs(edition_of(second))
    before = {score.unit.code: score for score in Score.objects.filter(run=first.run).select_related("unit")}
    after = {score.unit.code: score for score in Score.objects.filter(run=second.run).select_related("unit")}
    for code in "abcd":
        moved = pair.of(code)
        assert (moved.rank_before, moved.rank_after) == (before[code].rank, after[code].rank)
        assert moved.score_before == pytest.approx(before[code].score, abs=1e-9)
        assert moved.score_after == pytest.approx(after[code].score, abs=1e-9)
        assert sum(cause.points for cause in moved.causes) == pytest.approx(moved.points, abs=1e-9)
        assert sum(cause.places for cause in moved.causes) == pytest.approx(moved.places, abs=1e-9)
    moved = pair.of("c")
    causes = {cause.name: cause.points for cause in moved.causes}
    assert moved.places > 0 and causes["data"] > 0
    assert causes["method"] == pytest.approx(0, abs=1e-9) and causes["universe"] == pytest.approx(0, abs=1e-9)
    assert pair.of("e") is None and pair.of("nobody") is None


def test_unit_page_tells_why_it_moved_and_keeps_the_old_page(client):
    first = published(TOWNS, {}, {})
    EditionText.objects.create(study=first.study, slot="case:c", text="一座**城市**", text_en="A <b>town</b>")
    corrected(first, CORRECTED)
    page = client.get("/lists/towns/units/c/", headers={"accept-language": "en"}).content.decode()
    assert "From r1 to r2" in page and "Shapley" in page
    assert "A &lt;b&gt;town&lt;/b&gt;" in page
    old = client.get("/lists/towns/r1/units/c/", headers={"accept-language": "en"}).content.decode()
    assert "From r1" not in old and "A &lt;b" not in old
    assert "/lists/towns/r1/units/c/" in old and "/lists/towns/r2/units/c/" in page


def test_first_list_has_nothing_to_compare_with(client):
    edition = edition_of(published(TOWNS, {}, {}))
    assert ranking_pairs(edition) == []
    page = client.get("/lists/towns/movement/", headers={"accept-language": "en"})
    assert page.status_code == 200 and "No earlier list is known" in page.content.decode()


def test_profile_holds_places_points_and_peers():
    edition = edition_of(published(TOWNS, {}, {}))
    entry = edition.entries[1]
    found = profile_of(edition, measured(edition.run), entry, "province")
    leaves = [line for line in found.lines if line.is_leaf]
    assert sum(line.points for line in leaves) == pytest.approx(entry.score, abs=1e-9)
    assert [(line.indicator.code, line.raw, line.rank, line.of) for line in leaves] == [
        ("a1", 8, 2, 5),
        ("a2", 2, 2, 5),
        ("b1", 8, 2, 5),
        ("b2", 9, 1, 5),
    ]
    assert [peer.code for peer in found.peers] == ["a", "c", "d"]
    for line in (*found.strengths, *found.gaps):
        assert (line.apart > 0) is (line in found.strengths)
    assert {entry.code for entry in found.similar} <= set("acd")
    assert found.same_place == ()  # the other town of the province is not listed


def test_neighbours_keep_their_number_at_both_ends():
    entries = tuple(range(30))
    for here, first in ((0, 1), (3, 0), (15, 10), (29, 19)):
        around = neighbours(entries, here)
        assert len(around) == 10 and around[0] == first and here not in around


@pytest.mark.parametrize("rules", [{"aggregation": "geometric", "low": 1}, {"normalization": "vector"}])
def test_pages_stand_under_other_rules(client, rules):
    published(TOWNS, {}, rules)
    for path in ("units/a/", "compare/?units=a,b,c", "overview/"):
        answer = client.get(f"/lists/towns/{path}", headers={"accept-language": "en"})
        assert answer.status_code == 200
    unit = client.get("/lists/towns/units/a/", headers={"accept-language": "en"}).content.decode()
    assert ("what each indicator brings to the score" in unit) is ("aggregation" in rules)
