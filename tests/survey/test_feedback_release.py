"""What the panel is told after a round: nothing about a small panel, never an exact figure, never a single change."""

import re

import pytest
from django.utils import timezone

from survey.feedback import release_feedback
from survey.models import Feedback
from survey.sealing import sha256_hex
from tests.cast import POINTS, answer, close, make_panel, make_study, open_next, sign_in

pytestmark = pytest.mark.django_db
RANDOM = (
    r'csrfmiddlewaretoken" value="[^"]*|class="hash">[^<]*|[0-9a-f]{8}-[0-9a-f-]{27}'  # any digits at all
)


def played(names, points, study=None, codes=None):
    """One round answered by these experts, closed and fed back."""
    study = study or make_study()
    codes = codes or make_panel(study, names)
    round = open_next(study)
    for name in names:
        answer(round, codes[name], points[name])
    close(round)
    return study, codes, release_feedback(round, by="coco", at=timezone.now())


def spread(size):
    names = [f"Expert {number:02d}" for number in range(size)]
    return names, {name: POINTS["Ana"] | {"a1": 40 + 2 * i, "a2": 60 - 2 * i} for i, name in enumerate(names)}


@pytest.mark.parametrize(("size", "shown"), [(4, set()), (6, {"median"}), (7, {"median", "q1", "q3"})])
def test_small_panels_are_told_less(size, shown):
    _study, _codes, feedback = played(*spread(size))
    item = feedback.document()["items"]["a1"]
    assert {name for name in ("median", "q1", "q3") if item[name] is not None} == shown
    assert item["distribution"] is None


def test_figures_stand_on_the_grid_of_five_points():
    _study, _codes, feedback = played(*spread(9))
    for item in feedback.document()["items"].values():
        assert {item["median"] % 5, item["q1"] % 5, item["q3"] % 5} == {0}


def test_one_reviser_does_not_move_the_figures():
    names, points = spread(9)
    study, codes, first = played(names, points)
    revised = points | {names[0]: points[names[0]] | {"a1": 100, "a2": 0}}
    _study, _codes, second = played(names, revised, study, codes)
    before, after = first.document()["items"]["a1"], second.document()["items"]["a1"]
    assert after["state"] == "unchanged"
    assert (after["median"], after["q1"], after["q3"]) == (before["median"], before["q1"], before["q3"])


def test_many_revisers_move_the_figures():
    names, points = spread(9)
    study, codes, first = played(names, points)
    revised = {name: POINTS["Ana"] | {"a1": 90, "a2": 10} for name in names}
    _study, _codes, second = played(names, revised, study, codes)
    assert first.document()["items"]["a1"]["median"] != 90
    assert second.document()["items"]["a1"] | {"variation_band": None, "distribution": None} == {
        "state": "released",
        "n": 9,
        "median": 90.0,
        "q1": 90.0,
        "q3": 90.0,
        "variation_band": None,
        "distribution": None,
    }


def test_feedback_is_frozen_with_its_hash():
    _study, _codes, feedback = played(*spread(7))
    stored = Feedback.objects.get(pk=feedback.pk)
    assert sha256_hex(bytes(stored.content)) == stored.sha256
    assert sum(stored.document()["group_weights"]["A"].values()) == pytest.approx(1)


def test_own_last_answer_and_the_groups_figures_stand_on_the_next_page(client):
    names, points = spread(7)
    study, codes, feedback = played(names, points)
    open_next(study)
    client.post("/j", {"code": codes[names[0]]})
    page = client.get("/e/group/A/", headers={"accept-language": "en"}).content.decode()
    assert 'value="40"' in page
    assert f"{feedback.document()['items']['a1']['median']:g}" in page


def test_no_figure_leaves_an_open_round(client):
    names, _points = spread(9)
    study = make_study()
    codes = make_panel(study, names)
    round = open_next(study)
    marked = {name: POINTS["Ana"] | {"a1": 87, "a2": 13} for name in names}
    for name in names:
        answer(round, codes[name], marked[name])
    sign_in(client, "coco")
    for page in ("", "rounds/", "participation/", "panel/", "results/"):
        text = client.get(f"/studies/{study.slug}/{page}").content.decode()
        assert "87" not in re.sub(RANDOM, "", text)
    close(round)
    release_feedback(round, by="coco", at=timezone.now())
    assert (
        "85" in client.get(f"/studies/{study.slug}/rounds/").content.decode()
    )  # 87 on the grid: the test can see
