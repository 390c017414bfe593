"""The worker on site: confirm, check in, check out, correct a visit (S16, S27)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from accounts.models import User
from assignments import planned, work_facts
from assignments.actions import device_times
from assignments.actions.days import keep_days
from assignments.actions.door import Change, change
from assignments.models import Assignment, CheckIn, CheckInEdit, DeviceTime, Engagement, Site
from assignments.overlaps import overlapping
from assignments.standing import Facts
from assignments.states import ScheduleKind, State, VisitSource
from common.errors import Conflict, Invalid, NotAllowed, WrongState

EARTH_M = 6_371_000


@dataclass(frozen=True, slots=True)
class Fix:
    """A position as the phone gave it: degrees and accuracy in metres. Asked for, never forced (domain.md 10, 21)."""

    lat: float
    lon: float
    accuracy_m: int | None = None


def confirm(pk: int, *, actor: User, start_at: datetime | None = None) -> None:
    """Promise to come; for an arrival window the worker says when, inside it (decisions.md D3)."""
    worker_id = Assignment.objects.filter(pk=pk).values_list("worker_id", flat=True).first()
    with change(pk, "confirm", actor=actor, worker_id=worker_id) as opened:
        row = opened.row
        if row.schedule_kind == ScheduleKind.WINDOW and start_at is not None:
            if (
                row.start_at is None
                or row.window_end_at is None
                or not row.start_at <= start_at < row.window_end_at
            ):
                raise Invalid("Choose a time inside the arrival window.", "start_at")
            keep_days(row, row.start_at, start_at)
            row.start_at = start_at
        row.confirmed_at = opened.now
        clash = overlapping(row.worker_id or 0, row) if row.schedule_kind == ScheduleKind.WINDOW else None
        if clash is not None:
            raise Invalid(f"You are booked at that time on {clash.number}. Choose another time.", "start_at")
        opened.record("assignment.confirmed", start_at=row.start_at)


def check_in(
    pk: int,
    *,
    actor: User,
    fix: Fix | None = None,
    note: str = "",
    why: str = "",
    device_at: datetime | None = None,
) -> CheckIn:
    """Arrive. The first one moves Assigned to In Progress (S16). Raises WrongState while a visit is open.

    `why`: the worker's word where the position is missing or far away; never asked for by force (domain.md 10, 21).
    `device_at`: when it was made offline, by the phone's clock; it counts where it can be true (N7).
    """
    with change(pk, "check_in", actor=actor) as opened:
        if _running(opened):
            opened.pass_over_repeat("check_in")
        came = device_times.arrival(opened, device_at)
        visit = begin(opened, at=came.at, source=VisitSource.WORKER, fix=fix, note=note, why=why)
        came.keep(visit, DeviceTime.Side.IN)
        told: dict[str, Any] = {"distance_m": visit.in_distance_m, "note": note, "why": why}
        opened.record("assignment.checked_in", **told, **came.facts(visit.in_at))
    return visit


def check_out(
    pk: int,
    *,
    actor: User,
    fix: Fix | None = None,
    note: str = "",
    why: str = "",
    device_at: datetime | None = None,
) -> CheckIn:
    """Leave: closes the open visit. Raises WrongState when none is open. `device_at` as for `check_in`."""
    with change(pk, "check_out", actor=actor) as opened:
        if not _running(opened):
            opened.pass_over_repeat("check_out")
        left = device_times.leaving(opened, to_end(opened), device_at)
        visit = finish(opened, at=left.at, source=VisitSource.WORKER, fix=fix, note=note, why=why)
        left.keep(visit, DeviceTime.Side.OUT)
        opened.record("assignment.checked_out", minutes=_minutes(visit), why=why, **left.facts(left.at))
    return visit


def begin(
    opened: Change, *, at: datetime, source: str, fix: Fix | None = None, note: str = "", why: str = ""
) -> CheckIn:
    """Open a visit at an instant that is not after now. `source`: whose word the time is (VisitSource).

    Raises WrongState while one is open, Conflict where it would overlap a former one.
    """
    row, actor = opened.row, opened.actor
    if not isinstance(actor, User):  # the rule of the verb keeps the clock from doing this
        raise NotAllowed("Only people check in.")
    to_begin(opened)
    engagement = _engagement(opened)
    if CheckIn.objects.filter(engagement=engagement, out_at__gt=at).exists():
        raise Conflict("A former visit ends later than this one begins. Correct it first.")
    visit = CheckIn.objects.create(
        assignment=row,
        engagement=engagement,
        in_at=at,
        in_source=source,
        in_why=why,
        made_by=actor,
        created_at=opened.now,
        note=note,
        in_lat=fix.lat if fix else None,
        in_lon=fix.lon if fix else None,
        in_accuracy_m=fix.accuracy_m if fix else None,
        in_distance_m=_distance(row.pk, fix),
        remind_due_at=planned.reminder(row, at, opened.now),
    )
    if row.first_check_in_at is None:
        row.first_check_in_at = at
        work_facts.at_first_check_in(row, engagement)
    if row.state == State.ASSIGNED:
        row.start(opened.now)
    return visit


def finish(
    opened: Change, *, at: datetime, source: str, fix: Fix | None = None, note: str = "", why: str = ""
) -> CheckIn:
    """Close the open visit at an instant that is not after now. Raises WrongState, Conflict for one before it began."""
    visit = to_end(opened)
    if at <= visit.in_at:
        raise Conflict("Check-out has to be later than check-in. Try again in a moment.")
    visit.out_at, visit.out_source, visit.out_why = at, source, why
    visit.out_by = opened.actor if isinstance(opened.actor, User) else None
    visit.out_lat, visit.out_lon = (fix.lat, fix.lon) if fix else (None, None)
    visit.out_accuracy_m = fix.accuracy_m if fix else None
    visit.out_distance_m = _distance(opened.row.pk, fix)
    visit.note = note or visit.note
    visit.remind_due_at = None
    visit.save()
    return visit


def explain_visit(pk: int, visit_id: int, *, actor: User, in_why: str = "", out_why: str = "") -> None:
    """The worker's word on a visit whose position is missing or far away; an empty one leaves what is there."""
    if not (in_why.strip() or out_why.strip()):
        raise Invalid("Enter a reason, or go back.")
    with change(pk, "explain_visit", actor=actor) as opened:
        visit = CheckIn.objects.filter(engagement=_engagement(opened), pk=visit_id).first()
        if visit is None:
            raise Conflict("This visit is no longer there.")
        visit.in_why, visit.out_why = in_why or visit.in_why, out_why or visit.out_why
        visit.save(update_fields=["in_why", "out_why"])
        opened.record("assignment.visit_explained", why=" ".join(part for part in (in_why, out_why) if part))


