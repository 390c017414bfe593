"""The worker on site: confirm, check in, check out, correct a visit (S16, S27)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

from accounts.models import User
from assignments import work_facts
from assignments.actions import device_times
from assignments.actions.door import Change, change
from assignments.models import CheckIn, CheckInEdit, DeviceTime, Engagement, Site
from assignments.standing import Facts
from assignments.states import ScheduleKind, State
from common.errors import Conflict, Invalid, WrongState

EARTH_M = 6_371_000


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as the phone gave it: degrees and accuracy in metres. Asked for, never forced (domain.md 10, 21)."""

    lat: float
    lon: float
    accuracy_m: int | None = None


def confirm(pk: int, *, actor: User, start_at: datetime | None = None) -> None:
    """Promise to come; for an arrival window the worker says when, inside it (decisions.md D3)."""
    with change(pk, "confirm", actor=actor) as opened:
        row = opened.row
        if row.schedule_kind == ScheduleKind.WINDOW and start_at is not None:
            if (
                row.start_at is None
                or row.window_end_at is None
                or not row.start_at <= start_at < row.window_end_at
            ):
                raise Invalid("Choose a time inside the arrival window.", "start_at")
            row.start_at = start_at
        row.confirmed_at = opened.now
        opened.record("assignment.confirmed", start_at=row.start_at)


def check_in(
    pk: int, *, actor: User, fix: Fix | None = None, note: str = "", device_at: datetime | None = None
) -> CheckIn:
    """Arrive. The first one moves Assigned to In Progress (S16). Raises WrongState while a visit is open.

    `device_at`: when it was made offline, by the phone's clock; it counts where it can be true (N7).
    """
    with change(pk, "check_in", actor=actor) as opened:
        row = opened.row
        if _running(opened):
            opened.pass_over_repeat("check_in")
        to_begin(opened)
        came = device_times.arrival(opened, device_at)
        visit = CheckIn.objects.create(
            assignment=row,
            engagement=_engagement(opened),
            in_at=came.at,
            made_by=actor,
            created_at=opened.now,
            note=note,
            in_lat=fix.lat if fix else None,
            in_lon=fix.lon if fix else None,
            in_accuracy_m=fix.accuracy_m if fix else None,
            in_distance_m=_distance(row.pk, fix),
        )
        came.keep(visit, DeviceTime.Side.IN)
        if row.first_check_in_at is None:
            row.first_check_in_at = came.at
            work_facts.at_first_check_in(row, visit.engagement)
        if row.state == State.ASSIGNED:
            row.start(opened.now)
        opened.record(
            "assignment.checked_in", distance_m=visit.in_distance_m, note=note, **came.facts(visit.in_at)
        )
    return visit


