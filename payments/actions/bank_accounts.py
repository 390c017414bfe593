"""A worker's bank accounts: added, proved by two small payments, removed (domain.md 5.5)."""

import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts.actor import Actor
from accounts.models import User
from common import clock
from common.errors import Conflict, Invalid, WrongState
from common.limits import spend
from common.money import Money
from common.secrets import seal, unseal
from ledger.models import Entry
from ledger.post import Leg, post
from ledger.purposes import CLEARING, PLATFORM, PROVIDER, VERIFICATION
from payments import banking, notices, policies, queries
from payments.models import AutoWithdrawal, PayoutAccount, SmallPayment, TaxForm
from payments.states import AccountKind, AccountScheme, AccountState, SmallState
from timeline.record import next_sequence, record
from workers.models import Worker

SUBJECT: Final = "payout_account"
MOST_ACCOUNTS: Final = 2
SMALLEST, LARGEST = 1, 15
"""Minor units of a small payment."""
ADDS, ADDS_WITHIN = 6, timedelta(hours=24)
ENTRIES, ENTRIES_WITHIN = 10, timedelta(hours=1)


def add_account(
    *,
    actor: User,
    holder: str,
    bank_name: str,
    number: str,
    routing: str = "",
    kind: str = AccountKind.CHECKING,
) -> PayoutAccount:
    """Add a bank account and plan its two small payments. The number is sealed; its last four digits are shown.

    At most two accounts. Raises Invalid with the field, TooMany for more than six new ones in a day.
    """
    mine = policies.require_worker(actor)
    digits, routing = banking.bare(number), banking.bare(routing)
    scheme = banking.scheme_of(digits, routing)
    _check(scheme, digits, routing)
    with transaction.atomic():
        worker = lock_worker(mine.pk)
        _check_holder(holder, worker)
        if live(worker).count() >= MOST_ACCOUNTS:
            raise Invalid("You can have two bank accounts. Remove one first.")
        spend("payout-account", actor.pk, times=ADDS, within=ADDS_WITHIN)
        now = clock.now()
        account = PayoutAccount.objects.create(
            worker=worker,
            currency=queries.currency_of(worker),
            scheme=scheme,
            kind=kind,
            holder=" ".join(holder.split()),
            bank_name=" ".join(bank_name.split()),
            routing=routing,
            last4=digits[-4:],
            sealed_number=seal(digits),
            added_at=now,
        )
        for ordinal in (1, 2):
            SmallPayment.objects.create(
                account=account,
                ordinal=ordinal,
                sealed_minor=seal(str(SMALLEST + secrets.randbelow(LARGEST - SMALLEST + 1))),
                key=f"small-{secrets.token_hex(12)}",
            )
        _record_of_worker("payout_account.added", account, actor)
        notices.about_worker("payout_account.added", worker, actor=actor, at=now, account=str(account))
    return account


def remove_account(account_id: int, *, actor: User) -> None:
    """Take a bank account off the list. Withdrawals that are on their way to it are not changed."""
    with transaction.atomic():
        worker = lock_worker(policies.require_worker(actor).pk)
        account = live(worker).filter(pk=account_id).first()
        if account is None:
            raise Conflict("This bank account is no longer there.")
        account.removed_at = clock.now()
        account.save(update_fields=["removed_at"])
        AutoWithdrawal.objects.filter(account=account).delete()
        _record_of_worker("payout_account.removed", account, actor)
        notices.about_worker(
            "payout_account.removed", worker, actor=actor, at=account.removed_at, account=str(account)
        )


def confirm_account(account_id: int, *, actor: User, amounts: tuple[int, int]) -> bool:
    """Compare two amounts (minor units, in either order) with the small payments; the third miss locks the account.

    Returns whether they were right. Raises WrongState before they were sent or after the account was locked, TooMany.
    """
    mine = policies.require_worker(actor)
    spend("payout-account-amounts", actor.pk, times=ENTRIES, within=ENTRIES_WITHIN)
    with transaction.atomic():
        worker = lock_worker(mine.pk)
        account = live(worker).select_for_update(no_key=True, of=("self",)).filter(pk=account_id).first()
        if account is None:
            raise Conflict("This bank account is no longer there.")
        if account.state == AccountState.VERIFIED:
            return True
        if account.state != AccountState.SENT:
            raise WrongState(_why_not(account))
        now = clock.now()
        if sorted(amounts) == amounts_of(account):
            account.verify(now)
            account.save(update_fields=["state", "verified_at"])
            record_account("payout_account.verified", account, actor, role="worker")
            notices.about_worker("payout_account.verified", worker, actor=actor, at=now, account=str(account))
            return True
        account.tries += 1
        record_account("payout_account.missed", account, actor, role="worker", left=account.tries_left)
        account.save(update_fields=["tries"])
        if not account.tries_left:
            _lock(account, worker, actor, "Three wrong entries of the amounts.", role="worker")
    return False


def small_sent(account_id: int, *, actor: Actor, role: str) -> None:
    """Both small payments left: the worker is told to look for them. In the caller's transaction; not both: nothing."""
    account = _locked_account(account_id)
    _book(account)
    if (
        account.state != AccountState.WAITING
        or account.small_payments.exclude(state=SmallState.SENT).exists()
    ):
        return
    now = clock.now()
    account.send_small(now)
    account.save(update_fields=["state", "small_sent_at"])
    record_account("payout_account.small_sent", account, actor, role=role)
    if account.removed_at is None:
        demo = notices.demo_amounts(account, amounts_of(account))
        notices.about_worker(
            "payout_account.small_sent",
            account.worker,
            actor=actor,
            at=now,
            account=str(account),
            demo=demo,
            url=f"/payments/accounts/{account.pk}/confirm/",
        )


