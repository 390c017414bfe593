"""Is the portal whole? Each thing that must hold, with its limit and a reason that tells strangers nothing private."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from common import clock
from config import heartbeat
from config.watch import due, queue


@dataclass(frozen=True, slots=True)
class Reason:
    """What does not hold: its name, a sentence with the limit for everybody, and more for who may know it."""

    name: str
    sentence: str
    detail: str = ""


def database() -> Reason | None:
    """It answers a statement."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        return Reason("database", "The database does not answer.", type(error).__name__)
    return None


def broker() -> Reason | None:
    """The queue answers within a second."""
    _, why = queue.asked()
    return (
        Reason("broker", f"The queue does not answer within {queue.PATIENCE_SECONDS:g} s.", why)
        if why
        else None
    )


def sweeps() -> Reason | None:
    """Some sweep ended well within three intervals."""
    silent = heartbeat.silence()
    if not silent:
        return None
    limit = settings.ONSITE_SWEEP_SECONDS * heartbeat.MISSED
    return Reason("sweeps", silent, f"The limit is {limit} seconds.")


def overdue() -> list[Reason]:
    """No mail and no row of another timer has been due for longer than its limit."""
    now, oldest = clock.now(), due.oldest(clock.now())
    mail = {name: at for name, at in oldest.items() if name == "deliver"}
    rows = {name: at for name, at in oldest.items() if name != "deliver"}
    found = [
        _too_old("outbox", "mail", mail, settings.ONSITE_OUTBOX_LIMIT_MINUTES, now),
        _too_old("due", "row", rows, settings.ONSITE_DUE_LIMIT_MINUTES, now),
    ]
    return [reason for reason in found if reason is not None]


def _too_old(
    name: str, what: str, oldest: dict[str, datetime | None], minutes: int, now: datetime
) -> Reason | None:
    late = {timer: at for timer, at in oldest.items() if at and now - at > timedelta(minutes=minutes)}
    if not late:
        return None
    told = ", ".join(f"{timer} since {at:%Y-%m-%d %H:%M:%S} UTC" for timer, at in sorted(late.items()))
    return Reason(name, f"A {what} has been due for longer than {minutes} minutes.", f"{told}.")


def look() -> list[Reason]:
    """Everything that does not hold; empty: the portal is whole. Without a database nothing else is asked."""
    lost = database()
    if lost is not None:
        return [lost]
    try:
        found = [reason for reason in (broker(), sweeps()) if reason is not None]
        return [*found, *overdue()]
    except DatabaseError as error:
        return [Reason("database", "The database does not answer.", type(error).__name__)]
