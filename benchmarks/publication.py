"""The public side under 64 connections, against Django's floor: a view that returns the same bytes, in the same server.

The server is granian as in production (two workers of four threads), on PostgreSQL and Redis of its own; page and floor
take turns. *Warm*: the page was read before. *Cold*: the kept pages are gone from workers and cache, and 64 connections
ask 16 times each at once. Last, the time of the full report (PDF) in a process of its own. Prints ratios; the figures
themselves are those of this machine and its load.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.timing import cpu_name
from tests.servers import Servers

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS, SECONDS, TURNS = 64, 3.0, 7
BURST = 16  # requests of each connection at a cold server
WORKERS = 2
WARM_PROMISE, COLD_PROMISE = 0.8, 0.25
REPORT, REPORT_SECONDS = [sys.executable, __file__, "report"], 20


def main() -> None:
    """Publish the example, measure, stop everything."""
    servers = Servers("postgresql")
    try:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        slug, folder = prepared(), servers.folder
        os.environ["FLOOR_FOLDER"] = str(folder)
        print(
            f"{cpu_name()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {', '.join(servers.names)}"
        )
        pages = {"list": f"/lists/{slug}/", "api": f"/api/v1/publications/{slug}/"}
        with site() as port:
            kept = [measure(name, path, folder, port) for name, path in pages.items()]
        kept.append(measure_report())
    finally:
        servers.stop()
    sys.exit(0 if all(kept) else 1)


def prepared() -> str:
    """The example published in a database of its own."""
    from django.db import connection, connections

    from benchmarks.bench_run import prepare_database
    from tests.published_example import publish_edition

    prepare_database(connection)
    slug = publish_edition().study.slug
    connections.close_all()
    return slug


def measure(name: str, path: str, folder: Path, port: int) -> bool:
    """Print one page's ratios; whether both promises are kept."""
    keep_answer(port, path, folder / name)
    floor = f"/floor/{name}/"
    load(port, path), load(port, floor)
    warm = [(load(port, path), load(port, floor)) for _ in range(TURNS)]
    cold = [(burst(port, path), burst(port, floor)) for _ in range(TURNS)]
    kept = [show(f"{name}, warm", warm, WARM_PROMISE), show(f"{name}, cold", cold, COLD_PROMISE)]
    rendered = [ask_in_time(port, f"{path}?turn={turn}") for turn in range(9)]
    print(f"{name}, rendered anew {1e3 * median(rendered):6.1f} ms for one reader alone")
    return all(kept)


def measure_report() -> bool:
    """Print what the full report costs a worker that has made nothing yet; whether the promise is kept."""
    found = [
        json.loads(subprocess.run(REPORT, check=True, capture_output=True, text=True).stdout)
        for _ in range(3)
    ]
    wall, work, size = (median(each[name] for each in found) for name in ("wall", "work", "size"))
    kept = wall < REPORT_SECONDS
    words = f"{'kept' if kept else 'MISSED'}: under {REPORT_SECONDS} s"
    print(f"report, PDF   {size / 1024:6.0f} KB   {wall:5.1f} s, {work:.1f} s of processor time   {words}")
    return kept


def make_report() -> None:
    """Make the Chinese report as a worker does, and print what it took."""
    import django

    django.setup()
    from ranking.editions import edition_of
    from ranking.files.making import make_content
    from ranking.models import Publication

    wall, work = time.perf_counter(), time.process_time()
    content = make_content(edition_of(Publication.objects.live().get()), "pdf", "zh-hans")
    taken = {"wall": time.perf_counter() - wall, "work": time.process_time() - work, "size": len(content)}
    print(json.dumps(taken))


def burst(port: int, path: str) -> dict:
    """A burst of readers at workers and a cache that have rendered nothing."""
    empty_cache()
    forgotten, end = set(), time.monotonic() + 20
    while len(forgotten) < WORKERS and time.monotonic() < end:
        forgotten.add(ask(port, "/forget/", {}).read())
    return load(port, path, seconds=60, most=BURST)


def ask_in_time(port: int, path: str) -> float:
    """Seconds of one answer."""
    began = time.perf_counter()
    ask(port, path, {"Accept-Encoding": "br"}).read()
    return time.perf_counter() - began


def show(title: str, turns: list, promise: float) -> bool:
    """Print medians and the ratio; whether it keeps the promise."""
    ratio = median(page["rate"] / floor["rate"] for page, floor in turns)
    rates = [median(turn[side]["rate"] for turn in turns) for side in (0, 1)]
    waits = [median(turn[side]["p99"] for turn in turns) for side in (0, 1)]
    size = turns[0][0]["size"] / 1024
    print(
        f"{title:<12} {size:6.1f} KB   page {rates[0]:7.0f}/s p99 {waits[0]:6.1f} ms   floor {rates[1]:7.0f}/s "
        f"p99 {waits[1]:6.1f} ms   ratio {ratio:5.2f}   {'kept' if ratio >= promise else 'MISSED'}: at least {promise}"
    )
    return ratio >= promise


def load(port: int, path: str, *, seconds: float = SECONDS, most: int = 10**9) -> dict:
    """One load by a program of its own."""
    command = [sys.executable, str(ROOT / "benchmarks" / "load.py"), str(port), path]
    command += [str(CONNECTIONS), str(seconds), str(most)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@contextmanager
def site():
    """Granian as docs/deploy.md starts it, with the floor beside the site."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += [
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--no-ws",
        "--no-access-log",
        "--log-level",
        "error",
    ]
    env = {
        **os.environ,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "benchmarks.floor_site",
    }
    server = subprocess.Popen(
        [*command, "config.wsgi:application"], cwd=ROOT, env=env, start_new_session=True
    )
    try:
        wait_for(port)
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def wait_for(port: int) -> None:
    """Until the server answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(OSError):
            return ask(port, "/static/img/favicon.svg", {})
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def ask(port: int, path: str, headers: dict):
    """One answer, whatever its status."""
    try:
        return urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        )
    except urllib.error.HTTPError as refused:
        return refused


def keep_answer(port: int, path: str, place: Path) -> None:
    """What the page sends, for the floor to send as well."""
    answer = ask(port, path, {"Accept-Encoding": "br", "Accept-Language": "zh-CN"})
    names = ("Content-Type", "Content-Encoding", "Content-Language", "ETag", "Cache-Control", "Vary")
    headers = {name: answer.headers[name] for name in names if answer.headers[name]}
    place.with_suffix(".json").write_text(json.dumps(headers))
    place.with_suffix(".body").write_bytes(answer.read())


def empty_cache() -> None:
    """Nothing rendered is left."""
    from django.core.cache import cache

    cache.clear()


if __name__ == "__main__":
    make_report() if sys.argv[1:] == ["report"] else main()
