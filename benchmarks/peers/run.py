"""Fills, serves, measures, prints. A goal that is missed is a figure, not a failure: the exit code is 0."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from django.db import connections

from assignments.models import Assignment
from benchmarks.measure import HEAD, Result
from benchmarks.peers import compare, phone, place
from benchmarks.peers.sides import Helpdesk, Onsite
from benchmarks.world import World
from tests.hostile.portal import own_database


def run(folder: Path, database: str, only: set[str], rows: int, rounds: int) -> int:
    """Measure the asked goals over a database that is still empty."""
    world = place.filled(rows)
    kept = seen_on_a_phone(world)
    connections.close_all()
    with place.onsite(folder, database) as portal:
        port = portal.web(workers=place.PROCESSES, threads=place.THREADS).port
        if "P13" in only:
            with own_database("peers_other") as other, place.helpdesk(folder, other, rows) as peer:
                tell(f"Onsite and django-helpdesk {place.versions()}, {rows:,} rows each")
                ours, theirs = Onsite(port, place.asking(database)), Helpdesk(peer, place.asking(other))
                ours.sign_in(world.owner.email)
                theirs.sign_in(place.AGENT)
                for step in (compare.lists, compare.detail, compare.changes):
                    write(step((ours, theirs), rounds))
        if "P14" in only:
            tell(f"phone pages, {rows:,} assignments, {phone.LIGHTHOUSE}")
            write(phone.results(f"http://127.0.0.1:{port}", pages(port, world, kept)))
    sys.stdout.write(f"\nload at the end {os.getloadavg()[0]:.1f}\n")
    return 0


def tell(words: str) -> None:
    sys.stdout.write(f"\n{words}, load {os.getloadavg()[0]:.1f}\n\n{HEAD}\n")


def write(found: Iterable[Result]) -> None:
    for result in found:
        sys.stdout.write(result.line + "\n")
        sys.stdout.flush()


def seen_on_a_phone(world: World) -> int:
    """An assignment that the worker has before them."""
    return Assignment.objects.filter(worker=world.worker, state="assigned").order_by("pk")[0].pk


def pages(port: int, world: World, pk: int) -> dict[str, tuple[str, str]]:
    """Words, path and cookie of each page: of a visitor, the worker and the client."""
    worker, client = (cookie_of(port, user.email) for user in (world.worker.user, world.owner))
    return {
        "sign-in": ("/accounts/login/", ""),
        "a worker's home": ("/home/", worker),
        "Find Work": ("/find-work/", worker),
        "an assignment, its worker": (f"/assignments/{pk}/", worker),
        "a client's list": ("/assignments/", client),
    }


def cookie_of(port: int, email: str) -> str:
    """The cookies of a browser that signed in."""
    side = Onsite(port, lambda *asked: [])
    side.sign_in(email)
    return side.person.cookie
