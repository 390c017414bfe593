"""Audit the books; exits 1 when they are not whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.audit import audit


class Command(BaseCommand):
    help = "Verify that every posting, balance, reservation and terms limit agrees."

    def handle(self, *args: Any, **options: Any) -> None:
        breaches = audit()
        for breach in breaches:
            self.stdout.write(self.style.ERROR(f"{breach.check}: {breach.sentence}"))
        if breaches:
            raise CommandError(f"The ledger has {len(breaches)} breach(es).", returncode=1)
        self.stdout.write(self.style.SUCCESS("The ledger is whole."))
