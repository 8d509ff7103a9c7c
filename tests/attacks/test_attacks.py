"""Attacks on the panel's anonymity by somebody who holds everything after the fact, each first tried on a leaky copy.

The hit rate is the share of experts whose answer the attacker names; by chance it is one over the crowd. An attack has
succeeded where it does better than chance by more than three standard deviations of all its tries together
(five on the real data of a run of few studies). ``make
attacks`` plays 50 studies of 24 experts (``ATTACK_STUDIES``) and prints the table.
"""

import base64
import contextlib
import html
import json
import math
import os
import random
import re
import signal
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from config.celery import app
from survey.doorbell import ring
from survey.letters import TASK, queue_letters
from survey.models import Feedback, Letter, Participation, Response
from survey.participation import record_participation
from tests.attacks import panels
from tests.attacks.panels import EXPERTS, PAIRS, ROUNDS, STEPS, STUDIES, Panel
from tests.cast import answer, bearer, make_panel, make_study, open_next, sign_in, wait_until
from tests.servers import SERVERS, _postgresql_programs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]
REAL, LEAKY = ("survey_participation", "survey_response"), ("leaky_participation", "leaky_response")
ANSWERED, WROTE = ("expert_id", "pseudonym"), ("expert_id", "author")
WORDS = ("survey_participation", "survey_comment"), ("leaky_participation", "leaky_comment")
SIGMAS = (
    3 if STUDIES >= 20 else 5
)  # ids are truly random: with 3, a small run would fail once in 300 without a cause

PROMISED, FULL, ALL_STUDIES = 0.06, 24, 50  # docs/trust.md: at most 6 % in a crowd of 24, over 50 studies


@dataclass(frozen=True)
class Score:
    """What an attack hit, and what chance would have hit."""

    hits: int
    tries: int
    chance: float

    @property
    def rate(self) -> float:
        return self.hits / self.tries

    def limit(self, sigmas: int = 3) -> float:
        """Chance and some standard deviations of all tries together."""
        return self.chance + sigmas * math.sqrt(self.chance * (1 - self.chance) / self.tries)

    @property
    def in_full_crowd(self) -> float | None:
        """The rate as it would be had nobody dropped out; None where nobody is picked out of a crowd."""
        is_of_a_crowd = 0 < self.chance < 2 / FULL
        return max(self.rate - self.chance + 1 / FULL, 0.0) if is_of_a_crowd else None

    def beats_chance(self, sigmas: int = 3) -> bool:
        return self.rate > self.limit(sigmas)


@pytest.fixture
def judge(attack_table):
    """Hold an attack against its limit: it must succeed on the leaky copy and must not on the real one."""

    faults = []

    def hold(name: str, leaky: Score, real: Score) -> None:
        for on, score, verdict in (
            ("leaky", leaky, "caught" if leaky.beats_chance() else "BLIND"),
            ("real", real, "FAILS" if real.beats_chance(SIGMAS) else "holds"),
        ):
            figures = [
                f"{100 * part:.1f} %"
                for part in (score.rate, score.chance, score.limit(SIGMAS if on == "real" else 3))
            ]
            crowd = score.in_full_crowd
            figures.append("–" if crowd is None else f"{100 * crowd:.1f} %")
            attack_table.append((name, on, score.hits, score.tries, *figures, verdict))
        if not leaky.beats_chance():
            faults.append(f"{name} sees nothing even where there is something to see: {leaky}")
        if real.beats_chance(SIGMAS):
            faults.append(f"{name} links experts and answers: {real}")
        if STUDIES >= ALL_STUDIES and (real.in_full_crowd or 0) > PROMISED:
            faults.append(f"{name} names more than 6 % in a crowd of 24: {real}")

    yield hold
    assert not faults


def matched(panels: list[Panel], identities, answers, *, written=False) -> Score:
    """The i-th of one side is guessed to be the i-th of the other, study by study."""
    hits = tries = 0
    chance = 0.0
    for panel in panels:
        truth = panel.written if written else panel.truth
        for expert, pseudonym in zip(identities(panel), answers(panel), strict=True):
            hits += truth[expert] == pseudonym
        tries += len(truth)
        chance += 1  # one expected hit in a crowd of any size
    return Score(hits, tries, chance / tries)


