"""Payout files: one act makes the file and marks everything in it as sent (docs/adr/0013).

Locks: withdrawals, then small payments, then their accounts, each by ascending id, then the ledger.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, time

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Conflict, Invalid
from common.money import Money
from common.secrets import seal, unseal
from payments import policies, queries
from payments.actions.bank_accounts import small_recalled, small_sent
from payments.actions.sending import amount_of, payout_of
from payments.actions.withdrawing import locked, reached, record_withdrawal
from payments.gateway.bank_file import CannotMake, Order
from payments.gateway.formats import FORMATS, formats_for
from payments.models import PayoutBatch, PayoutItem, SmallPayment, Withdrawal

MAKE = "payments.add_payoutbatch"
VOID = "payments.change_payoutbatch"
Row = Withdrawal | SmallPayment


def make_batch(
    *, actor: User, currency: str, format: str, withdrawal_ids: Sequence[int], expected: Money, key: str
) -> PayoutBatch:
    """Make the file of these withdrawals and of all small payments that wait; mark them as sent.

    `expected` is the sum that the check page showed: another sum means that something changed since, and nothing is
    made. The same key again answers with the first file. Raises Conflict, Invalid, NotAllowed.
    """
    policies.require_staff(actor, MAKE)
    if format not in formats_for(currency):
        raise Invalid(f"This format does not carry {currency}.", "format")
    with transaction.atomic():
        known = PayoutBatch.objects.filter(key=key).first()
        if known is not None:
            return known
        made = _lock_withdrawals(currency, format, withdrawal_ids)
        small = _lock_small(currency, format)
        rows: list[Row] = [*made, *small]
        now = clock.now()
        order, content = _content(rows, currency, format, now)
        if order.total != expected:
            raise Conflict(f"The sum is {order.total} by now, not {expected}. Check the list again.")
        batch = PayoutBatch.objects.create(
            reference=order.reference,
            format=format,
            currency=currency,
            count=len(rows),
            total_minor=order.total.minor,
            file_name=f"{order.reference.lower()}.{FORMATS[format].ending}",
            sealed_file=seal(content),
            sha256=hashlib.sha256(content.encode()).hexdigest(),
            key=key,
            made_at=now,
            made_by=actor,
        )
        for row, payout in zip(rows, order.payouts, strict=True):
            link = {"withdrawal": row} if isinstance(row, Withdrawal) else {"small_payment": row}
            PayoutItem.objects.create(batch=batch, end_to_end_id=payout.end_to_end_id, **link)
        for one in made:
            reached(one, "accepted", actor=actor, role="admin")
        _small_sent(small, actor)
    return batch


def void_batch(batch_id: int, *, actor: User, reason: str) -> PayoutBatch:
    """The bank never took the file: everything in it waits for the next one. The file itself stays as it is.

    Raises Conflict when the bank has said something about one of its payouts, Invalid without a reason.
    """
    policies.require_staff(actor, VOID)
    if not reason.strip():
        raise Invalid("Enter why the bank never took it.", "reason")
    with transaction.atomic():
        items = list(PayoutItem.objects.filter(batch_id=batch_id).order_by("id"))
        made = [locked(pk) for pk in sorted(one.withdrawal_id for one in items if one.withdrawal_id)]
        ids = sorted(one.small_payment_id for one in items if one.small_payment_id)
        small = list(
            SmallPayment.objects.select_for_update(no_key=True, of=("self",))
            .filter(pk__in=ids)
            .order_by("pk")
        )
        batch = PayoutBatch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch_id)
        if batch.voided_at:
            raise Conflict("This file is void already.")
        if queries.is_settled(batch):
            raise Conflict("The bank knows this file: a payout of it is paid, returned or in a statement.")
        now = clock.now()
        PayoutItem.objects.filter(batch=batch).update(released_at=now)
        batch.voided_at, batch.voided_by, batch.void_reason = now, actor, reason.strip()[:200]
        batch.save(update_fields=["voided_at", "voided_by", "void_reason"])
        for one in made:
            one.recall()
            one.save(update_fields=["state", "sent_at"])
            record_withdrawal("withdrawal.recalled", one, actor, role="admin")
        for each in small:
            each.recall()
            each.save(update_fields=["state"])
        for account_id in sorted({each.account_id for each in small}):
            small_recalled(account_id, actor=actor, role="admin")
    return batch


def small_total(small: Sequence[SmallPayment]) -> int:
    """The sum of small payments, in minor units."""
    return sum(amount_of(one).minor for one in small)


def file_of(batch: PayoutBatch) -> bytes:
    """The bytes as they were made. Raises ValueError when they are not those of the hash any more."""
    content = unseal(batch.sealed_file).encode()
    if hashlib.sha256(content).hexdigest() != batch.sha256:
        raise ValueError(f"the kept file of {batch.reference} does not match its hash")
    return content


def _lock_withdrawals(currency: str, format: str, ids: Sequence[int]) -> list[Withdrawal]:
    wanted = sorted(set(ids))
    rows = queries.waiting_withdrawals(currency, format).select_for_update(no_key=True, of=("self",))
    found = list(rows.filter(pk__in=wanted))
    if [one.pk for one in found] != wanted:
        raise Conflict("A withdrawal of the list is not waiting any more. Check the list again.")
    return found


def _lock_small(currency: str, format: str) -> list[SmallPayment]:
    """Locked by ascending id, then read again: whole pairs that still wait."""
    list(
        queries.waiting_small(currency, format).select_for_update(no_key=True, of=("self",)).values_list("pk")
    )
    return queries.whole_pairs(currency, format)


def _content(rows: Sequence[Row], currency: str, format: str, now: datetime) -> tuple[Order, str]:
    if missing := FORMATS[format].missing(currency):
        raise Invalid(f"Set {', '.join(missing)} first: the file names the portal's own account.", "format")
    if not rows:
        raise Invalid("Nothing waits for this file.")
    midnight = datetime.combine(now.astimezone(UTC).date(), time.min, tzinfo=UTC)
    same_day = PayoutBatch.objects.filter(format=format, made_at__gte=midnight)
    order = Order(
        reference=f"P{now:%Y%m%d}-{secrets.token_hex(4).upper()}",
        at=now,
        serial=same_day.count(),
        currency=currency,
        payouts=[payout_of(row, _end_to_end_id(row)) for row in rows],
    )
    try:
        return order, FORMATS[format].make(order)
    except CannotMake as error:
        raise Invalid(str(error)) from error


def _end_to_end_id(row: Row) -> str:
    """The number, and which file this is for it: a payout that was in a void file has another id in the next."""
    return f"{row.number}-{row.payout_items.count() + 1}"


def _small_sent(small: Sequence[SmallPayment], actor: User) -> None:
    for one in small:
        one.send()
        one.save(update_fields=["state", "next_try_at"])
    for account_id in sorted({one.account_id for one in small}):
        small_sent(account_id, actor=actor, role="admin")
