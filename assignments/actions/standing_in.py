"""The standby steps in: in the transaction in which the first worker leaves, else by the next sweep.

Who steps in has to be free then, meet what is asked, and fit into the client's money. Who does not is dropped and told,
and the assignment is Available as after any leaving.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction

from assignments import deadlines
from assignments.actions import funds
from assignments.actions.door import Change
from assignments.actions.sheets import named, write_sheet
from assignments.models import Application, Assignment, Standby
from assignments.requirements import lacks
from assignments.standby import open_of
from assignments.states import ApplicationState, StandbyState
from common.errors import Conflict
from ledger.errors import InsufficientFunds
from workers.models import Worker


class Seating(NamedTuple):
    """What assigning.py, which uses this file, hands in: how a worker is put on the row, and how the others end."""

    engage: Callable[[Change, Worker], list[Worker]]
    close_others: Callable[[Change, list[Worker]], None]


def worker_to_lock(pk: int) -> int | None:
    """The worker whose row has to be locked before the assignment's (docs/locking.md)."""
    rows = Standby.objects.filter(assignment_id=pk, state=StandbyState.READY)
    return rows.values_list("worker_id", flat=True).first()


def after_leaving(opened: Change, locked: int | None, seating: Seating) -> None:
    """The row is Available again by now: let the standby step in, if one is ready. `locked`: the worker held.

    Somebody else who was named meanwhile is promoted by the next sweep.
    """
    found = open_of(opened.row.pk)
    if found is None or not found.is_ready:
        return
    if found.worker_id != locked:
        found.promote_due_at = opened.now
        found.save(update_fields=["promote_due_at"])
        return
    kept = _values(opened.row)
    try:
        with transaction.atomic():
            take(opened, found, seating)
    except (Conflict, InsufficientFunds) as error:
        for name, value in kept.items():
            setattr(opened.row, name, value)
        drop(opened, found, error.sentence)


def take(opened: Change, found: Standby, seating: Seating) -> None:
    """Assign the standby on the own terms. Raises Conflict or InsufficientFunds; the caller takes all back then."""
    row = opened.row
    missing = lacks(row, [found.worker])[found.worker_id]
    if missing:
        raise Conflict(f"{found.worker} does not meet all that you ask: {'; '.join(missing)}.")
    row.set_terms(found.terms)
    row.expenses_minor, row.bonus_minor = found.expenses_minor, 0
    give_time_to_come(opened)
    passed = seating.engage(opened, found.worker)
    for offer in Application.objects.filter(
        assignment=row, worker=found.worker, state=ApplicationState.PENDING
    ):
        offer.accept()
        offer.save(update_fields=["state", "decided_at"])
    funds.resize(opened, step="standby")
    found.step_in(opened.now)
    found.save()
    row.assign(opened.now)
    opened.record(
        "assignment.standby_promoted",
        worker=str(found.worker),
        new={"price": row.worker_most, "start_at": row.start_at},
        agreement=named(write_sheet(opened)),
    )
    seating.close_others(opened, passed)


def drop(opened: Change, found: Standby, why: str) -> None:
    """The standby could not step in: the relation ends. Why is for the client; the worker hears only that it ended."""
    found.end(opened.now)
    found.save()
    opened.tell(stood_by=[found.worker])
    opened.record("assignment.standby_dropped", visibility="client", worker=str(found.worker), why=why)


def give_time_to_come(opened: Change) -> None:
    """Move a start that nobody could keep any more, and the deliverables with it."""
    row = opened.row
    least = (opened.now + deadlines.STANDBY_ARRIVAL).replace(second=0, microsecond=0)
    last = row.window_end_at or row.start_at
    if row.start_at is None or last is None or last >= least:
        return
    by = least - row.start_at
    row.start_at += by
    if row.window_end_at:
        row.window_end_at += by
    if row.deliverables_due_at:
        row.deliverables_due_at += by


def _values(row: Assignment) -> dict[str, Any]:
    """All columns but the stage, which moves last."""
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "state"}