@pytest.fixture
def played():
    """The studies, closed for the last time, in a database of real transactions."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps both sides in one file and promises none of this")
    panels.make_leaky_tables()
    yield [panels.play(number) for number in range(STUDIES)]
    panels.drop_leaky_tables()


def test_attacks_on_studies_that_are_over(played, judge, pytestconfig):
    """With the whole database, with all feedback, with every page: one set of studies for all of them."""
    link_by_the_database(played, judge, pytestconfig)
    tell_two_feedbacks_apart(played, judge)
    reconstruct(played, judge)


def link_by_the_database(played, judge, pytestconfig):
    """Row order of a dump, age of the rows (xmin), their place (ctid), order by index, and the pattern of rounds."""
    dump = read_dump(pytestconfig)
    judge("row order of a dump", by_dump(played, dump, LEAKY), by_dump(played, dump, REAL))
    orders = {
        "age of rows (xmin)": "xmin::text::bigint, random()",
        "same transaction (xmin), then order": "xmin::text::bigint, ctid",
        "place of rows (ctid)": "ctid",
        "order by index": None,
    }
    for name, order in orders.items():
        judge(name, by_order(played, LEAKY, order), by_order(played, REAL, order))
    judge(
        "place of what was written (ctid)",
        by_order(played, WORDS[1], "ctid", written=True),
        by_order(played, WORDS[0], "ctid", written=True),
    )
    judge("pattern of answered rounds", by_pattern(played, LEAKY), by_pattern(played, REAL))
    assert not Participation.objects.exclude(round__number=ROUNDS).exists()


def read_dump(pytestconfig) -> str:
    """The whole database as pg_dump writes it."""
    where = connection.settings_dict
    command = [str(_postgresql_programs() / "pg_dump"), "-h", where["HOST"], "-p", str(where["PORT"])]
    command += ["-U", where["USER"], "--data-only", where["NAME"]]
    environment = {**os.environ, "PGPASSWORD": where["PASSWORD"]}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def dumped_rows(dump: str, table: str) -> list[dict]:
    """The rows of a table in the order of the dump."""
    found = re.search(rf"^COPY public\.{table} \((.*?)\) FROM stdin;\n(.*?)^\\\.", dump, re.M | re.S)
    columns = found[1].split(", ")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in found[2].splitlines()]


def by_dump(played: list[Panel], dump: str, tables: tuple[str, str]) -> Score:
    sides = []
    for table, column in zip(tables, ANSWERED, strict=True):
        found = defaultdict(list)
        for row in dumped_rows(dump, table):
            found[int(row["round_id"])].append(row[column])
        sides.append(found)
    return matched(played, lambda p: sides[0][p.round().pk], lambda p: sides[1][p.round().pk])


def by_order(played: list[Panel], tables: tuple[str, str], order: str | None, *, written=False) -> Score:
    """Both sides in some order of the database; None is the order in which the index of rounds gives them."""
    columns = WROTE if written else ANSWERED

    def side(table: str, column: str, panel: Panel) -> list[str]:
        with transaction.atomic(), connection.cursor() as cursor:
            if order is None:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
                cursor.execute("SET LOCAL enable_sort = off")
            by = f" ORDER BY {order or 'round_id'}"
            cursor.execute(f"SELECT {column}::text FROM {table} WHERE round_id = %s{by}", [panel.round().pk])
            return [row[0] for row in cursor.fetchall()]

    sides = (lambda p, t=t, c=c: side(t, c, p) for t, c in zip(tables, columns, strict=True))
    return matched(played, *sides, written=written)


def by_pattern(played: list[Panel], tables: tuple[str, str]) -> Score:
    """Who answered which rounds, against which pseudonym has rows in which rounds; one guess for each expert."""
    hits, tries, chance = 0.0, 0, 0.0
    for panel in played:
        patterns = [defaultdict(set), defaultdict(set)]
        for table, column, side in zip(tables, ANSWERED, patterns, strict=True):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {column}::text, r.number FROM {table} t JOIN survey_round r ON r.id = t.round_id "
                    "WHERE r.study_id = %s",
                    [panel.study.pk],
                )
                for who, number in cursor.fetchall():
                    side[who].add(number)
        known = set().union(*patterns[0].values())  # rounds of which it is known at all who answered
        rows = {who: rounds & known for who, rounds in sorted(patterns[1].items())}
        for expert, pseudonym in panel.truth.items():
            like = [who for who, rounds in rows.items() if rounds == patterns[0][expert]]
            hits += (pseudonym in like) / len(like)  # what a guess among them hits on average
        tries += len(panel.truth)
        chance += 1
    return Score(round(hits), tries, chance / tries)


def tell_two_feedbacks_apart(played, judge):
    """One expert revises, all others repeat: what is told after both rounds must not tell the new answer."""
    judge(
        "difference of two feedbacks",
        by_difference(played, exact_means),
        by_difference(played, shown_medians),
    )


def exact_means(panel: Panel, number: int, code: str) -> float:
    """The leaky copy: the exact mean of the round."""
    points = [panel.answers[number, name][code] for name in panel.order[number]]
    return sum(points) / len(points) * len(points)


def shown_medians(panel: Panel, number: int, code: str) -> float:
    """Every figure that was really shown of the item, as one number that moves when any of them does."""
    item = Feedback.objects.get(round=panel.round(number)).document()["items"][code]
    figures = [item[name] for name in ("median", "q1", "q3") if item[name] is not None]
    return 2 * sum(figures)


def by_difference(played: list[Panel], told) -> Score:
    """Guess by how many points the reviser moved: by what moved in the figures, at random where nothing did."""
    luck, hits, tries = random.Random(7), 0, 0
    for panel in played:
        for top in PAIRS:
            code = f"{top}1"
            before, after = (panel.answers[number, panel.reviser][code] for number in (1, 2))
            moved = round(told(panel, 2, code) - told(panel, 1, code))
            hits += (moved or luck.choice(STEPS)) == after - before
            tries += 1
    return Score(hits, tries, 1 / len(STEPS))


def reconstruct(played, judge):
    """Everything both can fetch: no name of the answer side, nobody's answer, and medians that fit nobody."""
    hits = {"real": 0, "leaky": 0}
    tries = 0
    for panel in played:
        insider = panel.order[ROUNDS][0]
        pages = {
            **crawl(coordinator(), f"/studies/{panel.study.slug}/"),
            **crawl(holder(panel, insider), "/e/"),
        }
        assert len(pages) > 6
        text = "\n".join(pages.values())
        secret = [panel.pseudonyms[name] for name in panel.codes if name != insider]
        secret += [code for name, code in panel.codes.items() if name != insider]
        assert not [word for word in secret if word in text]
        leaky_rows = leaky_export(panel)
        shown = {code: median_shown(panel, code) for code in (f"{top}1" for top in PAIRS)}
        for place, name in enumerate(panel.order[ROUNDS][1:], start=1):
            own = panel.answers[ROUNDS, name]
            hits["leaky"] += leaky_rows[place] == own
            hits["real"] += all(own[code] == value for code, value in shown.items())
            tries += 1
    chance = 1 / EXPERTS
    judge(
        "reconstruction by coordinator and one expert",
        Score(hits["leaky"], tries, chance),
        Score(hits["real"], tries, chance),
    )


