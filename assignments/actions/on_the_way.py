"""The worker tells how the next visit comes about: on the way, and late. No label and no lateness follows from it."""

from datetime import datetime

from accounts.models import User
from assignments.actions.door import change
from common.errors import AlreadyDone, Invalid

LONGEST_REASON = 300


def set_out(pk: int, *, actor: User, eta_at: datetime | None = None) -> None:
    """Say that one is on the way, with the expected arrival if there is one. Again with another arrival: corrected.

    Raises Invalid for an arrival in the past, AlreadyDone for the same again.
    """
    with change(pk, "set_out", actor=actor) as opened:
        row = opened.row
        check_eta(eta_at, opened.now)
        if row.set_out_at is not None and eta_at in (None, row.eta_at):
            raise AlreadyDone("The client knows that you are on the way.")
        row.set_out_at = row.set_out_at or opened.now
        row.eta_at = eta_at or row.eta_at
        opened.record("assignment.set_out", eta_at=row.eta_at)


def report_delay(pk: int, *, actor: User, eta_at: datetime, reason: str) -> None:
    """Say that one comes later: when, and why. Raises Invalid at the field, AlreadyDone for the same again."""
    reason = reason.strip()
    if not reason:
        raise Invalid("Enter why you are late. The client reads it.", "reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(f"Enter at most {LONGEST_REASON} characters.", "reason")
    with change(pk, "report_delay", actor=actor) as opened:
        row = opened.row
        check_eta(eta_at, opened.now)
        if row.delayed_at is not None and (row.eta_at, row.delay_reason) == (eta_at, reason):
            raise AlreadyDone("The client knows of this delay.")
        old = row.eta_at or row.start_at
        row.eta_at, row.delay_reason, row.delayed_at = eta_at, reason, opened.now
        opened.record("assignment.delay_reported", old={"start_at": old}, eta_at=eta_at, reason=reason)


def check_eta(eta_at: datetime | None, now: datetime) -> None:
    """An expected arrival lies ahead, and not more than two days. Raises Invalid."""
    if eta_at is None:
        return
    if eta_at < now:
        raise Invalid("Enter a time that is not before now.", "eta_at")
    if (eta_at - now).days >= 2:
        raise Invalid("Enter a time in the next two days, or ask for another date.", "eta_at")
