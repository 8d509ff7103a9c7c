"""The command line, run as its users run it: a process of its own that has the repository on its path, nothing else."""

import csv
import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from functools import partial

import numpy as np
import pytest

from ranking.core.recipe import Recipe, compose, rules_of
from ranking.core.resampling import Panel, panel_intervals
from ranking.core.robustness import expert_resamples, rank_intervals
from ranking.core.weight_draws import dirichlet_local_draws
from tests.command_line import DATA, FRAMEWORK, I_DATA, I_META, ROOT, document, run, written
from tests.documents import fenced
from weighting.core.derivation import combining
from weighting.core.hierarchy import effective_weights
from weighting.core.tree import Tree

EXAMPLE = ROOT / "data" / "cities-2021"
EPI = ROOT.parent / "shared" / "data" / "epi2020"
CHOICES = ["--missing", "leave_out", "--negative-values", "zero", "--combination", "product"]


def column(rows, name):
    return np.array([np.nan if row[name] is None else row[name] for row in rows])


@pytest.fixture
def tables(tmp_path):
    return partial(written, tmp_path)


def csv_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def example():
    """The example's tree, complete matrix, directions and equal weights, read without the command line."""
    nodes, cities = csv_rows(EXAMPLE / "framework.csv"), csv_rows(EXAMPLE / "cities.csv")
    codes = [node["code"] for node in nodes]
    tree = Tree(tuple(codes), tuple(codes.index(n["parent"]) if n["parent"] else -1 for n in nodes))
    leaves = [nodes[leaf] for leaf in tree.leaves]
    complete = [city for city in cities if all(city[leaf["code"]] for leaf in leaves)]
    matrix = np.array([[float(city[leaf["code"]]) for leaf in leaves] for city in complete])
    equal = np.empty(len(codes))
    for group in tree.groups:
        equal[group] = 1 / len(group)
    return (
        tree,
        matrix,
        [int(leaf["direction"]) for leaf in leaves],
        equal,
        [city["code"] for city in complete],
    )


def test_example_gives_what_compose_gives_to_the_last_bit(example):
    tree, matrix, directions, equal, codes = example

    found = document(EXAMPLE / "cities.csv", EXAMPLE / "framework.csv", *CHOICES)

    recipe = Recipe(combination="product", negative_values="zero")
    expected = compose(matrix, directions, tree, equal, recipe)
    assert [row["code"] for row in found["scores"]] == codes
    assert (column(found["scores"], "score") == expected.scores.composite).all()
    assert (column(found["scores"], "rank") == expected.ranks).all()
    assert (column(found["scores"], "GRN") == expected.scores.nodes[:, tree.codes.index("GRN")]).all()
    for name in ("expert", "combined", "effective"):
        assert (column(found["weights"], name) == getattr(expected.weights, name)).all()
    assert (column(found["weights"], "objective") == expected.weights.variation).all()
    assert len(found["left_out"]) == 6
    assert {row["code"] for row in found["notices"]} >= {
        "left_out",
        "reciprocal_ceiling",
        "negative_counted_as_zero",
    }


def test_example_intervals_are_those_of_the_engine(example):
    tree, matrix, directions, equal, _ = example

    found = document(
        EXAMPLE / "cities.csv",
        EXAMPLE / "framework.csv",
        *CHOICES,
        "--draws",
        300,
        "--seed",
        5,
        "--concentration",
        20,
    )

    recipe = Recipe(combination="product", negative_values="zero")
    base = compose(matrix, directions, tree, equal, recipe)
    draws = dirichlet_local_draws(tree, equal, 300, seed=5, concentration=20)
    together = combining(matrix, directions, [tree.codes[leaf] for leaf in tree.leaves], recipe)
    local = together.levels(tree, draws, base.objective.weights, "global").combined
    expected = rank_intervals(base.normalized.values, effective_weights(tree, local)[:, tree.leaves])
    assert found["intervals_from"] == "weights"
    for name in ("lower", "median", "upper"):
        assert (column(found["intervals"], name) == getattr(expected, name)).all()


