"""Writing the further days of an assignment. How long after the first start each begins is all that is kept, so a new
date moves them by itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F

from assignments.models import Assignment, WorkDay
from assignments.planned import DayPlan
from common.localtime import local


def write_days(row: Assignment, days: Iterable[DayPlan]) -> None:
    """Bring the further days of a saved assignment to these; those that stay keep their row."""
    wanted = {one.after_minutes: one.duration_minutes for one in days}
    kept = {one.after_minutes: one for one in WorkDay.objects.filter(assignment=row)}
    WorkDay.objects.filter(assignment=row).exclude(after_minutes__in=list(wanted)).delete()
    for after, minutes in wanted.items():
        one = kept.get(after) or WorkDay(assignment=row, after_minutes=after)
        if one.pk is None or one.duration_minutes != minutes:
            one.duration_minutes = minutes
            one.save()


def keep_days(row: Assignment, old: datetime, new: datetime) -> None:
    """The worker picked another first start inside the arrival window: the further days stay where they are.

    One that would no longer lie after the first start goes: it cannot, as windows end before it (checks.py).
    """
    later = (local(new, row.time_zone) - local(old, row.time_zone)) // timedelta(minutes=1)
    for one in WorkDay.objects.filter(assignment=row).order_by(
        "after_minutes" if later > 0 else "-after_minutes"
    ):
        WorkDay.objects.filter(pk=one.pk).update(after_minutes=F("after_minutes") - later)
