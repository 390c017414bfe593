"""Take one reply by mail from the standard input, as a mail server's pipe gives it (docs/site-work/talk.md)."""

import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from assignments.actions.receiving import LARGEST_BYTES, BadMail, receive_mail
from common.limits import TooMany

DATA_ERROR: Final = 65
"""EX_DATAERR of sysexits.h: the mail server sends it back."""
TRY_LATER: Final = 75
"""EX_TEMPFAIL: the mail server keeps it and tries again."""


class Command(BaseCommand):
    help = "Post a reply by mail that is read from standard input. Exit codes: 0 taken, 65 not for us, 75 try later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("recipient", nargs="?", default="", help="the envelope's recipient, if known")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST_BYTES + 1)
        try:
            taken = receive_mail(raw, options["recipient"])
        except BadMail as error:
            self.stderr.write(str(error))
            sys.exit(DATA_ERROR)
        except (DatabaseError, OSError, TooMany) as error:
            self.stderr.write(f"{type(error).__name__}: try again later")
            sys.exit(TRY_LATER)
        self.stdout.write(taken.outcome)
