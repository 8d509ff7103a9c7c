"""The command line of the verifier: exit status 0 holds, 1 differs, 2 cannot be read."""

import argparse
import os
import sys
from pathlib import Path

from ranking.verify.archive import LARGEST_BUNDLE
from ranking.verify.check import Report, trusted_key, verify
from ranking.verify.unreadable import Unreadable
from ranking.verify.words import reason, said

MOST_NAMED = 20


def main(arguments: list[str] | None = None) -> int:
    """Check the bundle named on the command line and say what was found."""
    options = _options(arguments)
    sys.stdout.reconfigure(errors="replace")
    chinese = (options.language or _language()).startswith("zh")
    try:
        report = verify(_read(options.bundle), trusted_key(_read(options.key)) if options.key else None)
    except Unreadable as refused:
        print(said("cannot_be_read", chinese, reason(refused.reason, refused.name, chinese)))
        return 2
    lines = _failure(report, chinese) if report.differences else _success(report, chinese)
    print("\n".join(_printable(line) for line in lines))
    return 1 if report.differences else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ranking.verify",
        description="Check a published bundle offline. 离线核验发布包。",
        epilog="Exit status: 0 holds, 1 differs, 2 cannot be read. 退出码:0 通过,1 不一致,2 无法读取。",
    )
    parser.add_argument("bundle", type=Path, help="the bundle, a zip file 发布包(zip 文件)")
    parser.add_argument("--key", type=Path, help="public key that you trust, PEM 您信任的公钥(PEM)")
    parser.add_argument("--language", choices=["en", "zh"], help="of the answer; else that of LANG 输出语言")
    return parser.parse_args(arguments)


def _language() -> str:
    """The language of the environment."""
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")


def _read(path: Path) -> bytes:
    """The file, unless it is larger than any bundle."""
    try:
        if path.stat().st_size > LARGEST_BUNDLE:
            raise Unreadable("too_large")
        return path.read_bytes()
    except OSError as fault:
        raise Unreadable("no_file", path.name) from fault


def _printable(text: str) -> str:
    """The text without anything that could steer a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _success(report: Report, chinese: bool) -> list[str]:
    manifest = report.manifest
    answers = next(
        turn["answers"] for turn in manifest["rounds"] if turn["number"] == manifest["adopted_round"]
    )
    facts = {"revision": manifest["revision"], "units": len(manifest["scores"]), "answers": answers}
    lines = [
        said("holds", chinese, study=manifest["study"]["slug"], **facts),
        said("checked", chinese),
        said("intervals" if report.intervals_checked else "no_intervals", chinese),
        said("pinned" if report.key_pinned else "not_pinned", chinese),
    ]
    return [*lines, said("rehearsal", chinese)] if manifest["is_rehearsal"] else lines


def _failure(report: Report, chinese: bool) -> list[str]:
    first, *others = report.differences
    lines = [
        said("differs", chinese, count=len(report.differences), field=first.field),
        said("stated", chinese, first.stated),
        said("found", chinese, first.found),
    ]
    names = [difference.field for difference in others[:MOST_NAMED]]
    more = ", ".join(names) + (" …" if len(others) > MOST_NAMED else "")
    return [*lines, said("more", chinese, more)] if names else lines
