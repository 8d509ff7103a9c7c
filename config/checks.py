"""What the database server may write down: nothing of an answer (docs/deploy.md)."""

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import connections

QUIET = {
    "log_statement": {"none"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
    "log_min_error_statement": {"panic"},
    "log_error_verbosity": {"terse"},
    "track_commit_timestamp": {"off"},
    "autovacuum": {"on"},
}


def loud_settings(connection) -> dict[str, str]:
    """The server's settings that let answers, or the time of one, into a log or keep dead rows; none for SQLite."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(QUIET)])
        return {name: value for name, value in cursor.fetchall() if value not in QUIET[name]}


@register(Tags.database)
def server_keeps_quiet(databases=None, **_options) -> list[Warning]:
    """One warning for each setting that would write answers down; for SQLite what it cannot give."""
    found = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor == "sqlite" and settings.HTTPS:
            words = "SQLite keeps names and answers in one file: whoever reads it reads both sides."
            found.append(Warning(words, hint="Use PostgreSQL for a real panel.", id="heng.W010"))
        for name, value in loud_settings(connection).items():
            hint = f"Set {name} = {min(QUIET[name])} in postgresql.conf."
            found.append(Warning(f"PostgreSQL has {name} = {value}.", hint=hint, id="heng.W011"))
    return found
