"""One look at everything: timers, what is due, what is parked, the outbox, the checks, the alerts.

The number of queries is the same whatever is in the tables (tests/operations/test_board.py).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q

from config import heartbeat
from config.models import Alert, Check, Heartbeat, Parked
from config.timetable import Timer, timetable
from config.watch import due, parked
from notifications.models import Message

SHOWN: Final = 50
RECENT: Final = timedelta(days=1)
"""A mail that failed for good within this time is a failure of today; older ones stay on the list and alarm nobody."""


@dataclass(frozen=True, slots=True)
class Line:
    """One timer: its interval, its last run, and since when its oldest row is due."""

    name: str
    every: timedelta
    is_nightly: bool
    is_late: bool
    at: datetime | None
    rows: int
    seconds: float
    failed_at: datetime | None
    error: str
    runs: int
    failures: int
    rows_total: int
    seconds_total: float
    can_be_due: bool
    oldest: datetime | None

    def late_seconds(self, now: datetime) -> float:
        """For how long its oldest row has been due; 0 when nothing is."""
        return max((now - self.oldest).total_seconds(), 0.0) if self.oldest else 0.0

    @property
    def is_silent(self) -> bool:
        """Whether it should have run by now. A nightly one of a new portal waits for its first night."""
        return self.is_late and (self.at is not None or not self.is_nightly)

    @property
    def has_failed(self) -> bool:
        """Whether its newest run is the one that broke off."""
        return self.failed_at is not None and (self.at is None or self.failed_at > self.at)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Mails that have not left, by state; since when the oldest is due; those that failed for good."""

    by_state: dict[str, int]
    oldest: datetime | None
    failed_lately: int

    def age_seconds(self, now: datetime) -> float:
        return max((now - self.oldest).total_seconds(), 0.0) if self.oldest else 0.0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything at one instant."""

    now: datetime
    lines: list[Line]
    parked_count: int
    outbox: Outbox
    checks: list[Check]
    alerts: list[Alert] = field(default_factory=list)


def look(now: datetime) -> Board:
    """Read it all. Raises DatabaseError when the database does not answer. The broker is not asked: a sweep looks here
    too, and must not wait for a Redis that hangs (config.watch.queue asks it for pages and metrics)."""
    return Board(
        now=now,
        lines=timers(now),
        parked_count=parked.waiting(now).count(),
        outbox=outbox(now),
        checks=list(Check.objects.all()),
        alerts=list(Alert.objects.filter(over_at=None)),
    )


def timers(now: datetime) -> list[Line]:
    """Every line of the timetable with its heartbeat, in the timetable's order."""
    beats = {beat.name: beat for beat in Heartbeat.objects.all()}
    oldest = due.oldest(now)
    return [
        _line(timer, beats.get(timer.name) or Heartbeat(name=timer.name), oldest, now)
        for timer in timetable()
    ]


def _line(timer: Timer, beat: Heartbeat, oldest: dict[str, datetime | None], now: datetime) -> Line:
    return Line(
        name=timer.name,
        every=timer.every,
        is_nightly=timer.is_nightly,
        is_late=heartbeat.is_late(timer, beat.at, now),
        at=beat.at,
        rows=beat.rows,
        seconds=beat.seconds,
        failed_at=beat.failed_at,
        error=beat.error,
        runs=beat.runs,
        failures=beat.failures,
        rows_total=beat.rows_total,
        seconds_total=beat.seconds_total,
        can_be_due=timer.name in oldest,
        oldest=oldest.get(timer.name),
    )


def outbox(now: datetime) -> Outbox:
    """What has not left: one query on each of the two partial indexes of such rows."""
    unsent = Message.objects.filter(state__in=[Message.State.QUEUED, Message.State.SENDING]).aggregate(
        queued=Count("pk", filter=Q(state=Message.State.QUEUED)),
        sending=Count("pk", filter=Q(state=Message.State.SENDING)),
        oldest=Min("due_at", filter=Q(due_at__lte=now)),
    )
    failed = Message.objects.filter(state=Message.State.FAILED).aggregate(
        all=Count("pk"), lately=Count("pk", filter=Q(due_at__gt=now - RECENT))
    )
    states = {"queued": unsent["queued"], "sending": unsent["sending"], "failed": failed["all"]}
    return Outbox(states, unsent["oldest"], failed["lately"])


def parked_rows(now: datetime) -> list[Parked]:
    """The first parked rows, for the page."""
    return list(parked.waiting(now)[:SHOWN])


def failed_mails() -> list[Message]:
    """The newest mails that failed for good, without their words: those carry links that sign in."""
    rows = Message.objects.filter(state=Message.State.FAILED).order_by("-due_at", "pk")
    return list(rows.defer("context", "body", "html")[:SHOWN])
