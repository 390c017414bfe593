"""Withdrawals and small payments by a payment provider: intent, call outside of any transaction, result.

The intent is a committed row in state "sending" with the key that every call carries. Whatever happens between the
call and its result (a time-out, a killed process, a lost answer), the row stays there and its timer asks the provider
by that key. Tries are bounded: after the last one the row waits for a person, and a later event still settles it.
"""

import logging

from django.db import transaction

from accounts.models import User
from common import clock
from common.actor import SYSTEM
from common.money import Money
from common.secrets import unseal
from payments import deadlines, notices, policies
from payments.actions.bank_accounts import small_failed, small_sent
from payments.actions.withdrawing import CHANGE, locked, reached, record_withdrawal
from payments.gateway.base import ACCEPTED, PAID, GatewayDown, Payout, Provider, Transfer
from payments.models import PayoutAccount, SmallPayment, Withdrawal
from payments.states import SmallState, WithdrawalState

log = logging.getLogger(__name__)


def send_withdrawal(pk: int, provider: Provider) -> bool:
    """Hand one withdrawal to the provider, or ask how far it is. Returns whether the provider answered."""
    intent = _intend_withdrawal(pk)
    if intent is None:
        return False
    payout, is_first = intent
    answer = _call(payout, provider, is_first=is_first)
    if answer is None:
        return False
    with transaction.atomic():
        made = locked(pk)
        if answer.reference:
            made.provider_reference = answer.reference
            made.save(update_fields=["provider_reference"])
        reached(made, answer.status, actor=SYSTEM, role="system", reference=answer.reference, why=answer.why)
    return True


def send_small(pk: int, provider: Provider) -> bool:
    """The same for one small payment to a bank account."""
    intent = _intend_small(pk)
    if intent is None:
        return False
    payout, is_first = intent
    answer = _call(payout, provider, is_first=is_first)
    if answer is None:
        return False
    with transaction.atomic():
        small_reached(locked_small(pk), answer)
    return True


def small_reached(small: SmallPayment, answer: Transfer) -> bool:
    """News of a locked small payment. Returns whether it changed anything."""
    if answer.status in (ACCEPTED, PAID):
        if small.state != SmallState.SENDING:
            return False
        small.send()
        small.save(update_fields=["state", "next_try_at"])
        small_sent(small.account_id, actor=SYSTEM, role="system")
        return True
    if small.state not in (SmallState.SENDING, SmallState.SENT):
        return False
    small.fail()
    small.save(update_fields=["state", "next_try_at"])
    small_failed(
        small.account_id,
        actor=SYSTEM,
        role="system",
        why=answer.why or "The bank sent the small payments back.",
    )
    return True


def ask_provider(withdrawal_id: int, *, actor: User) -> Withdrawal:
    """An admin lets the timer ask the provider about one that waits for a person."""
    policies.require_staff(actor, CHANGE)
    with transaction.atomic():
        made = locked(withdrawal_id, WithdrawalState.SENDING)
        made.tries, made.next_try_at = 1, clock.now()
        made.save(update_fields=["tries", "next_try_at"])
    return made


def locked_small(pk: int) -> SmallPayment:
    return (
        SmallPayment.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=pk)
    )


def payout_of(row: Withdrawal | SmallPayment, end_to_end_id: str) -> Payout:
    """What a file or a provider needs to know, with the number unsealed."""
    account: PayoutAccount = row.account
    is_small = isinstance(row, SmallPayment)
    return Payout(
        key=row.key,
        scheme=account.scheme,
        kind=account.kind,
        holder=account.holder,
        bank_name=account.bank_name,
        routing=account.routing,
        number=unseal(account.sealed_number),
        amount=amount_of(row) if isinstance(row, SmallPayment) else row.amount,
        reference="Bank account check" if is_small else f"Withdrawal {row.number}",
        end_to_end_id=end_to_end_id,
    )


def _intend_withdrawal(pk: int) -> tuple[Payout, bool] | None:
    """The committed intent of one call; None when there is nothing to call for now."""
    with transaction.atomic():
        found = Withdrawal.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
        made = found.select_related("worker__user", "account").filter(pk=pk).first()
        if made is None:
            return None
        is_first = made.state == WithdrawalState.REQUESTED
        now = clock.now()
        if is_first:
            made.start(now)
            record_withdrawal("withdrawal.sending", made, SYSTEM, role="system")
        elif made.state != WithdrawalState.SENDING or made.next_try_at is None or made.next_try_at > now:
            return None
        _count(made)
        made.save(update_fields=["state", "sending_at", "next_try_at", "tries"])
        if made.next_try_at is None:
            notices.about_stuck(made, at=now)
        return payout_of(made, made.number), is_first


def _intend_small(pk: int) -> tuple[Payout, bool] | None:
    with transaction.atomic():
        found = SmallPayment.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
        small = found.select_related("account").filter(pk=pk).first()
        if small is None:
            return None
        is_first = small.state == SmallState.WAITING
        now = clock.now()
        if is_first:
            small.start(now)
        elif small.state != SmallState.SENDING or small.next_try_at is None or small.next_try_at > now:
            return None
        _count(small)
        small.save(update_fields=["state", "sending_at", "next_try_at", "tries"])
        return payout_of(small, small.number), is_first


def _count(row: Withdrawal | SmallPayment) -> None:
    row.tries += 1
    row.next_try_at = deadlines.ask_again(clock.now(), row.tries)


def _call(payout: Payout, provider: Provider, *, is_first: bool) -> Transfer | None:
    """The provider's answer, or None when nobody knows. A key that it never heard of is sent again under that key."""
    try:
        known = None if is_first else provider.payout(payout.key, payout.amount)
        return known or provider.pay_out(payout)
    except GatewayDown as error:
        log.warning("payout %s: the provider gave no answer: %s", payout.end_to_end_id, error)
        return None


def amount_of(row: SmallPayment) -> Money:
    """The secret amount."""
    return Money(int(unseal(row.sealed_minor)), row.account.currency)
