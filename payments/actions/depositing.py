"""A client's money in: recorded by an admin, or taken by the demo gateway; and the terms limit."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from clients.models import Client
from common import clock
from common.errors import Conflict, Invalid, NotAllowed
from common.money import LARGEST_MINOR, Money
from ledger.post import Leg, post
from ledger.purposes import CASH, CLEARING, CLIENT, PROVIDER
from ledger.reserve import grant_terms
from payments import notices, policies
from payments.gateway.base import Gateway, GatewayDown, Receipt
from payments.gateway.fake import DemoGateway
from payments.models import Deposit, TermsGrant
from payments.states import DepositSource, DepositState
from timeline.record import next_sequence, record


def record_deposit(client_id: int, *, actor: User, amount: Money, key: str, reference: str = "") -> Deposit:
    """An admin saw the money on the bank account. The same key again answers with the first deposit."""
    policies.require_staff(actor, "payments.add_deposit")
    with transaction.atomic():
        client = _lock_client(client_id)
        known = _known(key, client_id, amount)
        if known is not None:
            return known
        deposit = _intend(client, actor, amount, key, DepositSource.BANK_TRANSFER)
        _received(client, deposit, Receipt(True, reference.strip()[:80]), actor, role="admin")
    return deposit


def deposit_by_gateway(*, actor: User, amount: Money, key: str, gateway: Gateway | None = None) -> Deposit:
    """A client adds funds through the demo gateway: intent row, call outside of any transaction, result.

    The same key again asks the gateway again and never books twice. A gateway that does not answer leaves the deposit
    on its way. Raises NotAllowed outside development settings.
    """
    if not settings.ONSITE_DEVELOPMENT:
        raise NotAllowed("Send the money by bank transfer. It is recorded when it arrives.")
    member = policies.require_payer(actor)
    with transaction.atomic():
        client = _lock_client(member.client_id)
        deposit = _known(key, client.pk, amount) or _intend(client, actor, amount, key, DepositSource.DEMO)
    if deposit.state != DepositState.PENDING:
        return deposit
    try:
        receipt = (gateway or DemoGateway()).collect(key, amount, client.name)
    except GatewayDown:
        return deposit
    with transaction.atomic():
        client = _lock_client(client.pk)
        deposit = Deposit.objects.select_for_update().get(pk=deposit.pk)
        if deposit.state == DepositState.PENDING:
            _received(client, deposit, receipt, actor, role="client")
    return deposit


def set_terms_limit(client_id: int, *, actor: Actor, limit: Money, key: str) -> TermsGrant:
    """Set how much a company may have outstanding on net terms (D19). Raises Invalid when more is in use."""
    if isinstance(actor, User):
        policies.require_staff(actor, "payments.add_termsgrant")
    if not 0 <= limit.minor <= LARGEST_MINOR:
        raise Invalid("Enter a limit of zero or more.", "limit")
    with transaction.atomic():
        client = _lock_client(client_id)
        known = TermsGrant.objects.filter(key=key).first()
        if known is not None:
            return known
        now = clock.now()
        grant_terms(client_id, limit, key=f"terms:{key}", at=now, actor=actor)
        granted = TermsGrant.objects.create(
            client=client,
            currency=limit.currency,
            limit_minor=limit.minor,
            key=key,
            granted_by=actor if isinstance(actor, User) else None,
            granted_at=now,
        )
        _record(
            "terms.granted", client, actor, "admin" if isinstance(actor, User) else "system", now, limit=limit
        )
        notices.about_funds("terms.granted", client, actor=actor, at=now, amount=limit)
    return granted


def _lock_client(pk: int) -> Client:
    return Client.objects.select_for_update().get(pk=pk)


def _known(key: str, client_id: int, amount: Money) -> Deposit | None:
    known = Deposit.objects.filter(key=key).first()
    if known is not None and (known.client_id, known.amount) != (client_id, amount):
        raise Conflict("This deposit was made already, with another amount.")
    return known


def _intend(client: Client, actor: User, amount: Money, key: str, source: DepositSource) -> Deposit:
    if not 0 < amount.minor <= LARGEST_MINOR:
        raise Invalid("Enter an amount above zero.", "amount")
    if amount.currency != client.currency:
        raise Invalid(f"{client} keeps its money in {client.currency}.", "amount")
    return Deposit.objects.create(
        client=client,
        source=source,
        currency=amount.currency,
        amount_minor=amount.minor,
        key=key,
        recorded_by=actor,
        recorded_at=clock.now(),
    )


def _received(client: Client, deposit: Deposit, receipt: Receipt, actor: User, *, role: str) -> None:
    now = clock.now()
    if not receipt.is_received:
        deposit.fail(now, receipt.why_not[:200])
        deposit.save(update_fields=["state", "closed_at", "failure"])
        _record("deposit.failed", client, actor, role, now, amount=deposit.amount, reason=deposit.failure)
        notices.about_funds(
            "deposit.failed", client, actor=actor, at=now, amount=deposit.amount, reason=deposit.failure
        )
        return
    deposit.receive(now, receipt.reference)
    deposit.save(update_fields=["state", "closed_at", "reference"])
    post(
        "deposit.received",
        key=f"deposit:{deposit.pk}",
        legs=[
            Leg(CLIENT, client.pk, CASH, deposit.amount),
            Leg(PROVIDER, 0, CLEARING, -deposit.amount),
        ],
        at=now,
        subject_type="deposit",
        subject_id=deposit.pk,
        actor=actor,
        memo=receipt.reference,
    )
    _record("deposit.recorded", client, actor, role, now, amount=deposit.amount, reference=deposit.reference)
    notices.about_funds("deposit.recorded", client, actor=actor, at=now, amount=deposit.amount)


def _record(kind: str, client: Client, actor: Actor, role: str, at: datetime, **facts: object) -> None:
    record(
        kind,
        subject_type="client",
        subject_id=client.pk,
        sequence=next_sequence("client", client.pk),
        actor=actor,
        role=role,
        at=at,
        facts=facts,
        visibility="client",
    )