def coordinator() -> Client:
    client = Client()
    sign_in(client, "coco")
    return client


def holder(panel: Panel, name: str) -> Client:
    client = Client()
    client.post("/j", {"code": panel.codes[name]})
    return client


def crawl(client: Client, start: str) -> dict[str, str]:
    """Every page that links lead to from the first one, with every linked file of the site's own."""
    waiting, pages = [start], {}
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if response.status_code != 200:
            pages[path] = ""
            continue
        content = b"".join(response.streaming_content) if response.streaming else response.content
        pages[path] = content.decode(errors="replace")
        for link in re.findall(r'href="([^"#]+)', pages[path]):
            link = html.unescape(link).split("?")[0]
            inside = link.startswith(start if start != "/e/" else ("/e/", "/j"))
            if inside and link not in pages and link not in waiting:
                waiting.append(link)
    return {path: text for path, text in pages.items() if text}


def leaky_export(panel: Panel) -> list[dict]:
    """The leaky copy: all rows as a file for the coordinator, in the order of the list of who answered."""
    by_pseudonym = {panel.pseudonyms[name]: panel.answers[ROUNDS, name] for name in panel.order[ROUNDS]}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pseudonym FROM leaky_response WHERE round_id = %s ORDER BY ctid", [panel.round().pk]
        )
        return [by_pseudonym[row[0]] for row in cursor.fetchall()]


