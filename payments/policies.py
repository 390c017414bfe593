"""Who may do what with money beyond one assignment. What concerns one assignment is in its own table."""

from datetime import datetime
from typing import Final

from accounts.models import User
from assignments import policies as below
from assignments.models import Assignment
from assignments.standing import Standing
from clients.models import Member
from clients.queries import membership
from clients.roles import Role
from common.errors import NotAllowed
from payments.models import Dispute
from payments.states import HEARD, NEGOTIABLE, UNDECIDED, DisputeState
from workers.models import Worker
from workers.queries import worker_of

HERE: Final = frozenset(
    {
        "approve",
        "cancel",
        "stop_payment",
        "pay",
        "pay_cancelled",
        "fastfunds",
        "skip_fastfunds",
        "escalate",
        "dispute",
    }
    | {"answer_dispute", "withdraw_dispute"}
)
"""Verbs of an assignment whose pages are in this room."""
SETTLE: Final = "payments.settle_dispute"
MONEY_ROLES: Final = (Role.ADMINISTRATOR, Role.CONTROLLER)
REPORT_ROLES: Final = (*MONEY_ROLES, Role.MANAGER, Role.VIEW_ONLY)
"""May read reports of the work; those with sums only MONEY_ROLES (decisions.md D18, domain.md 7.5)."""


def verbs_for(found: Standing, row: Assignment, now: datetime) -> frozenset[str]:
    """The verbs of this room that somebody who stands so to the assignment may do now."""
    return below.verbs_for(found, row, now) & HERE


IN_DISPUTE: Final[dict[str, tuple[str, ...]]] = {
    "answer_dispute": HEARD,
    "withdraw_dispute": UNDECIDED,
    "give_figure": (DisputeState.FIGURES,),
    "offer_settlement": NEGOTIABLE,
    "accept_settlement": NEGOTIABLE,
    "appeal_dispute": (DisputeState.RULED,),
    "waive_appeal": (DisputeState.RULED,),
}
"""What a side may do in its dispute, and in which steps. Who takes a side is asked of the assignment's own table
("answer_dispute" there); this one says when, for the button and for the door."""


def dispute_refusal(verb: str, dispute: Dispute, side: str, now: datetime) -> str:
    """Why this side cannot do it now, or ""."""
    if dispute.state not in IN_DISPUTE[verb]:
        return f"{dispute.number} is now: {dispute.get_state_display().lower()}. Nothing was changed."
    if verb == "withdraw_dispute" and dispute.side != side:
        return "Only the side that opened the dispute can withdraw it."
    if verb in ("appeal_dispute", "waive_appeal"):
        if dispute.waived_at(side):
            return "Your side gave up the appeal."
        if dispute.appeal_until is None or now >= dispute.appeal_until:
            return "The time for an appeal has passed."
    return ""


def dispute_verbs(
    found: Standing, row: Assignment, dispute: Dispute, side: str, now: datetime
) -> frozenset[str]:
    """What somebody of this side may do in the dispute now."""
    if "answer_dispute" not in below.verbs_for(found, row, now):
        return frozenset()
    return frozenset(verb for verb in IN_DISPUTE if not dispute_refusal(verb, dispute, side, now))


def require_arbiter(actor: User, dispute: Dispute) -> None:
    """An admin who may decide this dispute now. Raises NotAllowed.

    The appeal is for another one than who made the first decision; a small claim is decided by the admin whose name
    both sides were told.
    """
    require_staff(actor, SETTLE)
    refused = arbiter_refused(actor, dispute)
    if refused:
        raise NotAllowed(refused)


def arbiter_refused(actor: User, dispute: Dispute) -> str:
    """Why this admin, who may decide disputes, does not decide this one now, or ""."""
    if dispute.rulings.filter(ruled_by=actor).exists():
        return "You made the first decision. Another admin decides the appeal."
    if dispute.state == DisputeState.NAMED and dispute.assignee_id != actor.pk:
        return "Both sides were told who decides this small claim. Take it over first."
    return ""


def handles_money(member: Member | None) -> bool:
    """May pay, add funds and see balances (decisions.md D18)."""
    return member is not None and member.role in MONEY_ROLES


def reads_reports(member: Member | None) -> bool:
    """May read the company's reports of its work; those of money: handles_money."""
    return member is not None and member.role in REPORT_ROLES


def require_reports(member: Member, *, of_money: bool) -> None:
    """Somebody who may read these reports of the company. Raises NotAllowed."""
    if not reads_reports(member):
        raise NotAllowed("Your role does not let you read your company's reports.")
    if of_money and not handles_money(member):
        raise NotAllowed("Your role does not let you read reports of your company's money.")


def require_payer(user: User) -> Member:
    """The membership of somebody who may pay. Raises NotAllowed."""
    member = membership(user)
    if member is None or not handles_money(member):
        raise NotAllowed("Your role does not let you handle your company's money.")
    return member


def require_worker(user: User) -> Worker:
    """The worker side of an account. Raises NotAllowed."""
    found = worker_of(user)
    if found is None:
        raise NotAllowed("Only workers do this.")
    return found


def require_staff(user: User, permission: str) -> None:
    """A platform admin with this model permission. Raises NotAllowed."""
    if not (user.is_active and user.is_staff and user.has_perm(permission)):
        raise NotAllowed("Your role in the administration does not let you do this.")


def arbiters() -> list[User]:
    """Onsite's admins who may decide disputes, in the order of their ids."""
    found = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    return [user for user in found if user.has_perm(SETTLE)]
