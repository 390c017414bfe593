"""Reads of what goes out: accounts, what waits for a file, and what a bank's answer speaks of."""

from collections import Counter

from django.db.models import Exists, OuterRef, Q, QuerySet

from payments.models import (
    AutoWithdrawal,
    BankLine,
    PayoutAccount,
    PayoutBatch,
    PayoutItem,
    SmallPayment,
    Withdrawal,
)
from payments.states import AccountScheme, LineResult, PayoutFormat, SmallState, WithdrawalState
from workers.models import Worker

SCHEMES: dict[str, tuple[str, ...]] = {
    PayoutFormat.NACHA: (AccountScheme.US,),
    PayoutFormat.PAIN: (AccountScheme.US, AccountScheme.IBAN, AccountScheme.OTHER),
    PayoutFormat.CSV: (AccountScheme.US, AccountScheme.IBAN, AccountScheme.OTHER),
}
"""Which accounts a format can name."""


def accounts_of(worker: Worker) -> QuerySet[PayoutAccount]:
    """The accounts on the worker's list."""
    return PayoutAccount.objects.filter(worker=worker, removed_at__isnull=True)


def auto_withdrawal_of(worker: Worker) -> AutoWithdrawal | None:
    return AutoWithdrawal.objects.filter(worker=worker).select_related("account").first()


def waiting_withdrawals(currency: str, format: str = PayoutFormat.CSV) -> QuerySet[Withdrawal]:
    """Withdrawals that the next file of this currency and format can carry, oldest first."""
    rows = Withdrawal.objects.filter(state=WithdrawalState.REQUESTED, currency=currency)
    rows = rows.filter(account__scheme__in=SCHEMES[format])
    return rows.select_related("account", "worker__user").order_by("id")


def waiting_small(currency: str, format: str = PayoutFormat.CSV) -> QuerySet[SmallPayment]:
    """Small payments that the next file can carry: of accounts that are still on somebody's list."""
    rows = SmallPayment.objects.filter(state=SmallState.WAITING, account__currency=currency)
    rows = rows.filter(account__removed_at__isnull=True, account__scheme__in=SCHEMES[format])
    return rows.select_related("account__worker__user").order_by("id")


def whole_pairs(currency: str, format: str = PayoutFormat.CSV) -> list[SmallPayment]:
    """The same, of accounts whose two both wait: half of a proof is not sent."""
    rows = list(waiting_small(currency, format))
    counts = Counter(one.account_id for one in rows)
    return [one for one in rows if counts[one.account_id] == 2]


def waiting_currencies() -> list[str]:
    """The currencies in which something waits for a file."""
    found = set(Withdrawal.objects.filter(state=WithdrawalState.REQUESTED).values_list("currency", flat=True))
    small = SmallPayment.objects.filter(state=SmallState.WAITING, account__removed_at__isnull=True)
    return sorted(found | set(small.values_list("account__currency", flat=True)))


def items_of(batch: PayoutBatch) -> QuerySet[PayoutItem]:
    rows = PayoutItem.objects.filter(batch=batch)
    return rows.select_related("withdrawal__account", "withdrawal__worker__user", "small_payment__account")


def is_settled(batch: PayoutBatch) -> bool:
    """Whether the bank has said anything about one of its payouts: then it cannot be void."""
    touched = ~Q(withdrawal__state=WithdrawalState.SENT) & Q(withdrawal__isnull=False)
    gone = ~Q(small_payment__state=SmallState.SENT) & Q(small_payment__isnull=False)
    lines = BankLine.objects.filter(item=OuterRef("pk"))
    return PayoutItem.objects.filter(batch=batch).filter(touched | gone | Exists(lines)).exists()


def unmatched_lines() -> QuerySet[BankLine]:
    """What waits for a person, oldest first."""
    return BankLine.objects.filter(result=LineResult.UNMATCHED).select_related("statement").order_by("id")
