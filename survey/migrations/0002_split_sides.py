"""The snapshot gets a table of its own, marks lose their counters, and PostgreSQL keeps marks out of its log.

Waiting marks are dropped with their table: migrate while no round is open.
"""

import json
import uuid

import django.db.models.deletion
from django.db import migrations, models

ON_POSTGRESQL = (
    "ALTER TABLE survey_pending SET UNLOGGED",
    # rows of the moment before a batch shall not outlive it by more than the vacuum daemon's nap
    *(
        f"ALTER TABLE {table} SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
        for table in ("survey_pending", "survey_participation", "survey_response")
    ),
)
NEVER = """
CREATE FUNCTION survey_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit chain is append-only'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON survey_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION survey_audit_is_append_only();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON survey_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION survey_audit_is_append_only();
"""


def move_snapshots(apps, schema_editor):
    """Every closed round's bytes into their own row, the leaves beside the round."""
    for round in apps.get_model("survey", "Round").objects.exclude(snapshot=None):
        apps.get_model("survey", "Snapshot").objects.create(round=round, content=round.snapshot)
        round.leaves = [answer["leaf"] for answer in json.loads(bytes(round.snapshot))["answers"]]
        round.save()
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def prepare_postgresql(apps, schema_editor):
    """What only PostgreSQL has: a table outside the log, quick vacuuming, triggers that refuse."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in (*ON_POSTGRESQL, NEVER):
            schema_editor.execute(statement)


def mark_table(name: str, *fields) -> list:
    """The operations that make a table of marks anew under random ids."""
    once = models.UniqueConstraint(fields=["round", "expert"], name=f"{name.lower()}_once")
    return [
        migrations.DeleteModel(name),
        migrations.CreateModel(
            name,
            [
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                *fields,
                (
                    "expert",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="survey.expert"),
                ),
                ("round", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="survey.round")),
            ],
            options={"constraints": [once]},
        ),
    ]


KINDS = [("draft", "complete draft"), ("final", "submitted")]


class Migration(migrations.Migration):
    dependencies = [("survey", "0001_start")]

    operations = [
        migrations.AddField("round", "leaves", models.JSONField(blank=True, default=list, help_text="The counted answers' leaves, sorted")),
        migrations.AlterField("round", "sha256", models.CharField(blank=True, help_text="Of the snapshot", max_length=64)),
        migrations.CreateModel(
            "Snapshot",
            [
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="frozen",
                        serialize=False,
                        to="survey.round",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.RunPython(move_snapshots, elidable=True),
        migrations.RemoveField("round", "snapshot"),
        *mark_table("Pending", ("kind", models.CharField(choices=KINDS, max_length=5))),
        *mark_table("Participation"),
        migrations.RunPython(prepare_postgresql),
    ]
