"""When a saved search looks again: pure, over the worker's own clock."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from assignments.models import MailRhythm
from common.when import zone

MORNING: Final = time(7)
INSTANT_EVERY: Final = timedelta(minutes=2)
"""Between two looks of an instant search: several assignments of one batch come in one mail."""


def next_due(rhythm: str, now: datetime, tz_name: str) -> datetime | None:
    """The next instant at which a mail may go out, after `now`; None for a search without mails.

    Daily means the next 7:00 AM on the clocks of the worker's zone, whatever summer time does in between.
    """
    if rhythm == MailRhythm.INSTANT:
        return now + INSTANT_EVERY
    if rhythm != MailRhythm.DAILY:
        return None
    here = zone(tz_name)
    today = now.astimezone(here).date()
    days = (today + timedelta(days=number) for number in range(3))
    mornings = (datetime.combine(day, MORNING, here).astimezone(UTC) for day in days)
    return next(morning for morning in mornings if morning > now)
