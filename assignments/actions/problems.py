"""Problems on site: reported with kind and severity, which puts the assignment At Risk, and resolved with words.

The history keeps kind, severity and the instants, so that a lateness can be attributed; words and photos are in rows
of their own (decisions.md D17).
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.actions.talk import MOST_FILES, Files, once
from assignments.models import Problem, ProblemPhoto
from assignments.models.files import facts_of
from assignments.standing import Facts
from assignments.states import ProblemKind, Severity
from common import limits
from common.errors import Conflict, Invalid, NotAllowed

MOST_OPEN: Final = 10
"""More open problems on one assignment than this are refused: one of them is resolved first."""
REPORTS, REPORTS_WITHIN = 20, timedelta(hours=1)
"""How many reports one person writes in a span (quality.md 3, row 32)."""


def report_problem(
    pk: int,
    *,
    actor: User,
    kind: str,
    severity: str,
    text: str,
    photos: Files = (),
    key: UUID | None = None,
) -> Problem:
    """Tell the other side what keeps the work from going on. Raises AlreadyDone for the key of a report that is there.

    Also on hold. Raises Invalid at the field, Conflict with too many open ones.
    """
    _check(kind, severity, text, photos)
    limits.spend("problem", actor.pk, times=REPORTS, within=REPORTS_WITHIN)
    with change(pk, "report_problem", actor=actor) as opened:
        once(Problem.objects.filter(reported_by=actor), key, "This problem was reported already.")
        row = opened.row
        if row.engagement is None:
            raise Conflict("Nobody is assigned.")
        if _open(opened).count() >= MOST_OPEN:
            raise Conflict(f"{MOST_OPEN} problems are open here. Resolve one of them first.")
        problem = Problem.objects.create(
            assignment=row,
            engagement=row.engagement,
            kind=kind,
            severity=severity,
            text=text,
            side=opened.standing.side,
            reported_by=actor,
            reported_at=opened.now,
            key=key,
        )
        for file, checked in photos:
            ProblemPhoto.objects.create(problem=problem, file=file, **facts_of(checked))
        opened.tell(words={"text": text, "names": [checked.name for _, checked in photos]})
        opened.record("assignment.problem_reported", problem=problem.pk, kind=kind, severity=severity)
    return problem


def resolve_problem(pk: int, problem_id: int, *, actor: User, resolution: str) -> None:
    """Say that it is over, and how. The client resolves any, the worker's side what it reported. Raises Conflict."""
    if not resolution.strip():
        raise Invalid("Enter how it was resolved. The other side will read it.", "resolution")
    with change(pk, "resolve_problem", actor=actor) as opened:
        problem = open_problem(opened, problem_id)
        if not may_resolve(opened, problem):
            raise NotAllowed("The client reported this problem, and resolves it.")
        problem.resolved_by, problem.resolved_at, problem.resolution = actor, opened.now, resolution
        problem.save(update_fields=["resolved_by", "resolved_at", "resolution"])
        opened.tell(words={"text": resolution})
        opened.record(
            "assignment.problem_resolved", problem=problem.pk, kind=problem.kind, severity=problem.severity
        )


def open_problem(at: Facts, problem_id: int) -> Problem:
    """An open problem of the present worker's time. Raises Conflict for one that was resolved meanwhile."""
    found = _open(at).select_related("reported_by").filter(pk=problem_id).first()
    if found is None:
        raise Conflict("This problem is no longer open.")
    return found


def may_resolve(at: Facts, problem: Problem) -> bool:
    """Whether this side may say that it is over: the client always, the worker's side for its own report."""
    return at.standing.side == Problem.Side.CLIENT or problem.side == at.standing.side


def _open(at: Facts) -> "QuerySet[Problem]":
    return Problem.objects.filter(assignment=at.row, engagement=at.row.engagement, resolved_at__isnull=True)


def _check(kind: str, severity: str, text: str, photos: Files) -> None:
    if kind not in ProblemKind.values:
        raise Invalid("Choose what is wrong.", "kind")
    if severity not in Severity.values:
        raise Invalid("Choose what it does to the work.", "severity")
    if not text.strip():
        raise Invalid("Describe the problem. The other side will read it.", "text")
    if len(photos) > MOST_FILES:
        raise Invalid(f"At most {MOST_FILES} photos go with one report.", "photos")
    for _, checked in photos:
        if not checked.is_image:
            raise Invalid(f"{checked.name}: Add a picture: JPEG, PNG or WebP.", "photos")


def end_problems(opened: Change, words: str) -> None:
    """The work is handed in, or the worker's time is over: nothing keeps it up any more. Say so on what is open."""
    Problem.objects.filter(assignment=opened.row, resolved_at__isnull=True).update(
        resolved_at=opened.now, resolution=words
    )
