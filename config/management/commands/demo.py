"""Build the demo, or build it anew."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from accounts.models import User
from assignments.cards import refresh_all
from common import clock
from config.demo.cast import engage_cast
from config.demo.plot import play
from config.demo.stage import Stage
from notifications import bell
from notifications.models import Notice

SEED = 20


class Command(BaseCommand):
    help = "Two companies, twelve workers and about sixty assignments in every stage. Only in development settings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there are accounts already"
        )
        parser.add_argument("--reset", action="store_true", help="throw ALL data away first")
        parser.add_argument("--seed", type=int, default=SEED)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ONSITE_DEVELOPMENT:
            raise CommandError("The demo is only for development settings: it knows everybody's password.")
        if options["reset"]:
            recreate_schema()
            call_command("migrate", verbosity=0)
            call_command("createcachetable")
        elif User.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There are accounts already. Use --reset to throw all data away.")
        with transaction.atomic():
            build(options["seed"])
        self.stdout.write("The demo is ready.")


def build(seed: int) -> None:
    """Make it, relative to now, the same for the same seed."""
    now = clock.now()
    before = now - timedelta(days=70)
    with clock.moved(before):
        cast = engage_cast(before)
    play(Stage(cast, now, seed))
    read_until(now - timedelta(days=1))
    refresh_all()


def read_until(at: datetime) -> None:
    """Everybody has read the bell up to a day ago."""
    for user in User.objects.all():
        for notice in Notice.objects.filter(user=user, at__lte=at, read_at__isnull=True):
            bell.read(user, notice.pk, at=at)


def recreate_schema() -> None:
    """Drop every table with its triggers: append-only tables are made anew, never emptied (decisions.md D17)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        drop_tables(cursor)
        cursor.execute("PRAGMA foreign_keys = ON")


def drop_tables(cursor: Any) -> None:
    """Every table of an SQLite database. Virtual tables first: each takes the tables that it keeps along."""
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
