"""What was written is vacuumed as soon as answers are: rows of the moment before a batch shall not outlive it."""

from django.db import migrations


def set_vacuum(apps, schema_editor):
    """On PostgreSQL alone; SQLite keeps both sides in one file and promises none of this."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE survey_comment SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)"
        )


class Migration(migrations.Migration):
    dependencies = [("survey", "0012_data_spread")]

    operations = [migrations.RunPython(set_vacuum, migrations.RunPython.noop)]
