"""Four roles for four processes: each of them tries every table, and a process with other rights does not start."""

from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from config import roles
from config.processes import serves
from survey.models import Comment
from survey.retention import begin_retention, forget_people, unlink_answers
from survey.retention_table import retention_table
from tests.cast import POINTS, answer, close, make_panel, make_study, open_next
from tests.four_roles import make_roles, role_url, sign_in_as
from tests.test_sides import side_of

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = {
    "SELECT": 'EXPLAIN SELECT "{column}" FROM "{table}"',
    "INSERT": 'EXPLAIN INSERT INTO "{table}" ("{column}") SELECT NULL WHERE false',
    "UPDATE": 'EXPLAIN UPDATE "{table}" SET "{column}" = NULL WHERE false',
    "DELETE": 'EXPLAIN DELETE FROM "{table}"',
}
IDENTITY = ("expert", "credential", "deadcredential", "pending", "participation", "letter")
ANSWERS = ("response", "snapshot")


@pytest.fixture
def four_roles():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles, and the documents say so")
    make_roles()


def columns_of_tables() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        return {
            table: [column.name for column in connection.introspection.get_table_description(cursor, table)]
            for table in connection.introspection.table_names(cursor)
        }


def is_allowed(session: psycopg.Connection, word: str, table: str, column: str) -> bool:
    """Whether the database lets the role do it; permission is asked before anything else is looked at."""
    try:
        session.execute(TRIES[word].format(table=table, column=column))
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def test_every_table_has_a_rule_and_every_rule_a_table():
    assert roles.tables_without_rule() == set()
    assert roles.RULES.keys() == roles.all_tables()
    for rule in roles.RULES.values():
        assert rule.keys() <= set(roles.PROCESSES)


def test_every_table_has_a_side():
    """Names, answers, what both stand on, records, the desk (`tests/test_sides.py`): a new table says which."""
    assert {table for table in roles.all_tables() if not side_of(table)} == set()


def test_table_without_a_rule_stops_the_command(monkeypatch):
    monkeypatch.delitem(roles.RULES, "survey_response")
    with pytest.raises(ImproperlyConfigured, match="survey_response"):
        roles.grant_statements()


@pytest.mark.parametrize("process", roles.PROCESSES)
def test_role_can_do_what_its_rules_say_and_nothing_else(process, four_roles):
    """Every table of the database, rule or not, × read, add, change, delete × every column."""
    allowed, tried, wrong = roles.rights_of(process), 0, []
    with sign_in_as(process) as session:
        for table, columns in columns_of_tables().items():
            for word in TRIES:
                for column in columns if word != "DELETE" else [columns[0]]:
                    expected = {roles.Right(table, word), roles.Right(table, word, column)} & allowed
                    tried += 1
                    if is_allowed(session, word, table, column) != bool(expected):
                        wrong.append((word, table, column))
    assert tried > 500
    assert not wrong


def test_sides_are_kept_apart(four_roles):
    """The promise in one place, whatever the rules become."""
    readers = {
        table: {p for p in roles.PROCESSES for r in roles.rights_of(p) if r.table == f"survey_{table}"}
        for table in (*IDENTITY, *ANSWERS)
    }
    assert all("worker_stats" not in readers[table] for table in IDENTITY)
    assert all(not {"web_staff", "worker_mail"} & readers[table] for table in ANSWERS)
    for process, table in [("web_staff", "response"), ("web_staff", "snapshot"), ("worker_stats", "expert")]:
        with sign_in_as(process) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(f"SELECT * FROM survey_{table}")
    with sign_in_as("web_expert") as session:
        session.execute("SELECT id, state FROM survey_expert")
        for hidden in ("name", "email", "organisation", "xmin"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"SELECT {hidden} FROM survey_expert")


def test_grants_are_idempotent_and_take_back_what_is_too_much(four_roles):
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT ON survey_response TO heng_web_staff")
        cursor.execute("GRANT UPDATE (actor) ON survey_auditevent TO PUBLIC")
    make_roles()
    make_roles()
    for process in roles.PROCESSES:
        with connected_as(process):
            assert roles.held_rights() == roles.rights_of(process)
            assert not roles.excess(process) and not roles.lacking(process)


