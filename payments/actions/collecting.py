"""A client's deposit by the payment provider: intent, call outside of any transaction, result by answer or event."""

import logging

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from clients.models import Client
from common import clock
from common.actor import SYSTEM
from common.errors import Conflict, Invalid, WrongState
from common.money import LARGEST_MINOR, Money
from payments import deadlines, policies
from payments.actions.depositing import book, failed
from payments.gateway.base import ACCEPTED, PAID, GatewayDown, Provider, Transfer
from payments.models import Collection, Deposit
from payments.states import DepositSource, DepositState

log = logging.getLogger(__name__)


def collect_deposit(*, actor: User, amount: Money, key: str, provider: Provider | None) -> Deposit:
    """A client adds funds through the provider. The same key again answers with the first deposit.

    Where the provider needs time, or gives no answer, the deposit is on its way and the timer asks. Raises Invalid,
    Conflict, NotAllowed, WrongState without a provider.
    """
    member = policies.require_payer(actor)
    if provider is None:
        raise WrongState("Online payment is not set up here. Send a bank transfer.")
    with transaction.atomic():
        client = Client.objects.select_for_update(no_key=True).get(pk=member.client_id)
        known = Deposit.objects.filter(key=key).first()
        if known is not None:
            if (known.client_id, known.amount) != (client.pk, amount):
                raise Conflict("This deposit was made already, with another amount.")
            return known
        if not 0 < amount.minor <= LARGEST_MINOR or amount.currency != client.currency:
            raise Invalid(f"Enter an amount in {client.currency} above zero.", "amount")
        now = clock.now()
        deposit = Deposit.objects.create(
            client=client,
            source=DepositSource.PROVIDER,
            currency=amount.currency,
            amount_minor=amount.minor,
            key=key,
            recorded_by=actor,
            recorded_at=now,
        )
        Collection.objects.create(deposit=deposit, tries=1, next_try_at=deadlines.ask_again(now, 1))
    _call(deposit, provider, is_first=True)
    return Deposit.objects.get(pk=deposit.pk)


def ask_collection(pk: int, provider: Provider) -> bool:
    """The timer of one collection: ask how far it is. Returns whether the provider answered."""
    with transaction.atomic():
        rows = Collection.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
        found = rows.select_related("deposit__client").filter(pk=pk).first()
        now = clock.now()
        if found is None or found.next_try_at is None or found.next_try_at > now:
            return False
        found.tries += 1
        found.next_try_at = deadlines.ask_again(now, found.tries)
        if found.deposit.state != DepositState.PENDING:
            found.next_try_at = None
        found.save(update_fields=["tries", "next_try_at"])
        deposit = found.deposit
    if deposit.state != DepositState.PENDING:
        return False
    return _call(deposit, provider, is_first=False)


def collection_reached(deposit_id: int, answer: Transfer, *, actor: Actor = SYSTEM) -> bool:
    """News of a deposit, in the caller's transaction. Returns whether it changed anything."""
    client_id = Deposit.objects.values_list("client_id", flat=True).get(pk=deposit_id)
    client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
    deposit = Deposit.objects.select_for_update(no_key=True, of=("self",)).get(pk=deposit_id)
    if deposit.state != DepositState.PENDING or answer.status == ACCEPTED:
        return False
    now = clock.now()
    Collection.objects.filter(deposit=deposit).update(next_try_at=None)
    if answer.status == PAID:
        deposit.receive(now, answer.reference)
        deposit.save(update_fields=["state", "closed_at", "reference"])
        book(client, deposit, actor, role="system")
    else:
        failed(client, deposit, answer.why or "The payment provider refused it.", actor, role="system")
    return True


def _call(deposit: Deposit, provider: Provider, *, is_first: bool) -> bool:
    try:
        known = None if is_first else provider.collection(deposit.key, deposit.amount)
        answer = known or provider.start_collection(deposit.key, deposit.amount, deposit.client.name)
    except GatewayDown as error:
        log.warning("deposit %s: the provider gave no answer: %s", deposit.pk, error)
        return False
    with transaction.atomic():
        collection_reached(deposit.pk, answer)
    return True
