"""A worker's money to the bank: the request, and what the bank made of it.

Each step has one function here that a person, a file's result, a bank statement and a provider's answer share, so the
same fact from two sides is one effect: `reached` is the only way that news of a payout comes in.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from common import clock
from common.actor import SYSTEM
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from common.money import Money
from ledger.accounts import balance
from ledger.post import Leg, post
from ledger.purposes import BALANCE, CLEARING, PENDING_PAYOUT, PROVIDER, WORKER
from payments import notices, policies, queries
from payments.actions.bank_accounts import lock_worker
from payments.models import AutoWithdrawal, PayoutAccount, Withdrawal
from payments.states import WithdrawalState as S
from timeline.models import Entry
from timeline.record import next_sequence, record
from workers.models import Worker

CHANGE = "payments.change_withdrawal"


class NoTaxData(WrongState):
    """Nothing is paid out before the tax data is given (domain.md 10, point 33)."""


def withdraw(*, actor: User, account_id: int, amount: Money, key: str) -> Withdrawal:
    """Ask for money to be paid out. The same key again answers with the first request.

    Raises InsufficientFunds when the balance is lower, Invalid for an amount of zero or less or an account that is not
    verified, NoTaxData, Conflict.
    """
    with transaction.atomic():
        worker = lock_worker(policies.require_worker(actor).pk)
        known = Withdrawal.objects.filter(key=key).first()
        if known is not None:
            if (known.worker_id, known.account_id, known.amount) != (worker.pk, account_id, amount):
                raise Conflict("This withdrawal was made already, with another amount or account.")
            return known
        if amount.minor <= 0:
            raise Invalid("Enter an amount above zero.", "amount")
        return _request(worker, account_id, amount, key, actor, role="worker")


def withdraw_by_itself(rule_id: int) -> bool:
    """The whole balance to the chosen account when it reached the threshold. Judged again under the worker's lock.

    The key carries the number of the run: a second sweep at the same instant finds an empty balance.
    """
    found = AutoWithdrawal.objects.filter(pk=rule_id).values_list("worker_id", flat=True).first()
    if found is None:
        return False
    with transaction.atomic():
        worker = lock_worker(found)
        rule = AutoWithdrawal.objects.select_for_update(no_key=True, of=("self",)).filter(pk=rule_id).first()
        if rule is None:
            return False
        whole = balance(WORKER, worker.pk, BALANCE, rule.currency)
        if whole < rule.threshold:
            return False
        rule.runs += 1
        rule.save(update_fields=["runs"])
        key = f"auto-{rule.pk}-{rule.turned_on_at.timestamp():.0f}-{rule.runs}"
        _request(worker, rule.account_id, whole, key, SYSTEM, role="system")
    return True


def mark_sent(withdrawal_id: int, *, actor: User) -> Withdrawal:
    """An admin handed it to the bank by other means than a file."""
    policies.require_staff(actor, CHANGE)
    with transaction.atomic():
        made = locked(withdrawal_id, S.REQUESTED)
        _send(made, clock.now(), actor, role="admin")
    return made


def mark_paid(withdrawal_id: int, *, actor: User, reference: str = "") -> Withdrawal:
    """The bank confirmed it: the money has left. Raises NotAllowed for the one who handed it to the bank, where
    ONSITE_PAYOUT_SECOND_PERSON asks for two: nobody makes a payout alone. News of the bank itself need no second one.
    """
    policies.require_staff(actor, CHANGE)
    with transaction.atomic():
        made = locked(withdrawal_id, S.SENT)
        if settings.ONSITE_PAYOUT_SECOND_PERSON and _sender(made) == actor.pk:
            raise NotAllowed("You handed this to the bank. Somebody else has to record that it was paid.")
        _pay(made, clock.now(), actor, reference, role="admin")
    return made


def mark_failed(withdrawal_id: int, *, actor: User, reason: str) -> Withdrawal:
    """The bank refused it, or gave it back after paying: the money is in the worker's balance again.

    One that the provider is being asked about cannot be failed by hand: it may have been paid.
    """
    policies.require_staff(actor, CHANGE)
    if not reason.strip():
        raise Invalid("Enter why it failed. The worker will read it.", "reason")
    with transaction.atomic():
        made = locked(withdrawal_id, S.REQUESTED, S.SENT, S.PAID)
        step = _come_back if made.state == S.PAID else _fail
        step(made, clock.now(), actor, reason, role="admin")
    return made


def reached(
    made: Withdrawal, status: str, *, actor: Actor, role: str, reference: str = "", why: str = ""
) -> bool:
    """News of a locked withdrawal: "accepted", "paid", "failed" or "returned". Returns whether it changed anything.

    News that is old, doubled or overtaken changes nothing: what is closed stays closed, but for money that came back
    after it was paid. A step that was jumped over is made first, so history and ledger are the same in any order.
    """
    now = clock.now()
    if made.state in (S.FAILED, S.RETURNED) or (made.state == S.PAID and status in ("accepted", "paid")):
        return False
    if status == "accepted":
        if made.state == S.SENT:
            return False
        _send(made, now, actor, role=role)
    elif status == "paid":
        if made.state != S.SENT:
            _send(made, now, actor, role=role)
        _pay(made, now, actor, reference, role=role)
    elif made.state == S.PAID:
        _come_back(made, now, actor, why, role=role)
    else:
        _fail(made, now, actor, why, role=role)
    return True


def locked(withdrawal_id: int, *states: str) -> Withdrawal:
    """The withdrawal under its lock. Raises Conflict when it is in none of these states (none named: any will do)."""
    found = Withdrawal.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "worker__user", "account"
    )
    made = found.get(pk=withdrawal_id)
    if states and made.state not in states:
        raise Conflict(f"{made.number} is {made.get_state_display().lower()} by now. Nothing was changed.")
    return made


def _sender(made: Withdrawal) -> int | None:
    """Who handed it to the bank, by hand or in a file, as the history says; None for the portal itself."""
    told = Entry.objects.filter(subject_type="withdrawal", subject_id=made.pk, kind="withdrawal.sent")
    return told.order_by("-sequence").values_list("actor_id", flat=True).first()


def record_withdrawal(kind: str, made: Withdrawal, actor: Actor, *, role: str, **facts: object) -> None:
    """An entry about a locked withdrawal."""
    record(
        kind,
        subject_type="withdrawal",
        subject_id=made.pk,
        sequence=next_sequence("withdrawal", made.pk),
        actor=actor,
        role=role,
        at=clock.now(),
        facts={"amount": made.amount, "account": str(made.account), **facts},
        visibility="worker",
    )


def _request(
    worker: Worker, account_id: int, amount: Money, key: str, actor: Actor, *, role: str
) -> Withdrawal:
    account = PayoutAccount.objects.filter(pk=account_id, worker=worker, removed_at__isnull=True).first()
    if account is None:
        raise Invalid("Choose one of your bank accounts.", "account")
    if not account.is_usable:
        raise Invalid("This bank account is not verified yet.", "account")
    if account.currency != amount.currency:
        raise Invalid(
            f"This bank account takes {account.currency}. Add one for {amount.currency}.", "account"
        )
    if settings.ONSITE_TAX_FORM and queries.tax_form_of(worker) is None:
        raise NoTaxData("Give your tax data first. Nothing was withdrawn.")
    now = clock.now()
    made = Withdrawal.objects.create(
        worker=worker,
        account=account,
        currency=amount.currency,
        amount_minor=amount.minor,
        key=key,
        is_automatic=not isinstance(actor, User),
        requested_at=now,
    )
    _move(made, "requested", actor, Leg(WORKER, worker.pk, BALANCE, -amount), _pending(made, amount))
    record_withdrawal("withdrawal.requested", made, actor, role=role, automatic=made.is_automatic)
    notices.about_withdrawal("withdrawal.requested", made, actor=actor, at=now, automatic=made.is_automatic)
    return made


def _send(made: Withdrawal, now: datetime, actor: Actor, *, role: str) -> None:
    made.send(now)
    made.save(update_fields=["state", "sent_at", "next_try_at"])
    record_withdrawal("withdrawal.sent", made, actor, role=role)


def _pay(made: Withdrawal, now: datetime, actor: Actor, reference: str, *, role: str) -> None:
    made.pay(now, reference.strip()[:80])
    made.save(update_fields=["state", "closed_at", "reference"])
    _move(made, "paid", actor, _pending(made, -made.amount), Leg(PROVIDER, 0, CLEARING, made.amount))
    record_withdrawal("withdrawal.paid", made, actor, role=role)
    notices.about_withdrawal("withdrawal.paid", made, actor=actor, at=now)


def _fail(made: Withdrawal, now: datetime, actor: Actor, why: str, *, role: str) -> None:
    made.fail(now, _reason(why))
    made.save(update_fields=["state", "closed_at", "failure", "next_try_at"])
    _back(made, "failed", actor, _pending(made, -made.amount), role)


def _come_back(made: Withdrawal, now: datetime, actor: Actor, why: str, *, role: str) -> None:
    made.come_back(now, _reason(why))
    made.save(update_fields=["state", "closed_at", "failure"])
    _back(made, "returned", actor, Leg(PROVIDER, 0, CLEARING, -made.amount), role)


def _back(made: Withdrawal, step: str, actor: Actor, source: Leg, role: str) -> None:
    """The money is in the balance again, and the worker reads why.

    Automatic withdrawal to that account ends: otherwise the same money would go there again at the next sweep.
    """
    stopped, _ = AutoWithdrawal.objects.filter(account_id=made.account_id).delete()
    _move(made, step, actor, source, Leg(WORKER, made.worker_id, BALANCE, made.amount))
    record_withdrawal(f"withdrawal.{step}", made, actor, role=role, reason=made.failure)
    said = {"reason": made.failure, "stopped": bool(stopped)}
    notices.about_withdrawal(f"withdrawal.{step}", made, actor=actor, at=clock.now(), **said)


def _reason(why: str) -> str:
    return why.strip()[:200] or "The bank gave no reason."


def _pending(made: Withdrawal, amount: Money) -> Leg:
    return Leg(WORKER, made.worker_id, PENDING_PAYOUT, amount)


def _move(made: Withdrawal, step: str, actor: Actor, *legs: Leg) -> None:
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
