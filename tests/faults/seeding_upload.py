"""A database of its own with a started upload. Run as `python -m tests.faults.seeding_upload COUNT`."""

import os
import sys

import django
from django.conf import settings


def main(count: int) -> None:
    """Start an upload of `count` rows, every fiftieth of which is bad. Nothing is made yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    from django.core.management import call_command  # noqa: PLC0415 - the app registry is ready only now

    from assignments.actions import uploads  # noqa: PLC0415
    from assignments.actions.uploads import Wish  # noqa: PLC0415
    from tests.factories import company, member  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    owner = member(company("Fault Tests"), "Olga Owner")
    upload = uploads.receive(csv_of(count), "faults.csv", Wish(), actor=owner)
    uploads.match(upload.pk, upload.columns, actor=owner)
    uploads.start(upload.pk, actor=owner)


def csv_of(count: int) -> bytes:
    """A file whose rows differ by their own number; in every fiftieth the price is no amount."""
    lines = ["Work order,Title,Price,Start,Address,City,ZIP,Skills,Photos"]
    for n in range(1, count + 1):
        price = "twelve" if n % 50 == 0 else f"{100 + n % 400}.50"
        lines.append(
            f'W-{n},Swap till {n},{price},12/8/2099 9:00 AM,{n} State Street,Albany,12207,"cabling, Wi-Fi",2'
        )
    return "\r\n".join(lines).encode()


if __name__ == "__main__":
    main(int(sys.argv[1]))
