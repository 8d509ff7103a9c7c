"""Tampering is seen: a thousand random changes of a bundle and of the database, every one found.

`HENG_MUTATIONS=10` makes it ten thousand.
"""

import base64
import json
import os
import random
from collections import Counter

import pytest
from django.db import DatabaseError, transaction

from ranking.arrays import pack as packed
from ranking.models import Publication, Run, RunTable, Score
from ranking.replay import replay_run
from ranking.runs import run_table
from ranking.signing import public_key_pem, signing_key
from ranking.verify.archive import pack, unpack
from ranking.verify.canonical import canonical, sha256
from ranking.verify.check import verify
from ranking.verify.tables import read_table, write_table
from ranking.verify.unreadable import Unreadable
from survey.models import Indicator, Round, Snapshot, Study
from tests.ranking.test_publications import published
from tests.ranking.test_runs import MATRIX
from weighting.models import Dataset, IndicatorWeight, Unit, WeightSet

pytestmark = pytest.mark.django_db
TIMES = int(os.environ.get("HENG_MUTATIONS", "1"))
SEED = 20261124


@pytest.fixture
def live(settings, tmp_path):
    """A published revision, its bundle and its key."""
    settings.SIGNING_KEY_FILE = tmp_path / "signing-key.pem"
    return published(MATRIX)


def found_in(content: bytes, key: bytes) -> str:
    """The first field that differs, or why the file cannot be read; empty where nothing is seen."""
    try:
        report = verify(content, key)
    except Unreadable as refused:
        return refused.reason
    return report.differences[0].field if report.differences else ""


def bundle_of(publication) -> bytes:
    return bytes(Publication.objects.defer(None).get(pk=publication.pk).bundle)


# --- bytes of the file -----------------------------------------------------------------------------------------


def flipped(content: bytes, rng) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]


def cut(content: bytes, rng) -> bytes:
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randrange(1, 40) :]


def filled(content: bytes, rng) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + rng.randbytes(rng.randrange(1, 9)) + content[place:]


def swapped(content: bytes, rng) -> bytes:
    one, other = sorted(rng.sample(range(len(content)), 2))
    if content[one] == content[other]:  # that would change nothing
        return swapped(content, rng)
    return (
        content[:one]
        + content[other : other + 1]
        + content[one + 1 : other]
        + content[one : one + 1]
        + content[other + 1 :]
    )


def truncated(content: bytes, rng) -> bytes:
    return content[: rng.randrange(len(content))]


BYTES = [flipped, cut, filled, swapped, truncated]


def test_every_changed_byte_of_the_file_is_seen(live):
    whole, key, rng, missed = bundle_of(live), public_key_pem().encode(), random.Random(SEED), []
    for number in range(350 * TIMES):
        change = BYTES[number % len(BYTES)]
        other = change(whole, rng)
        if other != whole and not found_in(other, key):
            missed.append((number, change.__name__))
    assert missed == []


# --- files and fields, put together again by somebody without the key ------------------------------------------


def paths_in(document, path=()):
    """The place of every value of a document."""
    if isinstance(document, dict | list):
        for name in document if isinstance(document, dict) else range(len(document)):
            yield from paths_in(document[name], (*path, name))
    if path:
        yield path


def changed_at(document, path, rng):
    """The document with one value changed, deleted, doubled or moved."""
    other = json.loads(json.dumps(document))
    holder = other
    for name in path[:-1]:
        holder = holder[name]
    value, last = holder[path[-1]], path[-1]
    acts = ["delete", "change"]
    if isinstance(holder, list):
        acts += ["double"] + (["reorder"] if len(holder) > 1 else [])
    act = rng.choice(acts)
    if act == "delete":
        del holder[last]
    elif act == "double":
        holder.insert(last, value)
    elif act == "reorder":
        to = (last + 1) % len(holder)
        holder[last], holder[to] = holder[to], holder[last]
    else:
        holder[last] = another(value, rng)
    return other


def another(value, rng):
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + rng.choice([-1, 1])
    if isinstance(value, float):
        return value * (1 + 2**-52) if value else 5e-324
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return {} if value else [None]


def test_every_change_of_a_file_or_field_is_seen_without_the_key(live):
    files, key, rng, missed = unpack(bundle_of(live)), public_key_pem().encode(), random.Random(SEED), []
    manifest = json.loads(files["manifest.json"])
    paths = list(paths_in(manifest))
    for number in range(320 * TIMES):
        if number % 2:
            path = rng.choice(paths)
            other = changed_at(manifest, path, rng)
            if other == manifest:
                continue
            content, what = files | {"manifest.json": canonical(other)}, path
        else:
            name = rng.choice(sorted(files))
            change = rng.choice(BYTES)
            body = change(files[name], rng)
            if body == files[name]:
                continue
            content, what = files | {name: body}, (name, change.__name__)
            if name in manifest["files"]:  # the hash is put right; the signature cannot be
                fixed = manifest | {"files": manifest["files"] | {name: sha256(body)}}
                content["manifest.json"] = canonical(fixed)
        if not found_in(pack(content), key):
            missed.append((number, what))
    assert missed == []
    for name in files:
        assert found_in(pack({other: files[other] for other in files if other != name}), key), name
    assert found_in(pack(files | {"more.txt": b""}), key)


