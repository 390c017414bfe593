"""What keeps silence from approving, as one rule: a condition for the sweeps, sentences for the pages (N1).

While one of these is open somebody is talking, so nobody is silent (domain.md 5.1).
"""

from django.db.models import Exists, OuterRef, Q

from assignments.models import Assignment, ChangeOrder, MoneyRequest, RescheduleRequest, ScopeProposal
from assignments.states import RequestState

REQUESTS = (
    (MoneyRequest, "A request for more money is open."),
    (RescheduleRequest, "A request for another date is open."),
    (ScopeProposal, "A change of the scope is proposed."),
    (ChangeOrder, "An order of extra work is open."),
)


def held_up() -> Q:
    """Assignments that wait although their time has come."""
    found = Q(disputed_at__isnull=False)
    for model, _ in REQUESTS:
        found |= Q(Exists(model._default_manager.filter(assignment=OuterRef("pk"), state=RequestState.OPEN)))
    return found


def reasons(row: Assignment) -> list[str]:
    """Why silence does not approve it now; empty where it may."""
    found = ["A dispute is open."] if row.disputed_at else []
    for model, sentence in REQUESTS:
        if model._default_manager.filter(assignment=row, state=RequestState.OPEN).exists():
            found.append(sentence)
    return found
