"""Whether a locked draft may go out now: complete, ahead of time, and within its owner's limit."""

from datetime import datetime

from assignments import checks
from assignments.models import Assignment, Site
from clients.models import Member


def check_sendable(row: Assignment, now: datetime, sender: Member | None) -> None:
    """Raise the first problem as Invalid; the check page shows them all (checks.problems).

    The cost must be within the maximum budget of the owner and of the person who sends it.
    """
    found = checks.problems(row, Site.objects.filter(assignment=row).first(), now)
    owner = (
        Member.objects.select_related("user").filter(client_id=row.client_id, user_id=row.owner_id).first()
    )
    total = row.cost_most.total
    found += [limit for member in (owner, sender) if (limit := checks.over_limit(member, total))]
    if found:
        raise found[0]
