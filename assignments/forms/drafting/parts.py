"""What the sections of the form have in common."""

from collections.abc import Sequence
from typing import Any

from assignments.forms.rows import QuietForm
from assignments.models import Assignment
from clients.models import Member


class Part(QuietForm):
    """One section of the form of an assignment: its inputs, what they start with, and the columns that they fill.

    `member` is who fills it in; `row` the draft or Available assignment that is edited, None for a new one.
    """

    member: Member
    row: Assignment | None


def picked(row: Any, names: Sequence[str]) -> dict[str, Any]:
    """These columns of a row, by name."""
    return {name: getattr(row, name) for name in names}
