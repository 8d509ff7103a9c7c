"""Levels of a robustness study: the usual ones, those that staff choose, those that the figures refuse."""

import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from ranking import robustness
from ranking.core.levels import USUAL
from ranking.models import RobustnessStudy
from ranking.robustness_levels import factor_choices, level_words, read_levels, unusual
from tests.cast import sign_in
from tests.ranking.test_robustness import SMALL, TOWNS, towns

pytestmark = pytest.mark.django_db


def sent(**fields):
    """A form as it comes in: lists of what was ticked, texts of what was typed."""
    found = QueryDict(mutable=True)
    for name, value in fields.items():
        found.setlist(name, value) if isinstance(value, list) else found.update({name: value})
    return found


def test_usual_levels_are_the_usual_study():
    run = towns()
    choices = factor_choices(run)
    ticked = {row.name: [level.name for level in row.levels if level.is_on] for row in choices if row.levels}
    typed = {"alpha": "0.3; 0.5，0.7", "k": "0.01 .1 1"}
    assert unusual(run, read_levels(sent(**ticked, **typed))) is None
    assert unusual(run, read_levels(sent(**ticked, alpha="0.5", k="1"))) is not None
    assert {row.name for row in choices} == {*USUAL} - {"missing"}  # nothing is missing


def test_chosen_levels_are_the_factors_of_the_study(client, monkeypatch):
    monkeypatch.setitem(robustness.PRESETS, "quick", {**SMALL, "draws": 512, "base": 8})
    towns()
    sign_in(client, "stefan")
    page = reverse("robustness-choices", args=["many-towns"])
    assert 'value="game_theory"' in client.get(page).content.decode()
    form = {"aggregation": ["harmonic", "copeland"], "objective": ["critic"], "k": "2 5", "alpha": "0.2"}
    response = client.post(page, {**form, "preset": "quick"})
    study = RobustnessStudy.objects.get()
    assert response.url == reverse("robustness", args=["many-towns"]) + f"?study={study.pk}"
    factors = {row["name"]: row["choices"][1:] for row in study.result["factors"]["rows"]}
    assert study.is_done and study.result["factors"]["dropped"] == []
    assert factors["aggregation"] == ["harmonic", "copeland"] and factors["k"] == ["2.0", "5.0"]
    assert factors["objective"] == ["critic"] and factors["combination"] == ["linear 0.2"]
    assert "normalization" not in factors
    assert client.post(page, {**form, "preset": "quick"}).status_code == 302
    assert RobustnessStudy.objects.count() == 1
    client.cookies["django_language"] = "en"
    shown = client.get(response.url).content.decode()
    assert "CRITIC" in shown and "harmonic mean · Copeland" in shown and "α = 0.2" in shown
    assert level_words("combination", "linear 1.0").endswith("α = 1")


def test_levels_that_the_figures_refuse_are_named_before_anything_is_queued(client):
    run = towns(TOWNS.replace("t3,镇3,Town3,east,4,", "t3,镇3,Town3,east,0,"))
    assert run.is_done, run.failure
    sign_in(client, "stefan")
    client.cookies["django_language"] = "en"
    page = reverse("robustness-choices", args=["many-towns"])
    before = client.get(page).content.decode()
    assert re.search(r'value="merec"\s+disabled', before)
    response = client.post(page, {"objective": ["merec", "gini"], "preset": "full"})
    text = response.content.decode()
    assert response.status_code == 409 and "MEREC" in text.split("</strong>")[1] and "Gini (" not in text
    odd = client.post(page, {"k": "0.1, nine", "preset": "quick"})
    assert odd.status_code == 400 and "nine" in odd.content.decode()
    assert client.post(page, {"objective": ["tarot"], "preset": "quick"}).status_code == 400
    assert not RobustnessStudy.objects.exists()


def test_better_ends_of_published_goalposts_are_offered_as_targets(client, monkeypatch):
    monkeypatch.setitem(robustness.PRESETS, "quick", {**SMALL, "draws": 512, "base": 8})
    posts = {"a1": [0, 6], "a2": [5, 25], "b1": [0, 9], "b2": [0, 8]}
    towns(normalization="goalposts", references=posts)
    sign_in(client, "stefan")
    page = reverse("robustness-choices", args=["many-towns"])
    client.cookies["django_language"] = "en"
    assert "The better end of the published scale" in client.get(page).content.decode()
    response = client.post(
        page, {"normalization": ["distance_to_target"], "level": ["both"], "preset": "quick"}
    )
    study = RobustnessStudy.objects.get()
    factors = {row["name"]: row["choices"][1:] for row in study.result["factors"]["rows"]}
    assert (
        study.is_done and factors["normalization"] == ["distance_to_target"] and factors["level"] == ["both"]
    )
    client.cookies["django_language"] = "zh-hans"
    assert "目标距离法" in client.get(response.url).content.decode()
