"""When worker and company part, the offers between them end, in the transaction of the block (domain.md 10, row 34)."""

from accounts.models import User
from assignments.actions import sourcing
from assignments.actions.door import change
from assignments.models import Application
from assignments.states import ApplicationState
from clients.models import BlockSide


def part(client_id: int, worker_id: int, side: BlockSide, actor: User) -> None:
    """The worker's own block withdraws them as any withdrawal; the company's closes them, and tells nobody."""
    pending = Application.objects.filter(
        assignment__client_id=client_id, worker_id=worker_id, state=ApplicationState.PENDING
    )
    for pk in pending.order_by("assignment_id").values_list("assignment_id", flat=True):
        if side == BlockSide.WORKER:
            sourcing.withdraw(pk, actor=actor)
        else:
            _close(pk, worker_id, actor)


def _close(pk: int, worker_id: int, actor: User) -> None:
    with change(pk, "decline", actor=actor) as opened:
        application = Application.objects.select_related("worker__user").get(
            assignment_id=pk, worker_id=worker_id, state=ApplicationState.PENDING
        )
        application.decline("")
        application.save(update_fields=["state", "decided_at", "decline_reason"])
        opened.record(
            "assignment.declined",
            visibility="client",
            worker=str(application.worker),
            reason="Your company blocked this worker.",
        )
