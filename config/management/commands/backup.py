"""Save database, uploads and a manifest into a new folder (docs/operations.md)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup import steps
from config.backup.stores import Refused


class Command(BaseCommand):
    help = "Save the database and the uploads into FOLDER, with a manifest of SHA-256. The portal goes on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or empty folder")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = steps.backup(options["folder"].resolve())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{len(made.files)} files, {made.entries} history entries")
        self.stdout.write(f"ledger {made.ledger_hash}")
        self.stdout.write(self.style.SUCCESS(f"Saved in {options['folder']}."))