def experts_of_example(tree, path, experts=6):
    """Write experts of whole points, and give their shares."""
    rng = np.random.Generator(np.random.PCG64(3))
    points = np.full((experts, len(tree.codes)), 100.0)
    for group in tree.groups:
        points[:, group] = rng.multinomial(100, np.full(len(group), 1 / len(group)), size=experts)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("expert", *tree.codes), *([f"E{i}", *row] for i, row in enumerate(points.astype(int)))]
        )
    return points / 100


def test_experts_are_pooled_and_resampled_whole(example, tmp_path):
    tree, matrix, directions, _, _ = example
    shares = experts_of_example(tree, tmp_path / "experts.csv")

    found = document(
        EXAMPLE / "cities.csv",
        EXAMPLE / "framework.csv",
        *CHOICES,
        "--aggregation",
        "geometric",
        "--low",
        1,
        "--experts",
        tmp_path / "experts.csv",
        "--draws",
        200,
    )

    recipe = Recipe(combination="product", negative_values="zero", aggregation="geometric", low=1.0)
    expected = compose(matrix, directions, tree, shares.mean(axis=0), recipe)
    together = combining(matrix, directions, [tree.codes[leaf] for leaf in tree.leaves], recipe)
    intervals = panel_intervals(
        Panel(tree, shares, expected.objective.weights, together, "global"),
        expected.normalized.values,
        expert_resamples(6, 200, seed=20221031),
        rules=rules_of(recipe),
        missing="refuse",
        is_additive=False,
        coverage=0.9,
    )
    assert (found["weights_from"], found["experts"], found["intervals_from"]) == ("experts", 6, "experts")
    assert column(found["weights"], "expert") == pytest.approx(shares.mean(axis=0), abs=1e-15)
    assert column(found["scores"], "score") == pytest.approx(expected.scores.composite, rel=1e-13)
    assert (column(found["intervals"], "upper") == intervals.upper).all()


def test_files_hold_the_same_as_the_printed_document(tables, tmp_path):
    arguments = [*tables(), "--tiers", "breaks=2"]
    printed = document(*arguments)

    done = run(*arguments, "--out", tmp_path / "out")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"weights.csv", "scores.csv", "intervals.csv", "notices.csv", "result.json"}
    assert json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8")) == printed
    for name in ("weights", "scores", "intervals"):
        rows = csv_rows(tmp_path / "out" / f"{name}.csv")
        assert [list(row) for row in rows] == [list(row) for row in printed[name]]
        kept = [["" if cell is None else str(cell) for cell in row.values()] for row in printed[name]]
        assert [list(row.values()) for row in rows] == kept
    assert printed["scores"][0].keys() == {"code", "name", "rank", "tier", "score", "A", "B"}


def test_table_is_printed_and_the_same_twice(tables):
    first, second = run(*tables()), run(*tables())

    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert re.search(r"^ +1 +\d +\d  u3 ", first.stdout, re.M)
    assert "Weights: equal, entropy with variation" in first.stdout


def test_given_weights_alone_need_no_data_weights(tables):
    negative = DATA.replace("u2,Two,2", "u2,Two,-2")
    weights = "code,weight\nA,75\nB,25\na1,0.5\na2,0.5\n"

    found = document(*tables(data=negative, weights=weights), "--combination", "experts")

    assert [row["effective"] for row in found["weights"]] == [0.75, 0.25, 0.375, 0.375, 0.25]
    assert {row["objective"] for row in found["weights"]} == {None}
    expected = (
        0.375 * np.array([50, 0, 100]) + 0.375 * np.array([0, 100 / 7, 100]) + 0.25 * np.array([100, 0, 50])
    )
    assert column(found["scores"], "score") == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("name", ["copeland", "copeland,additive"])
def test_copeland_has_intervals_too(tables, name):
    found = document(*tables(), "--aggregation", name, "--draws", 20)

    assert all(row["lower"] <= row["median"] <= row["upper"] for row in found["intervals"])


