"""`make security`: attack a portal of its own, read the code, and write down what was found (docs/security.md).

All parts by default; `--only` names some. Needs nothing but the development list; sqlmap and pip-audit run where they
are installed, and say so where they are not.
"""
# ruff: noqa: T201 (a program speaks by printing)

import argparse
import subprocess
import sys
from collections.abc import Callable
from typing import Final

from tests.hostile import code
from tests.hostile.figures import written
from tests.hostile.portal import data

READINGS: Final[dict[str, tuple[str, Callable[[], code.Read]]]] = {
    "bandit": ("bandit (40)", code.bandit),
    "pip-audit": ("pip-audit", code.pip_audit),
    "access": ("access tests (1 to 6)", code.access),
}
ATTACKS: Final = ("timing", "fuzz", "browse", "sqlmap")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="make security", epilog="Other options are for the attacks: --requests, --seed."
    )
    parser.add_argument("--only", action="append", choices=[*READINGS, *ATTACKS])
    parser.add_argument("--sqlite", action="store_true", help="attack the embedded database, not PostgreSQL")
    options, more = parser.parse_known_args(arguments)
    chosen = options.only or [*READINGS, *ATTACKS]
    good = [read(name) for name in chosen if name in READINGS]
    if attacks := [name for name in chosen if name in ATTACKS]:
        good.append(attacked(attacks, more, postgres=not options.sqlite))
    return 0 if all(good) else 1


def read(name: str) -> bool:
    """One reading, written down. True when nothing is open."""
    program, reading = READINGS[name]
    done = reading()
    for finding in done.findings:
        print(finding)
    print(written(program, done.figures, f"python -m tests.hostile --only {name}"))
    return not done.findings


def attacked(names: list[str], more: list[str], *, postgres: bool) -> bool:
    """The attacks on a portal of this run alone: a process of its own, since Django is set up for one database."""
    only = [word for name in names for word in ("--only", name)]
    with data(postgres=postgres) as environment:
        return (
            subprocess.call([sys.executable, "-m", "tests.hostile.attack", *only, *more], env=environment)
            == 0
        )


if __name__ == "__main__":
    sys.exit(main())
