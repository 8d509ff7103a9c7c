"""The files of a publication: everything a stranger needs to work a list out again, as a Frictionless Data Package."""

import contextlib
import json
import secrets
import subprocess
from functools import cache

from django.conf import settings

from ranking.listing import dimensions_of
from ranking.models import Run, Score
from ranking.runs import panel_rows
from ranking.verify.tables import write_table
from survey.models import Feedback, Indicator, Study
from survey.results import may_show_results, round_statistics
from survey.sealing import canonical_bytes, sha256_hex
from weighting.datasets import dataset_document
from weighting.models import IndicatorWeight
from weighting.trees import expert_panel, study_tree

STRING, NUMBER, INTEGER = "string", "number", "integer"
README = """{name}
{name_en}
{year}, revision {revision}{rehearsal}

This is everything a stranger needs to work the list out again: a Frictionless Data Package (datapackage.json).

manifest.json     what two people agreed on: rules, hashes, receipts, weights, ranks. Canonical JSON (RFC 8785)
manifest.sig      Ed25519 signature over manifest.json, 64 bytes
public-key.pem    the key it was made with; keys.json has its predecessors, each having signed the next
framework.csv     the indicators; data.csv the sealed figures; protocol.json every rule
weights.csv       the experts' weights as pooled, the data's, and both combined
edition.json      what the publisher adds to the list: texts, key figures, tables, region schemes, earlier lists
results.csv       the list; receipts.csv one line for each counted answer of each round
feedback, statistics   what the panel was told between rounds, and figures over enough answers
licence.txt       where the figures come from

Check it:         python -m ranking.verify BUNDLE.zip --key TRUSTED.pem
or the signature: openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig

Texts that begin with = + - @ ' have an apostrophe in front, so that no spreadsheet takes them for a formula.
Single answers of experts are not in it.

这是独立复算本榜单所需的全部文件(Frictionless 数据包)。核验方法见上;以 = + - @ ' 开头的文字前加了一个单引号,
以免被电子表格当作公式。包内没有任何专家的单份答卷。
"""
LICENCE = """Where the figures come from, and who may use them
数据来源与使用

The figures of each indicator belong to the source named beside it; ask there before using them for anything else.
Weights, scores and ranks were worked out by the publisher of this list from them and may be quoted with the name of the
list and its revision. Heng itself is software under the licence in its repository.
各指标的数据归其所列来源所有,另作他用请先征得来源方同意。权重、得分和名次由本榜单发布方据此计算,引用时请注明榜单名称和版次。

"""


def public_files(run: Run, *, revision: int, edition: bytes) -> dict[str, bytes]:
    """The files of the public bundle but for manifest, signature and keys; ``edition`` goes in as it was frozen."""
    study, tables = run.study, _tables(run)
    files = {
        f"{name}.csv": write_table([field["name"] for field in fields], rows)
        for name, (fields, rows) in tables.items()
    }
    files |= {"protocol.json": canonical_bytes(study.protocol), "edition.json": edition}
    files |= _figures_of_rounds(study)
    files["readme.txt"] = README.format(
        name=study.name,
        name_en=study.name_en,
        year=study.year,
        revision=revision,
        rehearsal=" (REHEARSAL: simulated answers 演练:答卷为模拟)" if study.is_rehearsal else "",
    ).encode()
    files["licence.txt"] = (LICENCE + _sources(study)).encode()
    files["datapackage.json"] = _package(study, revision, tables, files)
    return files


def _tables(run: Run) -> dict[str, tuple[list[dict], list[list]]]:
    """Every table with its fields and rows."""
    study = run.study
    return {
        "framework": _framework(study),
        "data": _data(run),
        "weights": _weights(run),
        "results": _results(run),
        "rounds": _rounds(study),
        "receipts": _receipts(study),
    }


def _fields(kind: str, *names: str) -> list[dict]:
    return [{"name": name, "type": kind} for name in names]


def _framework(study: Study) -> tuple[list[dict], list[list]]:
    fields = _fields(STRING, "code", "parent") + _fields(INTEGER, "direction")
    texts = (
        "name",
        "name_en",
        "definition",
        "definition_en",
        "unit",
        "unit_en",
        "source",
        "source_en",
        "closeness",
        "stands_for",
    )
    fields += _fields(STRING, *texts)
    nodes = study_tree(study).indicators
    return fields, [
        [
            node.code,
            node.parent.code if node.parent else "",
            node.direction,
            *[getattr(node, text) for text in texts],
        ]
        for node in nodes
    ]


def _data(run: Run) -> tuple[list[dict], list[list]]:
    """The sealed figures of all units, those that are not listed as well: without them nothing can be worked out."""
    dataset = run.weight_set.dataset
    fields = _fields(STRING, "code", "name", "name_en", *dataset.attributes)
    fields += _fields(NUMBER, *[f"figure:{code}" for code in dataset.codes])
    return fields, [
        [
            unit["code"],
            unit["name"],
            unit["name_en"],
            *[unit["attributes"].get(name, "") for name in dataset.attributes],
        ]
        + unit["values"]
        for unit in dataset_document(dataset)["units"]
    ]