def test_every_choice_of_a_recipe_is_an_option():
    choices = {f"--{one.name.replace('_', '-')}" for one in fields(Recipe)}
    assert choices - options() == set()


def options():
    return set(re.findall(r"--[a-z][a-z-]*", run("--help").stdout))


def test_document_names_every_option_and_its_command_runs():
    page = ROOT / "docs" / "engine.md"
    command = fenced(page, "sh")[0].replace("\\\n", " ").split()

    found = document(*(ROOT / part if part.startswith("data/") else part for part in command[3:]))

    assert command[:3] == ["python", "-m", "ranking.cli"]
    assert {row["tier"] for row in found["scores"]} == {0, 1, 2, 3, 4}
    assert set(re.findall(r"--[a-z][a-z-]*", page.read_text(encoding="utf-8"))) == options()


REFERENCES = "code,lower,upper\na1,0,5\na2,0,10\nb1,2,4\n"


def test_scale_with_references_reads_them_from_a_table_or_from_the_framework(tables):
    options = ("--combination", "experts", "--normalization", "goalposts", "--beyond", "cut")

    by_table = document(*tables(references=REFERENCES), *options)
    columns = dict(line.split(",", 1) for line in REFERENCES.splitlines()) | {"A": ",", "B": ","}
    rows = [f"{line},{columns[line.split(',')[0]]}" for line in FRAMEWORK.splitlines()]
    by_framework = document(*tables(framework="\n".join(rows)), *options)

    scaled = np.array([[20, 40, 80], [10, 20, 80], [100, 0, 50]])  # a1; a2, where less is better; b1, cut
    expected = (scaled[:2].mean(axis=0) + scaled[2]) / 2
    assert column(by_table["scores"], "score") == pytest.approx(expected)
    assert by_table["scores"] == by_framework["scores"]
    assert by_table["options"]["reference_figures"]["b1"] == [2, 4]
    [notice] = [row for row in by_table["notices"] if row["code"] == "beyond_references"]
    assert (notice["column"], notice["numbers"]) == ("b1", {"worse": 1, "better": 1, "cut": True})


def test_goalposts_and_targets_of_coinr_are_read_from_imeta(tables):
    lines = I_META.splitlines()
    extra = ["goalpost_lower,goalpost_upper,Target", "0,50,40", "0,10,2", "1,5,1", *["NA,NA,NA"] * 6]
    meta = "\n".join(f"{line},{more}" for line, more in zip(lines, extra, strict=True))
    options = ("--combination", "experts", "--missing", "reweight")

    posts = document(*tables(data=I_DATA, framework=meta), *options, "--normalization", "goalposts")
    target = document(*tables(data=I_DATA, framework=meta), *options, "--normalization", "distance_to_target")

    goods, tariff = np.array([20, 60, 40, 80]), np.array([60, 80, 20, 40])
    assert column(posts["scores"], "Pillar1") == pytest.approx((2 * goods + tariff) / 3)
    goods, tariff = np.array([0, 200, 100, 300]) / 3, np.array([200, 300, 0, 100]) / 3
    assert column(target["scores"], "Pillar1") == pytest.approx((2 * goods + tariff) / 3)


def test_best_figures_and_outliers_are_steps_of_their_own(tables):
    framework = ["code,parent,name,direction,best_from,best_to", "a1,,,1,2,3", "b1,,,1,,"]
    figures = [*range(1, 25), 900]
    data = "\n".join(["code,a1,b1", *(f"u{n},{n % 6},{value}" for n, value in enumerate(figures))])

    found = document(
        *tables(data=data, framework="\n".join(framework)),
        *("--outliers", "logarithm", "--combination", "experts", "--tiers", "k_means=2"),
    )

    notices = {(row["column"], row["code"]): row for row in found["notices"]}
    assert notices["a1", "toward_interval"]["numbers"] == {"low": 2, "high": 3}
    assert notices["b1", "outliers_winsorised"]["text"].endswith(
        "extreme figures pulled in to the next one: 1."
    )
    best = [row["code"] for row in found["scores"] if row["rank"] == 1]
    assert best in (["u21"], ["u20"], ["u20", "u21"])  # inside the interval, and among the largest
    assert {row["tier"] for row in found["scores"]} == {1, 2}


