"""The payments part of a company's card: which disputes it lost (N9). The rest is counted from the assignments' rows,
where this room writes its facts (decisions.md D13)."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from payments.models import Dispute
from payments.states import Decision, DisputeState, Side


def disputes_lost(client_id: int, since: datetime) -> "QuerySet[Any]":
    """Ids of the assignments of which a dispute was decided against the client since then: the worker's claim was
    granted at least in part, or the client's own one refused."""
    lost = Q(side=Side.WORKER, decision__in=[Decision.FULL, Decision.PART]) | Q(
        side=Side.CLIENT, decision=Decision.FULL
    )
    decided = Dispute.objects.filter(
        lost, client_id=client_id, state=DisputeState.DECIDED, closed_at__gte=since
    )
    return decided.order_by().values("assignment_id")
