"""The fuzz against a running portal: who was asked what, and what was answered by 5xx, not at all, or too late."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from tests.hostile.hits import TOKEN, Gunner, Hit
from tests.hostile.places import Places, crawl
from tests.hostile.portal import PEOPLE, Portal

PATIENCE: Final = 30.0
"""Seconds after which an answer counts as missing."""
SLOW: Final = 5.0
"""Seconds above which an answer is told, as a hint to work without bounds."""
THREADS: Final = 3
PAGES: Final = 80
"""So many pages of each person are read before the fuzz, for their links and forms."""
REFLECTED: Final = (b"<script>alert(1)</script>", b"<img src=x onerror", b"<svg/onload", b"{% debug %}<")
"""Typed markup that stands in an answer as it was typed."""
HONEST: Final = {("readyz", 503)}
"""Says by its status that sweeps are late: none runs here."""


@dataclass
class Outcome:
    """What a run of hits gave."""

    statuses: Counter[int] = field(default_factory=Counter)
    aimed: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    signed_in_again: int = 0
    seconds: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.statuses.values())


class Wire:
    """One connection of one thread, kept open where the server keeps it."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.line = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=PATIENCE)

    def send(self, hit: Hit) -> tuple[int, str, bytes, str]:
        """(status, Location, body, Content-Type); status 0 when no answer came."""
        for is_last in (False, True):
            try:
                self._put(hit)
                answer = self.line.getresponse()
                body = answer.read()
            except (http.client.HTTPException, OSError):
                self.line.close()  # a kept connection may have ended by itself: once more on a new one
                if is_last:
                    return 0, "", b"", ""
                continue
            kind = answer.headers.get("Content-Type", "")
            return answer.status, answer.headers.get("Location", ""), body, kind
        raise AssertionError("unreachable")

    def _put(self, hit: Hit) -> None:
        session = self.portal.cookie(hit.who)
        cookies = [f"csrftoken={TOKEN}", *([f"sessionid={session}"] if session else [])]
        self.line.putrequest(hit.method, hit.url, skip_accept_encoding=True)
        self.line.putheader("Cookie", "; ".join([*cookies, *([hit.cookies] if hit.cookies else [])]))
        self.line.putheader("X-CSRFToken", TOKEN)
        for name, value in hit.headers:
            self.line.putheader(name, value.encode("latin-1"))
        if hit.body or hit.method in ("POST", "PUT", "PATCH"):
            self.line.putheader("Content-Length", str(len(hit.body)))
            self.line.putheader("Content-Type", hit.content_type or "x")
        self.line.endheaders(hit.body or None)

    def get(self, who: str) -> Callable[[str], tuple[int, str, str]]:
        """For a crawl: (status, Location, HTML) of a page as this persona sees it."""

        def read(url: str) -> tuple[int, str, str]:
            status, location, body, kind = self.send(Hit(0, who, "", "GET", url))
            return status, location, body.decode(errors="replace") if kind.startswith("text/html") else ""

        return read


def explored(portal: Portal) -> Places:
    """Every persona walks by links first, so that hits carry real ids and real forms."""
    places, wire = Places(), Wire(portal)
    for who in PEOPLE:
        start = ("/admin/", "/") if who == "staff" else ("/",)
        crawl(places, who, wire.get(who), most=PAGES, start=start)
    return places


def run(portal: Portal, places: Places, *, count: int, seed: int, minutes: float = 0) -> Outcome:
    """Send `count` hits by some threads, fewer when `minutes` are over before, and note what came back."""
    outcome, lock, start = Outcome(), threading.Lock(), time.monotonic()
    waiting = Gunner(places, tuple(PEOPLE), seed).hits(count)

    def work() -> None:
        wire = Wire(portal)
        while True:
            with lock:
                is_over = minutes and time.monotonic() - start > minutes * 60
                hit = None if is_over else next(waiting, None)
            if hit is None:
                return
            began = time.monotonic()
            status, location, body, kind = wire.send(hit)
            seconds = time.monotonic() - began
            with lock:
                note(outcome, hit, status, seconds)
                if kind.startswith("text/html"):
                    outcome.findings += [
                        f"markup came back: {hit.told()}" for one in REFLECTED if one in body
                    ]
                if PEOPLE[hit.who] and (location.startswith("/accounts/login") or "logout" in hit.url):
                    portal.renew(hit.who)
                    outcome.signed_in_again += 1

    threads = [threading.Thread(target=guarded, args=(work, outcome)) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    outcome.seconds = time.monotonic() - start
    return outcome


def guarded(work: Callable[[], Any], outcome: Outcome) -> None:
    """A thread that fails is a finding about this program, never silence."""
    try:
        work()
    except Exception as error:
        outcome.findings.append(f"the program itself failed: {error!r}")
        raise


def note(outcome: Outcome, hit: Hit, status: int, seconds: float) -> None:
    """Count one answer; 5xx and silence are findings."""
    outcome.statuses[status] += 1
    outcome.aimed[hit.name] += 1
    outcome.people[hit.who] += 1
    outcome.methods[hit.method] += 1
    if (status >= 500 or status == 0) and (hit.name, status) not in HONEST:
        outcome.findings.append(f"{status or 'no answer'} in {seconds:.1f} s: {hit.told()}")
    if seconds > SLOW:
        outcome.slow.append(f"{seconds:.1f} s: {hit.told()}")
