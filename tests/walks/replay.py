"""The stage that an assignment's history tells, read from its entries alone."""

from assignments.models import Assignment
from timeline.models import Entry

TO: dict[str, set[str]] = {
    "sent": {"sent"},
    "assigned": {"assigned"},
    "standby_promoted": {"assigned"},
    "checked_in": {"in_progress"},
    "checked_in_for": {"in_progress"},
    "started": {"in_progress"},
    "held": {"on_hold"},
    "resumed": {"assigned", "in_progress"},
    "resume_declined": {"sent"},
    "unassigned": {"sent"},
    "backed_out": {"sent"},
    "submitted": {"pending_approval"},
    "sent_back": {"in_progress"},
    "approved": {"approved"},
    "payment_stopped": {"pending_approval"},
    "paid": {"paid"},
    "cancelled": {"cancelled"},
}
"""Which stage each entry leads to; other entries leave it as it is."""
ENGAGING = ("assignment.assigned", "assignment.standby_promoted")
ARRIVALS = ("assignment.checked_in", "assignment.checked_in_for")


def replayed(row: Assignment) -> tuple[str, int]:
    """The stage and version that the history tells; raises AssertionError for an impossible step."""
    state, count = "draft", 0
    for entry in Entry.objects.filter(subject_type="assignment", subject_id=row.pk).order_by("sequence"):
        count += 1
        assert entry.sequence == count
        to = TO.get(entry.kind.removeprefix("assignment."), set())
        if to and state not in to:
            state = row_state(to, entry)
    return state, count


def row_state(to: set[str], entry: Entry) -> str:
    """The stage after an entry; a resumed one is in progress when the worker had checked in before."""
    if len(to) == 1:
        return next(iter(to))
    since = Entry.objects.filter(
        subject_id=entry.subject_id, kind__in=ENGAGING, sequence__lt=entry.sequence
    ).latest("sequence")
    seen = Entry.objects.filter(
        subject_id=entry.subject_id,
        kind__in=ARRIVALS,
        sequence__gt=since.sequence,
        sequence__lt=entry.sequence,
    )
    return "in_progress" if seen.exists() else "assigned"
