"""A published list of 100 of 120 units under the white paper's names, and one with names that mean harm."""

import csv
from pathlib import Path

from django.utils import timezone

from ranking.models import EditionText, KeyFigure, Supplement
from ranking.publications import propose_publication, publish
from tests.ranking.test_publications import person
from tests.ranking.test_runs import run_of, weighed

WHITE_PAPER = Path(__file__).resolve().parents[3] / "data" / "white-paper-2022.csv"
HOSTILE = (
    '#panic("x") $1/0$ @foo <lab>',
    "\\u{41} *b* _i_ `c` //",
    "{{ 7*7 }} {% if x %}",
    '=HYPERLINK("http://x")',
    "<b>&amp;</b> ]]> ' \"",
    "+1 -2 @SUM(A1)",
)
TIERS = {
    "method": "rank_cuts",
    "cuts": [3, 29, 58, 100],
    "names": ["跃升期", "扩张期", "发展期", "起步期"],
    "names_en": ["Leap", "Expansion", "Growth", "Start"],
}


def white_paper_names() -> list[tuple[str, str]]:
    """The 100 names with their provinces."""
    with WHITE_PAPER.open(encoding="utf-8") as file:
        return [(row["name"], row["province"]) for row in csv.DictReader(file)]


def matrix_of(units: list[tuple[str, str]]) -> str:
    """Figures that fall from unit to unit, so that the ranks are the order of the names."""
    rows = [["code", "name", "name_en", "province", "a1", "a2", "b1", "b2"]]
    for place, (name, province) in enumerate(units):
        size = 1000 - 7 * place
        rows.append(
            [f"u{place:03d}", name, f"Unit {place + 1}", province, size, 10 + place, size / 3, size / 7]
        )
    lines = Lines()
    csv.writer(lines).writerows(rows)
    return "".join(lines)


class Lines(list):
    """Takes what a CSV writer writes."""

    write = list.append


def published_list(units, *, listed=100, experts=6, texts=None, prepare=None):
    """The units' list, published by two people."""
    tiers = TIERS if listed == 100 else {**TIERS, "cuts": [listed], "names": ["一"], "names_en": ["One"]}
    run = run_of(weighed(matrix_of(units), experts=experts, listed=listed, tiers=tiers))
    for slot, (text, text_en) in (texts or {}).items():
        EditionText.objects.create(study=run.study, slot=slot, text=text, text_en=text_en)
    if prepare:
        prepare(run.study)
    proposal = propose_publication(run, by=person("stefan"), at=timezone.now())
    return publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())


def hundred(**more):
    """The white paper's hundred names at the head of 120 units."""
    others = [(f"外{place}城", "广东") for place in range(20)]
    return published_list([*white_paper_names(), *others], **more)


def hostile_list():
    """Six units whose names are commands of the formats that files are made in, with texts that are no better."""
    texts = {
        "headline": (HOSTILE[0], HOSTILE[0]),
        "features": ("## " + HOSTILE[1] + "\n- " + HOSTILE[2], HOSTILE[3]),
        "case:u000": (HOSTILE[4], HOSTILE[4]),
    }
    return published_list([(name, name) for name in HOSTILE], listed=6, texts=texts, prepare=_harm)


def _harm(study) -> None:
    KeyFigure.objects.create(
        study=study, code="k", form="share", name=HOSTILE[0], numerator=1, denominator=3, source=HOSTILE[5]
    )
    Supplement.objects.create(
        study=study,
        code="s",
        title=HOSTILE[1],
        columns=[{"code": "c", "name": HOSTILE[2], "name_en": "", "kind": "text"}],
        rows=[[HOSTILE[4]], [HOSTILE[5]]],
    )
