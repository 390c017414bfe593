"""A client's money in: recorded by an admin (two above a limit), or taken by the demo gateway; and the terms limit."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from clients.models import Client
from common import clock
from common.errors import AlreadyDone, Conflict, Invalid, NotAllowed
from common.money import LARGEST_MINOR, Money
from ledger.models import Posting
from ledger.post import Leg, post, reverse
from ledger.purposes import CASH, CLEARING, CLIENT, PROVIDER
from ledger.reserve import grant_terms
from payments import limits, notices, policies
from payments.actions.autopay import wait_no_longer
from payments.gateway.base import Gateway, GatewayDown, Receipt
from payments.gateway.fake import DemoGateway
from payments.models import Deposit, TermsGrant
from payments.states import DepositSource, DepositState
from timeline.record import next_sequence, record

CONFIRM: Final = "payments.change_deposit"
"""The permission of those who confirm, refuse and take back deposits."""


def record_deposit(client_id: int, *, actor: User, amount: Money, key: str, reference: str = "") -> Deposit:
    """An admin saw the money on the bank account. The same key again answers with the first deposit.

    Above the limit (payments/limits.py) it waits for a second admin and adds nothing until then.
    """
    policies.require_staff(actor, "payments.add_deposit")
    with transaction.atomic():
        client = _lock_client(client_id)
        known = _known(key, client_id, amount)
        if known is not None:
            return known
        deposit = _intend(client, actor, amount, key, DepositSource.BANK_TRANSFER)
        if limits.needs_second(amount):
            _wait(client, deposit, actor, reference.strip()[:80])
        else:
            _received(client, deposit, Receipt(True, reference.strip()[:80]), actor, role="admin")
    return deposit


def confirm_deposit(deposit_id: int, *, actor: User) -> Deposit:
    """A second admin saw the money too: now it is the client's. Raises NotAllowed for the one who recorded it."""
    policies.require_staff(actor, CONFIRM)
    with transaction.atomic():
        client, deposit = _locked(deposit_id)
        if deposit.recorded_by_id == actor.pk:
            raise NotAllowed("You recorded this deposit. Somebody else has to confirm it.")
        if deposit.state == DepositState.RECEIVED and deposit.confirmed_by_id == actor.pk:
            raise AlreadyDone("You confirmed this deposit already.")
        _require(deposit, DepositState.WAITING)
        deposit.confirm(clock.now(), actor)
        deposit.save(update_fields=["state", "closed_at", "confirmed_by"])
        book(client, deposit, actor, role="admin")
    return deposit


def refuse_deposit(deposit_id: int, *, actor: User, reason: str) -> Deposit:
    """The money is not there, or not that much: nothing was added. Whoever recorded it may take it back this way."""
    policies.require_staff(actor, CONFIRM)
    why = _reason(reason)
    with transaction.atomic():
        client, deposit = _locked(deposit_id)
        _require(deposit, DepositState.WAITING)
        failed(client, deposit, why, actor, role="admin")
    return deposit


def return_deposit(deposit_id: int, *, actor: User, reason: str) -> Deposit:
    """The bank took the money back (a cheque bounced): the posting is reversed, never edited.

    Raises InsufficientFunds when the client has less cash left than that, Conflict when it is not there.
    """
    policies.require_staff(actor, CONFIRM)
    why = _reason(reason)
    with transaction.atomic():
        client, deposit = _locked(deposit_id)
        _require(deposit, DepositState.RECEIVED)
        now = clock.now()
        deposit.give_back(now, why)
        deposit.save(update_fields=["state", "returned_at", "failure"])
        booked = Posting.objects.get(key=f"deposit:{deposit.pk}")
        reverse(booked.pk, key=f"deposit:{deposit.pk}:returned", at=now, actor=actor, memo=why)
        _record(
            "deposit.returned", client, actor, "admin", now, amount=deposit.amount, reason=deposit.failure
        )
        notices.about_funds(
            "deposit.returned", client, actor=actor, at=now, amount=deposit.amount, reason=why
        )
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
        deposit = Deposit.objects.select_for_update(no_key=True).get(pk=deposit.pk)
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
    return Client.objects.select_for_update(no_key=True).get(pk=pk)


def _locked(deposit_id: int) -> tuple[Client, Deposit]:
    """The client first, then the deposit, as everywhere."""
    client = _lock_client(Deposit.objects.values_list("client_id", flat=True).get(pk=deposit_id))
    return client, Deposit.objects.select_for_update(no_key=True).get(pk=deposit_id)


def _require(deposit: Deposit, state: DepositState) -> None:
    if deposit.state != state:
        word = DepositState(deposit.state).label.lower()
        raise Conflict(f"This deposit is {word} by now. Nothing was changed.")


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid("Enter why. The client will read it.", "reason")
    return text.strip()[:200]


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
    if not receipt.is_received:
        failed(client, deposit, receipt.why_not, actor, role=role)
        return
    deposit.receive(clock.now(), receipt.reference)
    deposit.save(update_fields=["state", "closed_at", "reference"])
    book(client, deposit, actor, role=role)


def _wait(client: Client, deposit: Deposit, actor: User, reference: str) -> None:
    deposit.wait(reference)
    deposit.save(update_fields=["state", "needs_second", "reference"])
    now = clock.now()
    _record("deposit.waiting", client, actor, "admin", now, amount=deposit.amount, reference=reference)
    notices.about_waiting_deposit(deposit, permission=CONFIRM, actor=actor, at=now)


def failed(client: Client, deposit: Deposit, why: str, actor: Actor, *, role: str) -> None:
    """The money will not come: say so, in the caller's transaction that locked client and deposit."""
    now = clock.now()
    deposit.fail(now, why[:200])
    deposit.save(update_fields=["state", "closed_at", "failure"])
    _record("deposit.failed", client, actor, role, now, amount=deposit.amount, reason=deposit.failure)
    notices.about_funds(
        "deposit.failed", client, actor=actor, at=now, amount=deposit.amount, reason=deposit.failure
    )


def book(client: Client, deposit: Deposit, actor: Actor, *, role: str) -> None:
    """Add the money to the client's cash; invoices that waited for cash are tried again at once."""
    now = clock.now()
    wait_no_longer(client.pk, now)
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
        memo=deposit.reference,
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
