"""Which time counts for a check-in or check-out that a phone made without a signal (N7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assignments import deadlines
from assignments.actions.door import Change
from assignments.models import CheckIn, DeviceTime


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant that counts; where a phone made it offline, also its own time, ours, and what is doubtful."""

    at: datetime
    received_at: datetime
    device_at: datetime | None = None
    doubt: str = ""

    def keep(self, visit: CheckIn, side: str) -> None:
        """Put both clocks beside the visit; nothing for an act that was made online."""
        if self.device_at is not None:
            DeviceTime.objects.create(
                check_in=visit,
                side=side,
                device_at=self.device_at,
                received_at=self.received_at,
                doubt=self.doubt,
            )

    def facts(self, counted: datetime) -> dict[str, Any]:
        """For the history: when it was made, so that a late entry explains itself."""
        return {} if self.device_at is None else {"made_at": counted, "doubt": self.doubt}


def arrival(opened: Change, device_at: datetime | None) -> Moment:
    """Not before the worker was assigned, check-in opened, or the former visit ended."""
    row = opened.row
    opens = deadlines.check_in_opens(row.start_at) if row.start_at else None
    last = (
        CheckIn.objects.filter(engagement=row.engagement).order_by("-out_at").values_list("out_at", flat=True)
    )
    floors = [floor for floor in (row.assigned_at, opens, last.first()) if floor is not None]
    return _moment(opened.now, device_at, max(floors, default=None))


def leaving(opened: Change, visit: CheckIn, device_at: datetime | None) -> Moment:
    """Later than the check-in."""
    return _moment(opened.now, device_at, visit.in_at + timedelta(microseconds=1))


def _moment(now: datetime, device_at: datetime | None, not_before: datetime | None) -> Moment:
    if device_at is None:
        return Moment(now, now)
    doubt = deadlines.device_doubt(device_at, now, not_before)
    return Moment(now if doubt else min(device_at, now), now, device_at, doubt)
