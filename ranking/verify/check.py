"""Every check of a bundle, in the order in which differences are named."""

import base64
import binascii
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ranking.core.published import (
    PublishedResults,
    published_intervals,
    published_results,
    resampled_panel,
)
from ranking.core.recipe import recipe_of
from ranking.verify import METHOD_VERSION
from ranking.verify.archive import pack, unpack
from ranking.verify.canonical import canonical, read_json, sha256
from ranking.verify.sealed import Sealed, SealedUnit, read_panel, read_sealed
from ranking.verify.tables import number, read_table
from ranking.verify.unreadable import Unreadable
from weighting.core.panel import ExpertPanel, PoolRule
from weighting.core.refusal import MatrixRefused
from weighting.core.tree import Tree
from weighting.core.used_table import used_table

SIGNED = ("manifest.json", "manifest.sig", "public-key.pem", "keys.json")  # not named in the manifest itself
NEEDED = {"framework.csv", "data.csv", "weights.csv", "results.csv", "receipts.csv"}
NEAR = 1e-9  # relative, for runs by binary arithmetic
EDITION = "edition.json"
EDITION_SHAPES = {"texts": dict, "key_figures": list, "supplements": list, "groupings": list, "past": list}
SHAPES = {
    "study": dict,
    "protocol": dict,
    "rounds": list,
    "weights": list,
    "scores": list,
    "files": dict,
    "units_left_out": list,
}


@dataclass(frozen=True)
class Difference:
    """One field that is not what it should be: where, what stands there, and what was found."""

    field: str
    stated: str
    found: str

    def __str__(self) -> str:
        return f"{self.field}: {self.stated} ≠ {self.found}"


@dataclass(frozen=True)
class Report:
    """What a check found: differences in order, the manifest, and what could not be looked at."""

    differences: tuple[Difference, ...]
    manifest: dict
    intervals_checked: bool
    key_pinned: bool


def verify(content: bytes, key: bytes | None = None) -> Report:
    """Check a bundle; ``key`` is the PEM of the public key that is trusted.

    Raises `Unreadable` for a file that is no bundle.
    """
    files = unpack(content)
    if "manifest.json" not in files:
        raise Unreadable("no_manifest")
    found: list[Difference] = []
    if pack(files) != content:
        found.append(Difference("bundle", "bytes of the file", "another form of the same files"))
    manifest = read_json(files["manifest.json"], "manifest.json")
    _refuse_shape(manifest)
    found += _signature_differences(files, key)
    if canonical(manifest) != files["manifest.json"]:
        found.append(Difference("manifest.json", "bytes of the file", "not in canonical form"))
    found += _file_differences(files, manifest)
    found += _edition_differences(files)
    if not NEEDED - files.keys():
        try:
            found += _content_differences(files, manifest)
        except Unreadable:
            if not found:  # else the file is named already
                raise
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as fault:
            found.append(Difference("manifest.json", type(fault).__name__, ascii(str(fault))[:80]))
    return Report(tuple(found), manifest, "panel.csv" in files, key is not None)


def _refuse_shape(manifest) -> None:
    """Refuse a document that is no manifest."""
    if not isinstance(manifest, dict) or any(
        not isinstance(manifest.get(name), kind) for name, kind in SHAPES.items()
    ):
        raise Unreadable("no_manifest")


def _signature_differences(files: dict[str, bytes], key: bytes | None) -> list[Difference]:
    """Whether the signature holds under the bundle's key, and whether the trusted key leads to that one."""
    try:
        own = _public_key(files.get("public-key.pem", b""))
    except ValueError:
        return [Difference("public-key.pem", "an Ed25519 key", "none")]
    try:
        own.verify(files.get("manifest.sig", b""), files["manifest.json"])
    except InvalidSignature:
        return [Difference("manifest.sig", "signature", "does not fit manifest.json and public-key.pem")]
    found, chain = [], _key_chain(files)
    if not chain or chain[-1] != own.public_bytes_raw():
        found.append(Difference("keys.json", "a chain of signed keys", "does not lead to public-key.pem"))
    if key is not None and _public_key(key).public_bytes_raw() not in chain:
        found.append(Difference("public-key.pem", "the key given by --key", "another key"))
    return found


