"""The label history: a span opens when a time label comes up and closes when its condition ends (D14)."""

from collections.abc import Sequence
from datetime import datetime

from assignments import labels
from assignments.models import Assignment, LabelEvent
from assignments.states import FLAGGED

ENTRY_KIND = {
    "late": "assignment.late",
    "late_deliverables": "assignment.deliverables_late",
    "not_confirmed": "assignment.not_confirmed",
    "expired": "assignment.expired",
}


def holding(row: Assignment, now: datetime) -> set[str]:
    """Keys of the time labels whose rule holds for the saved row."""
    if row.state not in FLAGGED:
        return set()
    found = labels.of(row, now, "client")
    return {label.key for label in found if label.is_timed}


def clear(row: Assignment, now: datetime, kinds: Sequence[str] = ()) -> None:
    """Close the spans whose condition ended: at once, with the change that ended it.

    `kinds` are the entries of that change; the first one is kept as the reason, else the stage.
    """
    spans = list(LabelEvent.objects.filter(assignment=row, cleared_at__isnull=True))
    if not spans:
        return
    hold = holding(row, now)
    for span in spans:
        if span.label not in hold:
            span.cleared_at, span.cleared_why = now, (kinds[0] if kinds else row.state)
            span.save(update_fields=["cleared_at", "cleared_why"])


def open_new(row: Assignment, now: datetime) -> list[str]:
    """Open spans for labels that came up since; returns their keys. Only the flag sweep does this, and tells."""
    known = set(
        LabelEvent.objects.filter(assignment=row, cleared_at__isnull=True).values_list("label", flat=True)
    )
    new = sorted(holding(row, now) - known)
    LabelEvent.objects.bulk_create(
        LabelEvent(assignment=row, label=key, rule_version=labels.LABELS[key].version, set_at=now)
        for key in new
    )
    return new
