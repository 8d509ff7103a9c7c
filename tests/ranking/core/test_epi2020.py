"""Environmental Performance Index 2020: 180 countries, 32 indicators, four levels, gaps, published scores.

Wendling et al. 2020, epi.yale.edu; the files are not part of the project and stand in ../shared/data.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from ranking.core.contributions import tree_contributions
from ranking.core.ranks import competition_ranks
from ranking.core.tree_scores import score_tree
from weighting.core.hierarchy import Tree

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "epi2020"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no folder ../shared/data/epi2020 beside the repository"
)


def rows_of(name):
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def figure(text):
    return float(text) if text else np.nan


@pytest.fixture(scope="module")
def epi():
    framework = [row for row in rows_of("epi2020-framework.csv") if row["parent"]]
    codes = [row["code"] for row in framework]
    tree = Tree(
        tuple(codes), tuple(codes.index(r["parent"]) if r["parent"] in codes else -1 for r in framework)
    )
    local = np.array([float(row["weight_within_parent"]) for row in framework])
    units = rows_of("epi2020-indicator-scores.csv")
    figures = np.array([[figure(unit[codes[leaf]]) for leaf in tree.leaves] for unit in units])
    published = {row["iso"]: row for row in rows_of("epi2020-published-scores-ranks.csv")}
    return tree, local, figures, [published[unit["iso"]] for unit in units]


def test_tree_has_the_published_shape(epi):
    tree, _, figures, _ = epi

    assert (tree.depth, len(tree.leaves), figures.shape) == (3, 32, (180, 32))
    assert np.isnan(figures).sum() > 300


def test_every_node_is_within_a_tenth_of_the_published_score(epi):
    tree, local, figures, published = epi

    scores = score_tree(tree, figures, local, missing="reweight")

    checked = 0
    for node, code in enumerate(tree.codes):
        if node not in tree.leaves:
            expected = np.array([figure(row[code]) for row in published])
            assert np.array_equal(np.isnan(expected), np.isnan(scores.nodes[:, node])), code
            assert np.nanmax(np.abs(expected - scores.nodes[:, node])) <= 0.1, code
            checked += int((~np.isnan(expected)).sum())
    assert checked > 2000
    assert scores.composite == pytest.approx(np.array([float(row["EPI"]) for row in published]), abs=0.1)


def test_every_rank_is_within_three_of_the_published(epi):
    tree, local, figures, published = epi

    ranks = competition_ranks(score_tree(tree, figures, local, missing="reweight").composite)

    distance = np.abs(ranks - np.array([int(row["EPI_rank"]) for row in published]))
    assert distance.max() <= 3
    assert (distance == 0).sum() >= 150


def test_contributions_explain_every_composite(epi):
    tree, local, figures, _ = epi

    scores = score_tree(tree, figures, local, missing="reweight")

    assert tree_contributions(tree, scores).sum(axis=1) == pytest.approx(scores.composite, rel=1e-12)
