"""Ended engagements with chosen facts, for tests of figures. How such facts come about has tests of its own."""

from datetime import datetime, timedelta
from typing import Any

from assignments.actions import drafting
from assignments.actions.drafting import Content
from assignments.models import Assignment, Engagement, Rating
from assignments.states import EngagementEnd
from tests.conftest import NOON
from tests.factories import People
from workers.models import Worker


def ended(
    people: People,
    *,
    by: Worker | None = None,
    end: str = EngagementEnd.COMPLETED,
    reason: str = "",
    late: bool = False,
    at: datetime = NOON,
    until: datetime | None = None,
    came: datetime | None = None,
    due: datetime | None = None,
    delivered: datetime | None = None,
    work: Assignment | None = None,
    start_at: datetime | None = None,
    fault: str = "",
) -> Engagement:
    """A worker's finished time on an assignment of Acme, with these facts on it.

    `fault`: the mark of the fault record, for whatever went wrong; by default all is settled as the rules have it:
    the worker's own, and nobody's where 24 hours' notice were given.
    """
    left = end in (EngagementEnd.BACKED_OUT, EngagementEnd.UNASSIGNED)
    is_own = late or reason == "worker_abandoned"
    return Engagement.objects.create(
        assignment=work or draft(people.owner),
        worker=by or people.worker,
        started_at=at - timedelta(days=1),
        ended_at=at,
        end=end,
        end_reason=reason,
        was_late_notice=late,
        start_at=start_at or at,
        on_time_until_at=until,
        first_in_at=came,
        deliverables_due_at=due,
        delivered_at=delivered,
        late_fault=(fault or "worker") if until and came and came > until else "",
        files_fault=(fault or "worker") if due and (delivered is None or delivered > due) else "",
        left_fault=(fault or ("worker" if is_own else "nobody")) if left else "",
    )


def draft(owner: Any, **columns: Any) -> Assignment:
    """An assignment that engagements can hang on."""
    base = {"title": "Replace two switches", "industry": "Networking", "price_minor": 35_000}
    return drafting.create(Content({**base, **columns}, {}), actor=owner)


def rated(people: People, row: Engagement, *, client: str = "", worker: str = "", **more: str) -> None:
    """Ratings of both sides with these grades; "" for none. `more`: columns of the client's."""
    for side, grade, author in (("client", client, people.owner), ("worker", worker, row.worker.user)):
        if grade:
            Rating.objects.create(
                engagement=row,
                assignment=row.assignment,
                side=side,
                author=author,
                grade=grade,
                given_at=NOON,
                **(more if side == "client" else {}),
            )