def weight_entries(run: Run) -> list[dict]:
    """The weights of every node, in tree order."""
    rows = IndicatorWeight.objects.filter(weight_set=run.weight_set).select_related("indicator")
    names = ("expert", "variation", "combined", "effective")
    return [{"code": row.indicator.code} | {name: getattr(row, name) for name in names} for row in rows]


def _weights(run: Run) -> tuple[list[dict], list[list]]:
    names = ("expert", "variation", "combined", "effective")
    return _fields(STRING, "code") + _fields(NUMBER, *names), [
        list(row.values()) for row in weight_entries(run)
    ]


def score_entries(run: Run) -> list[dict]:
    """The listed units in order of rank, then of code."""
    rows = sorted(Score.objects.listed(run), key=lambda row: (row.rank, row.unit.code))
    return [
        {
            "code": row.unit.code,
            "name": row.unit.name,
            "score": row.score,
            "rank": row.rank,
            "tier": row.tier,
            "rank_low": row.rank_low,
            "rank_high": row.rank_high,
        }
        for row in rows
    ]


def _results(run: Run) -> tuple[list[dict], list[list]]:
    dimensions = [dimension.code for dimension in dimensions_of(run.study)]
    fields = _fields(STRING, "code", "name") + _fields(NUMBER, "score")
    fields += _fields(INTEGER, "rank", "tier", "rank_low", "rank_high")
    fields += _fields(NUMBER, *[f"score:{code}" for code in dimensions])
    shown = dict(Score.objects.listed(run).values_list("unit__code", "dimensions"))
    return fields, [
        [*row.values(), *[shown[row["code"]].get(code) for code in dimensions]] for row in score_entries(run)
    ]


def _rounds(study: Study) -> tuple[list[dict], list[list]]:
    fields = _fields(INTEGER, "number", "invited", "answers") + _fields(STRING, "sha256")
    return fields, [[turn.number, turn.invited, turn.answers, turn.sha256] for turn in study.rounds.closed()]


def _receipts(study: Study) -> tuple[list[dict], list[list]]:
    fields = _fields(INTEGER, "round") + _fields(STRING, "receipt")
    return fields, [[turn.number, leaf] for turn in study.rounds.closed() for leaf in turn.receipts()]


def _figures_of_rounds(study: Study) -> dict[str, bytes]:
    """What the panel was told after each round, and its statistics where enough answers stand behind them."""
    files = {}
    for feedback in Feedback.objects.filter(round__study=study).select_related("round"):
        files[f"feedback/round-{feedback.round.number}.json"] = bytes(feedback.content)
    for turn in study.rounds.closed():
        if may_show_results(turn):
            files[f"statistics/round-{turn.number}.json"] = canonical_bytes(round_statistics(turn))
    return files


def _sources(study: Study) -> str:
    leaves = Indicator.objects.filter(study=study, children=None)
    return "".join(
        f"{leaf.code} {leaf.name} {leaf.name_en}\n    {leaf.source or '–'}\n    {leaf.source_en or '–'}\n"
        for leaf in leaves
    )


def _package(study: Study, revision: int, tables: dict, files: dict[str, bytes]) -> bytes:
    """The descriptor of the Frictionless Data Package."""
    resources = []
    for path in sorted(files):
        name, kind = path.rsplit(".", 1)
        resource = {"name": name.replace("/", "-"), "path": path, "format": kind, "encoding": "utf-8"}
        resource |= {"bytes": len(files[path]), "hash": f"sha256:{sha256_hex(files[path])}"}
        resource["mediatype"] = {"csv": "text/csv", "json": "application/json", "txt": "text/plain"}[kind]
        if kind == "csv":
            schema = {"fields": tables[name][0], "missingValues": [""]}
            resource |= {"profile": "tabular-data-resource", "schema": schema}
        resources.append(resource)
    document = {
        "profile": "data-package",
        "name": study.slug,
        "title": study.name_en or study.name,
        "version": str(revision),
        "resources": resources,
        "sources": [{"title": "licence.txt"}],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode()


def panel_file(run: Run) -> bytes:
    """The auditors' table: every answer's shares under random row numbers, without pseudonym or receipt."""
    panel, codes = (
        expert_panel(run.weight_set.round, study_tree(run.study).tree),
        study_tree(run.study).tree.codes,
    )
    header = ["row", *[f"share:{code}" for code in codes]]
    if panel.authority is not None:
        header += [f"authority:{code}" for code in codes]
    numbers = secrets.SystemRandom().sample(range(100_000, 1_000_000), len(panel))
    rows = sorted([number, *row] for number, row in zip(numbers, panel_rows(panel), strict=True))
    return write_table(header, rows)


@cache
def _commit() -> str | None:
    """The commit that is checked out here, where that can be told."""
    git = ["git", "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(git, capture_output=True, text=True, check=True, timeout=5)  # noqa: S603 - fixed words
        return done.stdout.strip()
    return None


def code_facts() -> dict[str, str | None]:
    """Which program worked the list out: commit, image and lock file where they are known."""
    lock = settings.BASE_DIR / "requirements.txt"
    return {
        "commit": settings.CODE_COMMIT or _commit(),
        "image_digest": settings.IMAGE_DIGEST or None,
        "lockfile_sha256": sha256_hex(lock.read_bytes()) if lock.exists() else None,
    }
