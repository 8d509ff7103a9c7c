"""``manage.py second_factor NAME``: take the second factor away from a person who lost it."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from survey.second_factor import drop_factor


class Command(BaseCommand):
    """Exit 0 where it was taken away, 1 where there was none. The act is on record."""

    help = "Take the second factor away from a person who lost it. Make sure who asks: a call, not a mail."

    def add_arguments(self, parser):
        """Whose it is."""
        parser.add_argument("name", help="account name of the person")

    def handle(self, *args, **options):
        """Take it away."""
        user = get_user_model().objects.filter(username=options["name"]).first()
        if user is None or not drop_factor(user, by="administrator", at=timezone.now()):
            raise CommandError(f"{options['name']} has no second factor.")
        self.stdout.write(f"{options['name']} signs in with the password alone until a new one is set up.")