def trusted_key(pem: bytes) -> bytes:
    """The key that is trusted, checked to be one; raises `Unreadable`."""
    try:
        _public_key(pem)
    except ValueError as fault:
        raise Unreadable("bad_key") from fault
    return pem


def _public_key(pem: bytes) -> Ed25519PublicKey:
    """The Ed25519 key of a PEM text; `ValueError` for anything else."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise ValueError("no key") from fault
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("another kind of key")
    return key


def _key_chain(files: dict[str, bytes]) -> list[bytes]:
    """The raw keys from the oldest to the newest, each signed by the one before it; empty where the chain breaks."""
    links = read_json(files.get("keys.json", b"[]"), "keys.json")
    chain: list[bytes] = []
    try:
        for link in links:
            key = _public_key(link["public_key"].encode())
            if chain:
                before = Ed25519PublicKey.from_public_bytes(chain[-1])
                before.verify(
                    base64.b64decode(link["signed_by_previous"], validate=True), link["public_key"].encode()
                )
            chain.append(key.public_bytes_raw())
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error, InvalidSignature):
        return []
    return chain if canonical(links) == files.get("keys.json") else []


def _file_differences(files: dict[str, bytes], manifest: dict) -> list[Difference]:
    """Files that are missing, too many, or other than the manifest says."""
    stated, found = manifest["files"], []
    extra = {
        "panel.csv"
    }  # the auditors' copy has it beside the signed files; its content has a hash of its own
    for name in sorted(stated.keys() | files.keys()):
        if name in SIGNED:
            continue
        if name not in files:
            found.append(Difference(name, "named by the manifest", "missing"))
        elif name not in stated:
            if name not in extra:
                found.append(Difference(name, "not named by the manifest", "in the bundle"))
        elif sha256(files[name]) != stated[name]:
            found.append(Difference(name, str(stated[name]), sha256(files[name])))
    return found


def _edition_differences(files: dict[str, bytes]) -> list[Difference]:
    """Whether the publisher's additions are one canonical document; older bundles have none."""
    if EDITION not in files:
        return []
    document = read_json(files[EDITION], EDITION)
    if not isinstance(document, dict):
        return [Difference(EDITION, "texts, key figures and tables", type(document).__name__)]
    found = (
        []
        if canonical(document) == files[EDITION]
        else [Difference(EDITION, "bytes of the file", "not in canonical form")]
    )
    shapes = {name: type(document.get(name)) for name in EDITION_SHAPES}
    return found + [
        Difference(f"{EDITION}.{name}", EDITION_SHAPES[name].__name__, kind.__name__)
        for name, kind in shapes.items()
        if kind is not EDITION_SHAPES[name]
    ]


def _content_differences(files: dict[str, bytes], manifest: dict) -> list[Difference]:
    """Whether rules, receipts, data and results fit together."""
    sealed = read_sealed(files)
    facts = [
        ("method_version", manifest["method_version"], METHOD_VERSION),
        ("protocol_sha256", manifest["protocol_sha256"], sha256(canonical(manifest["protocol"]))),
        ("dataset_sha256", manifest["dataset_sha256"], sha256(canonical(sealed.document()))),
    ]
    found = [Difference(name, str(old), str(new)) for name, old, new in facts if old != new]
    found += _receipt_differences(files, manifest)
    try:
        return found + _result_differences(files, manifest, sealed)
    except MatrixRefused as refused:
        return [*found, Difference("data.csv", refused.reason, ", ".join(map(str, refused.columns)))]


