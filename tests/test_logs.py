"""What may be written down: no code, no pseudonym, no value of an answer, whatever breaks."""

import io
import logging

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction

from config.checks import loud_settings
from config.logs import HideExpertPages
from survey.models import Response
from tests.cast import make_panel, make_study, open_next

CANARY = "5ec7e7" * 5


@pytest.fixture
def written():
    """A logger with the site's filter, and what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(HideExpertPages())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def broken_row(round) -> IntegrityError:
    """The error of a second row for one pseudonym: PostgreSQL's words quote it."""
    Response.objects.create(round=round, pseudonym=CANARY)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Response.objects.create(round=round, pseudonym=CANARY)
    return error.value


@pytest.mark.django_db
def test_error_of_the_database_keeps_its_places_and_loses_its_words(written):
    study = make_study()
    make_panel(study)
    error = broken_row(open_next(study))
    if connection.vendor == "postgresql":
        assert CANARY in str(error)  # there is something to leak
    logger, stream = written
    logger.error("Task %s raised: %s", "close", error, exc_info=error)
    assert CANARY not in stream.getvalue()
    assert "IntegrityError" in stream.getvalue() and "in broken_row" in stream.getvalue()


def test_error_on_an_experts_page_keeps_its_places_and_loses_its_words(written, rf):
    logger, stream = written
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        logger.error("at %s", "/e/", exc_info=error, extra={"request": rf.get(f"/e/{CANARY}")})
    assert CANARY not in stream.getvalue() and "ValueError" in stream.getvalue()


def test_other_errors_keep_their_words(written):
    logger, stream = written
    try:
        raise ValueError("a plain bug")
    except ValueError as error:
        logger.error("it broke", exc_info=error)
    assert "a plain bug" in stream.getvalue()


@pytest.mark.django_db
def test_loud_server_is_named():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes no log")
    assert not loud_settings(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_min_duration_statement = 0")
        cursor.execute("SET LOCAL log_statement = 'mod'")
    assert loud_settings(connection) == {"log_min_duration_statement": "0", "log_statement": "mod"}
    found = [message for message in run_checks(databases=["default"]) if message.id == "heng.W011"]
    assert {message.msg for message in found} >= {"PostgreSQL has log_statement = mod."}
