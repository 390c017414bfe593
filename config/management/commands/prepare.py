"""Bring this installation's data up to date: tables, cache table and, in development, the demo."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

DEMO_SIGN_IN = "client@onsite.example"


class Command(BaseCommand):
    help = "Migrate, make the cache table and, in development, load the demo into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if settings.ONSITE_DEVELOPMENT:
            if not settings.ONSITE_NO_DEMO and "demo" in get_commands():
                call_command("demo", if_empty=True)
            has_demo = get_user_model().objects.filter(email=DEMO_SIGN_IN).exists()
            self.stdout.write(f"demo sign-ins: {'yes' if has_demo else 'no'}")