def check_out(
    pk: int, *, actor: User, fix: Fix | None = None, note: str = "", device_at: datetime | None = None
) -> CheckIn:
    """Leave: closes the open visit. Raises WrongState when none is open. `device_at` as for `check_in`."""
    with change(pk, "check_out", actor=actor) as opened:
        if not _running(opened):
            opened.pass_over_repeat("check_out")
        visit = to_end(opened)
        left = device_times.leaving(opened, visit, device_at)
        if left.at <= visit.in_at:
            raise Conflict("Check-out has to be later than check-in. Try again in a moment.")
        visit.out_at = left.at
        visit.out_lat, visit.out_lon = (fix.lat, fix.lon) if fix else (None, None)
        visit.out_distance_m = _distance(opened.row.pk, fix)
        visit.note = note or visit.note
        visit.save()
        left.keep(visit, DeviceTime.Side.OUT)
        minutes = int((left.at - visit.in_at).total_seconds() // 60)
        opened.record("assignment.checked_out", minutes=minutes, **left.facts(left.at))
    return visit


def edit_check_in(
    pk: int, visit_id: int, *, actor: User, in_at: datetime, out_at: datetime | None, reason: str
) -> None:
    """Correct a visit's times. What was there is kept with editor and reason (domain.md 10, 20)."""
    if not reason.strip():
        raise Invalid("Enter why you change the times.", "reason")
    with change(pk, "edit_check_in", actor=actor) as opened:
        engagement = _engagement(opened)
        visit = CheckIn.objects.filter(engagement=engagement, pk=visit_id).first()
        if visit is None:
            raise Conflict("This visit is no longer there.")
        _check_times(opened, visit, in_at, out_at)
        CheckInEdit.objects.create(
            check_in=visit,
            old_in_at=visit.in_at,
            old_out_at=visit.out_at,
            edited_by=actor,
            edited_at=opened.now,
            reason=reason,
        )
        old = {"in_at": visit.in_at, "out_at": visit.out_at}
        visit.in_at, visit.out_at, visit.is_edited = in_at, out_at, True
        visit.save()
        first = CheckIn.objects.filter(engagement=engagement).order_by("in_at").first()
        opened.row.first_check_in_at = first.in_at if first else None
        new = {"in_at": in_at, "out_at": out_at}
        opened.record("assignment.check_in_edited", old=old, new=new, reason=reason)


def to_begin(at: Facts) -> None:
    """Whether a visit can begin now. Raises WrongState while one is open, Conflict after one that ends later."""
    if _running(at):
        raise WrongState("You are checked in already. Check out first.")
    last = CheckIn.objects.filter(engagement=at.row.engagement).order_by("-out_at").first()
    if last and last.out_at and last.out_at > at.now:
        raise Conflict("A former visit ends later than now. Correct it first.")


def to_end(at: Facts) -> CheckIn:
    """The visit that is open. Raises WrongState when none is."""
    visit = CheckIn.objects.filter(engagement=at.row.engagement, out_at__isnull=True).first()
    if visit is None:
        raise WrongState("You are not checked in. Nothing was changed.")
    return visit


def _running(at: Facts) -> bool:
    return CheckIn.objects.filter(assignment=at.row, out_at__isnull=True).exists()


def close_open_visit(opened: Change, note: str = "") -> None:
    """The worker can no longer check out (hold, removal, cancelling): an open visit ends at this moment."""
    for visit in CheckIn.objects.filter(assignment=opened.row, out_at__isnull=True):
        visit.out_at = max(opened.now, visit.in_at + timedelta(seconds=1))
        visit.note = visit.note or note
        visit.save(update_fields=["out_at", "note"])


def _check_times(opened: Change, visit: CheckIn, in_at: datetime, out_at: datetime | None) -> None:
    if in_at > opened.now or (out_at and out_at > opened.now):
        raise Invalid("Enter times that are not after now.", "in_at")
    if out_at is not None and out_at <= in_at:
        raise Invalid("Enter a check-out after the check-in.", "out_at")
    if visit.out_at is not None and out_at is None:
        raise Invalid("Enter the check-out too.", "out_at")
    if opened.row.assigned_at and in_at < opened.row.assigned_at:
        raise Invalid("Enter a check-in after you were assigned.", "in_at")
    for other in CheckIn.objects.filter(engagement_id=visit.engagement_id).exclude(pk=visit.pk):
        if (other.out_at is None or other.out_at > in_at) and (out_at is None or other.in_at < out_at):
            raise Invalid("These times overlap another visit.", "in_at")


def _engagement(opened: Change) -> Engagement:
    if opened.row.engagement is None:  # the stage's constraint keeps this from happening
        raise Conflict("Nobody is assigned.")
    return opened.row.engagement


def _distance(assignment_id: int, fix: Fix | None) -> int | None:
    site = Site.objects.filter(assignment_id=assignment_id).first()
    if fix is None or site is None or site.lat is None or site.lon is None:
        return None
    return int(metres(fix.lat, fix.lon, site.lat, site.lon))


def metres(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Straight-line distance over the earth in metres (haversine)."""
    north, east = radians(to_lat - lat), radians(to_lon - lon)
    a = sin(north / 2) ** 2 + cos(radians(lat)) * cos(radians(to_lat)) * sin(east / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(a)))
