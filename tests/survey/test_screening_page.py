"""The threshold method as a list of proposals: by what was released between rounds, exactly once that may be shown."""

import pytest
from django.utils import timezone, translation

from survey.core.consensus import item_statistics
from survey.core.screening import threshold_screening
from survey.feedback import release_feedback
from survey.imported_answers import prepare_panel
from survey.imported_panels import import_panel
from survey.models import Series
from survey.panel_table import read_panel_table
from survey.screening import screened_round
from tests.cast import answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
RATINGS = {"A": [5, 5, 4], "B": [5, 4, 4], "C": [5, 5, 5], "D": [1, 2, 4]}
TREE = "code,parent,name,direction\n" + "\n".join(f"{code},,指标{code},1" for code in "ABCD")
NAMES = [f"Expert {number:02d}" for number in range(8)]


def test_exact_proposals_are_those_of_the_core():
    rows = [
        ["expert", *RATINGS],
        *([str(n), *map(str, row)] for n, row in enumerate(zip(*RATINGS.values(), strict=True))),
    ]
    series = Series.objects.create(slug="towns", name="城镇榜")
    panel = prepare_panel(read_panel_table(rows), kind="scale", low=1, high=5)
    study = import_panel(series, panel, slug="x", name="x", year=2025, by="coco", at=timezone.now())

    found = screened_round(study)
    expected = threshold_screening([item_statistics(values, full_mark=5) for values in RATINGS.values()])

    assert found.is_exact and len(found.levels) == 1
    assert found.levels[0].screening == expected
    assert [item.proposal for item in found.levels[0].items] == ["keep", "keep", "keep", "remove"]
    assert found.levels[0].items[3].failed == ("mean", "full_mark_rate", "variation")


@pytest.fixture
def between_rounds():
    """Eight experts shared out points; D got little, and they disagree about it."""
    study = make_study(framework=TREE, protocol={"survey": {"rounds": 3}})
    codes = make_panel(study, NAMES)
    round = open_next(study)
    for place, code in enumerate(codes.values()):
        d = 5 if place % 2 else 15
        answer(round, code, {"A": 30, "B": 30, "C": 40 - d, "D": d})
    release_feedback(close(round), by="coco", at=timezone.now())
    return study


def test_between_rounds_only_what_was_released_is_used(between_rounds):
    found = screened_round(between_rounds)
    told = between_rounds.rounds.get(number=1).feedback.document()["items"]

    assert not found.is_exact
    assert [item.figures.mean for item in found.levels[0].items] == [told[code]["median"] for code in "ABCD"]
    assert [item.proposal for item in found.levels[0].items][3] == "remove"


def test_page_shows_bounds_and_leads_to_dropping_and_drops_nothing(between_rounds, client):
    sign_in(client, "coco")
    page = client.get("/studies/towns/screening/", headers={"accept-language": "en"}).content.decode()

    assert "proposed for removal" in page and "Exact figures are still locked" in page
    link = "/studies/towns/indicators/?kind=drop&amp;codes=D"
    assert link in page
    form = client.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="drop" id="id_kind_1" checked' in form or "checked" in form.split('value="drop"')[1][:60]
    assert "checked" in form.split('value="D"')[1][:60]
    assert between_rounds.indicators.count() == 4


def test_nothing_to_screen_before_a_round_is_released(client):
    study = make_study()
    sign_in(client, "coco")
    with translation.override("en"):
        page = client.get(f"/studies/{study.slug}/screening/", headers={"accept-language": "en"})
    assert "nothing to screen yet" in page.content.decode()
