"""`make security`: attack a portal of its own, read the code, and write down what was found (docs/security.md)."""

import argparse
import subprocess
import sys

from tests.hostile.portal import data


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make security")
    parser.add_argument("--sqlite", action="store_true")
    options, more = parser.parse_known_args(arguments)
    with data(postgres=not options.sqlite) as environment:
        return subprocess.call([sys.executable, "-m", "tests.hostile.attack", *more], env=environment)


if __name__ == "__main__":
    sys.exit(main())