def _receipt_differences(files: dict[str, bytes], manifest: dict) -> list[Difference]:
    """Whether every round has one receipt for each answer, no receipt twice, and the table says the same."""
    found, listed = [], []
    for turn in manifest["rounds"]:
        leaves, number = turn["receipts"], turn["number"]
        listed += [[str(number), leaf] for leaf in leaves]
        if len(set(leaves)) != turn["answers"] or len(leaves) != turn["answers"]:
            found.append(
                Difference(f"rounds.{number}.answers", str(turn["answers"]), f"{len(set(leaves))} receipts")
            )
        if leaves != sorted(leaves):
            found.append(Difference(f"rounds.{number}.receipts", "in order", "in another order"))
    header, rows = read_table(files["receipts.csv"], "receipts.csv")
    if [header, *rows] != [["round", "receipt"], *listed]:
        found.append(Difference("receipts.csv", "the receipts of the manifest", "others"))
    return found


def _result_differences(files, manifest: dict, sealed: Sealed) -> list[Difference]:
    """Weights, scores, ranks and tiers worked out again from data, rules and the experts' weights."""
    protocol, stated, tree = manifest["protocol"], manifest["weights"], sealed.tree
    codes = [row["code"] for row in stated]
    if codes != list(tree.codes):
        return [Difference("weights", ", ".join(map(str, codes))[:80], ", ".join(tree.codes)[:80])]
    units = sorted(sealed.units, key=lambda unit: unit.code)
    table = used_table(units, sealed.codes, sealed.directions, protocol["weighting"])
    recipe, rules = recipe_of(protocol["weighting"], protocol["ranking"]), protocol["ranking"]
    expert = np.array([row["expert"] for row in stated], dtype=float)
    results = published_results(table, tree, expert, recipe, rules)
    same = _same if results.arithmetic == "decimal" else _near
    facts = [
        ("arithmetic", manifest["arithmetic"], results.arithmetic),
        ("units_left_out", manifest["units_left_out"], list(table.left_out)),
    ]
    found = [Difference(name, str(old)[:80], str(new)[:80]) for name, old, new in facts if old != new]
    for node, row in enumerate(stated):
        for name in ("variation", "combined", "effective"):
            value = float(getattr(results.weights, name)[node])
            if not same(row[name], value):
                found.append(Difference(f"weights.{row['code']}.{name}", repr(row[name]), repr(value)))
    rows = [_result_row(results, at, unit) for at, unit in enumerate(table.units)]
    listed = sorted(
        (row for row in rows if row["rank"] <= rules["listed"]), key=lambda row: (row["rank"], row["code"])
    )
    found += _score_differences(manifest["scores"], listed, same)
    found += _table_differences(files, manifest)
    found += _dimension_differences(files, tree, table, results, same)
    if results.arithmetic == "decimal":
        found += _hash_differences(manifest, rows)
    if "panel.csv" in files:
        found += _panel_differences(files, manifest, tree, (table, results, recipe))
    return found


def _result_row(results: PublishedResults, at: int, unit: SealedUnit) -> dict:
    """What was worked out for one unit."""
    return {
        "code": unit.code,
        "name": unit.name,
        "score": float(results.scores[at]),
        "rank": int(results.ranks[at]),
        "tier": int(results.tiers[at]),
    }


def _hash_differences(manifest: dict, rows: list[dict]) -> list[Difference]:
    """Whether the hashes over all weights and all units are those of what stands there and what was worked out."""
    names = ("code", "expert", "variation", "combined", "effective")
    documents = {
        "weights_sha256": [[row[name] for name in names] for row in manifest["weights"]],
        "results_sha256": [[row[name] for name in ("code", "score", "rank", "tier")] for row in rows],
    }
    hashes = [(name, manifest[name], sha256(canonical(document))) for name, document in documents.items()]
    return [Difference(name, str(old), new) for name, old, new in hashes if old != new]


def _table_differences(files: dict[str, bytes], manifest: dict) -> list[Difference]:
    """Whether the tables of weights and results say what the manifest says."""
    found = []
    for name, rows in (("weights.csv", manifest["weights"]), ("results.csv", manifest["scores"])):
        header, table = read_table(files[name], name)
        columns = [header.index(column) for column in rows[0]] if rows else []
        for at, (row, cells) in enumerate(zip_longest(rows, table)):
            stated = ["" if row is None or value is None else str(value) for value in (row or {}).values()]
            shown = [cells[column] for column in columns] if cells else []
            if not all(_same_text(old, new) for old, new in zip_longest(stated, shown)):
                found.append(Difference(f"{name}[{at}]", ", ".join(shown)[:80], ", ".join(stated)[:80]))
    return found