def median_shown(panel: Panel, code: str) -> float | None:
    """The last figure of the item that the panel was told."""
    item = Feedback.objects.get(round=panel.round(ROUNDS - 1)).document()["items"][code]
    return item["median"]


def test_polling_the_dashboard(judge):
    """A coordinator looks after every answer; the page must not tell whose it was. The leaky one shows marks."""
    if connection.vendor != "postgresql":
        pytest.skip("the figures are PostgreSQL's")
    seen, truth, pages = {"real": {}, "leaky": {}}, [], set()
    study = make_study(slug="polled", framework=panels.FRAMEWORK)
    codes = make_panel(study, [f"Expert {place:02d}" for place in range(EXPERTS)])
    round, client, luck = open_next(study), coordinator(), random.Random(11)
    names = luck.sample(sorted(codes), EXPERTS)
    for tick, name in enumerate(names):
        answer(round, codes[name], panels.draw_points(luck))
        truth.append(name)
        page = client.get(f"/studies/{study.slug}/participation/").content
        pages.add(re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page))
        for listed in study.experts.filter(pending__round=round).values_list("name", flat=True):
            seen["leaky"].setdefault(listed, tick)
    assert len(pages) == 1  # not a byte changed while they answered
    assert record_participation(round) == EXPERTS
    page = client.get(f"/studies/{study.slug}/participation/").content.decode()
    for place, listed in enumerate(re.findall(r"Expert \d\d", page)):
        seen["real"].setdefault(listed, place)
    scores = {
        on: Score(
            sum(guess == name for guess, name in zip(sorted(when, key=when.get), truth, strict=True)),
            EXPERTS,
            1 / EXPERTS,
        )
        for on, when in seen.items()
    }
    judge("polling the dashboard", scores["leaky"], scores["real"])


def canaries(panel_codes: dict[str, str], study) -> dict[str, list[str]]:
    """What must stand nowhere: codes in every spelling, pseudonyms and hashes, by name."""
    found = {}
    for name, code in panel_codes.items():
        keys = bearer(study, code).keys
        bare = code.replace("-", "").replace(" ", "")
        found[name] = [code, code.replace(" ", "-"), bare, bare[:32], keys.pseudonym]
    return found


def share_found(text: str, words: dict[str, list[str]]) -> Score:
    """How many experts are given away by a text."""
    hits = sum(any(word in text for word in spellings) for spellings in words.values())
    return Score(hits, len(words), 0.0)


