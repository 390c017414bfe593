"""What an answer is, and the parts that both sides share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from assignments.models import Assignment
from assignments.standing import Standing
from common.when import instant


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    method: str = "get"
    primary: bool = True


@dataclass(frozen=True, slots=True)
class Next:
    """`button` is None while somebody else has to act. `rank` orders the queue, smaller is more pressing.

    `by` is the word before `deadline`: another one where the instant is no deadline of anybody, but a start.
    """

    heading: str
    reason: str = ""
    button: Button | None = None
    secondary: tuple[Button, ...] = field(default=())
    deadline: datetime | None = None
    rank: int = 100
    by: str = "By"
    tz: str = ""


NEEDS = 90
"""Answers with a rank below this need the person; above it they only inform."""


def url(row: Assignment, *parts: str) -> str:
    return "/".join((f"/assignments/{row.pk}", *parts)) + "/"


Answer = Callable[[Assignment, Standing, frozenset[str], datetime], Next]


def has(row: Assignment, key: str) -> bool:
    return bool(getattr(row, f"label_{key}", False))


def dispute(row: Assignment) -> Next:
    return Next(
        "A dispute is open",
        "Its page says what comes next and by when. The money waits until it is over.",
        Button("Open the dispute", url(row, "dispute")),
        deadline=row.answer_due_at,
        rank=20,
        tz=row.time_zone,
    )


def what_silence_does(row: Assignment) -> tuple[str, datetime | None]:
    """What silence does to submitted work and when, or why it waits; for rows with facts. Empty where nobody opted
    in (N1)."""
    due = row.auto_approve_due_at
    if due is None:
        return "", None
    if any(
        getattr(row, name, 0) for name in ("request_count", "change_count", "reschedule_side", "scope_count")
    ):
        return "A request is open: until it is decided, silence approves nothing.", None
    return f"Approved by itself {instant(due, row.time_zone)} unless the client answers.", due
