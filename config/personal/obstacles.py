"""What stands against erasing a person: open work, money on its way, a company left alone (quality.md 3, row 36)."""

from django.db.models import Q

from accounts.models import User
from assignments.models import Application, Assignment
from assignments.states import ApplicationState, State
from clients.models import Member
from clients.roles import Role
from ledger.models import Account, Reservation
from payments.models import Dispute, Invoice
from payments.states import DisputeState, InvoiceState
from workers.models import Worker

UNDER_WAY = frozenset(set(State) - {State.DRAFT, State.PAID, State.CANCELLED})
SETTLED = (DisputeState.DECIDED, DisputeState.SETTLED, DisputeState.CLOSED, DisputeState.WITHDRAWN)


def found(user: User) -> list[str]:
    """Sentences, each with what to do about it; empty when nothing stands against it."""
    if user.is_staff:
        return ["You are a platform admin. Ask another admin to take that right away first."]
    worker = Worker.objects.filter(user=user).first()
    said = _of_worker(worker) if worker else []
    for member in Member.objects.filter(user=user, is_active=True).select_related("client"):
        said += _of_member(member)
    if Assignment.objects.filter(owner=user, state__in=UNDER_WAY).exists():
        said.append("You own assignments that are under way. Finish them, or let a colleague own them.")
    return said


def _of_worker(worker: Worker) -> list[str]:
    said = []
    if Assignment.objects.filter(worker=worker, state__in=UNDER_WAY).exists():
        said.append("You have work that is not finished and paid. Finish it or leave it first.")
    if Application.objects.filter(worker=worker, state=ApplicationState.PENDING).exists():
        said.append("You have applications that wait for an answer. Withdraw them first.")
    money = Account.objects.filter(owner_kind=Account.OwnerKind.WORKER, owner_id=worker.pk)
    if money.exclude(balance_minor=0).exists():
        said.append(
            "You have money here, or on its way to your bank. Withdraw it and wait until it has arrived."
        )
    if Invoice.objects.filter(worker=worker, state=InvoiceState.OPEN).exists():
        said.append("An invoice of yours is not paid yet.")
    if Dispute.objects.filter(worker=worker).exclude(state__in=SETTLED).exists():
        said.append("A dispute of yours is open. It has to end first.")
    return said


def _of_member(member: Member) -> list[str]:
    client = member.client
    others = Member.objects.filter(client=client, is_active=True).exclude(pk=member.pk)
    if others.exists():
        if member.role == Role.ADMINISTRATOR and not others.filter(role=Role.ADMINISTRATOR).exists():
            return [f"{client.name} would be left without an administrator. Name another one first."]
        return []
    is_busy = Assignment.objects.filter(client=client, state__in=UNDER_WAY).exists()
    owes = Invoice.objects.filter(client=client, state=InvoiceState.OPEN).exists()
    funds = Account.objects.filter(owner_kind=Account.OwnerKind.CLIENT, owner_id=client.pk)
    has_money = funds.filter(purpose__in=("cash", "reserved_cash")).filter(~Q(balance_minor=0)).exists()
    holds = Reservation.objects.filter(client_id=client.pk, closed_at=None).exists()
    if is_busy or owes or has_money or holds:
        return [f"{client.name} has open work, open invoices or money here, and you are its only person."]
    return []
