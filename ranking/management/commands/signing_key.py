"""`manage.py signing_key`: print the public key, or put a new one in its place."""

from django.core.management.base import BaseCommand, CommandError

from ranking.signing import public_key_pem, rotate_key, signs_elsewhere
from survey.refusal import Refusal


class Command(BaseCommand):
    """Print the public key; with --rotate make a new key, signed by the old one, first."""

    help = "Print the public signing key; --rotate puts a new one in its place, signed by the old one."

    def add_arguments(self, parser) -> None:
        """One option."""
        parser.add_argument("--rotate", action="store_true", help="make a new key, signed by the old one")

    def handle(self, *args, rotate: bool, **options) -> None:
        """Do it."""
        if rotate and signs_elsewhere():
            raise CommandError("The private key is not on this machine: rotate it where it is kept.")
        try:
            self.stdout.write(rotate_key() if rotate else public_key_pem(), ending="")
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
