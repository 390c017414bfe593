"""Reads about the worker who stands by: who it is, and the assignment as that worker may see it."""

from assignments.models import Assignment, Standby
from assignments.states import STANDS_BY


def open_of(assignment_id: int) -> Standby | None:
    """Who is asked or stands by for it."""
    rows = Standby.objects.filter(assignment_id=assignment_id, state__in=sorted(STANDS_BY))
    return rows.select_related("worker__user").first()


def mask(row: Assignment, standby: Standby) -> Assignment:
    """The row as the standby reads it: on the own terms, without the money and the steps of whoever is on it.

    Changes the loaded row, which is only shown and never saved.
    """
    row.set_terms(standby.terms)
    row.expenses_minor, row.bonus_minor = standby.expenses_minor, 0
    row.assigned_at = row.confirmed_at = row.first_check_in_at = row.submitted_at = None
    row.hold_reason = row.hold_note = ""
    return row