def test_grep_of_all_logs(judge, pytestconfig, capfd, caplog):
    """Everything that goes wrong on the way, and then every line that anything wrote: our own, PostgreSQL's, Redis'."""
    if connection.vendor != "postgresql":
        pytest.skip("the figures are PostgreSQL's")
    study = make_study(slug="logged", framework=panels.FRAMEWORK)
    codes = make_panel(study, [f"Expert {place:02d}" for place in range(EXPERTS)])
    round, luck = open_next(study), random.Random(13)
    words = canaries(codes, study)
    for name, code in codes.items():
        client = Client(raise_request_exception=False)
        client.get(f"/j%23{code.replace(' ', '-')}")
        client.get(f"/j/{code}")
        client.get(f"/e/{code}")
        client.post("/j", {"code": code})
        client.get("/e/group/nowhere/")
        client.post("/e/group/top/", {"A": code, "B": "1e400"})
        answer(round, code, panels.draw_points(luck))
        with contextlib.suppress(Exception), transaction.atomic():  # a row twice: the error quotes it
            Response.objects.create(round=round, pseudonym=words[name][-1])
    folder = pytestconfig.stash[SERVERS].folder
    files = [path for path in folder.rglob("*.log") if path.is_file()]
    assert {"postgresql.log", "redis.log"} <= {path.name for path in files}
    output = capfd.readouterr()
    written = "\n".join([*(path.read_text(errors="replace") for path in files), output.out, output.err])
    real = share_found(unquote(written), words)
    leak_into_the_log(round, words)
    wait_for_log(folder / "postgresql.log", words)
    leaky = share_found((folder / "postgresql.log").read_text(errors="replace"), words)
    judge("grep of all logs", leaky, real)


def leak_into_the_log(round, words: dict[str, list[str]]) -> None:
    """The leaky copy: a server as it comes, which writes a failed statement down with its values."""
    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        user=where["USER"],
        password=where["PASSWORD"],
        dbname=where["NAME"],
        autocommit=True,
    ) as session:
        session.execute("SET log_min_error_statement = 'error'")
        for spellings in words.values():
            with contextlib.suppress(psycopg.Error):
                session.execute(
                    f"INSERT INTO survey_response (round_id, pseudonym) VALUES (0, '{spellings[-1]}')"
                )


def wait_for_log(path: Path, words: dict[str, list[str]]) -> None:
    last = [*words.values()][-1][-1]
    wait_until(lambda: last in path.read_text(errors="replace"), 10)


@pytest.fixture
def sleeping_worker(celery_worker):
    """The worker takes no message meanwhile."""
    os.killpg(celery_worker.process.pid, signal.SIGSTOP)
    yield celery_worker
    os.killpg(celery_worker.process.pid, signal.SIGCONT)


def test_contents_of_the_broker(judge, pytestconfig, sleeping_worker):
    """Messages nobody has taken yet, read as keys and as the file that Redis writes."""
    if connection.vendor != "postgresql":
        pytest.skip("the figures are PostgreSQL's")
    folder = pytestconfig.stash[SERVERS].folder / "redis"
    with redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        study = make_study(slug="queued", framework=panels.FRAMEWORK)
        codes = make_panel(study, [f"Expert {place:02d}" for place in range(EXPERTS)])
        round, luck = open_next(study), random.Random(17)
        for code in codes.values():
            answer(round, code, panels.draw_points(luck))
        words = canaries(codes, study)
        queue_letters(study.experts.all(), Letter.Kind.INVITATION)
        for expert in study.experts.all():
            words[expert.name] += [expert.email, str(expert.pk)]
        held = broker_text(client, folder)
        assert TASK in held  # there are messages to be read
        real = share_found(held, words)
        for name, code in codes.items():  # the leaky copy: a task that takes the code along
            app.send_task("leaky.send_invitation", args=[name, code.replace(" ", "-")])
        leaky = share_found(broker_text(client, folder), words)
        client.flushdb()
        ring(TASK, [])
    judge("contents of the broker", leaky, real)


def broker_text(client: redis.Redis, folder: Path) -> str:
    """Every key with its value, messages decoded, and the snapshot file of the server."""
    texts = []
    for key in client.keys("*"):
        kind = client.type(key)
        values = {
            b"list": lambda k=key: client.lrange(k, 0, -1),
            b"set": lambda k=key: client.smembers(k),
            b"hash": lambda k=key: [v for pair in client.hgetall(k).items() for v in pair],
            b"zset": lambda k=key: client.zrange(k, 0, -1),
            b"string": lambda k=key: [client.get(k)],
        }[kind]()
        texts += [key, *values]
    found = [text.decode(errors="replace") for text in texts]
    for text in list(found):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            found.append(base64.b64decode(json.loads(text)["body"]).decode())
    client.save()
    found.append((folder / "dump.rdb").read_bytes().decode(errors="replace"))
    return "\n".join(found)
