"""The one timer of a dispute: `Dispute.step_due_at`, and what follows in each state."""

from payments.actions.disputing import ask_again
from payments.actions.figures import name_due, open_due
from payments.actions.settling import finish_due
from payments.models import Dispute
from payments.states import DisputeState


def step_dispute(dispute_id: int) -> bool:
    """Do what fell due: ask one level higher, open the figures, name another admin, or carry the decision out.

    Each judges again under its lock. Returns whether something was done now.
    """
    match Dispute.objects.values_list("state", flat=True).get(pk=dispute_id):
        case DisputeState.FIGURES:
            return open_due(dispute_id)
        case DisputeState.NAMED:
            return name_due(dispute_id)
        case DisputeState.RULED:
            return finish_due(dispute_id)
        case _:
            return ask_again(dispute_id)
