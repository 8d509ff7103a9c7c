"""The vendored files are the ones that package.json pins and the manifest describes."""

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "config" / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
BUNDLED_LICENCES = {"bootstrap": "MIT", "echarts": "Apache-2.0", "zrender": "BSD-3-Clause", "tslib": "0BSD"}


FOR_TESTS = Path(__file__).resolve().parent / "vendor"  # never served


def test_what_the_tests_bring_along_is_what_their_manifest_names():
    rows = json.loads((FOR_TESTS / "manifest.json").read_text())
    present = {p.relative_to(FOR_TESTS).as_posix() for p in FOR_TESTS.rglob("*") if p.is_file()}
    assert present - {"manifest.json"} == {row["file"] for row in rows}
    for row in rows:
        assert hashlib.sha256((FOR_TESTS / row["file"]).read_bytes()).hexdigest() == row["sha256"]
        assert f"{row['package']}/LICENSE" in present


@pytest.mark.parametrize("row", MANIFEST, ids=lambda row: row["file"])
def test_vendored_file_has_the_hash_of_the_manifest(row):
    assert hashlib.sha256((VENDOR / row["file"]).read_bytes()).hexdigest() == row["sha256"]


def test_vendor_folder_holds_exactly_what_the_manifest_names():
    present = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()} - {"manifest.json"}

    assert present == {row["file"] for row in MANIFEST}


def test_pins_are_exact_and_are_the_versions_that_were_copied():
    pins = json.loads((STATIC / "package.json").read_text())["dependencies"]
    copied = {row["package"]: row["version"] for row in MANIFEST}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())
    assert pins == {name: copied[name] for name in pins}


def test_lock_agrees_with_the_copies_and_names_no_registry():
    packages = json.loads((STATIC / "package-lock.json").read_text())["packages"]
    locked = {path.removeprefix("node_modules/"): entry for path, entry in packages.items() if path}

    assert not [name for name, entry in locked.items() if "resolved" in entry]
    assert not [name for name, entry in locked.items() if not entry["integrity"].startswith("sha512-")]
    assert all(locked[row["package"]]["version"] == row["version"] for row in MANIFEST)


def test_each_package_is_copied_with_its_licence():
    licences = {row["package"]: row["licence"] for row in MANIFEST if "LICENSE" in row["file"]}

    assert licences == BUNDLED_LICENCES
