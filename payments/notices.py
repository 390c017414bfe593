"""Who is told of money: turns the groups of kinds.py into people and queues their notices in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.actor import Actor
from accounts.models import User
from assignments.models import Assignment
from clients.models import Client, Member
from clients.roles import Role
from common import when
from common.actor import SYSTEM
from common.money import Money
from notifications.outbox import Telling, queue_all
from payments import policies
from payments.kinds import BOTH, CONTROLLERS, KINDS, MANAGERS, OTHER, STAFF, WORKER
from payments.models import CreditNote, Deposit, Dispute, Invoice, PayoutAccount, Statement, Withdrawal
from payments.states import Side
from timeline.presenters import actor_name
from workers.models import Worker


def about_invoice(kind: str, invoice: Invoice, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """Tell the sides of an invoice, each in the own figures (D20)."""
    row = invoice.assignment
    for group in KINDS[kind].to:
        is_worker = group == WORKER
        amount = invoice.pay_amount if is_worker else invoice.total
        said = {"amount": amount, "invoice": invoice.number, "due_on": when.day(invoice.due_on), **facts}
        _tell(
            kind,
            _group(group, row),
            actor=actor,
            at=at,
            row=row,
            url=f"/payments/invoices/{invoice.number}/",
            is_worker=is_worker,
            facts=said,
            told_actor=kind == "advance.taken",  # a fee was agreed to: the receipt goes to whoever agreed
        )


def about_dispute(kind: str, dispute: Dispute, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """Tell the sides of a dispute, and Onsite's admins with a link to the queue."""
    row = dispute.assignment
    for group in KINDS[kind].to:
        for side in _sides(group, dispute, actor):
            users = _group(WORKER if side == Side.WORKER else MANAGERS, row) if side else policies.arbiters()
            page = f"/assignments/{row.pk}/dispute/"
            queue = reverse("admin:payments_dispute_change", args=[dispute.pk])
            reason = dispute.reason_to_worker if side == Side.WORKER else dispute.reason_to_client
            said = {
                "dispute": dispute.number,
                "ground": dispute.get_ground_display(),
                "reason": reason,
                **facts,
            }
            _tell(
                kind,
                users,
                actor=actor,
                at=at,
                row=row,
                url=page if side else queue,
                is_worker=side == Side.WORKER,
                is_staff=not side,
                facts=said,
            )


