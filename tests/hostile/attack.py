"""The attacks that need a running portal: `python -m tests.hostile` prepares its data and calls this module."""
# ruff: noqa: E402, T201 (Django is set up first; a program speaks by printing)

import argparse
import sys
from pathlib import Path
from typing import Final

import django

django.setup()

from tests.hostile import browse, fuzz, inject, timing
from tests.hostile.figures import written
from tests.hostile.places import Places
from tests.hostile.portal import Portal, portal


def fuzzed(attacked: Portal, places: Places, options: argparse.Namespace) -> bool:
    """Row 26: hostile requests. True when none was answered by a server error or by its own markup."""
    outcome = fuzz.run(attacked, places, count=options.requests, seed=options.seed, minutes=options.minutes)
    for line in (*outcome.findings, *(f"slow: {one}" for one in outcome.slow), *attacked.errors()):
        print(line)
    statuses = ", ".join(f"{count:,} x {status}" for status, count in sorted(outcome.statuses.items()))
    errors = len(outcome.findings)
    figures = (
        f"{outcome.count:,} requests on {attacked.database}, {len(outcome.aimed)} of {len(places.patterns)} address "
        f"patterns, {len(outcome.people)} personas, {len(outcome.methods)} methods: {errors} findings; slower than "
        f"{fuzz.SLOW:.0f} s: {len(outcome.slow)}; {outcome.seconds / 60:.0f} min ({statuses})"
    )
    command = f"python -m tests.hostile --only fuzz --requests {options.requests} --seed {options.seed}"
    print(written("fuzz (26)", figures, command))
    return not errors


def browsed(attacked: Portal, places: Places, options: argparse.Namespace) -> bool:
    """Row 20: pages in a real browser. True when the policy was broken nowhere."""
    seen = browse.run(attacked, places, most=options.pages)
    for line in seen.complaints:
        print(line)
    figures = (
        f"{seen.pages} pages of {len(seen.people)} personas in Chromium on {attacked.database}: {seen.violations} "
        f"violations of the content policy, {len(seen.complaints) - seen.violations} other complaints"
    )
    print(written("browser (20)", figures, "python -m tests.hostile --only browse"))
    return not seen.complaints


def injected(attacked: Portal, places: Places, options: argparse.Namespace) -> bool:
    """Row 24: sqlmap. True when it found nothing; also when it is not installed, which is said."""
    found = inject.run(attacked, most=options.addresses)
    for line in found.findings:
        print(line)
    print(written("sqlmap (24)", found.words(attacked.database), "python -m tests.hostile --only sqlmap"))
    return not found.findings


def timed(attacked: Portal, places: Places, options: argparse.Namespace) -> bool:
    """Row 10: what the time of an answer tells of accounts. True when no door tells them apart."""
    doors = timing.run(attacked, tries=options.tries)
    told = "; ".join(f"{name} {one.words()}" for name, one in doors.items())
    for name, one in doors.items():
        if one.answers[0] != one.answers[1]:
            print(f"{name}: {one.answers[0]} for an account, {one.answers[1]} for nobody")
    figures = f"{options.tries} accounts and as many unknown addresses on {attacked.database}: {told}"
    print(
        written(
            "time of answers (10)", figures, f"python -m tests.hostile --only timing --tries {options.tries}"
        )
    )
    return not any(one.is_open for one in doors.values())


ATTACKS = {"timing": timed, "browse": browsed, "sqlmap": injected, "fuzz": fuzzed}
"""In this order: the hostile requests come last, because they change what the others would see."""
NEED_PLACES: Final = {"browse", "fuzz"}
"""These start from the links and forms that each person is led to."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make security")
    parser.add_argument("--only", action="append", choices=list(ATTACKS))
    parser.add_argument("--requests", type=int, default=20_000, help="hostile requests")
    parser.add_argument("--seed", type=int, default=26)
    parser.add_argument("--minutes", type=float, default=0, help="end the requests after so many minutes")
    parser.add_argument("--pages", type=int, default=40, help="pages of each persona in the browser")
    parser.add_argument(
        "--tries", type=int, default=100, help="times that each door is asked about an account"
    )
    parser.add_argument("--addresses", type=int, default=len(inject.AIMS), help="addresses that sqlmap tries")
    parser.add_argument("--log", type=Path, help="keep the server's log here")
    options = parser.parse_args(arguments)
    with portal() as attacked:
        places = fuzz.explored(attacked) if NEED_PLACES.intersection(options.only or ATTACKS) else Places()
        good = [ATTACKS[name](attacked, places, options) for name in options.only or ATTACKS]
        if options.log:
            options.log.write_bytes(attacked.log.read_bytes())
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
