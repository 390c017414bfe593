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
from workers.models import Worker
from workers.queries import worker_of

HERE: Final = frozenset(
    {"approve", "cancel", "stop_payment", "pay", "pay_cancelled", "fastfunds", "escalate", "dispute"}
    | {"answer_dispute", "withdraw_dispute"}
)
"""Verbs of an assignment whose pages are in this room."""
MONEY_ROLES: Final = (Role.ADMINISTRATOR, Role.CONTROLLER)
REPORT_ROLES: Final = (*MONEY_ROLES, Role.MANAGER, Role.VIEW_ONLY)
"""May read reports of the work; those with sums only MONEY_ROLES (decisions.md D18, domain.md 7.5)."""


def verbs_for(found: Standing, row: Assignment, now: datetime) -> frozenset[str]:
    """The verbs of this room that somebody who stands so to the assignment may do now."""
    return below.verbs_for(found, row, now) & HERE


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
