"""Time off and the calendar's secret address: what the worker changes. Each is one transaction with its history."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import AlreadyDone, Invalid
from common.when import day
from workers.actions import note as tell
from workers.actions import own
from workers.feeds import made
from workers.models import CalendarFeed, TimeOff

MOST_RANGES = 100
"""Ranges of days off that are not over."""
LONGEST_DAYS = 366


def add_time_off(worker_id: int, *, actor: User, from_on: date, to_on: date, note: str = "") -> TimeOff:
    """Take no work on these days, both included. Raises Invalid at the field; NotAllowed for anybody else's."""
    with transaction.atomic():
        worker = own(worker_id, actor)
        if to_on < from_on:
            raise Invalid("Enter a last day that is not before the first.", "to_on")
        if (to_on - from_on).days >= LONGEST_DAYS:
            raise Invalid("Enter at most a year at once.", "to_on")
        if to_on < clock.now().date() - timedelta(days=2):
            raise Invalid("Enter days that are not over.", "to_on")
        mine = TimeOff.objects.filter(worker=worker)
        same = mine.filter(from_on=from_on, to_on=to_on, note=note).first()
        if same is not None:
            raise AlreadyDone("You have entered these days already.")
        other = mine.filter(from_on__lte=to_on, to_on__gte=from_on).first()
        if other is not None:
            days = (
                day(other.from_on)
                if other.from_on == other.to_on
                else f"{day(other.from_on)} to {day(other.to_on)}"
            )
            raise Invalid(f"You have time off then already: {days}. Remove that first.", "from_on")
        if mine.filter(to_on__gte=clock.now().date()).count() >= MOST_RANGES:
            raise Invalid("You have too many entries. Remove some first.", "from_on")
        found = TimeOff.objects.create(
            worker=worker, from_on=from_on, to_on=to_on, note=note, added_at=clock.now()
        )
        tell("worker.time_off_added", worker, actor=actor, facts={"from_on": from_on, "to_on": to_on})
    return found


def remove_time_off(worker_id: int, time_off_id: int, *, actor: User) -> None:
    """Take work on these days again. Raises AlreadyDone where it is gone; NotAllowed for anybody else's."""
    with transaction.atomic():
        worker = own(worker_id, actor)
        found = TimeOff.objects.filter(worker=worker, pk=time_off_id).first()
        if found is None:
            raise AlreadyDone("This time off is removed already.")
        days = {"from_on": found.from_on, "to_on": found.to_on}
        found.delete()
        tell("worker.time_off_removed", worker, actor=actor, facts=days)


def make_feed(worker_id: int, *, actor: User) -> CalendarFeed:
    """A new secret address for the own calendar; the former one opens nothing any more."""
    with transaction.atomic():
        worker = own(worker_id, actor)
        CalendarFeed.objects.filter(worker=worker).delete()
        feed = made(worker, clock.now())
        tell("worker.feed_made", worker, actor=actor)
    return feed


def revoke_feed(worker_id: int, *, actor: User) -> None:
    """Close the secret address. Raises AlreadyDone without one."""
    with transaction.atomic():
        worker = own(worker_id, actor)
        if not CalendarFeed.objects.filter(worker=worker).delete()[0]:
            raise AlreadyDone("You have no calendar address.")
        tell("worker.feed_revoked", worker, actor=actor)
