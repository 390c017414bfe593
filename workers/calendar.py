"""Reads of the worker's calendar: days off."""

from datetime import date

from workers.models import TimeOff, Worker


def off_between(worker: Worker, first: date, last: date) -> list[TimeOff]:
    """Days off that touch these days, first and last one included, in order."""
    return list(TimeOff.objects.filter(worker=worker, from_on__lte=last, to_on__gte=first))


def off_from(worker: Worker, first: date) -> list[TimeOff]:
    """Days off that are not over on that day."""
    return list(TimeOff.objects.filter(worker=worker, to_on__gte=first))
