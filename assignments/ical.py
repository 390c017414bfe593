"""A worker's calendar as iCalendar (RFC 5545): booked work, what was cancelled, and days off.

Each planned day is an event with a UID that stays as long as the worker has the work, and a SEQUENCE that only grows.
What the worker lost is told as cancelled, by title and time alone (S41, decisions.md D10).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from assignments.ical_zones import timezone
from assignments.models import Assignment, Engagement
from assignments.planned import Span, is_bound, spans
from assignments.states import EngagementEnd, ScheduleKind, State
from workers.calendar import off_from
from workers.models import TimeOff, Worker

BACK: Final = timedelta(days=90)
"""How far back the calendar goes."""
MOST: Final = 1_000
"""Pieces of work at most, newest first."""
STATUS: Final = {State.CANCELLED: "CANCELLED", State.ON_HOLD: "TENTATIVE"}


def feed(worker: Worker, now: datetime) -> bytes:
    """The whole calendar, the same bytes while nothing changed."""
    made = Calendar()
    made.add("PRODID", "-//Onsite//Schedule//EN")
    made.add("VERSION", "2.0")
    made.add("CALSCALE", "GREGORIAN")
    made.add("METHOD", "PUBLISH")
    made.add("X-WR-CALNAME", "Onsite")
    made.add("X-PUBLISHED-TTL", "PT1H")
    events = [*_booked(worker, now), *_left(worker, now), *_off(worker, now)]
    used = sorted({str(one.get(name).params["TZID"]) for one in events for name in ("DTSTART", "DTEND")
                   if "TZID" in one.get(name).params})  # fmt: skip
    for name in used:
        made.add_component(timezone(name, (now - BACK).year - 1))
    for event in events:
        made.add_component(event)
    body: bytes = made.to_ical()
    return body


def _booked(worker: Worker, now: datetime) -> Iterator[Event]:
    """The worker's own work, also the cancelled one that no engagement tells of."""
    rows = (
        Assignment.objects.filter(worker=worker, start_at__gte=now - BACK, engagement__isnull=False)
        .select_related("client", "site", "engagement")
        .prefetch_related("work_days")
        .order_by("-start_at", "-id")[:MOST]
    )
    for row in rows:
        assert row.engagement is not None  # noqa: S101 (filtered above)
        for span in spans(row):
            yield _work(row, row.engagement, span)


def _work(row: Assignment, engagement: Engagement, span: Span) -> Event:
    status = STATUS.get(State(row.state), "CONFIRMED")
    event = _event(uid(engagement, span.number), row.calendar_sequence, row.updated_at, status)
    start_at, end_at, is_busy = _time(row, span)
    _when(event, start_at, end_at, row.time_zone)
    part = f" (day {span.number} of {span.of})" if span.of > 1 else ""
    if status == "CANCELLED":
        event.add("SUMMARY", f"Cancelled: {row.title}{part}")
        event.add("TRANSP", "TRANSPARENT")
        return event
    before = {State.ON_HOLD: "On hold: "}.get(State(row.state), "")
    if row.schedule_kind == ScheduleKind.COMPLETE_BY and span.number == 1:
        before = f"{before}Complete by: "
    event.add("SUMMARY", f"{before}{row.title}{part}")
    event.add("TRANSP", "OPAQUE" if is_busy else "TRANSPARENT")
    event.add("LOCATION", _place(row))
    link = f"{settings.ONSITE_BASE_URL}/assignments/{row.pk}/"
    event.add("DESCRIPTION", f"{row.number}, {row.client.name}\n{link}")
    event.add("URL", link)
    return event


def _time(row: Assignment, span: Span) -> tuple[datetime, datetime, bool]:
    """From when to when a day is shown, and whether the worker is busy then. An arrival window is shown as a whole
    until its time is picked, complete by as the last hours before it."""
    if span.number > 1 or is_bound(row) or row.window_end_at is None:
        return span.start_at, span.end_at, True
    if row.schedule_kind == ScheduleKind.WINDOW:
        return span.start_at, row.window_end_at, True
    return max(span.start_at, row.window_end_at - row.duration), row.window_end_at, False


def _left(worker: Worker, now: datetime) -> Iterator[Event]:
    """Work that the worker lost or gave back: cancelled, as it was agreed then."""
    gone = (
        Engagement.objects.filter(worker=worker, calendar__isnull=False, ended_at__gte=now - BACK)
        .exclude(end=EngagementEnd.ACTIVE)
        .order_by("-ended_at", "-id")[:MOST]
    )
    for engagement in gone:
        kept: dict[str, Any] = engagement.calendar or {}
        for number, (start, end) in enumerate(kept["days"], 1):
            at = engagement.ended_at or now
            event = _event(uid(engagement, number), kept["sequence"], at, "CANCELLED")
            _when(event, datetime.fromisoformat(start), datetime.fromisoformat(end), kept["time_zone"])
            event.add("SUMMARY", f"Cancelled: {kept['title']}")
            event.add("TRANSP", "TRANSPARENT")
            yield event


def _off(worker: Worker, now: datetime) -> Iterator[Event]:
    """Days off are whole days on whatever clocks the reader has."""
    for off in off_from(worker, (now - BACK).date()):
        event = _event(f"{uuid5(NAMESPACE_URL, _off_name(off))}@onsite", 0, off.added_at, "CONFIRMED")
        event.add("DTSTART", off.from_on)
        event.add("DTEND", off.to_on + timedelta(days=1))
        event.add("SUMMARY", off.note or "Time off")
        event.add("TRANSP", "OPAQUE")
        yield event


def _off_name(off: TimeOff) -> str:
    return f"onsite:time-off:{off.pk}:{off.added_at.isoformat()}"


def uid(engagement: Engagement, number: int) -> str:
    """The name of one planned day of one worker's work: the same through all changes, and on no other site."""
    name = f"onsite:engagement:{engagement.pk}:{engagement.started_at.isoformat()}"
    return f"{uuid5(NAMESPACE_URL, name)}-{number}@onsite"


def _event(name: str, sequence: int, changed_at: datetime, status: str) -> Event:
    event = Event()
    event.add("UID", name)
    event.add("SEQUENCE", sequence)
    event.add("DTSTAMP", changed_at)
    event.add("LAST-MODIFIED", changed_at)
    event.add("STATUS", status)
    event.add("CLASS", "PRIVATE")
    return event


def _when(event: Event, start_at: datetime, end_at: datetime, zone: str) -> None:
    """On the site's clocks. A time that comes twice means the first in a calendar: the second is told in UTC."""
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (start_at, end_at))
    if start.fold or end.fold or zone == "UTC":
        start, end = start_at.astimezone(UTC), end_at.astimezone(UTC)
    event.add("DTSTART", start)
    event.add("DTEND", end)


def _place(row: Assignment) -> str:
    if row.is_virtual:
        return "Remote"
    site = getattr(row, "site", None)
    town = " ".join(part for part in (row.city, row.region, row.postcode) if part)
    parts = (site.name if site else "", site.street if site else "", town)
    return ", ".join(part for part in parts if part)
