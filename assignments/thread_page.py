"""How a thread is drawn: newest first, by day on the reader's clocks, our side and theirs apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from accounts.models import User
from assignments.models import Message
from assignments.queries import Seen
from common import when


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the page shows it. `is_ours`: of the reader's side; `is_new`: not read so far."""

    message: Message
    time: str
    is_ours: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day, newest first."""

    heading: str
    lines: list[Line]


def days(found: Sequence[Message], view: Seen, user: User, *, read: int | None) -> list[Day]:
    """The messages by day. `read`: the id up to which the reader has read; None where nothing is counted."""
    zone = when.zone(user.time_zone)
    today = view.now.astimezone(zone).date()
    local = [(one.sent_at.astimezone(zone), one) for one in found]
    return [
        Day(_heading(day, today), [_line(one, moment, view, user, read) for moment, one in group])
        for day, group in groupby(local, key=lambda pair: pair[0].date())
    ]


def _line(one: Message, moment: datetime, view: Seen, user: User, read: int | None) -> Line:
    is_new = read is not None and one.pk > read and one.author_id != user.pk
    return Line(one, when.clock_time(moment), one.side == view.side, is_new)


def _heading(day: date, today: date) -> str:
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return when.weekday(day, today=today)
