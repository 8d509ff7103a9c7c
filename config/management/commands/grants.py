"""``manage.py grants``: the SQL that gives each process's database role exactly its rights."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from config.roles import PREFIX, grant_statements


class Command(BaseCommand):
    """Prints; with ``--apply`` runs it in one transaction, as the owner of the tables. Again changes nothing."""

    help = "Print, or apply, the rights of the four database roles."

    def add_arguments(self, parser):
        """Whether to run the statements, and what the roles' names begin with."""
        parser.add_argument("--apply", action="store_true", help="run the statements on the database")
        parser.add_argument("--prefix", default=PREFIX, help="beginning of the roles' names")

    def handle(self, *args, apply, prefix, **options):
        """Print or apply."""
        if not prefix.isidentifier() or prefix != prefix.lower():
            raise CommandError("The prefix takes lower-case letters, digits and underscores.")
        statements = grant_statements(prefix=prefix)
        if not apply:
            self.stdout.write("\n".join(f"{statement};" for statement in ["BEGIN", *statements, "COMMIT"]))
            return
        if connection.vendor != "postgresql":
            raise CommandError(
                "SQLite has no roles: whoever reads its file reads names and answers. Use PostgreSQL."
            )
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        self.stdout.write(
            f"{len(statements)} statements applied. Roles without a password cannot sign in yet:"
        )
        self.stdout.write(f"set one for each with \\password {prefix}web_expert and so on in psql.")