def edit_check_in(
    pk: int, visit_id: int, *, actor: User, in_at: datetime, out_at: datetime | None, reason: str
) -> None:
    """Correct a visit's times. What was there is kept with editor and reason (domain.md 10, 20).

    The client corrects only the times that the client entered: those that the worker recorded are the worker's.
    """
    if not reason.strip():
        raise Invalid("Enter why you change the times.", "reason")
    with change(pk, "edit_check_in", actor=actor) as opened:
        engagement = _engagement(opened)
        visit = CheckIn.objects.filter(engagement=engagement, pk=visit_id).first()
        if visit is None:
            raise Conflict("This visit is no longer there.")
        may_correct(opened, visit)
        _check_times(opened, visit, in_at, out_at)
        _check_own(opened, visit, in_at, out_at)
        CheckInEdit.objects.create(
            check_in=visit,
            old_in_at=visit.in_at,
            old_out_at=visit.out_at,
            edited_by=actor,
            edited_at=opened.now,
            reason=reason,
        )
        old = {"in_at": visit.in_at, "out_at": visit.out_at}
        if visit.out_at is None and out_at is not None:
            visit.out_source, visit.out_by = opened.standing.side, actor
        visit.in_at, visit.out_at, visit.is_edited = in_at, out_at, True
        if out_at is not None:
            visit.remind_due_at = None
        elif visit.remind_due_at is not None:
            visit.remind_due_at = planned.reminder(opened.row, in_at, visit.created_at)
        visit.save()
        first = CheckIn.objects.filter(engagement=engagement).order_by("in_at").first()
        opened.row.first_check_in_at = first.in_at if first else None
        new = {"in_at": in_at, "out_at": out_at}
        opened.record("assignment.check_in_edited", old=old, new=new, reason=reason)


def to_begin(at: Facts) -> None:
    """Whether a visit can begin now. Raises WrongState while one is open, Conflict after one that ends later."""
    if _running(at):
        raise WrongState(f"{_who(at)} checked in already. Check out first.")
    last = CheckIn.objects.filter(engagement=at.row.engagement).order_by("-out_at").first()
    if last and last.out_at and last.out_at > at.now:
        raise Conflict("A former visit ends later than now. Correct it first.")


def to_end(at: Facts) -> CheckIn:
    """The visit that is open. Raises WrongState when none is."""
    visit = CheckIn.objects.filter(engagement=at.row.engagement, out_at__isnull=True).first()
    if visit is None:
        raise WrongState(f"{_who(at)} not checked in. Nothing was changed.")
    return visit


def _who(at: Facts) -> str:
    return "The worker is" if at.standing.side == "client" else "You are"


def may_correct(at: Facts, visit: CheckIn) -> None:
    """Whether this side has a time here that it may correct. Raises NotAllowed."""
    entered = {visit.in_source, visit.out_source}
    if at.standing.side == "client" and VisitSource.CLIENT not in entered:
        raise NotAllowed("The worker recorded these times. Only the worker can correct them.")


def _running(at: Facts) -> bool:
    return CheckIn.objects.filter(assignment=at.row, out_at__isnull=True).exists()


def close_open_visit(opened: Change, note: str = "") -> None:
    """The worker can no longer check out (hold, removal, cancelling): an open visit ends at this moment."""
    for visit in CheckIn.objects.filter(assignment=opened.row, out_at__isnull=True):
        visit.out_at = max(opened.now, visit.in_at + timedelta(seconds=1))
        visit.note = visit.note or note
        visit.out_source, visit.remind_due_at = VisitSource.STAGE, None
        visit.save(update_fields=["out_at", "note", "out_source", "remind_due_at"])


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


def _check_own(opened: Change, visit: CheckIn, in_at: datetime, out_at: datetime | None) -> None:
    """The client leaves alone what somebody else recorded."""
    if opened.standing.side != "client":
        return
    if in_at != visit.in_at and visit.in_source != VisitSource.CLIENT:
        raise Invalid("The worker recorded the check-in. Only the worker can correct it.", "in_at")
    if out_at != visit.out_at and visit.out_source not in ("", VisitSource.CLIENT):
        raise Invalid("The worker recorded the check-out. Only the worker can correct it.", "out_at")


def _minutes(visit: CheckIn) -> int:
    return int((visit.out_at - visit.in_at).total_seconds() // 60) if visit.out_at else 0


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
