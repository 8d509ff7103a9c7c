"""``manage.py series SLUG``: set a series up and say who may do what in it."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction

from survey.models import Membership, Series


class Command(BaseCommand):
    """Create or rename a series and give people roles; run it again to add people."""

    help = "Create a series and give people their roles; people who have no account yet get one without a password."

    def add_arguments(self, parser):
        """Names, what a ranked unit is called, and people by role."""
        parser.add_argument("slug")
        parser.add_argument("--name", required=True, help="name in Chinese")
        parser.add_argument("--name-en", default="")
        parser.add_argument("--unit", default="城市", help="what one ranked unit is called")
        parser.add_argument("--unit-en", default="city")
        for role in Membership.Role.values:
            parser.add_argument(f"--{role}", action="append", default=[], metavar="USER")

    @transaction.atomic
    def handle(self, *args, slug, **options):
        """Write the series and the roles."""
        texts = {"name": options["name"], "name_en": options["name_en"]}
        units = {"unit_name": options["unit"], "unit_name_en": options["unit_en"]}
        series, _created = Series.objects.update_or_create(slug=slug, defaults=texts | units)
        for role in Membership.Role.values:
            for name in options[role]:
                user, made = get_user_model().objects.get_or_create(username=name)
                if made:
                    user.set_unusable_password()
                    user.save()
                    self.stdout.write(
                        f"New account {name}: set a password with manage.py changepassword {name}"
                    )
                Membership.objects.get_or_create(series=series, user=user, role=role)
                self.stdout.write(f"{name} is {role} of {slug}")
