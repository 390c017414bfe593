"""Bring a backup back into an empty database and an empty place of uploads, and prove it (docs/operations.md)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import manifest, steps
from config.backup.manifest import Broken
from config.backup.stores import Refused


class Command(BaseCommand):
    help = "Restore the backup in FOLDER into the empty place that the settings name; --check only reads it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="compare the files with the manifest, restore nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"].resolve()
        try:
            said = manifest.verify(folder) if options["check"] else steps.restore(folder)
        except (Broken, Refused) as refused:
            raise CommandError(str(refused), returncode=1) from None
        if options["check"]:
            self.stdout.write(self.style.SUCCESS(f"{len(said.files)} files are as the manifest says."))
            return
        self.stdout.write(f"{len(said.files)} files, {said.entries} history entries, saved at {said.made_at}")
        self.stdout.write(f"ledger {said.ledger_hash}")
        self.stdout.write(
            self.style.SUCCESS("Restored: ledger, history and uploads are those that were saved.")
        )
