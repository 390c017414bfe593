"""What a payment provider tells by itself: each event is kept once and applied at most once, in any order."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction

from common import clock
from common.actor import SYSTEM
from common.money import Money
from payments.actions.collecting import collection_reached
from payments.actions.sending import amount_of, locked_small, small_reached
from payments.actions.withdrawing import locked, reached
from payments.gateway.base import STATUSES, Transfer
from payments.models import Deposit, ProviderEvent, SmallPayment, Withdrawal
from payments.states import EventResult

PAYOUT: Final = "payout."
COLLECTION: Final = "collection."


@dataclass(frozen=True, slots=True)
class Event:
    """A signed event, as it came."""

    id: str
    kind: str
    data: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.data.get("key", ""))[:64]

    @property
    def transfer(self) -> Transfer | None:
        """The status that it tells of; None for kinds that are none of ours."""
        family, _, status = self.kind.partition(".")
        if f"{family}." not in (PAYOUT, COLLECTION) or status not in STATUSES:
            return None
        said = self.data
        return Transfer(status, str(said.get("reference", ""))[:80], str(said.get("why", ""))[:200])

    def fits(self, amount: Money) -> bool:
        """Whether it speaks of this amount, or of none."""
        if "amount" not in self.data:
            return True
        return bool((self.data["amount"], self.data.get("currency")) == (amount.minor, amount.currency))


def hear(event: Event) -> str:
    """Keep the event and apply it, in one transaction. One that was heard before changes nothing.

    Returns an EventResult.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = ProviderEvent.objects.create(
                    event_id=event.id,
                    kind=event.kind,
                    key=event.key,
                    body=event.data,
                    result=EventResult.UNKNOWN,
                    received_at=clock.now(),
                )
        except IntegrityError:
            return EventResult.NOTHING_NEW
        kept.result, kept.why = _apply(event)
        kept.save(update_fields=["result", "why"])
        return kept.result


def _apply(event: Event) -> tuple[str, str]:
    answer = event.transfer
    if answer is None or not event.key:
        return EventResult.UNKNOWN, "Not a kind that this version knows."
    if event.kind.startswith(COLLECTION):
        deposit = Deposit.objects.filter(key=event.key).first()
        if deposit is None:
            return EventResult.UNKNOWN, "No deposit has this key."
        if not event.fits(deposit.amount):
            return EventResult.ODD, f"The deposit is over {deposit.amount}."
        return _said(collection_reached(deposit.pk, answer))
    made = Withdrawal.objects.filter(key=event.key).first()
    if made is not None:
        if not event.fits(made.amount):
            return EventResult.ODD, f"{made.number} is over {made.amount}."
        row = locked(made.pk)
        if row.sending_at is None:
            return EventResult.ODD, f"{made.number} was never sent to the provider."
        changed = reached(
            row, answer.status, actor=SYSTEM, role="system", reference=answer.reference, why=answer.why
        )
        return _said(changed)
    small = SmallPayment.objects.select_related("account").filter(key=event.key).first()
    if small is None:
        return EventResult.UNKNOWN, "No payout has this key."
    if not event.fits(amount_of(small)):
        return EventResult.ODD, f"{small.number} is over another amount."
    if small.sending_at is None:
        return EventResult.ODD, f"{small.number} was never sent to the provider."
    return _said(small_reached(locked_small(small.pk), answer))


def _said(changed: bool) -> tuple[str, str]:
    return (EventResult.APPLIED if changed else EventResult.NOTHING_NEW), ""
