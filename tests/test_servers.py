"""The run stands on the servers it claims: a green run on something else would prove nothing."""

import pytest
import redis
from django.conf import settings
from django.db import connection

from config.celery import app
from config.parts import wait_for


def ask(query: str):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_database_is_the_one_the_run_claims(pytestconfig):
    assert connection.vendor == pytestconfig.getoption("database")


@pytest.mark.django_db
def test_database_keeps_the_sites_manners():
    if connection.vendor == "sqlite":
        assert ask("PRAGMA journal_mode") == "wal"
        assert ask("PRAGMA busy_timeout") >= 10_000
    else:
        assert ask("SHOW server_encoding") == "UTF8"
        assert int(ask("SHOW server_version_num")) >= 150_000


def test_broker_is_a_redis_of_the_runs_own():
    client = redis.from_url(settings.REDIS_URL)
    assert client.ping()
    assert client.config_get("save") == {"save": ""}
    assert app.conf.broker_url == settings.REDIS_URL


@pytest.mark.django_db(transaction=True)
def test_worker_executes_a_task(celery_worker):
    before = celery_worker.begun("celery.accumulate")
    app.send_task("celery.accumulate", args=[1])

    assert wait_for(lambda: celery_worker.begun("celery.accumulate") == before + 1, seconds=40)


def test_state_folder_is_not_the_sites():
    assert settings.BASE_DIR not in settings.STATE_DIR.parents
