"""A database of its own for fault tests, filled by the real actions. Run as `python -m tests.faults.seeding COUNT`."""

import os
import sys
from datetime import timedelta

import django
from django.conf import settings


def main(count: int) -> None:
    """Make `count` assignments whose start passed a minute ago and that ask for no check-in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    from django.core.management import call_command  # noqa: PLC0415 - the app registry is ready only now
    from django.db import transaction  # noqa: PLC0415

    from assignments.models import Assignment  # noqa: PLC0415
    from assignments.states import State  # noqa: PLC0415
    from common import clock  # noqa: PLC0415
    from tests.factories import assignment_in, company, fund, member  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    now = clock.now()
    with transaction.atomic(), clock.moved(now - timedelta(days=3)):
        client = company("Fault Tests")
        owner = member(client, "Olga Owner")
    with transaction.atomic(), clock.moved(now - timedelta(days=2)):
        fund(client, cash=100_000_000)
        for _ in range(count):
            assignment_in(
                State.ASSIGNED, owner=owner, checkin_required=False, start_at=now - timedelta(minutes=1)
            )
        # Two blanks in a row are left to the step that takes one row at a time (assignments/in_bulk.py): a batch that
        # is moved by one statement would hardly ever be met half done.
        Assignment.objects.update(title="Replace  two switches")


if __name__ == "__main__":
    main(int(sys.argv[1]))
