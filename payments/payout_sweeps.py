"""The timers of payouts: automatic withdrawal, and what the payment provider is to be told or asked.

Each row is its own step with a re-check under its lock; one that fails is logged, waits a while, and blocks nobody.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from common import clock, parking
from common.errors import DomainError
from ledger.models import Account
from ledger.purposes import BALANCE, WORKER
from payments import actions, deadlines
from payments.gateway.base import Provider
from payments.gateway.provider import configured
from payments.models import AutoWithdrawal, Collection, SmallPayment, Withdrawal
from payments.states import AccountState, SmallState, WithdrawalState

log = logging.getLogger(__name__)
BATCH: Final = 500
POISONED: Final = timedelta(minutes=15)
"""How long a row whose step broke waits."""


def auto_withdraw(limit: int = BATCH) -> int:
    """Send whole balances that reached their worker's threshold. Returns how many."""
    now = clock.now()
    enough = Account.objects.filter(
        owner_kind=WORKER,
        owner_id=OuterRef("worker_id"),
        purpose=BALANCE,
        currency=OuterRef("currency"),
        balance_minor__gte=OuterRef("threshold_minor"),
    )
    due = AutoWithdrawal.objects.filter(Exists(enough), account__state=AccountState.VERIFIED)
    due = due.filter(Q(parked_until__isnull=True) | Q(parked_until__lte=now)).order_by("id")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            done += actions.withdraw_by_itself(pk)
        except DomainError as refused:
            log.info("automatic withdrawal %s: nothing to do: %s", pk, refused)
        except Exception as error:
            log.exception("automatic withdrawal %s: failed, parked", pk)
            row = AutoWithdrawal.objects.filter(pk=pk)
            failures = (row.values_list("failures", flat=True).first() or 0) + 1
            until = deadlines.next_try(now, failures)
            row.update(failures=failures, parked_until=until)
            parking.note(AutoWithdrawal, pk, error, until)
    return done


def send_payouts(limit: int = BATCH, provider: Provider | None = None) -> int:
    """Hand to the provider what waits, and ask how far the rest is; nothing without a provider.

    Returns how many it answered.
    """
    provider = provider or configured()
    if provider is None:
        return 0
    now = clock.now()
    sending = Q(state=WithdrawalState.SENDING, next_try_at__lte=now)
    fresh = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
    withdrawals = Withdrawal.objects.filter(sending | (Q(state=WithdrawalState.REQUESTED) & fresh))
    waiting = Q(state=SmallState.WAITING, account__removed_at__isnull=True)
    small = SmallPayment.objects.filter(Q(state=SmallState.SENDING, next_try_at__lte=now) | (waiting & fresh))
    collections = Collection.objects.filter(next_try_at__lte=now)
    done = _each(Withdrawal, _ids(withdrawals, limit), actions.send_withdrawal, provider, now)
    done += _each(SmallPayment, _ids(small, limit), actions.send_small, provider, now)
    return done + _each(Collection, _ids(collections, limit), actions.ask_collection, provider, now)


def _ids(rows: "models.QuerySet[models.Model]", limit: int) -> list[int]:
    return list(rows.order_by("id").values_list("pk", flat=True)[:limit])


def _each(
    model: type[models.Model],
    ids: Iterable[int],
    step: Callable[[int, Provider], bool],
    provider: Provider,
    now: datetime,
) -> int:
    done = 0
    for pk in ids:
        try:
            done += step(pk, provider)
        except DomainError as refused:
            log.info("%s %s: nothing to do: %s", model.__name__, pk, refused)
        except Exception as error:
            log.exception("%s %s: timer failed, waits", model.__name__, pk)
            rows = model._default_manager.filter(pk=pk)
            rows.update(next_try_at=now + POISONED, tries=F("tries") + 1)
            parking.note(model, pk, error, now + POISONED)
    return done
