"""What the work done says of people, for the rooms below that show them: acquaintances and figures."""

from collections.abc import Sequence

from django.db.models import Count, Q

from accounts.models import User
from assignments.checklist import is_on_time
from assignments.models import Assignment, Engagement, Invitation, Rating
from assignments.policies import CREATORS
from assignments.states import EngagementEnd, Grade, State
from clients.queries import membership
from workers.figures import Figure

GOOD = (Grade.EXCELLENT, Grade.SATISFIED)


def may_create(user: User) -> int:
    """1 when the person's role in the company creates assignments, for the frame's button."""
    member = membership(user)
    return int(member is not None and member.role in CREATORS)


def acquaintances(worker_id: int) -> set[int]:
    """Ids of the companies that a worker has worked for or was asked by."""
    worked = Engagement.objects.filter(worker_id=worker_id).values_list("assignment__client_id", flat=True)
    asked = Invitation.objects.filter(worker_id=worker_id).values_list("assignment__client_id", flat=True)
    return {*worked, *asked}


def figures(worker_ids: Sequence[int]) -> dict[int, list[Figure]]:
    """Completed work, on time, and satisfaction, for those who have any: three queries for a whole page.

    A rating counts when the assignment is Paid: until then neither side sees the other's (domain.md 6.3).
    """
    done = _completed(worker_ids)
    on_time = _on_time(worker_ids)
    liked = _liked(worker_ids)
    found: dict[int, list[Figure]] = {}
    for worker_id in worker_ids:
        rows = []
        if worker_id in liked:
            good, given = liked[worker_id]
            rows.append(Figure("Satisfaction", f"{round(100 * good / given)}% of {given}", "star"))
        if worker_id in on_time:
            kept, counted = on_time[worker_id]
            rows.append(Figure("On time", f"{round(100 * kept / counted)}%", "clock"))
        if worker_id in done:
            rows.append(Figure("Completed", str(done[worker_id]), "circle-check"))
        found[worker_id] = rows
    return found


def _completed(worker_ids: Sequence[int]) -> dict[int, int]:
    rows = Engagement.objects.filter(worker_id__in=worker_ids, end=EngagementEnd.COMPLETED).order_by()
    return dict(rows.values_list("worker_id").annotate(n=Count("pk")))


def _on_time(worker_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    counted: dict[int, tuple[int, int]] = {}
    rows = Assignment.objects.filter(
        worker_id__in=worker_ids, checkin_required=True, first_check_in_at__isnull=False
    ).exclude(state=State.CANCELLED)
    for row in rows.only(
        "worker_id", "checkin_required", "first_check_in_at", "start_at", "schedule_kind", "window_end_at"
    ):
        kept, n = counted.get(row.worker_id or 0, (0, 0))
        counted[row.worker_id or 0] = (kept + bool(is_on_time(row)), n + 1)
    return counted


def _liked(worker_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = Rating.objects.filter(
        worker_id__in=worker_ids, side=Rating.Side.CLIENT, assignment__state=State.PAID
    ).order_by()
    found = rows.values_list("worker_id").annotate(good=Count("pk", filter=Q(grade__in=GOOD)), n=Count("pk"))
    return {worker_id: (good, n) for worker_id, good, n in found}
