"""Replay: a run computed again from its inputs, and every difference named."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from ranking.arrays import pack
from ranking.models import Run, Score
from ranking.replay import replay_run
from ranking.runs import run_table
from tests.cast import sign_in
from tests.ranking.test_runs import run_of, weighed

POSTS = {"a1": [0, 4], "a2": [5, 25], "b1": [3, 5], "b2": [-2, 8]}
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("experts", "rules"),
    [
        (9, {}),
        (3, {"normalization": "vector"}),
        (6, {"aggregation": "geometric", "low": 1}),
        (3, {"normalization": "goalposts", "references": POSTS, "beyond": "cut", "high": 10}),
    ],
)
def test_fresh_run_holds(experts, rules):
    assert replay_run(run_of(weighed(experts=experts, **rules))) == []


def test_changed_score_is_named():
    run = run_of(weighed())
    Score.objects.filter(run=run, unit__code="x").update(score=99.5)
    (difference,) = replay_run(run)
    assert difference.startswith("x: score 99.5 stored, ")


def test_changed_rank_and_tier_are_named():
    run = run_of(weighed())
    Score.objects.filter(run=run, unit__code="z").update(rank=2, tier=2)
    assert [words.split(" stored")[0] for words in replay_run(run)] == ["z: rank 2", "z: tier 2"]


def test_lost_score_is_named():
    run = run_of(weighed())
    Score.objects.get(run=run, unit__code="y").delete()
    assert replay_run(run)[0] == "units: 2 stored, 3 computed"


@pytest.mark.parametrize(
    ("table", "column", "name"),
    [("figures", 1, "a2"), ("normalized", 3, "b2"), ("nodes", 3, "b1"), ("local", 0, "A")],
)
def test_changed_cell_of_a_table_is_named(table, column, name):
    run = run_of(weighed())
    array = run_table(run, table).copy()
    code = [node.code for node in run.study.indicators.all()][column] if table in ("nodes", "local") else name
    array[1, column] += 1e-9
    run.tables.filter(name=table).update(content=pack(table=array))
    (difference,) = replay_run(run)
    assert difference.startswith(f"table {table}, y, {code}: ")


def test_lost_table_is_named():
    run = run_of(weighed())
    run.tables.filter(name="nodes").delete()
    assert replay_run(run) == ["table nodes is missing, cannot be read or has another shape"]


@pytest.mark.parametrize("field", ["expert", "variation", "combined", "effective", "coefficient"])
def test_changed_weight_is_named(field):
    run = run_of(weighed())
    run.weight_set.weights.filter(indicator__code="b1").update(**{field: 0.123})
    (difference,) = replay_run(run)
    assert difference.startswith(f"weight of b1: {field} 0.123 stored, ")


def test_changed_hash_is_named():
    run = run_of(weighed())
    Run.objects.filter(pk=run.pk).update(sha256="0" * 64)
    run.refresh_from_db()
    assert replay_run(run) == ["the hash of scores and ranks differs"]


def test_command_says_that_a_run_holds(capsys):
    run = run_of(weighed())
    call_command("replay", run.pk)
    assert capsys.readouterr().out == f"Run {run.pk} holds: 3 scores and 5 tables agree.\n"


def test_command_fails_and_names_the_differences():
    run = run_of(weighed())
    Score.objects.filter(run=run, unit__code="x").update(score=1.5)
    with pytest.raises(CommandError, match=r"x: score 1\.5 stored") as failure:
        call_command("replay", run.pk)
    assert failure.value.returncode == 1


def test_command_fails_without_a_finished_run():
    with pytest.raises(CommandError, match="no finished run 4711"):
        call_command("replay", 4711)


def replay_answer(client, run):
    sign_in(client, "stefan")
    client.cookies["django_language"] = "en"
    return client.post(reverse("replay", args=["towns", run.pk])).content.decode()


def test_page_computes_again_when_asked_and_not_before(client):
    run = run_of(weighed())
    assert "notice-success" in replay_answer(client, run)
    shown = client.get(reverse("replay", args=["towns", run.pk])).content.decode()
    assert "notice-success" not in shown and "notice-error" not in shown
    assert (
        reverse("replay", args=["towns", run.pk])
        in client.get(reverse("run", args=["towns"])).content.decode()
    )


def test_page_names_what_differs(client):
    run = run_of(weighed())
    Score.objects.filter(run=run, unit__code="x").update(score=1.5)
    assert "x: score 1.5 stored" in replay_answer(client, run)


def test_page_leaves_large_runs_to_the_command(client, monkeypatch):
    run = run_of(weighed())
    monkeypatch.setattr("ranking.views.robustness.REPLAYED_CELLS", 11)
    assert f"manage.py replay {run.pk}" in replay_answer(client, run)
