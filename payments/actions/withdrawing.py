"""A worker's money to the bank: accounts, the request, and what the bank made of it."""

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Conflict, Invalid
from common.money import Money
from common.secrets import seal
from ledger.post import Leg, post
from ledger.purposes import BALANCE, CLEARING, PENDING_PAYOUT, PROVIDER, WORKER
from payments import notices, policies
from payments.models import PayoutAccount, Withdrawal
from timeline.record import next_sequence, record
from workers.models import Worker

MOST_ACCOUNTS = 2
CHANGE = "payments.change_withdrawal"


def add_account(*, actor: User, holder: str, bank_name: str, routing: str, number: str) -> PayoutAccount:
    """Add a bank account; the number is sealed and only its last four digits are shown. At most two."""
    with transaction.atomic():
        worker = _lock_worker(policies.require_worker(actor).pk)
        digits = number.replace(" ", "").replace("-", "").upper()
        if not (4 <= len(digits) <= 34 and digits.isascii() and digits.isalnum()):
            raise Invalid("Enter the account number or IBAN as the bank writes it.", "number")
        if PayoutAccount.objects.filter(worker=worker, removed_at__isnull=True).count() >= MOST_ACCOUNTS:
            raise Invalid("You can have two bank accounts. Remove one first.")
        now = clock.now()
        account = PayoutAccount.objects.create(
            worker=worker,
            holder=holder.strip(),
            bank_name=bank_name.strip(),
            routing=routing.strip(),
            last4=digits[-4:],
            sealed_number=seal(digits),
            added_at=now,
        )
        _record("payout_account.added", worker.pk, actor, role="worker", account=str(account))
        notices.about_worker("payout_account.added", worker, actor=actor, at=now, account=str(account))
    return account


def remove_account(account_id: int, *, actor: User) -> None:
    """Take a bank account off the list. Withdrawals that are on their way to it are not changed."""
    with transaction.atomic():
        worker = _lock_worker(policies.require_worker(actor).pk)
        account = PayoutAccount.objects.filter(pk=account_id, worker=worker, removed_at__isnull=True).first()
        if account is None:
            raise Conflict("This bank account is no longer there.")
        account.removed_at = clock.now()
        account.save(update_fields=["removed_at"])
        _record("payout_account.removed", worker.pk, actor, role="worker", account=str(account))
        notices.about_worker(
            "payout_account.removed", worker, actor=actor, at=account.removed_at, account=str(account)
        )


def withdraw(*, actor: User, account_id: int, amount: Money, key: str) -> Withdrawal:
    """Ask for money to be paid out. The same key again answers with the first request.

    Raises InsufficientFunds when the balance is lower, Invalid for an amount of zero or less, Conflict.
    """
    with transaction.atomic():
        worker = _lock_worker(policies.require_worker(actor).pk)
        known = Withdrawal.objects.filter(key=key).first()
        if known is not None:
            if (known.worker_id, known.account_id, known.amount) != (worker.pk, account_id, amount):
                raise Conflict("This withdrawal was made already, with another amount or account.")
            return known
        if amount.minor <= 0:
            raise Invalid("Enter an amount above zero.", "amount")
        account = PayoutAccount.objects.filter(pk=account_id, worker=worker, removed_at__isnull=True).first()
        if account is None:
            raise Invalid("Choose one of your bank accounts.", "account")
        now = clock.now()
        made = Withdrawal.objects.create(
            worker=worker,
            account=account,
            currency=amount.currency,
            amount_minor=amount.minor,
            key=key,
            requested_at=now,
        )
        _move(made, "requested", actor, Leg(WORKER, worker.pk, BALANCE, -amount), _pending(made, amount))
        _record_withdrawal("withdrawal.requested", made, actor, role="worker")
        notices.about_withdrawal("withdrawal.requested", made, actor=actor, at=now)
    return made


def mark_sent(withdrawal_id: int, *, actor: User) -> Withdrawal:
    """An admin handed it to the bank."""
    policies.require_staff(actor, CHANGE)
    with transaction.atomic():
        made = _locked(withdrawal_id, "requested")
        made.send(clock.now())
        made.save(update_fields=["state", "sent_at"])
        _record_withdrawal("withdrawal.sent", made, actor, role="admin")
    return made


def mark_paid(withdrawal_id: int, *, actor: User, reference: str = "") -> Withdrawal:
    """The bank confirmed it: the money has left."""
    policies.require_staff(actor, CHANGE)
    with transaction.atomic():
        made = _locked(withdrawal_id, "sent")
        now = clock.now()
        made.pay(now, reference.strip()[:80])
        made.save(update_fields=["state", "closed_at", "reference"])
        out = Leg(PROVIDER, 0, CLEARING, made.amount)
        _move(made, "paid", actor, _pending(made, -made.amount), out)
        _record_withdrawal("withdrawal.paid", made, actor, role="admin")
        notices.about_withdrawal("withdrawal.paid", made, actor=actor, at=now)
    return made


def mark_failed(withdrawal_id: int, *, actor: User, reason: str) -> Withdrawal:
    """The bank refused it: the money is back in the worker's balance."""
    policies.require_staff(actor, CHANGE)
    if not reason.strip():
        raise Invalid("Enter why it failed. The worker will read it.", "reason")
    with transaction.atomic():
        made = _locked(withdrawal_id, "requested", "sent")
        now = clock.now()
        made.fail(now, reason.strip()[:200])
        made.save(update_fields=["state", "closed_at", "failure"])
        back = Leg(WORKER, made.worker_id, BALANCE, made.amount)
        _move(made, "failed", actor, _pending(made, -made.amount), back)
        _record_withdrawal("withdrawal.failed", made, actor, role="admin", reason=made.failure)
        notices.about_withdrawal("withdrawal.failed", made, actor=actor, at=now, reason=made.failure)
    return made


def _lock_worker(pk: int) -> Worker:
    return Worker.objects.select_for_update(of=("self",)).select_related("user").get(pk=pk)


def _locked(withdrawal_id: int, *states: str) -> Withdrawal:
    found = Withdrawal.objects.select_for_update(of=("self",)).select_related("worker__user", "account")
    made = found.get(pk=withdrawal_id)
    if made.state not in states:
        raise Conflict(f"{made.number} is {made.get_state_display().lower()} by now. Nothing was changed.")
    return made


def _pending(made: Withdrawal, amount: Money) -> Leg:
    return Leg(WORKER, made.worker_id, PENDING_PAYOUT, amount)


def _move(made: Withdrawal, step: str, actor: User, *legs: Leg) -> None:
    post(
        f"withdrawal.{step}",
        key=f"withdrawal:{made.pk}:{step}",
        legs=legs,
        at=clock.now(),
        subject_type="withdrawal",
        subject_id=made.pk,
        actor=actor,
        memo=f"{made.number} to {made.account}",
    )


def _record_withdrawal(kind: str, made: Withdrawal, actor: User, *, role: str, **facts: object) -> None:
    said = {"amount": made.amount, "account": str(made.account), **facts}
    _write(kind, "withdrawal", made.pk, actor, role, said)


def _record(kind: str, worker_id: int, actor: User, *, role: str, **facts: object) -> None:
    _write(kind, "worker", worker_id, actor, role, facts)


def _write(
    kind: str, subject_type: str, subject_id: int, actor: User, role: str, facts: dict[str, object]
) -> None:
    record(
        kind,
        subject_type=subject_type,
        subject_id=subject_id,
        sequence=next_sequence(subject_type, subject_id),
        actor=actor,
        role=role,
        at=clock.now(),
        facts=facts,
        visibility="worker",
    )
