"""Recompute the hash chains of the history; exits 1 when one is broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from timeline.seals import seal_all, verify


class Command(BaseCommand):
    help = "Verify that no sealed history entry was changed or removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject_type", nargs="?", help="for example: assignment")
        parser.add_argument("subject_id", nargs="?", type=int)
        parser.add_argument(
            "--seal", action="store_true", help="first seal whatever waits, however old it is"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seal"]:
            self.stdout.write(f"{seal_all(look_back=None)} sealed now.")
        report = verify(options["subject_type"], options["subject_id"])
        for sentence in report.broken:
            self.stdout.write(self.style.ERROR(sentence))
        self.stdout.write(f"{report.sealed} sealed, {report.unsealed} waiting to be sealed.")
        if report.redacted:
            self.stdout.write(f"{report.redacted} without some personal words that were erased.")
        if report.broken:
            raise CommandError(f"The history is broken in {len(report.broken)} place(s).", returncode=1)
        self.stdout.write(self.style.SUCCESS("The history is whole."))
