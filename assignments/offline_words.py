"""What is said of a visit's times that a phone made without a signal (N7)."""

from collections.abc import Iterable

from assignments.models import DeviceTime
from common.localtime import local
from common.when import clock_time


def offline_words(times: Iterable[DeviceTime], tz: str) -> str:
    """ "check-in made offline, sent 10:42 AM", for each that was; and why where the phone's time does not count."""
    return "; ".join(_words(one, tz) for one in times)


def _words(one: DeviceTime, tz: str) -> str:
    sent = clock_time(local(one.received_at, tz))
    said = f"{one.get_side_display().lower()} made offline, sent {sent}"
    if not one.doubt:
        return said
    return f"{said}. {one.doubt} The time of sending counts, not {clock_time(local(one.device_at, tz))}."