def _dimension_differences(files, tree: Tree, table, results: PublishedResults, same) -> list[Difference]:
    """Whether the list's scores of the first level are those that were worked out."""
    header, rows = read_table(files["results.csv"], "results.csv")
    place, found = {unit.code: at for at, unit in enumerate(table.units)}, []
    for node in tree.level_nodes[0].tolist():
        column = header.index(f"score:{tree.codes[node]}")
        for cells in rows:
            stated = number(cells[column], "results.csv")
            value = float(results.nodes[place[cells[0]], node])
            if stated is None and value != value:  # no figure under the node
                continue
            if not same(stated, value):
                field = f"results.csv.{cells[0]}.{header[column]}"
                found.append(Difference(field, cells[column], repr(value)))
    return found


def _same_text(stated: str | None, shown: str | None) -> bool:
    """Whether two cells are the same text or the same number, however it is written."""
    if stated == shown:
        return True
    try:
        return float(stated) == float(shown)
    except (TypeError, ValueError):
        return False


def _panel_differences(files, manifest: dict, tree: Tree, found_out: tuple) -> list[Difference]:
    """The auditors' part: experts' weights and rank intervals worked out again from every answer."""
    table, results, recipe = found_out
    shares, authority = read_panel(files["panel.csv"], tree)
    survey = manifest["protocol"]["survey"]
    rule = PoolRule(survey["aggregation"], survey["trim"], survey["zero_share"])
    panel = ExpertPanel(shares, rule, authority).ordered()
    rows = panel.shares if panel.authority is None else np.hstack([panel.shares, panel.authority])
    document = [[None if figure != figure else figure for figure in row] for row in rows.tolist()]
    found = []
    if sha256(canonical(document)) != manifest["panel_sha256"]:
        found.append(Difference("panel.csv", str(manifest["panel_sha256"]), sha256(canonical(document))))
    pooled = panel.pooled(tree)
    for node, row in enumerate(manifest["weights"]):
        if abs(row["expert"] - pooled[node]) > NEAR:
            found.append(
                Difference(f"weights.{row['code']}.expert", repr(row["expert"]), repr(float(pooled[node])))
            )
    resampled = resampled_panel(tree, panel, table, results.composite, recipe)
    intervals = published_intervals(
        resampled, results.composite, recipe, manifest["protocol"]["ranking"]["intervals"], len(panel)
    )
    place = {unit.code: at for at, unit in enumerate(table.units)}
    for row in manifest["scores"]:
        at = place.get(row["code"])
        if at is None:
            continue
        ends = (int(intervals.lower[at]), int(intervals.upper[at])) if intervals else (None, None)
        if (row["rank_low"], row["rank_high"]) != ends:
            stated = f"{row['rank_low']}–{row['rank_high']}"
            found.append(
                Difference(f"scores.{row['code']}.rank_low–rank_high", stated, "{}–{}".format(*ends))
            )
    return found


def _same(stated, found) -> bool:
    return type(stated) in (int, float) and float(stated) == found


def _near(stated, found) -> bool:
    return type(stated) in (int, float) and abs(stated - found) <= NEAR * max(1.0, abs(found))


def _score_differences(stated: list[dict], listed: list[dict], same) -> list[Difference]:
    """Every field of the list that is not what was worked out."""
    found = []
    for at, (old, new) in enumerate(zip_longest(stated, listed)):
        if old is None or new is None or old["code"] != new["code"]:
            codes = [row["code"] if row else "–" for row in (old, new)]
            return [*found, Difference(f"scores[{at}].code", *codes)]
        for name, value in new.items():
            good = same(old[name], value) if name == "score" else old[name] == value
            if not good:
                found.append(Difference(f"scores.{new['code']}.{name}", repr(old[name]), repr(value)))
    return found
