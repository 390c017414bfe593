"""What the page says about leaving: the ways out of a hold, who stands by, and the chain of a revisit."""

from dataclasses import dataclass
from typing import Any

from assignments import revisit
from assignments.models import Assignment, Standby
from assignments.queries import Seen
from assignments.standby import open_of
from assignments.states import STANDBY_STAGES, State
from clients.queries import agrees_to_direct


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out, with what it leads to."""

    verb: str
    label: str
    url: str
    icon: str
    words: str


def exits(seen: Seen) -> list[Exit]:
    """The client's ways out of a hold, each only where the person may take it; removing it is in the next card."""
    row = seen.row
    if row.state != State.ON_HOLD or seen.side != "client":
        return []
    worker = str(row.worker)
    neutral = (
        f"{worker} has not answered the new date, so it has no effect on the card."
        if row.hold_lifted_at
        else "A reason that blames nobody has no effect on the card."
    )
    base = f"/assignments/{row.pk}"
    found = (
        Exit("unassign", "Remove the worker", f"{base}/unassign/", "user-x",
             f"It is Available again for other workers, and {worker} loses the page. {neutral}"),
        Exit("cancel", "Cancel without pay", f"{base}/cancel/", "ban",
             f"It ends for good. {worker} is told and loses the page. The money set aside is yours again."),
        Exit("cancel", "Cancel with pay", f"{base}/cancel/#id_pay", "banknote",
             f"It ends for good, and {worker} is paid the amount that you enter. The worker keeps the page."),
    )  # fmt: skip
    return [one for one in found if one.verb in seen.verbs]


def standby_of(seen: Seen) -> Standby | None:
    """Who stands by, for the client's people only. Asks nothing where the row says that nobody does."""
    if seen.side != "client" or seen.row.state not in STANDBY_STAGES:
        return None
    return open_of(seen.row.pk) if getattr(seen.row, "standby_state", "") else None


def takes_over_at(seen: Seen) -> Any:
    """Until when the assigned worker has to confirm, where a standby steps in otherwise; None where not."""
    row = seen.row
    if row.state != State.ASSIGNED or not seen.standing.is_assigned or row.confirmed_at:
        return None
    found = open_of(row.pk) if getattr(row, "standby_state", "") else None
    return row.confirm_due_at if found and found.is_ready and found.promote_unconfirmed else None


def chain(seen: Seen) -> dict[str, Any]:
    """The links to the assignment before and after, and what went over, for both sides of a page that is full."""
    row: Any = seen.row
    if "sheet" not in seen.sight or not (row.revisit_number or row.follows_number):
        return {}
    before, after = revisit.chain(row)
    link = after or before
    if link is None:
        return {}
    original = link.original
    first = seen.side == "client" and before is not None and seen.row.state == State.DRAFT
    same = original.worker if first and original.worker else None
    return {
        "before": before,
        "after": after,
        "lines": revisit.lines_of(link),
        "same_worker": same if same and agrees_to_direct(same, seen.row.client_id) else None,
        "opens": seen.side == "client",
        "note": link.note,
    }


def box(seen: Seen) -> dict[str, Any]:
    """All of it for one page; empty parts draw nothing."""
    row: Assignment = seen.row
    return {
        "row": row,
        "seen": seen,
        "exits": exits(seen),
        "standby": standby_of(seen),
        "takes_over_at": takes_over_at(seen),
        "chain": chain(seen),
    }


def may_ask_release(seen: Seen) -> bool:
    """Whether the worker can no longer leave alone, but can write to the client about it."""
    return seen.standing.is_assigned and seen.row.state == State.IN_PROGRESS and "post_message" in seen.verbs
