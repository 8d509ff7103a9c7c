"""What is no bundle is refused with a sentence and exit status 2, quickly and whatever is inside."""

import io
import json
import time
import zipfile

import pytest

from ranking.verify.archive import pack, unpack
from ranking.verify.canonical import canonical
from ranking.verify.command import main
from ranking.verify.unreadable import Unreadable

EMPTY = {
    "study": {},
    "protocol": {},
    "rounds": [],
    "weights": [],
    "scores": [],
    "files": {},
    "units_left_out": [],
}


def zipped(*files, compression=zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, body in files:
            archive.writestr(name, body)
    return content.getvalue()


def doubled() -> bytes:
    """Two files of one name, which `zipfile` writes with a warning."""
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped(("manifest.json", b"{}"), ("manifest.json", b"{}"))


def manifest(text: bytes) -> bytes:
    return zipped(("manifest.json", text))


def lying_size() -> bytes:
    """A file that says it is 4 GB."""
    content = bytearray(manifest(b"{}"))
    place = content.index(b"PK\x01\x02") + 20
    content[place : place + 8] = b"\xff\xff\xff\xfe" * 2
    return bytes(content)


HOSTILE = {
    "empty": lambda: b"",
    "text": lambda: b"this is no zip" * 100,
    "pdf": lambda: b"%PDF-1.7\n" + bytes(500),
    "nothing in it": lambda: zipped(),
    "no manifest": lambda: zipped(("data.csv", b"a\n")),
    "bomb": lambda: zipped(("manifest.json", bytes(200 * 2**20)), compression=zipfile.ZIP_DEFLATED),
    "bzip2": lambda: zipped(("manifest.json", b"{}"), compression=zipfile.ZIP_BZIP2),
    "lying size": lying_size,
    "many files": lambda: zipped(*[(f"f{n}.txt", b"") for n in range(5000)]),
    "name twice": doubled,
    "path up": lambda: zipped(("../manifest.json", b"{}")),
    "root path": lambda: zipped(("/etc/passwd.txt", b"{}")),
    "windows path": lambda: zipped(("C:\\manifest.json", b"{}")),
    "deep path": lambda: zipped(("a/b/c/d.txt", b"")),
    "escape in a name": lambda: zipped(("\x1b[2J.json", b"")),
    "right to left": lambda: zipped(("manifest\u202enosj.json", b"")),
    "no json": lambda: manifest(b"{"),
    "no text": lambda: manifest(b"\xff\xfe{}"),
    "list": lambda: manifest(b"[]"),
    "number": lambda: manifest(b"1"),
    "half a manifest": lambda: manifest(b'{"study":{}}'),
    "name of json twice": lambda: manifest(b'{"study":{},"study":{}}'),
    "not a number": lambda: manifest(b'{"study":NaN}'),
    "infinite": lambda: manifest(b'{"study":1e400}'),
    "huge number": lambda: manifest(b'{"study":' + b"9" * 100_000 + b"}"),
    "deep json": lambda: manifest(b"[" * 100_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_at_once(name, tmp_path, capsys):
    path = tmp_path / "b.zip"
    path.write_bytes(HOSTILE[name]())
    begin = time.process_time()
    assert main([str(path), "--language", "en"]) == 2
    assert time.process_time() - begin < 5
    words = capsys.readouterr().out
    assert words.startswith("Cannot be read: ") and words.count("\n") == 1
    assert "\x1b" not in words


def test_file_that_is_not_there_is_exit_2(tmp_path, capsys):
    assert main([str(tmp_path / "none.zip"), "--language", "zh"]) == 2
    assert capsys.readouterr().out.startswith("无法读取:")


def test_hostile_manifest_of_the_right_shape_differs(tmp_path, capsys):
    odd = EMPTY | {"study": {"slug": "\x1b[31m"}, "rounds": [{"receipts": "x", "number": {}, "answers": -1}]}
    path = tmp_path / "b.zip"
    path.write_bytes(
        pack(
            {"manifest.json": canonical(odd), "framework.csv": b"\n", "data.csv": b"", "public-key.pem": b"x"}
        )
    )
    assert main([str(path), "--language", "en"]) == 1
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "table", [b"", b"a,b\n1\n", b'a\n"', b"\xff", b"a\n\x00\n", b"code,parent,direction\na,a,1\n"]
)
def test_broken_table_never_breaks_the_verifier(table, tmp_path):
    files = {"manifest.json": canonical(EMPTY), "framework.csv": table, "data.csv": table}
    files |= dict.fromkeys(("weights.csv", "results.csv", "receipts.csv"), table)
    path = tmp_path / "b.zip"
    path.write_bytes(pack(files))
    assert main([str(path)]) in (1, 2)


def test_packing_is_the_same_in_any_order():
    files = {"b.csv": b"2", "a.csv": b"1", "dir/c.json": json.dumps({}).encode()}
    assert pack(files) == pack(dict(reversed(files.items())))
    assert unpack(pack(files)) == files
    with pytest.raises(Unreadable):
        unpack(pack(files)[:-1])