def test_other_ways_stand_beside_the_ranks(tables, tmp_path):
    options = ("--combination", "linear", "--alpha", "0.25", "--alpha-sweep", "0,0.25,1", "--cross-checks")

    found = document(*tables(), *options)

    ranks = {row["code"]: row["rank"] for row in found["scores"]}
    own = found["alpha"][1]
    assert (own["alpha"], own["ranks"], own["average_shift"]) == (0.25, ranks, 0)
    assert own["weights"] == pytest.approx({row["code"]: row["effective"] for row in found["weights"]})
    assert found["alpha"][2]["weights"]["b1"] == pytest.approx(0.5)
    assert [check["method"] for check in found["checks"]] == ["topsis", "vikor"]
    assert found["checks"][1]["scores"].keys() == ranks.keys()
    run(*tables(), *options, "--out", tmp_path / "out")
    rows = csv_rows(tmp_path / "out" / "other_ways.csv")
    assert list(rows[0]) == ["code", "name", "rank", "topsis", "vikor", "alpha=0", "alpha=0.25", "alpha=1"]
    assert "alpha 0.25" in run(*tables(), *options).stdout


def test_tables_of_coinr_are_read_as_they_are(tables):
    found = document(
        *tables(data=I_DATA, framework=I_META), "--combination", "experts", "--missing", "reweight"
    )

    weights = {row["code"]: row for row in found["weights"]}
    assert (found["top"], found["weights_from"]) == ("Index", "framework")
    assert list(weights) == ["Goods", "Tariff", "Forest", "Pillar1", "Pillar2"]
    assert [weights[code]["combined"] for code in weights] == pytest.approx([2 / 3, 1 / 3, 1, 0.25, 0.75])
    assert weights["Pillar1"]["parent"] == "Index"
    goods, tariff = np.array([0, 200, 100, 300]) / 3, np.array([200, 300, 0, 100]) / 3
    economy, nature = (2 * goods + tariff) / 3, np.array([np.nan, 100, 0, 50])
    assert column(found["scores"], "Pillar1") == pytest.approx(economy, rel=1e-13)
    assert column(found["scores"], "Pillar2") == pytest.approx(nature, rel=1e-13, nan_ok=True)
    index = np.where(np.isnan(nature), economy, 0.25 * economy + 0.75 * nature)
    assert column(found["scores"], "score") == pytest.approx(index, rel=1e-13)
    notices = {(row["code"], row["column"]) for row in found["notices"]}
    assert notices == {("not_divided", "Goods"), ("weight_shared", "Forest")}


def test_group_column_of_coinr_fills_gaps(tables):
    found = document(
        *tables(data=I_DATA, framework=I_META),
        *("--combination", "experts", "--missing", "group_median", "--missing-group", "Size"),
    )

    assert found["scores"][0]["Pillar2"] == pytest.approx(
        100
    )  # the other unit of its group has 1.5, the least


# Pillar scores, sub-indices, index and ranks as printed in COINr 1.1.14, vignette "Presenting Results":
# head(get_results(build_example_coin(), dset = "Aggregated", tab_type = "Aggs")), ASEM sustainable connectivity.
ASEM = """uCode,Rank,Index,Conn,Sust,Physical,ConEcFin,Political,Instit,P2P,Environ,Social,SusEcFin
CHE,1,68.38,62.79,73.98,63.41,32.87,74.78,85.94,56.93,77.21,87.85,56.88
NLD,2,64.82,61.94,67.70,64.87,46.62,84.55,71.74,41.92,58.73,86.58,57.78
DNK,3,64.80,57.10,72.51,50.52,30.43,78.13,75.35,51.04,69.83,86.40,61.29
NOR,4,64.47,57.44,71.50,58.18,25.70,80.03,89.46,33.80,70.90,87.00,56.59
"""
ASEM_PILLARS = {
    "Conn": ["Physical", "ConEcFin", "Political", "Instit", "P2P"],
    "Sust": ["Environ", "Social", "SusEcFin"],
}


