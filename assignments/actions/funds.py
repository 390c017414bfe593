"""The client's money behind an assignment: reserved when sent, follows each change, given back when it ends."""

from assignments.actions.door import SUBJECT, Change
from common.money import Money
from ledger import reserve as reservations


def _key(opened: Change, step: str) -> str:
    """Unique for each change of the row: its version has not been used yet."""
    return f"assignment:{opened.row.pk}:{opened.row.version + 1}:{step}"


def reserve(opened: Change) -> None:
    """Set aside what the assignment can cost at most (decisions.md D19). Raises InsufficientFunds."""
    row = opened.row
    reservations.reserve(
        row.client_id,
        subject_type=SUBJECT,
        subject_id=row.pk,
        total=row.cost_most.total,
        immediate=row.terms_days == 0,
        key=_key(opened, "reserve"),
        at=opened.now,
        actor=opened.actor,
    )


def resize(opened: Change, total: Money | None = None, *, step: str = "resize") -> None:
    """Bring the reservation to the present cost, or to `total`. Raises InsufficientFunds when it grows too far.

    `step` tells a second one in the same change from the first.
    """
    row = opened.row
    reservations.change(
        row.client_id,
        subject_type=SUBJECT,
        subject_id=row.pk,
        total=row.cost_most.total if total is None else total,
        immediate=row.terms_days == 0,
        key=_key(opened, step),
        at=opened.now,
        actor=opened.actor,
    )


def release(opened: Change) -> None:
    """Give all of it back to the client."""
    row = opened.row
    reservations.release(
        row.client_id,
        subject_type=SUBJECT,
        subject_id=row.pk,
        key=_key(opened, "release"),
        at=opened.now,
        actor=opened.actor,
    )
