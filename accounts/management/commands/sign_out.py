"""`manage.py sign_out ADDRESS ...` or `--all`: end sessions, for example after a cookie was stolen."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.sessions import end_all


class Command(BaseCommand):
    help = "Sign people out everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addresses", nargs="*", metavar="ADDRESS", help="e-mail addresses of the people")
        parser.add_argument("--all", action="store_true", help="everybody, platform admins too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for nobody named, or for an address that no account has."""
        if options["all"]:
            end_all(User.objects.all())
            Session.objects.all().delete()
            self.stdout.write("Everybody is signed out.")
            return
        wanted = [address.lower() for address in options["addresses"]]
        found = list(User.objects.filter(email__in=wanted))
        missing = sorted(set(wanted) - {user.email for user in found})
        if missing or not found:
            raise CommandError(
                f"No account has {', '.join(missing)}." if missing else "Name somebody, or --all."
            )
        self.stdout.write(f"{end_all(found)} sessions ended.")
