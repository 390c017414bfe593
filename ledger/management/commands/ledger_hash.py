"""Print the hash of the whole ledger: equal before a backup and after its restore."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from ledger.digest import ledger_hash


class Command(BaseCommand):
    help = "Print one sha256 over every posting and entry, in order."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            self.stdout.write(ledger_hash())