def about_funds(kind: str, client: Client, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """Tell the client's money people."""
    _tell(
        kind, controllers(client.pk), actor=actor, at=at, url="/payments/funds/", facts=facts, told_actor=True
    )


def about_waiting_deposit(deposit: Deposit, *, permission: str, actor: User, at: datetime) -> None:
    """Tell the other admins who may confirm it, with a link to its page."""
    found = [user for user in User.objects.filter(is_staff=True, is_active=True) if user.has_perm(permission)]
    _tell(
        "deposit.waiting",
        found,
        actor=actor,
        at=at,
        url=reverse("admin:payments_deposit_change", args=[deposit.pk]),
        is_staff=True,
        facts={"amount": deposit.amount, "client": deposit.client.name, "reference": deposit.reference},
    )


def about_statement(kind: str, statement: Statement, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """Tell the client's money people of a statement."""
    said = {
        "statement": statement.number,
        "amount": statement.total,
        "due_on": when.day(statement.due_on),
        "is_monthly": statement.month is not None,
        **facts,
    }
    url = f"/payments/statements/{statement.number}/"
    _tell(kind, controllers(statement.client_id), actor=actor, at=at, url=url, facts=said)


def about_credit(note: CreditNote, *, actor: Actor, at: datetime) -> None:
    """Tell both sides: the client with the amount, the worker that the pay stays as it is (D20)."""
    said = {"credit_note": note.number, "invoice": note.invoice.number, "reason": note.reason}
    url = f"/payments/credit-notes/{note.number}/"
    for is_worker in (False, True):
        _tell(
            "credit_note.issued",
            [note.worker.user] if is_worker else controllers(note.client_id),
            actor=actor,
            at=at,
            url=url,
            is_worker=is_worker,
            facts=said if is_worker else {**said, "amount": note.amount},
        )


def about_worker(
    kind: str, worker: Worker, *, actor: Actor, at: datetime, url: str = "/payments/", **facts: Any
) -> None:
    """Tell the worker, also of the own acts: a mail about money that nobody asked for is how theft is noticed."""
    _tell(
        kind,
        [worker.user],
        actor=actor,
        at=at,
        url=url,
        is_worker=True,
        facts=facts,
        told_actor=True,
    )


def about_withdrawal(kind: str, withdrawal: Withdrawal, *, actor: Actor, at: datetime, **facts: Any) -> None:
    said = {
        "amount": withdrawal.amount,
        "withdrawal": withdrawal.number,
        "account": str(withdrawal.account),
        **facts,
    }
    about_worker(kind, withdrawal.worker, actor=actor, at=at, **said)


def about_stuck(withdrawal: Withdrawal, *, at: datetime) -> None:
    """Tell the admins that the provider was asked often enough: a person has to look."""
    found = User.objects.filter(is_staff=True, is_active=True)
    _tell(
        "withdrawal.stuck",
        [user for user in found if user.has_perm("payments.change_withdrawal")],
        actor=SYSTEM,
        at=at,
        url=reverse("admin:payments_withdrawal_change", args=[withdrawal.pk]),
        is_staff=True,
        facts={"withdrawal": withdrawal.number, "amount": withdrawal.amount},
    )


def demo_amounts(account: PayoutAccount, minors: Iterable[int]) -> str:
    """The two secret amounts in words, in development settings only, where no bank statement can be read; else ""."""
    if not settings.ONSITE_DEVELOPMENT:
        return ""
    return " and ".join(str(Money(minor, account.currency)) for minor in minors)


def controllers(client_id: int) -> list[User]:
    return _members(client_id, (Role.ADMINISTRATOR, Role.CONTROLLER))


def _members(client_id: int, roles: Iterable[str]) -> list[User]:
    members = Member.objects.filter(client_id=client_id, is_active=True, role__in=list(roles)).select_related(
        "user"
    )
    return [member.user for member in members]


def _sides(group: str, dispute: Dispute, actor: Actor) -> list[str]:
    """Sides that a group means; "" is Onsite's staff. OTHER: the side that did not act."""
    if group == STAFF:
        return [""]
    if group == BOTH:
        return [Side.CLIENT, Side.WORKER]
    acted_as_worker = getattr(actor, "pk", None) == dispute.worker.user_id
    return [Side.CLIENT if acted_as_worker else Side.WORKER] if group == OTHER else []


def _group(group: str, row: Assignment) -> list[User]:
    if group == WORKER:
        return [row.worker.user] if row.worker else []
    if group == CONTROLLERS:
        return controllers(row.client_id)
    return [row.owner, *_members(row.client_id, (Role.ADMINISTRATOR, Role.MANAGER))]


def _tell(
    kind: str,
    users: Iterable[User],
    *,
    actor: Actor,
    at: datetime,
    url: str,
    facts: dict[str, Any],
    row: Assignment | None = None,
    is_worker: bool = False,
    is_staff: bool = False,
    told_actor: bool = False,
) -> None:
    name = actor_name(actor if isinstance(actor, User) else None)
    acted = None if told_actor else getattr(actor, "pk", None)
    context = {
        "number": row.number if row else "",
        "title": row.title if row else "",
        "time_zone": row.time_zone if row else "UTC",
        "actor": name,
        "is_worker": is_worker,
        "is_staff": is_staff,
        "facts": {key: str(value) if isinstance(value, Money) else value for key, value in facts.items()},
    }
    subject = ("assignment", row.pk) if row else ("", 0)
    unique = {user.pk: user for user in users if user.pk != acted}
    queue_all(kind, [Telling(user, context, url, *subject) for user in unique.values()], at=at)
