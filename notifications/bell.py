"""The bell: reading notices and marking them read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from django.db.models import Q
from django.shortcuts import get_object_or_404

from accounts.models import User
from common import when
from notifications.models import Notice

PAGE_SIZE: Final = 50
COUNT_UP_TO: Final = 100
"""The frame shows "99+" from there; counting further would only cost time."""


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as the page shows it."""

    notice: Notice
    time: str


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of one day in the reader's own zone."""

    heading: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the bell, newest first. `older` is the id to continue after, None on the last page."""

    days: list[Day]
    older: int | None


def unread(user: User) -> int:
    """How many notices wait for this person, counted up to 100."""
    return Notice.objects.filter(user=user, read_at=None)[:COUNT_UP_TO].count()


def page(user: User, *, after: int | None, now: datetime) -> Page:
    """The newest notices, or those after the notice with the id `after` (ignored when it is foreign)."""
    rows = Notice.objects.filter(user=user)
    last = rows.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(pk__lt=last.pk), at__lte=last.at)
    found = list(rows.order_by("-at", "-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(_by_day(shown, user.time_zone, now), shown[-1].pk if len(found) > PAGE_SIZE else None)


def read(user: User, notice_id: int, *, at: datetime) -> Notice:
    """Mark one notice read (once) and return it. Raises Http404 for another person's."""
    notice = get_object_or_404(Notice, pk=notice_id, user=user)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    return notice


def read_all(user: User, *, at: datetime) -> int:
    """Mark every notice of a person read; returns how many were not yet."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=at)


def _by_day(notices: Iterable[Notice], zone_name: str, now: datetime) -> list[Day]:
    zone = when.zone(zone_name)
    today = now.astimezone(zone).date()
    local = [(notice.at.astimezone(zone), notice) for notice in notices]
    return [
        Day(_heading(day, today), [Line(notice, when.clock_time(moment)) for moment, notice in group])
        for day, group in groupby(local, key=lambda pair: pair[0].date())
    ]


def _heading(day: date, today: date) -> str:
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return when.weekday(day, today=today)