def small_recalled(account_id: int, *, actor: Actor, role: str) -> None:
    """The file with them was never given to the bank: they wait for the next one. In the caller's transaction."""
    account = _locked_account(account_id)
    _book(account)
    if account.state == AccountState.SENT:
        account.recall_small()
        account.save(update_fields=["state", "small_sent_at"])
        record_account("payout_account.small_recalled", account, actor, role=role)


def small_failed(account_id: int, *, actor: Actor, role: str, why: str) -> None:
    """The bank does not know the account: it is locked. In the caller's transaction."""
    account = _locked_account(account_id)
    _book(account)
    if account.state != AccountState.DEAD:
        _lock(account, account.worker, actor, why, role=role)


def amounts_of(account: PayoutAccount) -> list[int]:
    """The two secret amounts in minor units, the smaller first."""
    return sorted(int(unseal(one.sealed_minor)) for one in account.small_payments.all())


def live(worker: Worker) -> QuerySet[PayoutAccount]:
    """The accounts on the worker's list."""
    return PayoutAccount.objects.filter(worker=worker, removed_at__isnull=True)


def lock_worker(pk: int) -> Worker:
    return Worker.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=pk)


def record_account(kind: str, account: PayoutAccount, actor: Actor, *, role: str, **facts: object) -> None:
    """An entry about a locked account."""
    record(
        kind,
        subject_type=SUBJECT,
        subject_id=account.pk,
        sequence=next_sequence(SUBJECT, account.pk),
        actor=actor,
        role=role,
        at=clock.now(),
        facts={"account": str(account), **facts},
        visibility="worker",
    )


def _record_of_worker(kind: str, account: PayoutAccount, actor: User) -> None:
    record(
        kind,
        subject_type="worker",
        subject_id=account.worker_id,
        sequence=next_sequence("worker", account.worker_id),
        actor=actor,
        role="worker",
        at=clock.now(),
        facts={"account": str(account)},
        visibility="worker",
    )


def _book(account: PayoutAccount) -> None:
    """Book what the account's small payments cost Onsite: their sum, once both have left.

    One posting for both, so that the ledger does not tell the secret that pages and rows keep.
    """
    states = set(account.small_payments.values_list("state", flat=True))
    is_over = not states & {SmallState.WAITING, SmallState.SENDING}
    sent = [one for one in account.small_payments.all() if is_over and one.state == SmallState.SENT]
    cost = sum(int(unseal(one.sealed_minor)) for one in sent)
    mine = Entry.objects.filter(posting__subject_type=SUBJECT, posting__subject_id=account.pk)
    booked = mine.filter(account__purpose=VERIFICATION).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    change = Money(-cost - booked, account.currency)
    if not change:
        return
    number = mine.values("posting_id").distinct().count() + 1
    post(
        "payout_account.small_payments",
        key=f"{SUBJECT}:{account.pk}:{number}",
        legs=[Leg(PLATFORM, 0, VERIFICATION, change), Leg(PROVIDER, 0, CLEARING, -change)],
        at=clock.now(),
        subject_type=SUBJECT,
        subject_id=account.pk,
        memo=f"Check of the account {account.last4}",
    )


def _locked_account(pk: int) -> PayoutAccount:
    rows = PayoutAccount.objects.select_for_update(no_key=True, of=("self",)).select_related("worker__user")
    return rows.get(pk=pk)


def _lock(account: PayoutAccount, worker: Worker, actor: Actor, why: str, *, role: str) -> None:
    account.lock(why[:200])
    account.save(update_fields=["state", "why_dead"])
    record_account("payout_account.locked", account, actor, role=role, reason=why)
    notices.about_worker(
        "payout_account.locked", worker, actor=actor, at=clock.now(), account=str(account), reason=why
    )


def _why_not(account: PayoutAccount) -> str:
    if account.state == AccountState.DEAD:
        return "This bank account is locked. Remove it, then add it again."
    return "The two small payments are not sent yet. You are told when they are."


def _check(scheme: str, digits: str, routing: str) -> None:
    if scheme == AccountScheme.IBAN:
        if routing and not banking.is_bic(routing):
            raise Invalid("Enter a BIC of 8 or 11 characters, or leave it empty.", "routing")
    elif scheme == AccountScheme.US:
        if not banking.is_routing(routing):
            raise Invalid("Enter the nine digits of the routing number as they stand on a check.", "routing")
        if not banking.is_us_number(digits):
            raise Invalid("Enter an account number of 4 to 17 digits.", "number")
    else:
        looks_like_iban = digits[:2].isalpha() and digits[2:4].isdigit()
        if looks_like_iban or not banking.is_other_number(digits):
            raise Invalid("Enter the account number or IBAN as the bank writes it.", "number")
        if not banking.is_bic(routing):
            raise Invalid(
                "Enter the routing number (nine digits) or the BIC (8 or 11 characters).", "routing"
            )


def _check_holder(holder: str, worker: Worker) -> None:
    """The account is the worker's own: its holder's name shares a word with the worker's, or with the tax data."""
    if len(banking.carried(holder, 70)) < 2:
        raise Invalid("Enter the name on the account in Latin letters, as the bank writes it.", "holder")
    names = [worker.user.name]
    for given in TaxForm.objects.filter(worker=worker, superseded_at__isnull=True):
        names += [given.name, given.business_name]
    if not banking.same_person(holder, *names):
        sentence = "The account must be in your own name, or in the business name of your tax data."
        raise Invalid(sentence, "holder")
