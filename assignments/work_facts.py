"""The facts of one engagement that scorecards count, kept on its row when they come about. Scores are computed from
these alone, so that no later change of dates or files changes what was counted (N4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

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
    wanted = {
        each: due
        for each in DeliverableRequirement.objects.filter(assignment=row)
        if (due := due_of(each, row))
    }
    if wanted:
        files = list(Deliverable.objects.filter(engagement=engagement))
        given = [
            (due, complete_at([f for f in files if f.requirement_id == each.pk], each.count, due))
            for each, due in wanted.items()
        ]
        engagement.deliverables_due_at, engagement.delivered_at = latest(given)


def due_of(wanted: DeliverableRequirement, row: Assignment) -> datetime | None:
    """Until when the files of one requirement are due: its own time after the start, or that of all deliverables."""
    if wanted.due_minutes is None:
        return row.deliverables_due_at
    return row.start_at + timedelta(minutes=wanted.due_minutes) if row.start_at else None


def latest(given: list[tuple[datetime, datetime | None]]) -> tuple[datetime, datetime | None]:
    """Of (due, complete) the pair that was furthest behind: the hand-in was on time if this one was."""
    never = [(due, at) for due, at in given if at is None]
    return never[0] if never else max(given, key=lambda pair: (pair[1] or pair[0]) - pair[0])


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