def test_printed_asem_index_follows_from_its_printed_pillars(tables):
    leaves = [f"1,{code},1,1,{above},Indicator" for above, codes in ASEM_PILLARS.items() for code in codes]
    above = ["2,Conn,1,1,Index,Aggregate", "2,Sust,1,1,Index,Aggregate", "3,Index,1,1,NA,Aggregate"]
    meta = "\n".join(["Level,iCode,Direction,Weight,Parent,Type", *leaves, *above])
    printed = list(csv.DictReader(ASEM.splitlines()))

    found = document(
        *tables(data=ASEM, framework=meta), "--combination", "experts", "--normalization", "none"
    )

    for name, ours in (("Index", "score"), ("Conn", "Conn"), ("Sust", "Sust")):
        expected = np.array([float(row[name]) for row in printed])
        assert column(found["scores"], ours) == pytest.approx(expected, abs=0.011)
    assert [row["rank"] for row in found["scores"]] == [int(row["Rank"]) for row in printed]


@pytest.mark.skipif(not EPI.is_dir(), reason="no folder ../shared/data/epi2020 beside the repository")
def test_epi_2020_comes_out_as_published(tables):
    tree = csv_rows(EPI / "epi2020-framework.csv")
    framework = ["code,parent,direction", *(f"{row['code']},{row['parent']},1" for row in tree)]
    weights = [
        "code,weight",
        *(f"{row['code']},{row['weight_within_parent']}" for row in tree if row["parent"]),
    ]
    data = (
        (EPI / "epi2020-indicator-scores.csv")
        .read_text(encoding="utf-8-sig")
        .replace("iso,country", "code,name", 1)
    )
    published = {row["iso"]: row for row in csv_rows(EPI / "epi2020-published-scores-ranks.csv")}

    found = document(
        *tables(data=data, framework="\n".join(framework), weights="\n".join(weights)),
        *(
            "--combination",
            "experts",
            "--normalization",
            "none",
            "--missing",
            "reweight",
            "--intervals",
            "none",
        ),
    )

    assert (found["top"], len(found["scores"])) == ("EPI", 180)
    inner = [name for name in found["scores"][0] if name in published["AFG"]]
    assert len(inner) == 13
    for unit in found["scores"]:
        expected = published[unit["code"]]
        assert abs(unit["score"] - float(expected["EPI"])) <= 0.1
        assert abs(unit["rank"] - int(expected["EPI_rank"])) <= 3
        for name in inner:
            assert (unit[name] is None) == (expected[name] == ""), (unit["code"], name)
            assert unit[name] is None or abs(unit[name] - float(expected[name])) <= 0.1, (unit["code"], name)


def test_reader_of_the_table_may_stop_early(tables):
    data, framework = tables()
    done = subprocess.run(
        ["sh", "-c", '"$0" -m ranking.cli "$1" "$2" | true', sys.executable, data, framework],
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""


@pytest.mark.parametrize("rule", ["geometric", "copeland"])
def test_contributions_stand_in_a_file_of_their_own_and_add_up(tables, tmp_path, rule):
    options = ("--aggregation", rule, "--low", "1", "--contributions", "--out", tmp_path / "out")

    assert run(*tables(), *options).returncode == 0

    rows = csv_rows(tmp_path / "out" / "contributions.csv")
    assert [list(row) for row in rows] == [["code", "name", "score", "a1", "a2", "b1"]] * 3
    for row in rows:
        parts = sum(float(row[code]) for code in ("a1", "a2", "b1"))
        assert parts == pytest.approx(float(row["score"]), rel=1e-12, abs=1e-12)
