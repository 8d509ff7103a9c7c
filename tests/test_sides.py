"""Names and answers are two sides with no way between them: every key of the real database is followed, both ways."""

import re

import pytest
from django.apps import apps
from django.db import connection

from survey.models import Comment, Credential, Expert, Letter, Participation, Pending, Response

pytestmark = pytest.mark.django_db
IDENTITY = {"expert", "credential", "deadcredential", "pending", "participation", "letter", "linkrequest"}
ANSWERS = {"response", "comment", "snapshot", "panelupload"}
COMMON = {"series", "study", "round"}  # what both sides stand on: never a row about one person of the panel
DESK = {"auth_user", "auth_group", "auth_permission", "auth_group_permissions", "auth_user_groups"}
DESK |= {"auth_user_user_permissions", "django_content_type", "django_session", "survey_secondfactor"}
DESK |= {"survey_membership"}
RECORDS = {
    "deviation",
    "indicator",
    "itemchange",
    "feedback",
    "errand",
    "auditevent",
    "reason",
    "roundstatistics",
    "dataspread",
}
UPPER = ("weighting_", "ranking_")  # rooms above the panel: no row of theirs is about an expert
TIMES = re.compile(r"time|date|inet|interval|serial", re.I)


def own(names: set[str]) -> set[str]:
    return {f"survey_{name}" for name in names}


SIDES = {
    "identity": own(IDENTITY),
    "answers": own(ANSWERS),
    "common": own(COMMON),
    "desk": DESK,
    "records": own(RECORDS),
}


def side_of(table: str) -> str:
    """The side of a table; empty for one that nobody decided about."""
    if table.startswith(UPPER):
        return "upper"
    return next((side for side, tables in SIDES.items() if table in tables), "")


def keys() -> dict[str, set[str]]:
    """Table → tables that its foreign keys lead to, as the database has them."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return {
            table: {
                target for _column, target in connection.introspection.get_relations(cursor, table).values()
            }
            for table in tables
        }


def reached(start: set[str], keys: dict[str, set[str]], *, through=lambda table: True) -> set[str]:
    """Every table that the keys lead to from the first ones, going on from those that may be gone through."""
    found, waiting = set(start), list(start)
    while waiting:
        for target in keys.get(waiting.pop(), set()) - found:
            found.add(target)
            if through(target):
                waiting.append(target)
    return found


def tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def test_every_named_table_is_there():
    assert set().union(*SIDES.values()) <= tables()


def test_keys_of_the_models_are_those_of_the_database():
    said = {
        model._meta.db_table: {
            field.related_model._meta.db_table
            for field in model._meta.get_fields()
            if field.concrete and field.is_relation and not field.many_to_many
        }
        for model in apps.get_models(include_auto_created=True)
    }
    assert {table: targets for table, targets in keys().items() if table in said} == said


def test_no_key_leads_from_one_side_to_the_other():
    found = keys()
    from_names, from_answers = reached(SIDES["identity"], found), reached(SIDES["answers"], found)
    assert not from_names & SIDES["answers"]
    assert not from_answers & SIDES["identity"]
    assert from_names & from_answers <= SIDES["common"]


def test_no_table_joins_both_sides():
    """Keys followed backward as well: whatever points at a name points at no answer, however far away."""
    found = keys()
    back = {table: {source for source, targets in found.items() if table in targets} for table in found}
    both = {table: found.get(table, set()) | back.get(table, set()) for table in {*found, *back}}
    closed = SIDES["common"]  # rows of many people: nobody is found through them
    around = reached(SIDES["identity"], both, through=lambda table: table not in closed)
    assert not around & SIDES["answers"]
    around = reached(SIDES["answers"], both, through=lambda table: table not in closed)
    assert not around & SIDES["identity"]


def test_answer_side_keeps_no_time_no_address_and_no_order():
    with connection.cursor() as cursor:
        for model in (Response, Comment):
            table = model._meta.db_table
            for column in connection.introspection.get_table_description(cursor, table):
                kind = connection.introspection.get_field_type(column.type_code, column)
                assert not TIMES.search(str(kind)), f"{table}.{column.name} is a {kind}"
            assert not connection.introspection.get_sequences(cursor, table), f"{table} counts its rows"
        assert model._meta.pk.get_internal_type() == "UUIDField"


def test_no_column_of_one_side_could_match_one_of_the_other():
    """Equal values would join without a key: the sides share no column but the round."""
    models = (Expert, Credential, Participation, Pending, Letter)
    names = {field.name for model in models for field in model._meta.concrete_fields}
    answers = {field.name for model in (Response, Comment) for field in model._meta.concrete_fields}
    assert names & answers == {"id", "round"}
    assert {model._meta.pk.get_internal_type() for model in (Expert, Response, Comment)} == {"UUIDField"}
