"""What readers are told: every rule of a protocol in words, on pages that stand whatever the rules are."""

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from ranking.models import Score
from ranking.publications import propose_publication, publish
from survey.rounds import adopt_round
from tests.cast import MATRIX, POINTS, answer, close, make_panel, make_study, open_next, sign_in
from tests.ranking.test_runs import TIERS, run_of
from weighting.datasets import import_dataset, seal_dataset
from weighting.weight_sets import build_weight_set, request_weight_set

pytestmark = pytest.mark.django_db
MORE = MATRIX.replace("west,2,0,4,0", "west,2,1,4,1") + "w,丁城,Wton,west,4,5,8,1\nv,戊城,Vton,west,2,7,3,9\n"
GAP = MORE + "u,己城,Uton,east,5,6,,\n"  # nothing at all in the second dimension


def published(matrix, weighting, ranking):
    rules = {"listed": 4, "tiers": {**TIERS, "cuts": [1, 4]}, **ranking}
    study = make_study(
        protocol={"survey": {"rounds": 1}, "weighting": {"k": 10, **weighting}, "ranking": rules}
    )
    codes, round, now = make_panel(study), open_next(study), timezone.now()
    for name, code in codes.items():
        answer(round, code, POINTS[name])
    adopt_round(close(round), by="coco", at=now)
    study.refresh_from_db()
    dataset = import_dataset(study, matrix.encode(), file_name="t.csv", by="stefan", at=now)
    seal_dataset(dataset, by="stefan", at=now)
    run = run_of(build_weight_set(request_weight_set(dataset, by="stefan", at=now), at=now))
    assert run.is_done, run.failure
    people = get_user_model().objects
    proposal = propose_publication(run, by=people.get(username="stefan"), at=now)
    return publish(proposal, by=people.get(username="ava"), sha256=proposal.sha256, at=now)


COUNTED = {"count": 2, "names": ["一", "二"], "names_en": ["One", "Two"]}
RULES = [
    (
        {},
        {},
        ["k = 10 in the unit", "coefficient of variation", "brought to the sum 1", "0 (the worst unit)"],
    ),
    (
        {"objective": "entropy", "combination": "linear", "alpha": 0.4, "level": "group"},
        {"normalization": "vector"},
        ["Entropy method", "α = 0.4", "inside every group", "divided by its length", "best unit has 100"],
    ),
    (
        {"negative_direction": "max_minus", "combination": "game_theory", "negative_values": "zero"},
        {"normalization": "z_score", "tiers": {"method": "quantiles", **COUNTED}},
        ["subtracted from its largest", "Game theory", "standard deviations (n − 1)", "as equal size"],
    ),
    (
        {"negative_direction": "inverse", "combination": "max_deviation", "targets": {"b1": [3, 5]}},
        {"normalization": "min_max", "low": 1, "aggregation": ["geometric", "additive"]},
        [
            "its reciprocal",
            "Largest deviation",
            "inside an interval",
            "b1",
            "from 1 (the worst unit)",
            "geometric",
        ],
    ),
    (
        {"negative_direction": "reciprocal_unit_free", "combination": "entropy", "missing": "group_median"},
        {
            "normalization": "rank",
            "aggregation": "copeland",
            "tiers": {"method": "natural_breaks", **COUNTED},
        },
        ["a tenth of the largest", "least relative entropy", "median of the column", "its place", "Copeland"],
    ),
    (
        {"objective": "critic", "outliers": "logarithm"},
        {"normalization": "sum", "aggregation": "power", "exponent": 0.5},
        ["CRITIC", "bent by a logarithm", "divided by its sum", "p = 0.5"],
    ),
    ({}, {"normalization": "max", "aggregation": "harmonic"}, ["its largest figure", "harmonic mean"]),
]


@pytest.mark.parametrize(("weighting", "ranking", "words"), RULES)
def test_method_page_tells_the_rules_of_the_protocol(client, weighting, ranking, words):
    published(MORE, weighting, ranking)
    page = client.get("/lists/towns/method/", headers={"accept-language": "en"}).content.decode()
    missing = [word for word in words if word not in page]
    assert not missing


@pytest.mark.parametrize(("weighting", "ranking", "words"), RULES)
def test_every_page_stands_under_the_rules(client, weighting, ranking, words):
    published(MORE, weighting, ranking)
    sign_in(client, "stefan")
    paths = ["", "tiers/", "regions/", "method/", "list.csv", "manifest.json"]
    pages = [f"/lists/towns/{path}" for path in paths]
    pages += [f"/studies/towns/{path}" for path in ("data/", "data/1/", "weights/", "run/", "publish/")]
    for page in pages:
        for language in ("zh-hans", "en"):
            answer = client.get(page, headers={"accept-language": language})
            assert answer.status_code == 200, page
            assert b'width="-' not in answer.content, f"{page}: a bar of negative length"


def test_unit_without_a_dimension_has_a_dash_there(client):
    published(GAP, {"missing": "reweight"}, {"listed": 6, "tiers": {**TIERS, "cuts": [1, 6]}})
    assert Score.objects.get(unit__code="u").dimensions["B"] is None
    for page in ("", "tiers/", "method/", "list.csv", "manifest.json"):
        assert client.get(f"/lists/towns/{page}").status_code == 200
    row = client.get("/lists/towns/").content.decode().split("units/u/")[1].split("</tr>")[0]
    assert "–" in row


def test_left_out_units_are_named_with_what_they_lack(client):
    published(GAP, {"missing": "leave_out"}, {})
    page = client.get("/lists/towns/method/", headers={"accept-language": "en"}).content.decode()
    assert "1 unit is left out" in page
    assert "Uton" in page and "Parks, Plants" in page
