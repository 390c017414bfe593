"""Does the history explain what people were told? A checker in plain Python, over a log that clients wrote (R17).

It knows nothing of the portal's code: not its state machine, not its tables. What it is given:

- acts: one line for each act that was acknowledged, with the version of the assignment that the client saw before and
  after it. The client read both itself, so the act's entry must lie in between: this is the order of real time.
- entries: the history of each assignment as it is stored.
- rows: the stage and version in which each assignment is now.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """An acknowledged act: whose, on what, and the entry that it promises, numbered in (after, until]."""

    subject: int
    actor: int
    kind: str
    after: int
    until: int


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the history; `actor` is None where the portal itself acted."""

    subject: int
    sequence: int
    kind: str
    actor: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """Where an assignment ended, and the version it had when the clients came: what is older is nobody's act."""

    subject: int
    state: str
    version: int
    came_at: int


MOVES: dict[str, tuple[set[str], str]] = {
    "sent": ({"draft"}, "sent"),
    "assigned": ({"sent", "draft"}, "assigned"),
    "standby_promoted": ({"sent"}, "assigned"),
    "checked_in": ({"assigned", "in_progress"}, "in_progress"),
    "checked_in_for": ({"assigned", "in_progress"}, "in_progress"),
    "started": ({"assigned"}, "in_progress"),
    "held": ({"assigned", "in_progress"}, "on_hold"),
    "resume_declined": ({"on_hold"}, "sent"),
    "unassigned": ({"assigned", "in_progress", "on_hold"}, "sent"),
    "backed_out": ({"assigned"}, "sent"),
    "submitted": ({"in_progress"}, "pending_approval"),
    "sent_back": ({"pending_approval"}, "in_progress"),
    "approved": ({"pending_approval"}, "approved"),
    "payment_stopped": ({"approved"}, "pending_approval"),
    "paid": ({"approved"}, "paid"),
    "cancelled": ({"sent", "assigned", "in_progress", "on_hold", "pending_approval"}, "cancelled"),
}
"""Kind of entry -> stages in which it can come, and the stage that it leads to (domain.md 1.2)."""
RESUMED = "resumed"
"""Leads back to in_progress when its worker has checked in since being assigned, else to assigned."""


def findings(acts: Iterable[Act], entries: Iterable[Told], rows: Iterable[Row], *, is_all: bool) -> list[str]:
    """Everything that the history does not explain; empty when it explains all.

    `is_all`: every entry of a person that is younger than the clients must be an acknowledged act too; without it
    only what was acknowledged has to be there.
    """
    done: dict[int, list[Act]] = defaultdict(list)
    told: dict[int, list[Told]] = defaultdict(list)
    for act in acts:
        done[act.subject].append(act)
    for entry in entries:
        told[entry.subject].append(entry)
    found = []
    for row in rows:
        mine = sorted(told[row.subject], key=lambda one: one.sequence)
        found += _numbers(row, mine)
        found += _replay(row, mine)
        found += _match(row, done.pop(row.subject, []), mine, is_all=is_all)
    return found + [f"{subject}: acts on an assignment that is not there" for subject in done]


def _numbers(row: Row, mine: list[Told]) -> list[str]:
    numbers = [entry.sequence for entry in mine]
    # rows beside a paid assignment have entries of their own, and its version stands still (decisions.md D6)
    last = len(numbers) if row.state == "paid" else row.version
    if numbers == list(range(1, last + 1)):
        return []
    return [f"{row.subject}: entries {numbers} at version {row.version}"]


def _replay(row: Row, mine: list[Told]) -> list[str]:
    state, has_come = "draft", False
    for entry in mine:
        kind = entry.kind
        if kind in ("assigned", "standby_promoted"):
            has_come = False
        has_come = has_come or kind in ("checked_in", "checked_in_for")
        if kind == RESUMED:
            state = "in_progress" if has_come else "assigned"
            continue
        allowed, to = MOVES.get(kind, ({state}, state))
        if state not in allowed:
            return [f"{row.subject}: entry {entry.sequence} says {kind} in stage {state}"]
        state = to
    return [] if state == row.state else [f"{row.subject}: history leads to {state}, and it is {row.state}"]


def _match(row: Row, acts: list[Act], mine: list[Told], *, is_all: bool) -> list[str]:
    """Give each act an entry of its own: the one whose time ends first chooses first, and takes the oldest."""
    found, kinds = [], {act.kind for act in acts}
    free = [entry for entry in mine if entry.sequence > row.came_at]
    for act in sorted(acts, key=lambda one: (one.until, one.after)):
        fits = [one for one in free if (one.kind, one.actor) == (act.kind, act.actor)]
        inside = [one for one in fits if act.after < one.sequence <= act.until]
        if not inside:
            found.append(
                f"{row.subject}: {act.kind} by {act.actor} was acknowledged and is not in the history"
            )
            continue
        free.remove(inside[0])
    if is_all:
        extra = [one for one in free if one.actor is not None and one.kind in kinds | set(MOVES)]
        found += [
            f"{row.subject}: entry {one.sequence}, {one.kind} by {one.actor}, nobody did" for one in extra
        ]
    return found
