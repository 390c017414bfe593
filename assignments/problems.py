"""Reads of problem reports: the client reads all of an assignment, a worker those of the own time (D10)."""

from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from assignments.models import Problem, ProblemPhoto
from assignments.queries import Seen, reports_to
from assignments.standing import standing
from assignments.states import State
from assignments.visibility import sight


def of(view: Seen) -> "QuerySet[Problem]":
    """The reports that the viewer may read: open ones first, then the newest."""
    if "messages" not in view.sight:
        return Problem.objects.none()
    rows = Problem.objects.filter(assignment_id=view.row.pk).select_related("reported_by", "resolved_by")
    rows = rows.prefetch_related("photos").order_by(F("resolved_at").desc(nulls_first=True), "-id")
    return rows.filter(reports_to(view.side, view.row.engagement))


def open_ones(view: Seen) -> list[Problem]:
    """Those of them that are open, without photos. Asks nothing where the row says that there are none."""
    if not getattr(view.row, "problem_count", 0):
        return []
    return list(of(view).filter(resolved_at__isnull=True).prefetch_related(None))


def any_of(view: Seen) -> bool:
    """Whether the viewer has a report to read: a fact of the row."""
    if view.row.state in (State.DRAFT, State.SENT) and view.side == "worker":
        return False
    return bool(view.row.has_reports)  # type: ignore[attr-defined]


def photo(user: User, uuid: Any) -> ProblemPhoto:
    """A photo of a report that the person may read. Raises ProblemPhoto.DoesNotExist."""
    found = ProblemPhoto.objects.select_related("problem__assignment__client").get(uuid=uuid)
    problem, row = found.problem, found.problem.assignment
    view = sight(standing(user, row), row)
    is_own_time = view.side != "worker" or problem.engagement_id == row.engagement_id
    if "messages" not in view or not is_own_time or not found.file:
        raise ProblemPhoto.DoesNotExist
    return found
