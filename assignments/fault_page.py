"""One entry of the fault record for one reader: what the page shows, and which answers it offers."""

from django.urls import reverse

from accounts.models import User
from assignments import fault_queries
from assignments.fault_queries import FaultPage
from assignments.fault_states import FaultSide, FaultState
from assignments.models import Assignment, FaultEntry
from assignments.policies import refusal
from assignments.standing import standing
from assignments.visibility import visible_to
from common import clock


def seen(user: User, fault: FaultEntry) -> FaultPage:
    """The entry as this person reads it, with the buttons that the door will take."""
    side, now = fault_queries.side_of(user, fault), clock.now()
    row: Assignment = fault.assignment
    found = standing(user, row)
    is_standing = fault.state == FaultState.STANDING and now <= fault.contest_until
    is_asked = fault.state == FaultState.CONTESTED and fault.contested_by != side
    opens = Assignment.objects.filter(visible_to(user), pk=row.pk).exists()
    opens = opens and (side == FaultSide.CLIENT or row.engagement_id == fault.engagement_id)
    return FaultPage(
        fault=fault,
        side=side,
        evidence=fault_queries.evidence(fault),
        statements=list(fault.statements.select_related("author")),
        can_contest=is_standing and refusal(found, "contest_fault", row, now) is None,
        can_answer=is_asked and refusal(found, "answer_fault", row, now) is None,
        can_say=fault.answered_at is None and bool(fault.answer_until and now <= fault.answer_until),
        assignment_url=reverse("assignments:page", args=[row.pk]) if opens else "",
    )


def require(user: User, fault: FaultEntry, verb: str) -> None:
    """Who, as the door will ask again: a colleague without the right hears that before typing. Raises NotAllowed."""
    row: Assignment = fault.assignment
    refused = refusal(standing(user, row), verb, row, clock.now())
    if refused:
        raise refused
