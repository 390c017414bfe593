"""Ratings, both ways; the other side sees them only when Paid (domain.md 6.2, 6.3; decisions.md D6)."""

from accounts.models import User
from assignments.actions.door import Change, change
from assignments.models import Rating
from assignments.states import Grade
from common.errors import Conflict, Invalid


def rate_worker(pk: int, *, actor: User, grade: str, text: str = "") -> None:
    """The client's rating; it can be changed until Paid."""
    with change(pk, "rate_worker", actor=actor) as opened:
        _rate(opened, Rating.Side.CLIENT, actor, grade, text)


def rate_client(pk: int, *, actor: User, grade: str, text: str = "") -> None:
    """The worker's rating: from Approved until 14 days after Paid; after Paid it is given once. It is a row beside
    the assignment, which itself stays as it is (D6)."""
    with change(pk, "rate_client", actor=actor) as opened:
        _rate(opened, Rating.Side.WORKER, actor, grade, text)


def _rate(opened: Change, side: Rating.Side, actor: User, grade: str, text: str) -> None:
    row = opened.row
    if grade not in Grade.values:
        raise Invalid("Choose a grade.", "grade")
    if row.worker is None:
        raise Conflict("Nobody is assigned.")
    given = Rating.objects.filter(assignment=row, side=side).exists()
    if given and row.paid_at:
        raise Conflict("Your rating is final.")
    Rating.objects.update_or_create(
        assignment=row,
        side=side,
        defaults={
            "author": actor,
            "worker": row.worker,
            "grade": grade,
            "text": text,
            "given_at": opened.now,
        },
    )
    opened.record("assignment.rated", visibility=side, changed=given)