def test_command_prints_sql_and_touches_nothing_without_apply(four_roles):
    out = StringIO()
    call_command("grants", "--prefix", "other_", stdout=out)
    assert "GRANT SELECT ON survey_response TO other_worker_stats;" in out.getvalue()
    assert "ON survey_response TO other_web_staff" not in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'other_%'")
        assert cursor.fetchone() == (0,)
    with pytest.raises(CommandError):
        call_command("grants", "--prefix", "x; DROP TABLE survey_study", stdout=out)


@contextmanager
def connected_as(process: str):
    """Django's own connection as the role's."""
    import environ

    own = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= environ.Env.db_url_config(role_url(process))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= own


def test_each_worker_may_delete_what_is_due(four_roles):
    study, now = make_study(), timezone.now()
    code, round = make_panel(study, ["Ana"])["Ana"], open_next(study)
    answer(round, code, POINTS["Ana"])
    Comment.objects.create(round=round, item="a1", author="x" * 32, body="in my own words")
    close(round)
    round.reasons.update(status="held")
    begin_retention(study, on=timezone.localdate() - timedelta(days=180))
    study.refresh_from_db()
    due = {"today": timezone.localdate(), "at": now}
    with connected_as("web_staff"):
        assert [line.kind for line in retention_table(study, today=due["today"])[:3]] == ["warning"] * 3
    with connected_as("worker_mail"):
        assert forget_people(**due) == ["towns: codes", "towns: names"]
    with connected_as("worker_stats"):
        assert unlink_answers(**due) == ["towns"]
    assert not Comment.objects.exists() and round.reasons.get().original == ""


def test_process_with_other_rights_does_not_start(four_roles, settings):
    settings.ENFORCE_ROLES, settings.PROCESS = True, "web_staff"
    with connected_as("web_staff"):
        roles.refuse_excess()
    with pytest.raises(ImproperlyConfigured, match="superuser"):
        roles.refuse_excess()
    with (
        connected_as("worker_stats"),
        pytest.raises(ImproperlyConfigured, match="DELETE on ranking_robustnesspart"),
    ):
        roles.refuse_excess()
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT (leaf) ON survey_response TO heng_web_staff")
    with connected_as("web_staff"), pytest.raises(ImproperlyConfigured, match=r"survey_response \(leaf\)"):
        roles.refuse_excess()
    make_roles()
    with connection.cursor() as cursor:
        cursor.execute("REVOKE SELECT ON survey_study FROM heng_web_staff")
    with connected_as("web_staff"), pytest.raises(ImproperlyConfigured, match="lacks SELECT on survey_study"):
        roles.refuse_excess()
    make_roles()


def test_enforcing_asks_for_a_process_and_for_postgresql(settings):
    settings.ENFORCE_ROLES, settings.PROCESS = True, ""
    with pytest.raises(ImproperlyConfigured, match="HENG_PROCESS"):
        roles.refuse_excess()
    settings.PROCESS = "web_staff"
    if connections["default"].vendor == "sqlite":
        with pytest.raises(ImproperlyConfigured, match="SQLite"):
            roles.refuse_excess()


@pytest.mark.parametrize(
    ("path", "by"),
    [
        ("/j", "web_expert"),
        ("/j%23000G", "web_expert"),
        ("/j#000G", "web_expert"),
        ("/e/group/A/", "web_expert"),
        ("/", "web_staff"),
        ("/journal", "web_staff"),
        ("/studies/towns/rounds/", "web_staff"),
        ("/api/v1/publications/", "web_staff"),
    ],
)
def test_each_page_has_one_process(path, by, settings, client):
    other = {"web_expert": "web_staff", "web_staff": "web_expert"}[by]
    assert serves("", path.replace("%23", "#")) and serves(by, path.replace("%23", "#"))
    settings.PROCESS = other
    assert client.get(path).status_code == 421
