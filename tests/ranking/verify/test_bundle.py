"""The bundle: complete, deterministic, a valid data package, and checked offline without Django."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rfc8785
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from ranking.bundles import public_files
from ranking.editions import edition_bytes, edition_of
from ranking.models import EditionText, KeyFigure, Publication
from ranking.publications import BundleBroken, publication_differences, publish, withdraw
from ranking.signing import KeyLocked, SignatureMissing, public_key_pem, signing_key
from ranking.verify.archive import pack, unpack
from ranking.verify.canonical import canonical
from ranking.verify.check import verify
from ranking.verify.command import main
from ranking.verify.tables import read_table
from survey.models import AuditEvent, Membership
from survey.sealing import canonical_bytes, sha256_hex
from tests.cast import MATRIX
from tests.ranking.test_publications import person, propose, published
from tests.ranking.test_runs import run_of, weighed

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
ODD = MATRIX.replace("甲城", "=cmd|'/c calc'!A1").replace("Yton", "'quoted").replace("east", "-1,5", 0)
WITHOUT_DJANGO = """
import sys
class Guard:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "config", "celery", "rfc8785", "redis", "psycopg"):
            raise ImportError(f"imported {name}")
sys.meta_path.insert(0, Guard())
from ranking.verify.command import main
code = main(sys.argv[1:])
own = {"ranking", "weighting", "numpy", "scipy", "cryptography", "_cffi_backend"}
assert {name for name in sys.modules if name.startswith("survey")} <= {"survey", "survey.formulas"}
assert not {"django", "config"} & {name.split(".")[0] for name in sys.modules}
sys.exit(code)
"""


@pytest.fixture(autouse=True)
def own_key(settings, tmp_path):
    """A signing key of this test alone."""
    settings.SIGNING_KEY_FILE = tmp_path / "signing-key.pem"


def bundle_of(publication: Publication) -> bytes:
    return bytes(Publication.objects.get(pk=publication.pk).bundle)


def resigned(files: dict, manifest: dict) -> bytes:
    """The bundle with another manifest, signed with the true key: a publisher who lies."""
    content = canonical_bytes(manifest)
    return pack(files | {"manifest.json": content, "manifest.sig": signing_key().sign(content)})


@pytest.mark.parametrize(
    ("experts", "rules"),
    [
        (3, {}),
        (6, {"normalization": "vector"}),
        (7, {"aggregation": "geometric", "low": 1}),
    ],
)
def test_published_bundle_holds(experts, rules):
    proposal = propose(run_of(weighed(ODD, experts=experts, **rules)))
    publication = publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    report = verify(bundle_of(publication), public_key_pem().encode())
    assert report.differences == ()
    assert report.manifest["panel_sha256"] == publication.run.facts["panel_sha256"]


@pytest.mark.parametrize(
    "weighting", [{"objective": "critic"}, {"outliers": "logarithm"}, {"missing": "leave_out"}]
)
def test_bundle_of_other_rules_holds(weighting):
    matrix = MATRIX + "w,丁城,Wton,east,4,5,8,1\nv,戊城,Vton,west,2.5,7,,9\n" * (
        weighting.get("missing") == "leave_out"
    )
    proposal = propose(run_of(weighed(matrix, weighting=weighting)))
    publication = publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    report = verify(bundle_of(publication))
    assert report.differences == ()
    assert report.manifest["arithmetic"] == ("binary" if "objective" in weighting else "decimal")


def test_same_run_gives_the_same_files():
    run = run_of(weighed(ODD))
    first, second = (public_files(run, revision=1, edition=edition_bytes(run)) for _ in range(2))
    assert pack(first) == pack(second)


def test_no_answer_is_in_the_bundle():
    publication = published(ODD)
    snapshot = publication.run.weight_set.round.document()
    content = bundle_of(publication)
    for answer in snapshot["answers"]:
        assert canonical_bytes(answer["values"]) not in content
        assert answer["leaf"].encode() in content
    assert not any(name.startswith("panel") for name in unpack(content))


def test_data_package_has_what_the_specification_asks_for():
    files = unpack(bundle_of(published(ODD)))
    package = json.loads(files["datapackage.json"])
    assert package["name"] == "towns" and package["profile"] == "data-package"
    kinds = {"string": str, "number": float, "integer": int}
    paths = {resource["path"] for resource in package["resources"]}
    assert paths == files.keys() - {
        "datapackage.json",
        "manifest.json",
        "manifest.sig",
        "public-key.pem",
        "keys.json",
    }
    assert len({resource["name"] for resource in package["resources"]}) == len(paths)
    for resource in package["resources"]:
        content = files[resource["path"]]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256_hex(content)}"
        if resource["path"].endswith(".csv"):
            assert resource["profile"] == "tabular-data-resource"
            header, rows = read_table(content, resource["path"])
            fields = resource["schema"]["fields"]
            assert [field["name"] for field in fields] == header
            assert rows
            for row in rows:
                for field, cell in zip(fields, row, strict=True):
                    assert cell == "" or kinds[field["type"]](cell) is not None


def test_edition_is_frozen_with_the_proposal_and_leaves_the_results_alone():
    run = run_of(weighed(ODD))
    bare = propose(run)
    EditionText.objects.create(study=run.study, slot="headline", text="甲城领先", text_en="Xton leads")
    KeyFigure.objects.create(
        study=run.study, code="share", form="share", name="份额", numerator=1.5, denominator=3
    )
    told = propose(run)
    EditionText.objects.update(text="后来改的")
    publication = publish(told, by=person("ava"), sha256=told.sha256, at=timezone.now())
    files, manifest = unpack(bundle_of(publication)), publication.document()
    assert (
        files["edition.json"] == bytes(publication.edition) and "甲城领先".encode() in files["edition.json"]
    )
    assert manifest["files"]["edition.json"] == sha256_hex(files["edition.json"])
    assert edition_of(publication).document["texts"]["headline"]["text"] == "甲城领先"
    same = ("scores", "weights", "results_sha256", "run_sha256", "dataset_sha256")
    assert [manifest[name] for name in same] == [bare.document()[name] for name in same]
    assert publication_differences(publication) == []


def signed_again(files, **changed):
    """The bundle with other files, hashes put right and signed with the true key; None leaves a file out."""
    manifest = json.loads(files["manifest.json"])
    files = {name: body for name, body in (files | changed).items() if body is not None}
    manifest["files"] = {name: sha256_hex(files[name]) for name in manifest["files"] if name in files}
    body = canonical_bytes(manifest)
    return pack(files | {"manifest.json": body, "manifest.sig": signing_key().sign(body)})


def test_bundle_from_before_editions_were_frozen_still_holds():
    files = unpack(bundle_of(published(ODD)))
    assert verify(signed_again(files, **{"edition.json": None})).differences == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda document: json.dumps(document).encode(), "edition.json"),
        (lambda document: canonical_bytes([document]), "edition.json"),
        (lambda document: canonical_bytes(document | {"texts": []}), "edition.json.texts"),
        (lambda document: canonical_bytes({**document, "past": None}), "edition.json.past"),
    ],
)
def test_edition_of_another_form_is_named(change, field):
    files = unpack(bundle_of(published(ODD)))
    body = change(json.loads(files["edition.json"]))
    assert [item.field for item in verify(signed_again(files, **{"edition.json": body})).differences] == [
        field
    ]


def test_row_whose_edition_is_not_that_of_the_bundle_is_found():
    publication = published(ODD)
    publication.edition = canonical_bytes({"texts": {}})
    assert publication_differences(publication) == ["the edition of the row is not that of the bundle"]


def test_texts_are_no_formulas_and_come_back_as_they_were():
    files = unpack(bundle_of(published(ODD)))
    assert b"\n=" not in files["data.csv"] and b",=" not in files["data.csv"]
    _, rows = read_table(files["data.csv"], "data.csv")
    assert rows[0][1:3] == ["=cmd|'/c calc'!A1", "Xton"]
    assert rows[1][2] == "'quoted"


def test_manifest_names_program_chain_and_predecessor():
    first = published()
    second = propose(first.run, note="A figure was corrected.")
    publish(second, by=person("ava"), sha256=second.sha256, at=timezone.now())
    old, new = first.document(), second.document()
    assert (old["previous_manifest_sha256"], new["previous_manifest_sha256"]) == (None, first.sha256)
    assert new["audit_head"]["sequence"] > old["audit_head"]["sequence"]
    assert new["code"]["lockfile_sha256"] == sha256_hex((ROOT / "requirements.txt").read_bytes())
    assert [turn["answers"] for turn in new["rounds"]] == [len(turn["receipts"]) for turn in new["rounds"]]


def test_bundle_that_does_not_follow_from_its_inputs_is_not_published():
    proposal = propose(run_of(weighed()))
    files = unpack(bytes(proposal.bundle))
    Publication.objects.filter(pk=proposal.pk).update(
        bundle=pack(files | {"data.csv": files["data.csv"] + b"\n"})
    )
    with pytest.raises(BundleBroken, match=r"data\.csv"):
        publish(Publication.objects.get(), by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    assert Publication.objects.get().status == Publication.Status.PROPOSED


# --- the command -----------------------------------------------------------------------------------------------


def run_verifier(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_DJANGO, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_command_runs_without_django_and_in_both_languages(tmp_path):
    publication = published(ODD)
    bundle, key = tmp_path / "b.zip", tmp_path / "k.pem"
    bundle.write_bytes(bundle_of(publication))
    key.write_text(public_key_pem())
    english = run_verifier(bundle, "--key", key, LC_ALL="C.UTF-8")
    assert english.returncode == 0, english.stdout + english.stderr
    assert "The bundle holds. towns, revision 1: 3 listed units, 3 answers." in english.stdout
    chinese = run_verifier(bundle, LC_ALL="zh_CN.UTF-8")
    assert chinese.returncode == 0 and "核验通过" in chinese.stdout


def test_command_names_the_first_field_that_differs(tmp_path, capsys):
    files = unpack(bundle_of(published()))
    manifest = json.loads(files["manifest.json"])
    manifest["scores"][1]["rank"] = 3
    (tmp_path / "b.zip").write_bytes(resigned(files, manifest))
    assert main([str(tmp_path / "b.zip"), "--language", "en"]) == 1
    words = capsys.readouterr().out
    assert "First: scores.x.rank" in words and "stated: 3" in words and "found:  2" in words


def test_command_refuses_another_key(tmp_path, capsys):
    (tmp_path / "b.zip").write_bytes(bundle_of(published()))
    other = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True
    ).stdout
    public = subprocess.run(
        ["openssl", "pkey", "-pubout"], input=other, capture_output=True, check=True
    ).stdout
    (tmp_path / "k.pem").write_bytes(public)
    assert main([str(tmp_path / "b.zip"), "--key", str(tmp_path / "k.pem"), "--language", "en"]) == 1
    assert "public-key.pem" in capsys.readouterr().out
    (tmp_path / "k.pem").write_bytes(b"no key")
    assert main([str(tmp_path / "b.zip"), "--key", str(tmp_path / "k.pem"), "--language", "en"]) == 2


# --- signatures and keys ---------------------------------------------------------------------------------------


def openssl_verifies(files: dict, folder: Path, change=b"") -> bool:
    for name in ("manifest.json", "manifest.sig", "public-key.pem"):
        (folder / name).write_bytes(files[name] + (change if name == "manifest.json" else b""))
    command = (
        "openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig"
    )
    return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0


def test_signature_verifies_with_stock_openssl(tmp_path):
    files = unpack(bundle_of(published()))
    assert openssl_verifies(files, tmp_path)
    assert not openssl_verifies(files, tmp_path, change=b" ")


def test_key_is_written_under_its_passphrase(settings):
    settings.SIGNING_KEY_PASSPHRASE = "a phrase of several words"
    pem = public_key_pem()
    assert b"ENCRYPTED" in settings.SIGNING_KEY_FILE.read_bytes()
    assert public_key_pem() == pem
    settings.SIGNING_KEY_PASSPHRASE = "another phrase"
    with pytest.raises(KeyLocked):
        public_key_pem()
    settings.SIGNING_KEY_PASSPHRASE = ""
    with pytest.raises(KeyLocked):
        public_key_pem()


def test_new_key_is_signed_by_the_old_one(capsys):
    old = public_key_pem().encode()
    call_command("signing_key", "--rotate")
    new = public_key_pem().encode()
    assert capsys.readouterr().out.encode() == new != old
    bundle = bundle_of(published())
    assert verify(bundle, old).differences == () == verify(bundle, new).differences
    files = unpack(bundle)
    links = json.loads(files["keys.json"])
    links[1]["signed_by_previous"] = base64.b64encode(bytes(64)).decode()
    (difference,) = verify(pack(files | {"keys.json": canonical_bytes(links)})).differences
    assert difference.field == "keys.json"


def test_approver_signs_elsewhere_where_the_key_is_not_here(settings, tmp_path, client):
    key = signing_key()
    public = tmp_path / "public.pem"
    public.write_text(public_key_pem())
    settings.SIGNING_KEY_FILE, settings.SIGNING_PUBLIC_KEY_FILE = tmp_path / "none.pem", str(public)
    proposal = propose(run_of(weighed()))
    with pytest.raises(SignatureMissing):
        publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    given = base64.b64encode(key.sign(bytes(proposal.manifest))).decode()
    publication = publish(
        proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now(), signature=given
    )
    assert verify(bundle_of(publication), public.read_bytes()).differences == ()
    assert not (tmp_path / "none.pem").exists()


def test_second_hand_writes_the_same_canonical_json():
    numbers = [
        0.0,
        -0.0,
        1.0,
        1e21,
        1e20,
        123456789012345680000.0,
        1e-6,
        1e-7,
        1.5e-7,
        5e-324,
        1.7976931348623157e308,
    ]
    numbers += [333333333.33333329, 1e23, 0.1, -12.5, 100.0, 4.5e15, 9007199254740993.0, 1 / 3]
    texts = ["\u20ac$\u000f\nA'\u0042\u0022\u005c\"/", "\U0001f600", "\ufb33", "\u007f", "\u2028", "ö", "\r"]
    document = dict.fromkeys(texts, numbers) | {
        "a": [True, None, {"b": 2**53 - 1, "": []}],
        "numbers": list(range(-3, 3)),
    }
    assert canonical(document) == rfc8785.dumps(document)
    for number in (float("nan"), float("inf"), 2**53):
        with pytest.raises(ValueError, match=r".*"):
            canonical([number])


# --- auditors, readers and experts -----------------------------------------------------------------------------


def auditor(study):
    user = get_user_model().objects.create_user("aud")
    Membership.objects.create(series=study.series, user=user, role=Membership.Role.AUDITOR)


def test_auditor_works_experts_weights_and_intervals_out_again(tmp_path, capsys):
    proposal = propose(run_of(weighed(experts=7)))
    publication = publish(proposal, by=person("ava"), sha256=proposal.sha256, at=timezone.now())
    auditor(publication.study)
    output = tmp_path / "a.zip"
    call_command("auditor_bundle", "towns", 1, auditor="aud", output=output)
    report = verify(output.read_bytes(), public_key_pem().encode())
    assert report.differences == () and report.intervals_checked
    assert AuditEvent.objects.filter(action="auditor_bundle", actor="aud").count() == 1
    files = unpack(output.read_bytes())
    assert not any(
        leaf.encode() in files["panel.csv"] for leaf in publication.run.weight_set.round.receipts()
    )
    assert main([str(output), "--language", "zh"]) == 0
    assert "名次区间" in capsys.readouterr().out
    header, rows = read_table(files["panel.csv"], "panel.csv")
    changed = [
        [row[0], row[2], row[1], *row[3:]] for row in rows
    ]  # the first dimension's share for the second's
    lines = [",".join(row) for row in (header, *changed)]
    report = verify(pack(files | {"panel.csv": ("\n".join(lines) + "\n").encode()}))
    assert report.differences[0].field == "panel.csv"
    assert "weights.A.expert" in [difference.field for difference in report.differences]


def test_only_auditors_get_single_answers(tmp_path):
    published()
    with pytest.raises(CommandError, match="ava is no auditor"):
        call_command("auditor_bundle", "towns", 1, auditor="ava", output=tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_bundle_is_served_for_good_until_it_is_taken_back(client):
    first = published()
    address = "/lists/towns/r1/bundle.zip"
    assert client.get(address).content == bundle_of(first)
    second = propose(first.run, note="A figure was corrected.")
    publish(second, by=person("ava"), sha256=second.sha256, at=timezone.now())
    assert client.get(address).content == bundle_of(first)
    page = client.get("/lists/towns/method/").content.decode()
    assert address in page and "/lists/towns/r2/bundle.zip" in page and "A figure was corrected." in page
    withdraw(second, by=person("stefan"), note="The source was wrong.", at=timezone.now())
    gone = client.get("/lists/towns/r2/bundle.zip")
    assert gone.status_code == 410 and "The source was wrong." in gone.content.decode()
    assert client.get(address).status_code == 200
    assert client.get("/lists/towns/r3/bundle.zip").status_code == 404


def test_proposal_is_not_served(client):
    propose(run_of(weighed()))
    assert client.get("/lists/towns/r1/bundle.zip").status_code == 404
    assert client.get("/lists/towns/receipts/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_expert_finds_the_own_receipt(client, language):
    publication = published()
    leaf = publication.run.weight_set.round.receipts()[1]
    spaced = " ".join(leaf[at : at + 4] for at in range(0, 16, 4)).upper()
    words = {"en": ("this answer was counted", "Not found among"), "zh-hans": ("已计入", "没有找到")}[
        language
    ]
    for typed, word in [(spaced, words[0]), (leaf, words[0]), ("0" * 16, words[1])]:
        page = client.post(
            "/lists/towns/receipts/", {"receipt": typed}, headers={"accept-language": language}
        )
        assert page.status_code == 200 and word in page.content.decode()
    page = client.get("/lists/towns/receipts/", headers={"accept-language": "en"}).content.decode()
    assert all(one[:16] in page for one in publication.run.weight_set.round.receipts())
    assert "3 answers" in page and "3 receipts" in page


@pytest.mark.parametrize("typed", ["", "abc", "g" * 16, "0" * 17, "<svg onload=alert(1)>", "0" * 5000])
def test_what_is_no_receipt_gets_help(client, typed):
    published()
    page = client.post("/lists/towns/receipts/", {"receipt": typed}, headers={"accept-language": "en"})
    assert page.status_code == 200
    assert "This is no receipt" in page.content.decode() and "<svg onload" not in page.content.decode()