# --- a publisher who lies: everything signed anew with the true key --------------------------------------------

MATTERS = {
    "weights",
    "scores",
    "units_left_out",
    "weights_sha256",
    "results_sha256",
    "dataset_sha256",
    "protocol_sha256",
}
MATTERS |= {"method_version", "arithmetic", "files"}


def lie(files, manifest, rng):
    """One false statement about inputs, rules or results, with every hash of a file put right."""
    kind = rng.choice(["data", "manifest", "receipt", "rule", "table"])
    other, content = json.loads(json.dumps(manifest)), dict(files)
    if kind == "manifest":
        path = rng.choice(
            [
                path
                for path in paths_in(manifest)
                if path[0] in MATTERS and path[-1] not in ("rank_low", "rank_high")
            ]
        )
        other = changed_at(manifest, path, rng)
        return kind, path, content, other
    if kind == "receipt":
        turn = rng.choice(other["rounds"])
        rng.choice(
            [
                lambda: turn["receipts"].pop(),
                lambda: turn["receipts"].append("f" * 64),
                turn["receipts"].reverse,
            ]
        )()
        return kind, turn["number"], content, other
    if kind == "rule":
        section, name, value = rng.choice(
            [("weighting", "k", 11), ("weighting", "combination", "linear"), ("weighting", "level", "group"),
             ("ranking", "normalization", "vector"), ("ranking", "aggregation", "power"), ("ranking", "listed", 2)]
        )  # fmt: skip
        other["protocol"][section][name] = value
        other["protocol_sha256"] = sha256(canonical(other["protocol"]))
        return kind, name, content, other
    name = "data.csv" if kind == "data" else rng.choice(["weights.csv", "results.csv", "receipts.csv"])
    header, rows = read_table(content[name], name)
    row, column = rng.randrange(len(rows)), rng.randrange(len(header))
    rows[row][column] = (
        repr(float(rows[row][column]) + 1)
        if column and rows[row][column].replace(".", "").isdigit()
        else "zz"
    )
    content[name] = write_table(header, [[cell if cell else None for cell in line] for line in rows])
    other["files"][name] = sha256(content[name])
    return kind, (name, header[column]), content, other


def test_every_lie_under_the_true_signature_is_seen(live):
    files, rng, missed = unpack(bundle_of(live)), random.Random(SEED), []
    manifest, key = json.loads(files["manifest.json"]), public_key_pem().encode()
    seen = Counter()
    for number in range(200 * TIMES):
        kind, what, content, other = lie(files, manifest, rng)
        if other == manifest:
            continue
        body = canonical(other)
        content |= {"manifest.json": body, "manifest.sig": signing_key().sign(body)}
        field = found_in(pack(content), key)
        seen[kind] += 1
        if not field:
            missed.append((number, kind, what))
    assert missed == []
    assert len(seen) == 5 and min(seen.values()) >= 20


# --- rows of the database --------------------------------------------------------------------------------------


def noisy(value):
    return None if value is None else value * (1 + 2**-50) if value else 5e-324


