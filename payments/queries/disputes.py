"""Disputes of one assignment, how long its approval takes, and the queue of those who decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from assignments.models import Assignment
from assignments.queries import Seen
from assignments.standing import standing
from assignments.states import State
from clients.cards import average_approval_minutes
from clients.models import CompanyCard
from common.when import minutes
from payments import grounds, policies
from payments.models import Advance, Dispute, DisputeFile, DisputeStatement, SettlementOffer
from payments.states import DECIDABLE, DisputeState, InvoiceState, OfferState


@dataclass(frozen=True, slots=True)
class ApprovalAge:
    """How long an approval takes against what is usual for the company. Spans in minutes."""

    waited_minutes: int
    usual_minutes: int
    opens_at: datetime
    is_open: bool
    needs_message: bool

    @property
    def usual(self) -> str:
        return span(self.usual_minutes)

    @property
    def waited(self) -> str:
        return span(self.waited_minutes)

    @property
    def is_long(self) -> bool:
        """Longer than the company's own average (S34)."""
        return self.waited_minutes > self.usual_minutes


def span(total: int) -> str:
    """A long time in words: "3 days" from two days on, else hours and minutes."""
    return f"{total // 1440} days" if total >= 2880 else minutes(total)


def approval_age(row: Assignment, now: datetime) -> ApprovalAge | None:
    """How long a submitted assignment waits; None in other stages. Escalate opens 48 h after the average (D5)."""
    if row.state != State.PENDING_APPROVAL or row.submitted_at is None or row.escalate_from_at is None:
        return None
    card: CompanyCard | None = getattr(row.client, "card", None)
    return ApprovalAge(
        waited_minutes=int((now - row.submitted_at).total_seconds() // 60),
        usual_minutes=average_approval_minutes(card),
        opens_at=row.escalate_from_at,
        is_open=now > row.escalate_from_at,
        needs_message=not grounds.has_written(row),
    )


def dispute_of(row: Assignment) -> Dispute | None:
    """The newest dispute of an assignment that was not withdrawn."""
    found = Dispute.objects.filter(assignment=row).exclude(state=DisputeState.WITHDRAWN)
    return found.select_related("worker__user", "client", "decided_by").order_by("-pk").first()


def statements_of(dispute: Dispute) -> list[DisputeStatement]:
    """What both sides said, oldest first, with their files."""
    return list(dispute.statements.select_related("author").prefetch_related("files"))


def dispute_file(user: User, uuid: Any) -> DisputeFile:
    """A file with a statement, for both sides and for admins who may see disputes. Raises DisputeFile.DoesNotExist.

    It is a part of the dispute and not of the assignment: a worker whose page closed has it too (S41).
    """
    found = DisputeFile.objects.select_related("statement__dispute__assignment__client").get(uuid=uuid)
    row = found.statement.dispute.assignment
    stands = standing(user, row)
    is_party = stands.side == "client" or found.statement.dispute.worker.user_id == user.pk
    is_admin = user.is_staff and user.has_perm("payments.view_dispute")
    if not found.file or not (is_party or is_admin):
        raise DisputeFile.DoesNotExist
    return found


def offers_of(
    dispute: Dispute, side: str, now: datetime
) -> tuple[SettlementOffer | None, SettlementOffer | None]:
    """The own open proposal and the other side's, as far as they can still be accepted."""
    rows = dispute.offers.filter(state=OfferState.OPEN, expires_at__gt=now).select_related("made_by")
    by = {one.side: one for one in rows}
    return by.get(side), next((one for name, one in by.items() if name != side), None)


def advance_of(dispute: Dispute) -> Advance | None:
    """FastFunds taken for what the dispute is about: then only full pay is possible."""
    rows = Advance.objects.filter(invoice__assignment_id=dispute.assignment_id)
    return rows.exclude(invoice__state=InvoiceState.WITHDRAWN).first()


def alert_box(seen: Seen) -> dict[str, Any] | None:
    """What stands above the tabs: a dispute, or a worker's way to escalate. None where there is nothing to say."""
    row, side = seen.row, seen.side
    dispute = dispute_of(row) if row.worker_id else None
    age = approval_age(row, seen.now) if side == "worker" else None
    verbs = policies.verbs_for(seen.standing, row, seen.now)
    wrote = None if age is None else not age.needs_message
    may_escalate = "escalate" in verbs and bool(grounds.grounds(row, "worker", wrote=wrote))
    is_long = age is not None and age.is_long and not row.disputed_at
    if dispute is None and not is_long and not may_escalate:
        return None
    return {
        "row": row,
        "side": side,
        "dispute": dispute,
        "reason": _reason(dispute, side),
        "age": age if is_long else None,
        "may_escalate": may_escalate,
        "tz": row.time_zone,
    }


def _reason(dispute: Dispute | None, side: str) -> str:
    if dispute is None:
        return ""
    return dispute.reason_to_worker if side == "worker" else dispute.reason_to_client


def next_in_queue() -> Dispute | None:
    """The dispute that waits for a decision, has no owner and is due soonest; else the one due soonest."""
    running = Dispute.objects.filter(state__in=DECIDABLE).order_by("answer_due_at", "pk")
    return running.filter(assignee__isnull=True).first() or running.first()
