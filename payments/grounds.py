"""Which grounds a side may name for a dispute now, and why not (decisions.md D5, domain.md 5.2). Reads only."""

from assignments.actions import closeout
from assignments.models import Assignment, Message
from assignments.states import State
from common import clock
from common.money import Money
from payments.states import Ground, Side

GROUNDS: dict[str, dict[str, tuple[Ground, ...]]] = {
    Side.WORKER: {
        State.PENDING_APPROVAL: (Ground.OVERDUE,),
        State.APPROVED: (Ground.PAST_DUE, Ground.AMOUNT),
        State.CANCELLED: (Ground.NO_EXPLANATION, Ground.WORK_DONE, Ground.PAST_DUE, Ground.AMOUNT),
    },
    Side.CLIENT: {
        State.PENDING_APPROVAL: (Ground.QUALITY, Ground.AMOUNT, Ground.OTHER),
        State.APPROVED: (Ground.QUALITY, Ground.AMOUNT, Ground.OTHER),
    },
}


ADVANCE_STAYS = (
    "The worker was paid early by FastFunds. That money stays with the worker, and the client pays as agreed, "
    "so nothing is left to decide."
)
"""D6, D7: an advance is never taken back, so a dispute could only confirm full pay. It does not open."""


def grounds(row: Assignment, side: str, *, wrote: bool | None = None) -> list[Ground]:
    """The grounds that this side may name now; why the others may not is said by `ground_refused`."""
    found = GROUNDS.get(side, {}).get(row.state, ())
    return [ground for ground in found if not ground_refused(row, ground, wrote=wrote)]


def ground_refused(row: Assignment, ground: str, *, wrote: bool | None = None) -> str:
    """The sentence why this ground does not hold for the row, or "". `wrote`: `has_written`, where it is known."""
    now = clock.now()
    if row.advanced_at:
        return ADVANCE_STAYS
    match ground:
        case Ground.OVERDUE:
            if row.escalate_from_at is None or now <= row.escalate_from_at:
                return "The client still has time to approve it."
            if not (has_written(row) if wrote is None else wrote):
                return "Write to the client on the assignment first. Then you can escalate."
        case Ground.PAST_DUE:
            if row.past_due_at is None or row.past_due_at > now:
                return "The payment is not past due."
        case Ground.NO_EXPLANATION:
            if row.cancel_note.strip():
                return "The client explained the cancellation."
        case Ground.WORK_DONE:
            if row.first_check_in_at is None:
                return "No work was done before it was cancelled."
        case Ground.AMOUNT:
            if row.state == State.CANCELLED and not row.cancelled_pay_minor:
                return "No pay was set."
    return ""


def has_written(row: Assignment) -> bool:
    """Whether the worker wrote on the assignment after handing it in (D5)."""
    if row.submitted_at is None or row.worker is None:
        return False
    mine = Message.objects.filter(assignment=row, author_id=row.worker.user_id, engagement=row.engagement)
    return mine.filter(sent_at__gte=row.submitted_at).exists()


def in_dispute(row: Assignment) -> Money:
    """The worker's pay that the dispute is about: as invoiced, as submitted, or as it would have been."""
    if row.state != State.CANCELLED and row.pay_minor is not None:
        return row.money(row.pay_minor)
    return closeout.final_pay(row)
