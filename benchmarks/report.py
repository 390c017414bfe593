"""Runs the asked measurements in order and writes the table."""

import os
import sys
from collections.abc import Callable

from django.db import connection

from benchmarks import lists, rendering, sweeping
from benchmarks.measure import HEAD, Result
from benchmarks.world import World

STEPS: dict[str, Callable[[World, int], list[Result]]] = {
    "P1": lists.first_page,
    "P2": lists.against_admin,
    "P4": lists.deep_page,
    "P5": lists.shapes,
    "P6": lists.query_counts,
    "P7": lists.text_search,
    "P8": sweeping.against_raw,
    "P10": sweeping.against_single,
    "P11": rendering.against_jinja,
    "P12": sweeping.while_people_look,
}
BESIDE = {"P3": "P1", "P9": "P8"}
"""Goals that are measured with another one."""


def run(world: World, only: set[str], rounds: int) -> int:
    """Measure and print. A goal that is missed is a figure, not a failure: the exit code is 0."""
    wanted = {BESIDE.get(one, one) for one in only} or set(STEPS)
    sys.stdout.write(
        f"{connection.vendor}, {world.rows:,} assignments, load {os.getloadavg()[0]:.1f}\n\n{HEAD}\n"
    )
    missed = 0
    for goal, step in STEPS.items():
        if goal not in wanted:
            continue
        for result in step(world, rounds):
            sys.stdout.write(result.line + "\n")
            sys.stdout.flush()
            missed += result.met is False
    sys.stdout.write(f"\nload at the end {os.getloadavg()[0]:.1f}; missed: {missed}\n")
    return 0
