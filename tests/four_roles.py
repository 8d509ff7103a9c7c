"""The four database roles on the test database: made by the command, with passwords, and torn down by nobody."""

from io import StringIO
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection

from config.roles import PREFIX, PROCESSES
from tests.conftest import _test_database_url

PASSWORD = "a role's password"


def make_roles() -> None:
    """Apply the grants and let the roles sign in."""
    call_command("grants", "--apply", stdout=StringIO())
    with connection.cursor() as cursor:
        for process in PROCESSES:
            cursor.execute(
                f"ALTER ROLE {PREFIX}{process} PASSWORD '{PASSWORD.replace(chr(39), chr(39) * 2)}'"
            )


def role_url(process: str) -> str:
    """The test database as the role's own DATABASE_URL."""
    url = urlsplit(_test_database_url())
    word = PASSWORD.replace("'", "%27").replace(" ", "%20")
    return url._replace(netloc=f"{PREFIX}{process}:{word}@{url.hostname}:{url.port}").geturl()


def sign_in_as(process: str) -> psycopg.Connection:
    """A connection of the role's own."""
    return psycopg.connect(role_url(process), autocommit=True)
