"""Onsite beside other systems, and on a phone: `python -m benchmarks.peers [--rows 100000] [--only P13]`.

P13: the same work in Onsite and in django-helpdesk, each on PostgreSQL (the server of DATABASE_URL or the local
default) in a database of its own, each with two processes of gunicorn, asked over HTTP by one signed-in person.
P14: Onsite's pages in Lighthouse. Both systems, their databases and their servers are made here and taken away.
"""

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.hostile.portal import own_database

ORDER = ("P13", "P14")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="P13 or P14")
    options = parser.parse_args()
    only = {one.strip().upper() for one in options.only.split(",") if one.strip()} or set(ORDER)
    if unknown := only - set(ORDER):
        parser.error(f"no such goal here: {', '.join(sorted(unknown))}")
    signal.signal(
        signal.SIGTERM, lambda *told: sys.exit(143)
    )  # whoever stops it leaves nothing behind either
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onsite-peers-")))
        database = stack.enter_context(own_database("peers"))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": database,
            "DEBUG": "0",
            "ONSITE_NO_DEMO": "1",
            "ONSITE_LOG_LEVEL": "ERROR",
            "ONSITE_STATEMENT_TIMEOUT_SECONDS": "3600",
            "ONSITE_VAR": str(folder),
        }
        os.environ.pop("REDIS_URL", None)
        import django  # noqa: PLC0415 - the settings are chosen only now

        django.setup()
        from benchmarks.peers.run import run  # noqa: PLC0415

        return run(folder, database, only, options.rows, options.rounds)


if __name__ == "__main__":
    sys.exit(main())
