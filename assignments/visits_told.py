"""The visits as both sides read them: times, whose word they are, where the phone was, and every correction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import OuterRef

from assignments.closeout_page import far
from assignments.models import CheckIn, CheckInEdit, DeviceTime
from assignments.offline_words import offline_words
from assignments.queries import Seen
from assignments.site_contact import source_words
from assignments.states import VisitSource
from common.beside import Rows, revived
from common.localtime import local
from common.when import clock_time, minutes, weekday


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction: what stood there, who changed it, when and why."""

    old: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit in words. `may_explain`: something is unusual and the worker has not said why."""

    pk: int
    words: str
    length: str
    worker: str
    arrived: str
    arrived_why: str
    left: str
    left_why: str
    note: str
    offline: str
    edits: tuple[Edit, ...]
    may_correct: bool
    may_explain: bool


EDIT = ("id", "old_in_at", "old_out_at", "edited_at", "reason", "edited_by__id", "edited_by__name")
TIME = ("id", "side", "device_at", "received_at", "doubt")


def visits(view: Seen) -> list[Visit]:
    """All visits that the viewer reads, in words."""
    return [told(one, view) for one in read(view)]


def read(view: Seen) -> list[CheckIn]:
    """Oldest first: the client's side reads those of every worker, a worker the own ones (decisions.md D10).

    One statement: each has its corrections as `edit_rows` and the clocks of its phone as `time_rows`.
    """
    row = view.row
    found = CheckIn.objects.filter(assignment=row)
    if view.side == "worker":
        found = found.filter(engagement=row.engagement)
    of_visit = {"check_in": OuterRef("pk")}
    edits = CheckInEdit.objects.filter(**of_visit).order_by("edited_at", "id")
    times = DeviceTime.objects.filter(**of_visit).order_by("id")
    rows = found.select_related("engagement__worker__user", "made_by", "out_by").annotate(
        edit_rows=Rows(edits, EDIT),
        time_rows=Rows(times, TIME),
    )
    return [*rows]


def told(visit: CheckIn, view: Seen) -> Visit:
    """A visit that `read` read, in words."""
    edits, times = visit.edit_rows, visit.time_rows  # type: ignore[attr-defined]
    tz = view.row.time_zone
    is_present = visit.engagement_id == view.row.engagement_id
    by_client = VisitSource.CLIENT in (visit.in_source, visit.out_source)
    return Visit(
        pk=visit.pk,
        words=span_words(visit.in_at, visit.out_at, tz),
        length=minutes(-(-int((visit.out_at - visit.in_at).total_seconds()) // 60)) if visit.out_at else "",
        worker="" if is_present else str(visit.engagement.worker),
        arrived=_where(
            visit.in_source, str(visit.made_by), visit.in_lat, visit.in_distance_m, visit.in_accuracy_m
        ),
        arrived_why=visit.in_why,
        left=(
            _where(
                visit.out_source,
                str(visit.out_by or ""),
                visit.out_lat,
                visit.out_distance_m,
                visit.out_accuracy_m,
            )
            if visit.out_at
            else ""
        ),
        left_why=visit.out_why,
        note=visit.note,
        offline=offline_words([revived(DeviceTime, one) for one in times], tz),
        edits=tuple(_edit(revived(CheckInEdit, one), tz) for one in edits),
        may_correct="edit_check_in" in view.verbs and is_present and (view.side == "worker" or by_client),
        may_explain="explain_visit" in view.verbs and any(unexplained(visit, view.row.is_virtual)),
    )


def _where(source: str, who: str, lat: float | None, distance: int | None, accuracy: int | None) -> str:
    if source not in ("", VisitSource.WORKER):
        return source_words(source, who)
    if lat is None:
        return "location not given"
    near = far(distance) or "location given"
    return f"{near}, accurate to {accuracy} m" if accuracy is not None else near


def unexplained(visit: CheckIn, is_virtual: bool = False) -> tuple[bool, bool]:
    """Whether arrival and leaving are unusual and no reason was given: no position, or one far from the site."""
    arrived = _is_unusual(visit.in_source, visit.in_lat, visit.in_distance_m) and not visit.in_why
    left = (
        visit.out_at is not None
        and _is_unusual(visit.out_source, visit.out_lat, visit.out_distance_m)
        and not visit.out_why
    )
    return arrived and not is_virtual, left and not is_virtual


def _is_unusual(source: str, lat: float | None, distance: int | None) -> bool:
    if source != VisitSource.WORKER:
        return False
    return lat is None or (distance is not None and distance > settings.ONSITE_SITE_RADIUS_M)


def to_explain(visits: Iterable[CheckIn], is_virtual: bool) -> CheckIn | None:
    """The newest visit of these, if something of it waits for the worker's word."""
    newest = max(visits, key=lambda visit: visit.in_at, default=None)
    return newest if newest and any(unexplained(newest, is_virtual)) else None


def _edit(edit: CheckInEdit, tz: str) -> Edit:
    return Edit(
        span_words(edit.old_in_at, edit.old_out_at, tz), str(edit.edited_by), edit.edited_at, edit.reason
    )


def span_words(in_at: datetime, out_at: datetime | None, tz: str) -> str:
    """ "Tue, Dec 1, 9:00 AM to 11:02 AM" on the clocks at the site; the second day where it is another."""
    came, left = local(in_at, tz), local(out_at, tz) if out_at else None
    words = f"{weekday(came.date())}, {clock_time(came)} to "
    if left is None:
        return words + "now"
    return words + (
        clock_time(left) if left.date() == came.date() else f"{weekday(left.date())}, {clock_time(left)}"
    )
