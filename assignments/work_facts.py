"""The facts of one engagement that scorecards count, kept on its row when they come about. Scores are computed from
these alone, so that no later change of dates or files changes what was counted (N4)."""

from collections.abc import Iterable
from datetime import datetime

from assignments import deadlines
from assignments.models import Assignment, Deliverable, DeliverableRequirement, Engagement


def at_first_check_in(row: Assignment, engagement: Engagement) -> None:
    """Keep the last instant that was on time for this check-in; none where no check-in is asked (domain.md 10, 2)."""
    if row.checkin_required and row.start_at is not None:
        engagement.on_time_until_at = deadlines.on_time_until(
            row.schedule_kind, row.start_at, row.window_end_at
        )
        engagement.save(update_fields=["on_time_until_at"])


def at_end(row: Assignment, engagement: Engagement) -> None:
    """Put the agreed start, the first check-in and the hand-in on the engagement; the caller saves it.

    Called under the assignment's lock, before the row forgets its worker.
    """
    engagement.start_at, engagement.first_in_at = row.start_at, row.first_check_in_at
    engagement.deliverables_due_at = engagement.delivered_at = None
    wanted = list(DeliverableRequirement.objects.filter(assignment=row)) if row.deliverables_due_at else []
    if wanted and row.deliverables_due_at:
        files = list(Deliverable.objects.filter(engagement=engagement))
        engagement.deliverables_due_at = row.deliverables_due_at
        times = [
            complete_at(
                [f for f in files if f.requirement_id == each.pk], each.count, row.deliverables_due_at
            )
            for each in wanted
        ]
        engagement.delivered_at = None if None in times else max(t for t in times if t)


def complete_at(files: Iterable[Deliverable], count: int, due_at: datetime) -> datetime | None:
    """When so many files were there, for good; None if never.

    A file that was taken back, or asked again by the deadline, does not count from then on. One that is asked again
    after the deadline had been there in time: what the client wants anew afterwards makes nobody late.
    """
    steps: list[tuple[datetime, int]] = []
    for file in files:
        steps.append((file.uploaded_at, 1))
        gone = file.removed_at or file.rejected_at
        if gone and gone <= due_at:
            steps.append((gone, -1))
    there, since = 0, None
    for at, step in sorted(steps, key=lambda each: (each[0], -each[1])):
        there += step
        if there < count:
            since = None
        elif since is None:
            since = at
    return since
