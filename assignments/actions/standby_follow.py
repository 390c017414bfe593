"""What a change of an assignment means for its standby: asked again on another date, told, or no longer needed.

Called by the door at the end of each change, before the entries are written.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assignments.models import Assignment, Standby
from assignments.standby import open_of
from assignments.states import STANDBY_STAGES, ScheduleKind, State

if TYPE_CHECKING:
    from assignments.actions.door import Change

AGREED = ("title", "description", "duration_minutes", "schedule_kind", "start_at", "window_end_at")
"""What a standby said yes to, beside the own price."""


def follow(opened: "Change", before: Mapping[str, Any]) -> None:
    """Bring the standby in line with the changed row; `before` has its columns as they were."""
    row = opened.row
    if before["state"] not in STANDBY_STAGES:
        return
    has_moved = row.state != before["state"]
    if not has_moved and not _has_changed(row, before) and row.worker_id == before["worker_id"]:
        return
    found = open_of(row.pk)
    if found is None:
        return
    if row.worker_id == found.worker_id:
        found.step_in(opened.now)
        found.save()
    elif row.state not in STANDBY_STAGES:
        why = "cancelled" if row.state == State.CANCELLED else "done"
        close(opened, found, why=why)
    elif found.is_ready and _has_changed(row, before):
        found.ask_again()
        found.save()
        opened.tell(standby=[found.worker])
        opened.record("assignment.standby_asked_again", visibility="client", worker=str(found.worker))
    elif has_moved and row.state == State.ASSIGNED and before["state"] == State.SENT:
        found.promote_due_at = None
        found.save(update_fields=["promote_due_at"])
        opened.tell(standby=[found.worker])
        opened.record("assignment.standby_waits", visibility="client", worker=str(found.worker))


def close(opened: "Change", found: Standby, *, why: str) -> None:
    """End the relation, and tell both sides. `why`: client, worker, done, cancelled; what each side reads of it."""
    found.end(opened.now)
    found.save()
    opened.tell(stood_by=[found.worker])
    opened.record("assignment.standby_ended", visibility="client", worker=str(found.worker), why=why)


def _has_changed(row: Assignment, before: Mapping[str, Any]) -> bool:
    """Picking a time inside an agreed window changes nothing for the standby."""
    names = [name for name in AGREED if getattr(row, name) != before[name]]
    is_picked = names == ["start_at"] and row.schedule_kind == ScheduleKind.WINDOW
    return bool(names) and not is_picked