def database_change(publication, rng):
    """One act of somebody who can write to the tables: its name, and the act."""
    run = publication.run
    score = rng.choice(list(Score.objects.filter(run=run)))
    weight = rng.choice(list(IndicatorWeight.objects.filter(weight_set=run.weight_set)))
    unit = rng.choice(list(Unit.objects.filter(dataset=run.weight_set.dataset)))
    table = rng.choice(list(RunTable.objects.filter(run=run)))
    scores, weights, units = (
        Score.objects.filter(pk=score.pk),
        IndicatorWeight.objects.filter(pk=weight.pk),
        Unit.objects.filter(pk=unit.pk),
    )
    runs, sets = Run.objects.filter(pk=run.pk), WeightSet.objects.filter(pk=run.weight_set_id)
    publications = Publication.objects.filter(pk=publication.pk)
    rounds, datasets = (
        Round.objects.filter(pk=run.weight_set.round_id),
        Dataset.objects.filter(pk=run.weight_set.dataset_id),
    )
    studies, whole = Study.objects.filter(pk=run.study.pk), bundle_of(publication)
    place, digits = rng.randrange(4), f"{rng.getrandbits(256):064x}"
    array = run_table(run, table.name).copy()
    cell = tuple(rng.randrange(size) for size in array.shape)
    array[cell] = array[cell] + 1e-9
    values = [noisy(value) if at == place else value for at, value in enumerate(unit.values)]
    snapshot = bytes(run.weight_set.round.snapshot)
    twin = {
        field.attname: getattr(score, field.attname) for field in Score._meta.fields if not field.primary_key
    }
    change, edition = rng.choice(BYTES), bytes(publication.edition)
    acts = {
        "Score.score": lambda: scores.update(score=noisy(score.score)),
        "Score.rank": lambda: scores.update(rank=score.rank + 1),
        "Score.tier": lambda: scores.update(tier=score.tier + 1),
        "Score.rank_low": lambda: scores.update(rank_low=1),
        "Score.dimensions": lambda: scores.update(
            dimensions={**score.dimensions, "A": noisy(score.dimensions["A"])}
        ),
        "Score deleted": scores.delete,
        "Score of another run": lambda: (
            Score.objects.create(**twin | {"run_id": other_run(run).pk}) and scores.delete()
        ),
        "Weight.expert": lambda: weights.update(expert=noisy(weight.expert)),
        "Weight.variation": lambda: weights.update(variation=noisy(weight.variation)),
        "Weight.combined": lambda: weights.update(combined=noisy(weight.combined)),
        "Weight.effective": lambda: weights.update(effective=noisy(weight.effective)),
        "Weight deleted": weights.delete,
        "WeightSet.sha256": lambda: sets.update(sha256=digits),
        "WeightSet.key": lambda: sets.update(key=digits),
        "WeightSet.parameters": lambda: sets.update(
            parameters=run.weight_set.parameters | {"k": 10.5 + rng.random()}
        ),
        "WeightSet.units_left_out": lambda: sets.update(units_left_out=["x"]),
        "Run.sha256": lambda: runs.update(sha256=digits),
        "Run.key": lambda: runs.update(key=digits),
        "Run.parameters": lambda: runs.update(parameters=run.parameters | {"tie_tolerance": rng.random()}),
        "Run.facts": lambda: runs.update(facts=run.facts | {"experts": 4}),
        "RunTable cell": lambda: RunTable.objects.filter(pk=table.pk).update(content=packed(table=array)),
        "RunTable cut": lambda: RunTable.objects.filter(pk=table.pk).update(
            content=bytes(table.content)[:-9]
        ),
        "RunTable deleted": RunTable.objects.filter(pk=table.pk).delete,
        "Unit.values": lambda: units.update(values=values),
        "Unit.values reordered": lambda: units.update(values=[*unit.values[1:], unit.values[0] + 0.5]),
        "Unit.name": lambda: units.update(name=unit.name + "x"),
        "Unit.code": lambda: units.update(code=unit.code + "x"),
        "Dataset.sha256": lambda: datasets.update(sha256=digits),
        "Dataset.codes": lambda: datasets.update(codes=["a2", "a1", "b1", "b2"]),
        "Indicator.direction": lambda: Indicator.objects.filter(study=run.study, code="b1").update(
            direction=-1
        ),
        "Round.sha256": lambda: rounds.update(sha256=digits),
        "Round.leaves": lambda: rounds.update(leaves=[*run.weight_set.round.leaves[:-1], digits]),
        "Round.answers": lambda: rounds.update(answers=4),
        "Snapshot": lambda: Snapshot.objects.filter(round=run.weight_set.round_id).update(
            content=change(snapshot, rng)
        ),
        "Study.protocol": lambda: studies.update(
            protocol=run.study.protocol | {"ranking": {**run.parameters, "listed": 2}}
        ),
        "Study.protocol_sha256": lambda: studies.update(protocol_sha256=digits),
        "Publication.manifest": lambda: publications.update(
            manifest=change(bytes(publication.manifest), rng)
        ),
        "Publication.sha256": lambda: publications.update(sha256=digits),
        "Publication.signature": lambda: publications.update(
            signature=base64.b64encode(rng.randbytes(64)).decode()
        ),
        "Publication.bundle": lambda: publications.update(bundle=change(whole, rng)),
        "Publication.public_key": lambda: publications.update(
            public_key=publication.public_key.replace("M", "N", 1)
        ),
        "Publication.revision": lambda: publications.update(revision=7),
        "Publication.edition": lambda: publications.update(edition=change(edition, rng)),
        "Publication.embargo_until": lambda: publications.update(embargo_until=publication.proposed_at),
        "Publication.note": lambda: publications.update(note="all is well"),
    }
    return acts


def other_run(run):
    """A run that takes the row of a score which somebody moved there."""
    fields = {
        field.attname: getattr(run, field.attname) for field in Run._meta.fields if not field.primary_key
    }
    return Run.objects.create(**fields | {"key": "0" * 64})


def test_every_change_of_the_database_is_seen(live):
    live = Publication.objects.select_related(
        "run__weight_set__round", "run__weight_set__dataset__study"
    ).get(pk=live.pk)
    assert replay_run(live.run) == []
    rng, missed, refused, done = random.Random(SEED), [], Counter(), 0
    names = list(database_change(live, rng))
    for number in range(max(len(names), 130 * TIMES)):
        name = names[number % len(names)]
        try:
            with transaction.atomic():
                database_change(live, rng)[name]()
                found = replay_run(Run.objects.get(pk=live.run_id))
                transaction.set_rollback(True)
        except DatabaseError:  # the database itself forbids it
            refused[name] += 1
            continue
        done += 1
        if not found:
            missed.append((number, name))
    assert missed == []
    assert done >= 100, refused
    assert replay_run(Run.objects.get(pk=live.run_id)) == []
