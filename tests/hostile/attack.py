"""The attacks that need a running portal."""

import argparse
import sys

import django

django.setup()

from tests.hostile import fuzz  # noqa: E402 (models exist from here on)
from tests.hostile.portal import portal  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make security")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=26)
    parser.add_argument("--log", default="")
    options = parser.parse_args(arguments)
    with portal() as attacked:
        places = fuzz.explored(attacked)
        print(len(places.addresses), "addresses", len(places.forms), "forms", flush=True)
        outcome = fuzz.run(attacked, places, count=options.requests, seed=options.seed)
        print(
            outcome.count,
            outcome.statuses,
            outcome.people,
            outcome.methods,
            outcome.signed_in_again,
            outcome.seconds,
            flush=True,
        )
        print("\n".join(outcome.findings))
        print("SLOW", "\n".join(outcome.slow))
        print("\n".join(attacked.errors()))
        if options.log:
            open(options.log, "wb").write(attacked.log.read_bytes())
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
